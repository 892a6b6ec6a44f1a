"""An address counts once its owner has opened the link in a letter to it; until then it gets nothing else."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.flows import email_links
from gsapp.models import User
from gsapp.queries import inbox as inbox_queries
from gsapp.schemas.forms import parse
from gsapp.schemas.inbox import AddressForm, EmailAddresses
from gsapp.services import accounts, email_addresses, inbox, leaving, suspension
from gsapp.services.accounts import LinkUsed
from gsapp.services.email_addresses import CONFIRMATIONS_A_DAY, NothingToConfirm, TooManyConfirmations
from gsapp.vocabulary import NotificationKind, NotificationTopic
from gsapp.workers.outbox import OutboxWorker
from tests.support import lives
from tests.support.lives import offer, people, publish
from tests.support.news import kinds, letters, set_email_address
from tests.support.overlap import together
from tests.support.post import Office, post_office, settings_for

pytestmark = pytest.mark.usefixtures("database")
HOURS = timedelta(hours=1)


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys():
        yield


@pytest.fixture
def anna() -> Actor:
    [anna] = people("anna")
    return anna


def give(member: Actor, address: str) -> None:
    db.write(inbox.set_email_address, actor=member, form=parse(AddressForm, {"email": address}))


def addresses(member: Actor) -> tuple[str, str]:
    found: EmailAddresses = db.read(inbox_queries.email_addresses, actor=member)
    return found.confirmed, found.pending


def deliver(office: Office, url: str) -> list[str]:
    """To whom letters go now."""
    before = len(office.to)
    OutboxWorker(settings_for(url)).deliver()
    return office.to[before:]


def link(office: Office) -> str:
    """The signed part of the link in the last letter."""
    found = re.search(r"https://help\.example\.org/email/(\S+)", office.text())
    assert found is not None
    return found[1]


def test_an_address_gets_news_only_after_its_owner_has_opened_the_link(anna: Actor) -> None:
    [ben] = people("ben")
    with post_office() as (office, url):
        give(anna, "anna@example.org")
        offer(ben, publish(anna))
        assert deliver(office, url) == ["anna@example.org"], "one letter, that asks"
        assert office.letters[0]["Subject"] == "Please confirm this e-mail address."
        assert addresses(anna) == ("", "anna@example.org")
        email_links.confirm(link(office))
        assert addresses(anna) == ("anna@example.org", "")
        offer(ben, publish(anna))
        assert deliver(office, url) == ["anna@example.org"]
    assert "ben offers to help" in office.letters[1]["Subject"]


def test_the_letter_that_asks_says_for_which_account_and_is_no_news_of_the_inbox(anna: Actor) -> None:
    with post_office() as (office, url):
        give(anna, "stranger@example.org")
        deliver(office, url)
    assert "The account anna asks" in office.text()
    assert office.letters[0]["To"] == "stranger@example.org"
    assert kinds(anna) == [NotificationKind.EMAIL_CHANGED]


def test_a_flood_of_steps_sends_a_stranger_one_letter(anna: Actor) -> None:
    [ben] = people("ben")
    with post_office() as (office, url):
        give(anna, "victim@example.org")
        for _ in range(30):
            offer(ben, publish(anna))
        assert deliver(office, url) == ["victim@example.org"]


def test_the_link_works_once_and_for_two_days(anna: Actor) -> None:
    with post_office() as (office, url), clock.at(clock.now()) as move:
        give(anna, "anna@example.org")
        deliver(office, url)
        first = link(office)
        move(email_links.VALID_HOURS * HOURS + timedelta(seconds=1))
        with pytest.raises(LinkUsed):
            email_links.confirm(first)
        db.write(email_addresses.send_confirmation_again, actor=anna)
        deliver(office, url)
        email_links.confirm(link(office))
        for used in (link(office), first, "forged", ""):
            with pytest.raises(LinkUsed):
                email_links.confirm(used)


def test_of_two_clicks_at_once_one_confirms(anna: Actor) -> None:
    give(anna, "anna@example.org")
    with db.current().read_only() as session:
        key = session.get_one(User, anna.user_id).email_pending_key or ""
    signed = email_links.confirmation_path(anna.user_id, key).removeprefix("/email/")
    outcomes = together([lambda: email_links.confirm(signed)] * 4)
    assert sum(isinstance(outcome, LinkUsed) for outcome in outcomes) == 3
    assert addresses(anna) == ("anna@example.org", "")


@pytest.mark.parametrize("then", [["other@example.org"], ["other@example.org", "anna@example.org"], [""]])
def test_a_changed_address_ends_the_link(anna: Actor, then: list[str]) -> None:
    with post_office() as (office, url):
        give(anna, "anna@example.org")
        deliver(office, url)
        first = link(office)
        for address in then:
            give(anna, address)
        with pytest.raises(LinkUsed):
            email_links.confirm(first)


def test_the_earlier_address_stays_until_the_new_one_is_confirmed(anna: Actor) -> None:
    [ben] = people("ben")
    set_email_address(anna)
    with post_office() as (office, url):
        give(anna, "new@example.org")
        offer(ben, publish(anna))
        assert sorted(deliver(office, url)) == ["anna@example.org", "anna@example.org", "new@example.org"]
        give(anna, "anna@example.org")
        assert addresses(anna) == ("anna@example.org", "")
    assert kinds(anna).count(NotificationKind.EMAIL_CHANGED) == 1, "what was taken back is no news"


def test_the_letter_that_asks_comes_three_times_a_day_at_most() -> None:
    with lives.keys(throttle=True):
        anna, ben, cleo = people("anna", "ben", "cleo")
        give(anna, "victim@example.org")
        for _ in range(CONFIRMATIONS_A_DAY - 1):
            give(anna, "victim@example.org")
        with pytest.raises(TooManyConfirmations):
            db.write(email_addresses.send_confirmation_again, actor=anna)
        with pytest.raises(TooManyConfirmations):
            give(anna, "another@example.org")
        for member, same in ((ben, "Victim@Example.org"), (cleo, "victim+news@example.org")):
            with pytest.raises(TooManyConfirmations):
                give(member, same)
    assert len(letters()) == CONFIRMATIONS_A_DAY


def test_nothing_is_sent_again_without_an_address_that_waits(anna: Actor) -> None:
    with pytest.raises(NothingToConfirm):
        db.write(email_addresses.send_confirmation_again, actor=anna)


def test_suspended_people_confirm_nothing(anna: Actor) -> None:
    with post_office() as (office, url):
        give(anna, "anna@example.org")
        deliver(office, url)
        db.write(suspension.suspend_account, actor=None, user_id=anna.user_id, reason="so")
        with pytest.raises(LinkUsed):
            email_links.confirm(link(office))


def unsubscribe_link(member: Actor, *topics: NotificationTopic, address: str = "anna@example.org") -> str:
    return email_links.unsubscribe_path(member.user_id, address, topics).removeprefix("/unsubscribe/")


def wanted(member: Actor) -> set[NotificationTopic]:
    found = db.read(inbox_queries.notification_preferences, actor=member)
    assert all(preference.in_inbox for preference in found)
    return {preference.topic for preference in found if preference.by_mail}


@pytest.mark.parametrize("suspended", [False, True])
def test_a_link_ends_its_topics_and_no_others(anna: Actor, suspended: bool) -> None:
    set_email_address(anna)
    if suspended:
        db.write(suspension.suspend_account, actor=None, user_id=anna.user_id, reason="so")
    signed = unsubscribe_link(anna, NotificationTopic.MY_NEEDS, NotificationTopic.THANKS)
    assert email_links.subscription(signed).active
    for _ in range(2):
        email_links.unsubscribe(signed)
    assert wanted(anna) == set(NotificationTopic) - {NotificationTopic.MY_NEEDS, NotificationTopic.THANKS}
    assert not email_links.subscription(signed).active
    assert addresses(anna) == ("anna@example.org", "")


@pytest.mark.parametrize("topics", [[], [NotificationTopic.THANKS]])
def test_everything_ends_with_the_address(anna: Actor, topics: list[NotificationTopic]) -> None:
    set_email_address(anna)
    email_links.unsubscribe(unsubscribe_link(anna, *topics), everything=True)
    assert addresses(anna) == ("", "")


def test_a_link_of_an_earlier_address_ends_nothing_of_the_present_one(anna: Actor) -> None:
    set_email_address(anna)
    signed = unsubscribe_link(anna, address="old@example.org")
    assert not email_links.subscription(signed).active
    email_links.unsubscribe(signed)
    assert addresses(anna) == ("anna@example.org", "")


def test_the_language_of_letters_is_the_chosen_one_else_the_one_seen(anna: Actor) -> None:
    set_email_address(anna)
    [ben] = people("ben")
    with post_office() as (office, url):
        db.write(accounts.see_language, actor=anna, language="zh-CN")
        offer(ben, publish(anna))
        deliver(office, url)
        assert "愿意来帮忙" in office.letters[0]["Subject"]
        db.write(accounts.set_language, actor=anna, language="en")
        db.write(accounts.see_language, actor=anna, language="zh-CN")
        with clock.at(clock.now() + timedelta(hours=1)):
            offer(ben, publish(anna))
            deliver(office, url)
        assert "offers to help" in office.letters[1]["Subject"]


def test_an_account_that_ends_leaves_no_address_behind(anna: Actor) -> None:
    give(anna, "anna@example.org")
    db.write(leaving.leave, actor=anna)
    with db.current().read_only() as session:
        user = session.get_one(User, anna.user_id)
    assert (user.email_pending, user.email_pending_key, user.seen_language) == (None, None, None)
