"""Security notifications: whatever happens to an account, its owner learns it, also when the owner's session did it."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlmodel import col, update

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.flows import authentication, details, password_links
from gsapp.models import User
from gsapp.queries.emails import email_envelope
from gsapp.schemas.accounts import ProfileForm
from gsapp.schemas.forms import parse
from gsapp.schemas.inbox import AddressForm, EmailEnvelope
from gsapp.services import accounts, admin_people, browsers, inbox, link_consents, suspension
from gsapp.vocabulary import SECURITY_KINDS, NotificationKind
from tests.support import lives
from tests.support.lives import NO_REASON, coordinator, person
from tests.support.news import kinds, letters, set_email_address, wish

Step = Callable[[Actor, Actor], object]
"""Something that happens to the account of the first, done by the first or by the second, a coordinator."""


@pytest.fixture(autouse=True)
def some_keys(database: db.Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(details, "_later", lambda work: work())
    with lives.keys(), clock.at(lives.NOON):
        yield


def _change_password(owner: Actor, _: Actor) -> None:
    db.write(accounts.replace_password, actor=owner, password_hash="another")


def _issue_link(owner: Actor, chief: Actor) -> None:
    password_links.issue(chief, user_id=owner.user_id)


def _promote(owner: Actor, chief: Actor) -> None:
    db.write(admin_people.make_coordinator, actor=chief, user_id=owner.user_id)


def _demote(owner: Actor, chief: Actor) -> None:
    _promote(owner, chief)
    db.write(admin_people.make_member, actor=chief, user_id=owner.user_id)


def _promote_another(owner: Actor, chief: Actor) -> None:
    _promote(owner, chief)
    _promote(person("another"), chief)


def _suspend(owner: Actor, chief: Actor) -> None:
    db.write(suspension.suspend, actor=chief, user_id=owner.user_id, form=NO_REASON)


def _restore(owner: Actor, chief: Actor) -> None:
    _suspend(owner, chief)
    db.write(suspension.restore, actor=chief, user_id=owner.user_id, form=NO_REASON)


def _change_email(owner: Actor, _: Actor) -> None:
    db.write(inbox.set_email_address, actor=owner, form=AddressForm(email="thief@example.org"))


def _change_phone(owner: Actor, _: Actor) -> None:
    db.write(accounts.change_profile, actor=owner, form=parse(ProfileForm, {"phone": "13900000001"}))


def _use_another_browser(owner: Actor, _: Actor) -> None:
    for mark in ("first", "second"):
        db.write(browsers.remember_browser, user_id=owner.user_id, mark=mark)


def _try_number(owner: Actor, _: Actor) -> None:
    same = lives.registration("thief", phone=lives.user(owner).phone)
    with pytest.raises(accounts.DetailsTaken):
        authentication.register(form=same, address="203.0.113.7")


def _ask_consent(owner: Actor, chief: Actor) -> None:
    _promote(owner, chief)
    db.write(link_consents.ask_consent, actor=chief, user_id=owner.user_id)


STEPS: dict[NotificationKind, Step] = {
    NotificationKind.PASSWORD_CHANGED: _change_password,
    NotificationKind.PASSWORD_LINK_ISSUED: _issue_link,
    NotificationKind.MADE_COORDINATOR: _promote,
    NotificationKind.MADE_MEMBER: _demote,
    NotificationKind.COORDINATOR_ADDED: _promote_another,
    NotificationKind.SUSPENDED: _suspend,
    NotificationKind.RESTORED: _restore,
    NotificationKind.EMAIL_CHANGED: _change_email,
    NotificationKind.PHONE_CHANGED: _change_phone,
    NotificationKind.DETAILS_TRIED: _try_number,
    NotificationKind.LINK_CONSENT_ASKED: _ask_consent,
    NotificationKind.NEW_BROWSER: _use_another_browser,
}


def envelopes() -> list[EmailEnvelope]:
    """The e-mails in the outbox, as they would be sent now."""
    found = [db.read(email_envelope, notification_ids=[row.notification_id]) for row in letters()]
    return [one for one in found if one]


def test_each_security_kind_is_tried_here() -> None:
    assert set(STEPS) == set(SECURITY_KINDS)


@pytest.mark.parametrize("kind", list(STEPS), ids=lambda kind: kind.value)
def test_the_owner_gets_it_in_the_inbox_and_by_mail_although_every_topic_is_switched_off(
    kind: NotificationKind,
) -> None:
    owner, chief = person("owner"), coordinator()
    set_email_address(owner)
    wish(owner, in_inbox=[], by_mail=[])
    STEPS[kind](owner, chief)
    assert kinds(owner)[-1] is kind
    sent = envelopes()
    assert [one.address for one in sent if one.notifications[0].kind is kind] == ["owner@example.org"]


def test_a_thief_can_neither_read_the_news_away_nor_divert_it() -> None:
    owner = person("owner")
    set_email_address(owner)
    _change_password(owner, owner)
    db.write(inbox.mark_all_read, actor=owner)
    _change_email(owner, owner)
    db.write(inbox.mark_all_read, actor=owner)
    sent = envelopes()
    assert [(one.address, one.notifications[0].kind) for one in sent] == [
        ("owner@example.org", NotificationKind.PASSWORD_CHANGED),
        ("owner@example.org", NotificationKind.EMAIL_CHANGED),
        ("thief@example.org", NotificationKind.CONFIRM_ADDRESS),
    ]


def test_without_an_address_the_inbox_has_it_alone() -> None:
    owner = person("owner")
    _change_password(owner, owner)
    assert kinds(owner) == [NotificationKind.PASSWORD_CHANGED]
    assert letters() == []


def test_the_browser_of_the_registration_is_no_news_and_a_known_one_neither() -> None:
    owner = person("owner")
    for _ in range(2):
        db.write(browsers.remember_browser, user_id=owner.user_id, mark="first")
    assert kinds(owner) == []


def test_the_first_sign_in_to_an_old_account_is_news() -> None:
    owner = person("owner")
    with db.current().transaction() as session:
        of_old = clock.now() - timedelta(days=2)
        session.exec(update(User).where(col(User.id) == owner.user_id).values(registered_at=of_old))
    db.write(browsers.remember_browser, user_id=owner.user_id, mark="first")
    assert kinds(owner) == [NotificationKind.NEW_BROWSER]


def test_of_many_browsers_the_latest_are_remembered() -> None:
    owner = person("owner")
    with clock.at(lives.NOON) as move:
        for number in range(browsers.MAX_KNOWN + 2):
            db.write(browsers.remember_browser, user_id=owner.user_id, mark=f"{number:03d}")
            move(timedelta(minutes=1))
    known = [
        number
        for number in range(browsers.MAX_KNOWN + 2)
        if db.read(browsers.is_known, user_id=owner.user_id, mark=f"{number:03d}")
    ]
    assert known == list(range(2, browsers.MAX_KNOWN + 2))
