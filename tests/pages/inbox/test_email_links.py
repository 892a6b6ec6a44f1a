"""The links in letters open without signing in; only a press or a mail program's POST ends anything."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from gsapp import access, db
from gsapp.access import Actor
from gsapp.flows import email_links
from gsapp.models import User
from gsapp.queries import inbox as inbox_queries
from gsapp.schemas.inbox import AddressForm
from gsapp.services import inbox, suspension
from gsapp.vocabulary import NotificationTopic
from tests.support.api.people import browser, make_settings, member, sign_in
from tests.support.news import set_email_address
from tests.support.pages.in_process import in_process

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def app(tmp_path: Path, sqlite_database: db.Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FastAPI]:
    """The application with its real pages."""
    settings = make_settings(tmp_path, throttle=False, smtp_url="smtp://localhost", mail_from="help@example.org")
    async with in_process(settings, monkeypatch) as app:
        yield app


@pytest.fixture
def anna(app: FastAPI) -> Actor:
    return db.read(access.actor_for, user_id=member("anna"))


def ended(reader: Actor) -> set[NotificationTopic]:
    found = db.read(inbox_queries.notification_preferences, actor=reader)
    return {preference.topic for preference in found if not preference.by_mail}


@pytest.mark.parametrize("suspended", [False, True])
async def test_one_click_ends_letters_without_signing_in_and_a_visit_does_not(
    app: FastAPI, anna: Actor, suspended: bool
) -> None:
    set_email_address(anna)
    if suspended:
        db.write(suspension.suspend_account, actor=None, user_id=anna.user_id, reason="so")
    path = email_links.unsubscribe_path(anna.user_id, "anna@example.org", [NotificationTopic.THANKS])
    async with browser(app) as stranger:
        page = await stranger.get(path)
        assert page.status_code == 200
        assert "No more letters about: Thanks" in page.text
        assert "anna@example.org" not in page.text
        assert ended(anna) == set(), "scanners of letters follow links"
        del stranger.headers["Origin"]
        for headers in ({}, {"Origin": "https://mail.example"}):
            answer = await stranger.post(path, data=ONE_CLICK, headers=headers)
            assert (answer.status_code, dict(answer.cookies)) == (200, {}), "no redirect, no session"
        assert ended(anna) == {NotificationTopic.THANKS}
        assert "No letters of this kind" in (await stranger.get(path)).text


async def test_forged_links_end_and_confirm_nothing(app: FastAPI, anna: Actor) -> None:
    set_email_address(anna)
    path = email_links.unsubscribe_path(anna.user_id, "anna@example.org", [])
    async with browser(app) as stranger:
        for forged in (path[:-1], path + "x", "/unsubscribe/x"):
            assert (await stranger.post(forged, data=ONE_CLICK)).status_code == 404
            assert (await stranger.get(forged)).status_code == 404
        assert (await stranger.get("/email/x")).status_code == 410
    assert db.read(inbox_queries.email_addresses, actor=anna).confirmed == "anna@example.org"


@pytest.mark.parametrize(("language", "words"), [("en", "Yes, send it here"), ("zh-CN", "好，发到这里")])
async def test_the_page_that_confirms_opens_in_both_languages_and_a_visit_confirms_nothing(
    app: FastAPI, anna: Actor, language: str, words: str
) -> None:
    db.write(inbox.set_email_address, actor=anna, form=AddressForm(email="anna@example.org"))
    with db.current().read_only() as session:
        path = email_links.confirmation_path(anna.user_id, session.get_one(User, anna.user_id).email_pending_key or "")
    async with browser(app) as stranger:
        page = await stranger.get(path, headers={"Accept-Language": language})
    assert page.status_code == 200
    assert words in page.text
    assert db.read(inbox_queries.email_addresses, actor=anna).confirmed == ""


async def test_the_settings_show_the_address_that_waits(app: FastAPI, anna: Actor) -> None:
    db.write(inbox.set_email_address, actor=anna, form=AddressForm(email="anna@example.org"))
    async with browser(app) as reader:
        await sign_in(reader)
        page = (await reader.get("/inbox/settings")).text
    assert "Not confirmed yet: anna@example.org" in page
    assert "Send the letter again" in page


async def test_a_visit_stores_the_language_that_the_browser_asked_for_until_one_is_chosen(
    app: FastAPI, anna: Actor
) -> None:
    def languages() -> tuple[str | None, str | None]:
        with db.current().read_only() as session:
            user = session.get_one(User, anna.user_id)
            return user.language, user.reading_language

    async with browser(app) as reader:
        await sign_in(reader)
        for asked in ("zh-CN", "en"):
            await reader.get("/profile", headers={"Accept-Language": asked})
            assert languages() == (None, asked)
        await reader.post("/auth/preferences", data={"lang": "zh-CN"})
        await reader.get("/profile", headers={"Accept-Language": "en"})
        assert languages() == ("zh-CN", "zh-CN")
