"""Upload streaming: size limit while receiving, one at a time, no parts left after an abort."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message, Scope

from gsapp.api import uploading
from gsapp.media import storage
from gsapp.schemas.files import MAX_BYTES
from gsapp.services import files
from tests.support.api.people import browser
from tests.support.samples import on, picture

MIB = 1024 * 1024
TOO_BIG = "This file is too big: at most 10 MB each."
ONE = "Please send one file at a time."
NONE = "Please choose a photo or a video."
NOT_WHOLE = "The file did not arrive whole. Please try again."
FORM = {"Content-Type": "multipart/form-data; boundary=xxx"}
HEAD = b'--xxx\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
END = b"\r\n--xxx--\r\n"


async def sent_by(app: FastAPI, reader: httpx.AsyncClient, *messages: Message, **headers: str) -> tuple[int, str, int]:
    """What a client sees that sends these messages: status, sentence, and how many of the messages were taken."""
    cookies = "; ".join(f"{name}={value}" for name, value in reader.cookies.items())
    given = FORM | {"Host": "localhost:8080", "Origin": "http://localhost:8080", "Cookie": cookies} | headers
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": "/files",
        "raw_path": b"/files",
        "query_string": b"",
        "scheme": "http",
        "http_version": "1.1",
        "server": ("localhost", 8080),
        "client": ("203.0.113.7", 50000),
        "headers": [
            (name.lower().encode(), value.encode()) for name, value in (given | {"Accept-Language": "en"}).items()
        ],
    }
    left, statuses, body = list(messages), [], bytearray()

    async def receive() -> Message:
        return left.pop(0) if left else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        statuses.extend([message["status"]] if "status" in message else [])
        body.extend(message.get("body", b""))

    await app(scope, receive, send)
    return statuses[0], body.decode(), len(messages) - len(left)


def pieces(*bodies: bytes) -> list[Message]:
    return [{"type": "http.request", "body": body, "more_body": True} for body in bodies]


async def test_five_gigabytes_are_refused_before_one_byte_is_read(
    app: FastAPI, reader: httpx.AsyncClient, disk: Path
) -> None:
    for length in (str(5 * 1024**3), "9" * 5000):
        headers = {"Content-Length": length}
        assert (await sent_by(app, reader, *pieces(HEAD, b"x"), **headers))[::2] == (
            413 if len(length) > 99 else 400,
            0,
        )
    assert on(disk) == []


async def test_what_claims_to_be_short_is_counted_all_the_same(
    app: FastAPI, reader: httpx.AsyncClient, disk: Path
) -> None:
    endless = pieces(HEAD, *[b"x" * MIB] * 50)
    for headers in ({}, {"Content-Length": "100"}, {"Content-Length": "many"}):
        status, sentence, taken = await sent_by(app, reader, *endless, **headers)
        assert (status, sentence) == (400, TOO_BIG)
        assert taken <= 12
    assert on(disk) == []


async def test_what_surrounds_the_file_counts_too(app: FastAPI, reader: httpx.AsyncClient, disk: Path) -> None:
    other = b'--xxx\r\nContent-Disposition: form-data; name="other"\r\n\r\n'
    status, sentence, taken = await sent_by(app, reader, *pieces(other, *[b"x" * MIB] * 50))
    assert (status, sentence) == (400, TOO_BIG)
    assert taken <= 12


async def test_ten_megabytes_are_taken(reader: httpx.AsyncClient) -> None:
    whole = picture().ljust(MAX_BYTES, b"\0")
    assert (await reader.post("/files", files={"file": ("a.jpg", whole)})).status_code == 200


async def test_of_a_file_that_breaks_off_nothing_is_left(app: FastAPI, reader: httpx.AsyncClient, disk: Path) -> None:
    begun = pieces(HEAD, b"x" * MIB, b"x" * MIB)
    assert (await sent_by(app, reader, *begun))[:2] == (400, NOT_WHOLE)
    unfinished = [*pieces(HEAD, picture()), {"type": "http.request", "body": b"", "more_body": False}]
    assert (await sent_by(app, reader, *unfinished))[:2] == (400, NOT_WHOLE)
    assert on(disk) == []


async def test_nobody_may_keep_the_line_open_without_sending(
    app: FastAPI, reader: httpx.AsyncClient, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "STALL_TIMEOUT", 0.05)

    async def slowly() -> AsyncIterator[bytes]:
        yield HEAD
        await asyncio.sleep(60)

    answer = await reader.post("/files", content=slowly(), headers=FORM)
    assert (answer.status_code, answer.text) == (400, NOT_WHOLE)
    assert on(disk) == []


BODIES = {
    "two files": (HEAD + b"x\r\n" + HEAD + b"x" + END, ONE),
    "a thousand parts": (b'--xxx\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * 1000 + HEAD + END, ONE),
    "no file": (b'--xxx\r\nContent-Disposition: form-data; name="a"\r\n\r\nx' + END, NONE),
    "no parts": (b"--xxx--\r\n", NONE),
    "another boundary": (b"--yyy\r\n\r\nx\r\n--yyy--\r\n", NOT_WHOLE),
    "header lines without end": (b"--xxx\r\nContent-Disposition: " + b"x" * 100_000 + END, NOT_WHOLE),
    "a thousand header lines": (b"--xxx\r\n" + b"X-A: b\r\n" * 1000 + b"\r\nx" + END, NOT_WHOLE),
    "nothing": (b"", NOT_WHOLE),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_a_form_that_is_none_of_ours_is_refused(
    reader: httpx.AsyncClient, disk: Path, body: tuple[bytes, str]
) -> None:
    answer = await reader.post("/files", content=body[0], headers=FORM)
    assert (answer.status_code, answer.text) == (400, body[1])
    assert on(disk) == []


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "image/jpeg",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 71,
        "multipart/mixed; boundary=xxx",
    ],
)
async def test_what_is_no_form_is_refused(reader: httpx.AsyncClient, disk: Path, kind: str) -> None:
    answer = await reader.post("/files", content=HEAD + picture() + END, headers={"Content-Type": kind})
    assert (answer.status_code, answer.text) == (400, NONE)
    assert on(disk) == []


async def test_other_fields_do_not_matter(reader: httpx.AsyncClient) -> None:
    answer = await reader.post("/files", data={"a": "b", "c": "d" * 1000}, files={"file": picture()})
    assert answer.status_code == 200


async def test_visitors_and_other_sites_send_nothing(app: FastAPI, reader: httpx.AsyncClient, disk: Path) -> None:
    async with browser(app) as visitor:
        assert (await visitor.post("/files", files={"file": picture()})).status_code == 401
    foreign = {"Origin": "https://evil.example"}
    assert (await reader.post("/files", files={"file": picture()}, headers=foreign)).status_code == 403
    assert on(disk) == []


async def test_a_member_may_have_20_files_that_are_used_nowhere(reader: httpx.AsyncClient, disk: Path) -> None:
    sent = [await reader.post("/files", files={"file": picture(size=(8, 8))}) for _ in range(files.MAX_UNUSED_FILES)]
    assert {answer.status_code for answer in sent} == {200}
    before = on(disk)
    refused = await reader.post("/files", files={"file": picture()})
    assert refused.status_code == 400
    assert refused.text.startswith("You have 20 files that are not used anywhere yet.")
    assert on(disk) == before
    await reader.delete(sent[0].json()["url"])
    assert (await reader.post("/files", files={"file": picture()})).status_code == 200


async def test_who_sends_without_end_is_slowed_down(reader: httpx.AsyncClient, disk: Path) -> None:
    for _ in range(40):
        assert (await reader.post("/files", files={"file": b"x"})).status_code == 400
    refused = await reader.post("/files", files={"file": b"x"})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0


async def test_only_so_many_at_once(
    app: FastAPI, reader: httpx.AsyncClient, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "MAX_CONCURRENT_PER_USER", 2)
    go_on = asyncio.Event()

    async def waiting() -> AsyncIterator[bytes]:
        yield HEAD + picture()
        await go_on.wait()
        yield END

    both = [asyncio.create_task(reader.post("/files", content=waiting(), headers=FORM)) for _ in range(2)]
    await until(lambda: uploading._running.total() == 2)
    assert (await reader.post("/files", files={"file": picture()})).status_code == 503
    go_on.set()
    assert [answer.status_code for answer in await asyncio.gather(*both)] == [200, 200]


async def until(it_is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not it_is_so():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)


async def test_a_full_disk_is_said_before_anything_is_read(
    app: FastAPI,
    reader: httpx.AsyncClient,
    disk: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(storage, "SPARE_BYTES", 10**18)
    status, sentence, taken = await sent_by(app, reader, *pieces(HEAD))
    assert (status, taken) == (503, 0)
    assert sentence.startswith("There is no room")
    assert "uploads refused" in caplog.text, "whoever looks after the machine is told, too"
