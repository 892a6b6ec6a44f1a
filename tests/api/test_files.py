"""Reading photos and videos: in parts, from the reader's own cache, and never as anything else than what they are."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from fastapi import FastAPI

from gsapp import access, db, security
from gsapp.access import Actor
from gsapp.services import accounts
from gsapp.vocabulary import Role
from tests.support import lives
from tests.support.api.people import browser, member, sign_in
from tests.support.samples import mp4, on, picture, send

FILM = mp4()
NAMES = ("anna", "ben", "eve", "chief")
NOBODYS = "0" * 32 + ".jpg"


class Reader(NamedTuple):
    actor: Actor
    browser: httpx.AsyncClient


@pytest.fixture
async def readers(app: FastAPI, disk: Path) -> AsyncIterator[dict[str, Reader]]:
    """Four people, signed in; chief is a coordinator."""
    async with AsyncExitStack() as stack:
        found = {}
        for number, name in enumerate(NAMES, 1):
            user_id = member(name, number)
            if name == "chief":
                db.write(accounts.set_role, actor=None, user_id=user_id, role=Role.COORDINATOR)
            client = await stack.enter_async_context(browser(app))
            await sign_in(client, name)
            found[name] = Reader(db.read(access.actor_for, user_id=user_id), client)
        yield found


@pytest.fixture
def anna(readers: dict[str, Reader]) -> Reader:
    return readers["anna"]


@pytest.fixture
def film(anna: Reader) -> str:
    """The address of a film."""
    return f"/files/{send(anna.actor, FILM)}"


async def test_a_file_is_what_it_is_and_nothing_else(anna: Reader, film: str) -> None:
    shown = await anna.browser.get(film)
    assert shown.content == FILM.replace(b"\x11" * 8, bytes(8)), "without its dates"
    expected = {
        "content-type": "video/mp4",
        "content-length": str(len(FILM)),
        "accept-ranges": "bytes",
        "cache-control": "private, max-age=31536000, immutable",
        "vary": "Authorization, Cookie",
        "content-security-policy": "default-src 'none'; sandbox",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "content-disposition": f'inline; filename="goodservices-{film[7:15]}.mp4"',
    }
    assert {name: shown.headers[name] for name in expected} == expected
    assert "content-encoding" not in shown.headers
    head = await anna.browser.head(film)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == str(len(FILM))


N = len(FILM)
RANGES = {
    "bytes=0-9": (206, 0, 10),
    "bytes=10-": (206, 10, N),
    "bytes=-5": (206, N - 5, N),
    f"bytes=5-{N * 9}": (206, 5, N),
    f"bytes=-{N * 9}": (206, 0, N),
    f"bytes={N - 1}-": (206, N - 1, N),
    f"bytes={N}-": (416, 0, 0),
    "bytes=-0": (416, 0, 0),
    f"bytes={'9' * 18}-": (416, 0, 0),
    "bytes=0-1,5-6": (200, 0, N),
    "bytes=" + ",".join(["0-"] * 1000): (200, 0, N),
    "bytes=9-5": (200, 0, N),
    "bytes=": (200, 0, N),
    "bytes=a-b": (200, 0, N),
    f"bytes={'9' * 5000}-": (200, 0, N),
    "lines=0-5": (200, 0, N),
    "0-5": (200, 0, N),
}


@pytest.mark.parametrize("asked", RANGES, ids=lambda asked: asked[:30])
async def test_a_part_of_a_film(anna: Reader, film: str, asked: str) -> None:
    status, start, end = RANGES[asked]
    whole = (await anna.browser.get(film)).content
    answer = await anna.browser.get(film, headers={"Range": asked})
    assert answer.status_code == status
    assert answer.content == (b"" if status == 416 else whole[start:end])
    if status == 206:
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{N}"
        assert answer.headers["content-type"] == "video/mp4"
    if status == 416:
        assert answer.headers["content-range"] == f"bytes */{N}"


async def test_a_part_is_only_of_the_file_that_was_begun(anna: Reader, film: str) -> None:
    tag = (await anna.browser.get(film)).headers["etag"]
    for condition, status in ((tag, 206), (f"W/{tag}", 200), ('"another"', 200)):
        answer = await anna.browser.get(film, headers={"Range": "bytes=0-1", "If-Range": condition})
        assert answer.status_code == status


async def test_what_a_browser_has_is_not_sent_again(anna: Reader) -> None:
    address = f"/files/{send(anna.actor)}"
    large, small = (await anna.browser.get(address)), (await anna.browser.get(f"{address}/small"))
    assert large.headers["etag"] != small.headers["etag"]
    for known in (large.headers["etag"], f'W/{large.headers["etag"]}, "x"'):
        answer = await anna.browser.get(address, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
    answer = await anna.browser.get(address, headers={"If-None-Match": small.headers["etag"]})
    assert answer.status_code == 200


async def test_a_thumbnail_is_small_and_films_have_none(anna: Reader, film: str) -> None:
    name = send(anna.actor, picture(size=(3000, 2000)))
    small = await anna.browser.get(f"/files/{name}/small")
    assert small.headers["content-type"] == "image/webp"
    assert len(small.content) < 10_000
    assert (await anna.browser.get(f"{film}/small")).status_code == 404


Situation = Callable[[dict[str, Reader]], str]


def unused(people: dict[str, Reader]) -> str:
    return send(people["anna"].actor)


def of_a_need(people: dict[str, Reader]) -> str:
    name = unused(people)
    lives.publish(people["anna"].actor, attachments=name)
    return name


SEEN: list[tuple[Situation, str]] = [(unused, "anna"), (of_a_need, "anna ben eve chief")]


@pytest.mark.parametrize(("situation", "seen_by"), SEEN, ids=["unused", "of a need"])
async def test_who_may_see_it(app: FastAPI, readers: dict[str, Reader], situation: Situation, seen_by: str) -> None:
    """The rest of the rules stands in tests/services/test_files.py; here, that each way in asks for them."""
    name = situation(readers)
    for who, reader in readers.items():
        status = 200 if who in seen_by.split() else 404
        token = {"Authorization": f"Bearer {token_of(reader.actor)}"}
        for address in (f"/files/{name}", f"/files/{name}/small"):
            for ask in (reader.browser.get, reader.browser.head):
                assert (await ask(address)).status_code == status, (who, address)
            async with browser(app) as program:
                for way in (program.get, program.head):
                    assert (await way(f"/api/v1{address}", headers=token)).status_code == status, (who, address)
    async with browser(app) as visitor:
        assert (await visitor.get(f"/files/{name}")).status_code == 401
        assert (await visitor.get(f"/api/v1/files/{name}")).status_code == 401


def token_of(actor: Actor) -> str:
    generation = lives.user(actor).token_generation
    return security.vault().access_tokens.issue(user_id=actor.user_id, username=actor.username, generation=generation)


ODD = [
    NOBODYS,
    "x",
    "a.jpg",
    "..%2f..%2fsecret_key",
    "%2e%2e%2fsecret_key",
    "..%5c..%5csecret_key",
    "%00.jpg",
    "0" * 32 + ".jpg%00.html",
    "0" * 32 + ".JPG",
    "0" * 32 + ".jpg%0a",
    "0" * 32 + ".svg",
    "０" * 32 + ".jpg",
    "x" * 5000,
    "'%20OR%201=1--",
]


@pytest.mark.parametrize("name", ODD, ids=lambda name: name[:40])
async def test_no_other_name_leads_anywhere(anna: Reader, disk: Path, name: str) -> None:
    (disk / "secret_key").parent.mkdir(exist_ok=True)
    (disk / "secret_key").write_text("told nobody")
    for address in (f"/files/{name}", f"/files/{name}/small"):
        answer = await anna.browser.get(address)
        assert answer.status_code == 404
        assert answer.headers["cache-control"] == "no-store"
        assert "told nobody" not in answer.text
    assert (await anna.browser.delete(f"/files/{name}")).status_code == 404
    assert (disk / "secret_key").exists()


async def test_a_file_that_is_missing_from_the_disk_is_not_found(anna: Reader, film: str, disk: Path) -> None:
    on(disk)[0].unlink()
    assert (await anna.browser.get(film)).status_code == 404


async def test_throwing_away(readers: dict[str, Reader], disk: Path) -> None:
    anna, ben = readers["anna"], readers["ben"]
    address, used = f"/files/{unused(readers)}", f"/files/{of_a_need(readers)}"
    discard: Callable[[Reader, str], Awaitable[httpx.Response]] = lambda who, what: who.browser.delete(what)  # noqa: E731
    assert (await discard(ben, address)).status_code == 404
    foreign = {"Origin": "https://evil.example"}
    assert (await anna.browser.delete(address, headers=foreign)).status_code == 403
    assert (await discard(anna, used)).status_code == 400
    assert (await discard(anna, address)).status_code == 204
    assert (await discard(anna, address)).status_code == 404
    assert len(on(disk)) == 2, "a photo and its thumbnail"


async def test_an_ended_session_sees_and_sends_nothing(anna: Reader, film: str) -> None:
    await anna.browser.post("/auth/logout")
    assert (await anna.browser.get(film)).status_code == 401
    assert (await anna.browser.post("/files", files={"file": picture()})).status_code == 401
    assert (await anna.browser.delete(film)).status_code == 401
