"""The privacy notice: open to visitors, made from the inventory, agreed to at registration, shown once to members."""

import re

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import Session

from gsapp import access, db
from gsapp.i18n import translator
from gsapp.models import User
from gsapp.queries.accounts import privacy_notice_due
from gsapp.schemas.accounts import RegisterForm, RegisterPageForm
from gsapp.schemas.forms import parse
from gsapp.schemas.personal_data import RULES, VERSION
from gsapp.services import accounts
from tests.pages.admin.test_admin_pages import app  # noqa: F401 - a fixture
from tests.support import lives
from tests.support.api.people import browser, member, sign_in

FORM = {
    "username": "dora",
    "id_type": "护照",
    "id_number": "E55555555",
    "name": "Dora",
    "phone": "13955555555",
    "password": "Kettle-72-Drum",
    "password_again": "Kettle-72-Drum",
}


def shown(answer: httpx.Response) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), answer.text)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
async def test_a_visitor_reads_every_rule_in_both_languages(app: FastAPI, language: str) -> None:  # noqa: F811
    t = translator(language)
    async with browser(app) as visitor:
        answer = await visitor.get("/privacy", headers={"Accept-Language": language})
        assert answer.status_code == 200
        for rule in RULES.values():
            assert t(rule.what) in shown(answer)
            assert t(rule.why) in shown(answer)
        form = await visitor.get("/register", headers={"Accept-Language": language})
        for page in (form, await visitor.get("/", headers={"Accept-Language": language})):
            assert "/privacy" in page.text


async def test_a_member_is_asked_until_the_notice_was_seen(app: FastAPI) -> None:  # noqa: F811
    asked = translator("en")("Please read what we store about you, and who sees it.")
    anna = db.read(access.actor_for, user_id=member("anna"))
    async with browser(app) as reader:
        await sign_in(reader)
        assert asked in shown(await reader.get("/", headers={"Accept-Language": "en"}))
        db.write(accounts.see_privacy_notice, anna)
        assert asked not in shown(await reader.get("/", headers={"Accept-Language": "en"}))


@pytest.mark.usefixtures("sqlite_database")
def test_the_browser_form_agrees_to_a_version_and_programs_to_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with lives.keys():
        by_page = db.write(accounts.register, form=parse(RegisterPageForm, FORM), password_hash="x")
        other = {"username": "emil", "id_number": "E66666666", "phone": "13966666666"}
        by_program = db.write(accounts.register, form=parse(RegisterForm, FORM | other), password_hash="y")

        def consent(session: Session, user_id: int) -> tuple[str | None, bool]:
            user = session.get_one(User, user_id)
            return user.consent_version, user.consent_at is not None

        assert db.read(consent, user_id=by_page) == (VERSION, True)
        assert db.read(consent, user_id=by_program) == (None, False)
        dora, emil = (db.read(access.actor_for, user_id=number) for number in (by_page, by_program))
        assert not db.read(privacy_notice_due, actor=dora)
        assert db.read(privacy_notice_due, actor=emil)
        db.write(accounts.see_privacy_notice, emil)
        assert not db.read(privacy_notice_due, actor=emil)
        monkeypatch.setattr("gsapp.queries.accounts.VERSION", "2")
        assert db.read(privacy_notice_due, actor=dora), "once more after a change"
