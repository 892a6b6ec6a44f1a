"""A password link for another coordinator needs the consent of a second one."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gsapp import db
from gsapp.access import Actor, CoordinatorsOnly
from gsapp.services import accounts, link_consents
from gsapp.services.admin_password_links import issue_password_link
from gsapp.services.link_consents import ConsentNeeded, NothingToAgree
from gsapp.vocabulary import NotificationKind, Role
from tests.support.lives import coordinator, person, refused
from tests.support.news import kinds

pytestmark = [pytest.mark.usefixtures("database", "keys"), pytest.mark.rules]


@pytest.fixture
def three(wait: Callable[[timedelta], None]) -> tuple[Actor, Actor, Actor]:
    return coordinator("asker"), coordinator("second"), coordinator("owner")


def test_with_the_consent_of_another_one_link_can_be_made(three: tuple[Actor, Actor, Actor]) -> None:
    asker, second, owner = three
    given = {"user_id": owner.user_id}
    refused(ConsentNeeded, issue_password_link, actor=asker, token_hash="1" * 64, **given)
    db.write(link_consents.ask_consent, actor=asker, **given)
    assert kinds(second)[-1] is kinds(owner)[-1] is NotificationKind.LINK_CONSENT_ASKED
    refused(ConsentNeeded, issue_password_link, actor=asker, token_hash="1" * 64, **given)
    for who in (asker, owner):
        refused(NothingToAgree, link_consents.give_consent, actor=who, **given)
    db.write(link_consents.give_consent, actor=second, **given)
    refused(ConsentNeeded, issue_password_link, actor=second, token_hash="1" * 64, **given)
    db.write(issue_password_link, actor=asker, token_hash="1" * 64, **given)
    refused(ConsentNeeded, issue_password_link, actor=asker, token_hash="2" * 64, **given)


def test_consent_ends_after_a_day_and_with_the_role_of_who_gave_it(
    three: tuple[Actor, Actor, Actor], wait: Callable[[timedelta], None]
) -> None:
    asker, second, owner = three
    given = {"user_id": owner.user_id}
    db.write(link_consents.ask_consent, actor=asker, **given)
    db.write(link_consents.give_consent, actor=second, **given)
    db.write(accounts.set_role, actor=None, user_id=second.user_id, role=Role.MEMBER)
    refused(ConsentNeeded, issue_password_link, actor=asker, token_hash="1" * 64, **given)
    db.write(accounts.set_role, actor=None, user_id=second.user_id, role=Role.COORDINATOR)
    wait(timedelta(hours=24))
    refused(ConsentNeeded, issue_password_link, actor=asker, token_hash="1" * 64, **given)


def test_for_members_none_is_needed_or_possible(three: tuple[Actor, Actor, Actor]) -> None:
    asker, second, _ = three
    anna = person("anna")
    refused(NothingToAgree, link_consents.ask_consent, actor=asker, user_id=anna.user_id)
    refused(NothingToAgree, link_consents.ask_consent, actor=asker, user_id=asker.user_id)
    refused(NothingToAgree, link_consents.give_consent, actor=second, user_id=anna.user_id)
    refused(CoordinatorsOnly, link_consents.ask_consent, actor=anna, user_id=second.user_id)
    db.write(issue_password_link, actor=asker, user_id=anna.user_id, token_hash="1" * 64)
