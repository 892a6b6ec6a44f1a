"""Text search with too many results: what the board and the API return."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gsapp import access, db
from gsapp.access import Actor
from gsapp.queries import need_search
from gsapp.queries.time_limit import TookTooLong
from tests.support.api.calls import token_of
from tests.support.api.people import browser, make_settings, member, sign_in
from tests.support.lives import publish
from tests.support.pages.in_process import in_process

SENTENCE = "Your words fit too many needs. Please add a place or a kind of help, or use other words."


@pytest.fixture
async def reader(
    tmp_path: Path, sqlite_database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    """A member at the real pages."""
    settings = make_settings(tmp_path, throttle=False)
    async with in_process(settings, monkeypatch) as app, browser(app) as client:
        member("anna")
        await sign_in(client)
        yield client


@pytest.fixture
def anna(reader: httpx.AsyncClient) -> Actor:
    return db.read(access.actor_for, user_id=1)


def stop(*_: Any) -> None:
    raise TookTooLong


async def asked(reader: httpx.AsyncClient, anna: Actor, query: str) -> tuple[int, Any]:
    address, token = f"/api/v1/service-requests?{query}", f"Bearer {token_of(anna)}"
    answer = await reader.get(address, headers={"Authorization": token})
    return answer.status_code, answer.json()


async def test_a_stopped_search_says_so_and_keeps_what_was_typed(
    reader: httpx.AsyncClient, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(anna, title="common words")
    monkeypatch.setattr(need_search._Search, "by_words", stop)
    page = await reader.get("/board?q=common+words&status=open")
    assert page.status_code == 200
    assert SENTENCE in page.text
    assert "common words" in page.text
    assert "Nothing fits" not in page.text
    status, answer = await asked(reader, anna, "q=common")
    assert (status, answer["message"], answer["detail"]["error"]) == (400, SENTENCE, "TooManyFit")


async def test_more_than_are_shown_are_told(
    reader: httpx.AsyncClient, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        publish(anna, title="common words")
    assert "3 needs found" in (await reader.get("/board?q=common")).text
    assert (await asked(reader, anna, "q=common"))[1]["data"]["capped"] is False
    monkeypatch.setattr(need_search.find, "__kwdefaults__", {**(need_search.find.__kwdefaults__ or {}), "most": 2})
    assert "More than 2 needs found" in (await reader.get("/board?q=words")).text
    status, answer = await asked(reader, anna, "q=words")
    assert (status, answer["data"]["total"], answer["data"]["capped"]) == (200, 2, True)
