"""What a visit leaves behind: a session that lives on, a language that follows its member."""

from datetime import UTC, datetime, timedelta

import httpx

from gsapp import clock
from tests.support.api.people import member, sign_in, who

NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)


async def test_whoever_comes_by_stays_signed_in_and_whoever_stays_away_does_not(visitor: httpx.AsyncClient) -> None:
    with clock.at(NOON) as move:
        member("anna")
        await sign_in(visitor)
        move(timedelta(hours=300))
        assert (await visitor.get("/members")).status_code == 200
        move(timedelta(hours=300))  # more than the 336 of a session since signing in, fewer since the last visit
        assert (await visitor.get("/members")).status_code == 200
        move(timedelta(hours=337))
        assert (await visitor.get("/members")).status_code == 303


async def test_a_visit_right_after_another_writes_nothing(visitor: httpx.AsyncClient) -> None:
    with clock.at(NOON) as move:
        member("anna")
        await sign_in(visitor)
        before = who(visitor)
        move(timedelta(minutes=9))
        await visitor.get("/members")
        assert who(visitor) == before


async def test_the_language_a_member_chose_follows_to_another_browser(visitor: httpx.AsyncClient) -> None:
    member("anna")
    await sign_in(visitor)
    await visitor.post("/auth/preferences", data={"lang": "zh-CN", "next": "/members"})
    del visitor.cookies["gs_lang"]
    response = await visitor.get("/members", headers={"Accept-Language": "en"})
    assert '<html lang="zh-CN"' in response.text
