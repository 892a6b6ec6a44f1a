"""Reasons wherever they are read: those of the program in the reader's language, those of people as they were typed.

Pages, files, e-mails and the API, over the whole application.
"""

import html
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import update
from sqlmodel import Session, col, select

from gsapp import access, db
from gsapp.access import Actor
from gsapp.i18n import translator
from gsapp.models import History, Notification, Offer
from gsapp.queries.emails import email_envelope
from gsapp.schemas.needs import ReasonForm
from gsapp.services import accounts, offers
from gsapp.vocabulary import REASON_WORDS, ReasonCode, Role
from gsapp.workers.email_message import email_message
from tests.support import lives
from tests.support.api.calls import token_of
from tests.support.api.people import browser, make_settings, member, sign_in
from tests.support.news import set_email_address
from tests.support.pages.in_process import in_process

pytestmark = pytest.mark.slow

ZH = translator("zh-CN")
TYPED = ("Board", "Wonderful", REASON_WORDS[ReasonCode.NEED_CANCELLED])
"""What people typed; all of these are messages of the catalogue, too."""
EXPECTED = (*TYPED, *(ZH(REASON_WORDS[code]) for code in ReasonCode))
FOR_THE_VOLUNTEER = (
    "/inbox",
    "/my/offers",
    "/export/my-offers.csv",
    "/my-data.json",
    "/api/v1/notifications?size=100",
    "/api/v1/service-responses?size=100",
    "/api/v1/service-responses/my?size=100",
    "/api/v1/users/me/data",
)
FOR_COORDINATORS = ("/admin/history", "/admin/offers", "/export/all-offers.csv", "/export/history.csv")
OF_ONE = (
    "/needs/{need}",
    "/offers/{offer}",
    "/api/v1/service-responses/{offer}",
    "/api/v1/service-requests/{need}/responses",
)


@pytest.fixture
async def app(tmp_path: Path, sqlite_database: db.Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FastAPI]:
    """The application with its real pages."""
    settings = make_settings(tmp_path, throttle=False)
    async with in_process(settings, monkeypatch) as app:
        yield app


@pytest.fixture
def ben(app: FastAPI) -> Actor:
    """Somebody whose offers were rejected for every reason there is."""
    anna = lives.person("anna")
    ben = db.read(access.actor_for, user_id=member("ben"))
    set_email_address(ben)
    for typed in TYPED:
        offer_id = lives.offer(ben, lives.publish(anna))
        db.write(offers.reject_offer, actor=anna, offer_id=offer_id, form=ReasonForm(reason=typed))
    for code in ReasonCode:
        offer_id = lives.offer(ben, lives.publish(anna))
        db.write(offers.reject_offer, actor=anna, offer_id=offer_id)
        db.write(give_reason, offer_id=offer_id, code=code)
    return ben


def give_reason(session: Session, *, offer_id: int, code: ReasonCode) -> None:
    session.exec(update(Offer).where(col(Offer.id) == offer_id).values(reason_code=code))
    session.exec(update(Notification).where(col(Notification.offer_id) == offer_id).values(reason_code=code))
    rejected = (col(History.offer_id) == offer_id, col(History.action) == "OfferRejected")
    session.exec(update(History).where(*rejected).values(reason_code=code))


async def shown(app: FastAPI, reader: Actor, address: str) -> str:
    """What is at an address for a Chinese reader."""
    async with browser(app) as client:
        client.headers["Accept-Language"] = "zh-CN"
        await sign_in(client, reader.username)
        if address.startswith("/api/"):
            client.headers["Authorization"] = f"Bearer {token_of(reader)}"
        answer = await client.get(address)
    assert answer.status_code == 200, answer.text
    if answer.headers["content-type"].startswith("application/json"):
        return json.dumps(answer.json(), ensure_ascii=False)
    return html.unescape(answer.text)


@pytest.mark.parametrize("address", FOR_THE_VOLUNTEER)
async def test_a_volunteer_reads_every_reason(app: FastAPI, ben: Actor, address: str) -> None:
    found = await shown(app, ben, address)
    assert [why for why in EXPECTED if why not in found] == []


@pytest.mark.parametrize("address", FOR_COORDINATORS)
async def test_coordinators_read_every_reason(app: FastAPI, ben: Actor, address: str) -> None:
    user_id = member("chief", 2)
    db.write(accounts.set_role, actor=None, user_id=user_id, role=Role.COORDINATOR)
    found = await shown(app, db.read(access.actor_for, user_id=user_id), address)
    assert [why for why in EXPECTED if why not in found] == []


@pytest.mark.parametrize("address", OF_ONE)
async def test_a_volunteer_reads_the_reason_of_one_offer(app: FastAPI, ben: Actor, address: str) -> None:
    with db.current().read_only() as session:
        offers = session.exec(select(Offer).order_by(col(Offer.id))).all()
    for offer, why in zip(offers, EXPECTED, strict=True):
        assert why in await shown(app, ben, address.format(need=offer.need_id, offer=offer.id)), why


def test_an_e_mail_says_every_reason(app: FastAPI, ben: Actor, tmp_path: Path) -> None:
    settings = make_settings(tmp_path, language="zh-CN", mail_from="GoodServices <help@example.org>")
    with db.current().read_only() as session:
        mine = session.exec(select(Notification.id).where(Notification.user_id == ben.user_id)).all()
        envelope = email_envelope(session, notification_ids=[each for each in mine if each])
    assert envelope is not None
    said = email_message(envelope, settings).get_content()
    assert [why for why in EXPECTED if why not in said] == []


def test_no_reason_of_the_program_is_the_same_in_both_languages() -> None:
    assert not [code for code in ReasonCode if ZH(REASON_WORDS[code]) == REASON_WORDS[code]]
    assert not [typed for typed in TYPED if ZH(typed) == typed]
