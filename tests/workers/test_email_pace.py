"""E-mails to one member are gathered and limited; those about the security of the account are not."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.models import Notification
from gsapp.schemas.needs import ReasonForm
from gsapp.services import inbox, offers, suspension
from gsapp.services import outbox as messages
from gsapp.vocabulary import NotificationTopic, OutboxState
from gsapp.workers.outbox import OutboxWorker
from tests.support import lives
from tests.support.lives import offer, people, publish
from tests.support.news import letters, set_email_address, wish
from tests.support.overlap import together
from tests.support.post import Office, post_office, settings_for

pytestmark = pytest.mark.usefixtures("database")
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys():
        yield


@pytest.fixture
def anna() -> Actor:
    [anna] = people("anna")
    set_email_address(anna)
    return anna


def things_happen(reader: Actor, helper: Actor, count: int) -> None:
    for number in range(count):
        offer(helper, publish(reader, title=f"thing {number}"))


def deliver(office: Office, url: str) -> list[str]:
    """The subjects of what arrives now."""
    before = len(office.letters)
    OutboxWorker(settings_for(url)).deliver()
    return [letter["Subject"] for letter in office.letters[before:]]


def test_things_of_ten_minutes_are_one_letter_with_a_link_to_each(anna: Actor) -> None:
    [ben] = people("ben")
    with post_office() as (office, url), clock.at(clock.now()) as move:
        things_happen(anna, ben, 1)
        assert len(deliver(office, url)) == 1, "the first goes immediately"
        things_happen(anna, ben, 3)
        move(9 * MINUTE)
        assert deliver(office, url) == []
        move(MINUTE)
        assert deliver(office, url) == ["3 things have happened"]
        for need_id in (2, 3, 4):
            assert f"https://help.example.org/needs/{need_id}" in office.text()
        assert deliver(office, url) == []
    assert {letter.state for letter in letters()} == {OutboxState.SENT}


def test_a_flood_of_steps_is_two_letters(anna: Actor) -> None:
    [ben] = people("ben")
    with post_office() as (office, url), clock.at(clock.now()) as move:
        for _ in range(15):
            things_happen(anna, ben, 1)
            deliver(office, url)
        move(messages.GATHER)
        deliver(office, url)
    assert [letter["Subject"] for letter in office.letters][1:] == ["14 things have happened"]


def test_after_twenty_letters_of_a_day_one_says_that_it_is_the_last(anna: Actor) -> None:
    [ben] = people("ben")
    with post_office() as (office, url), clock.at(clock.now()) as move:
        for _ in range(messages.A_DAY + 3):
            things_happen(anna, ben, 1)
            deliver(office, url)
            move(messages.GATHER)
        assert len(office.letters) == messages.A_DAY + 1
        assert "This is the last letter today" in office.text()
        assert "This is the last letter today" not in office.letters[-2].get_content()
        move(messages.DAY)
        assert deliver(office, url) == ["2 things have happened"], "nothing is lost: it waits for the next day"


def test_letters_about_the_account_do_not_wait_and_are_not_gathered(anna: Actor) -> None:
    [ben] = people("ben")
    things_happen(anna, ben, 1)
    with post_office() as (office, url):
        assert len(deliver(office, url)) == 1
        things_happen(anna, ben, 1)
        db.write(suspension.suspend_account, actor=None, user_id=anna.user_id, reason="so")
        assert deliver(office, url) == ["Your account is suspended for now."]


def test_suspended_people_get_the_letter_about_it_and_no_other(anna: Actor) -> None:
    ben, cleo = people("ben", "cleo")
    set_email_address(ben)
    ended = offer(ben, publish(anna))
    with post_office() as (office, url):
        things_happen(anna, cleo, 1)
        for user_id in (anna.user_id, ben.user_id):
            db.write(suspension.suspend_account, actor=None, user_id=user_id, reason="so")
        db.write(offers.reject_offer, actor=anna, offer_id=ended, form=ReasonForm(reason=""))
        assert sorted(deliver(office, url)) == ["Your account is suspended for now."] * 2
    assert sorted(office.to) == ["anna@example.org", "ben@example.org"]


def test_a_topic_that_was_switched_off_in_between_gets_no_letter(anna: Actor) -> None:
    [ben] = people("ben")
    things_happen(anna, ben, 1)
    wish(anna, in_inbox=list(NotificationTopic), by_mail=[])
    with post_office() as (office, url):
        assert deliver(office, url) == []


def test_what_was_read_is_left_out_of_the_letter_and_costs_no_wait(anna: Actor) -> None:
    [ben] = people("ben")
    things_happen(anna, ben, 2)
    with post_office() as (office, url):
        db.write(inbox.mark_all_read, actor=anna)
        assert deliver(office, url) == []
        things_happen(anna, ben, 1)
        assert len(deliver(office, url)) == 1


def test_a_letter_that_the_server_refuses_for_now_is_tried_again_as_a_whole(anna: Actor) -> None:
    [ben] = people("ben")
    things_happen(anna, ben, 2)
    with post_office() as (office, url), clock.at(clock.now()) as move:
        office.data.append("451 later")
        assert deliver(office, url) == []
        move(messages.PAUSES[0])
        assert deliver(office, url) == ["2 things have happened"]


def test_a_clock_that_was_set_back_delays_no_letter_for_long(anna: Actor) -> None:
    [ben] = people("ben")
    with post_office() as (office, url):
        with clock.at(clock.now() + timedelta(days=300)):
            things_happen(anna, ben, 1)
            assert len(deliver(office, url)) == 1
        with clock.at(clock.now()) as move:
            offer(ben, publish(anna))
            deliver(office, url)
            move(messages.GATHER)
            deliver(office, url)
    assert len(office.letters) == 2


def test_of_two_processes_one_gathers_what_waits(anna: Actor) -> None:
    ben, cleo = people("ben", "cleo")
    set_email_address(cleo)
    things_happen(anna, ben, 6)
    things_happen(cleo, ben, 6)
    with post_office() as (office, url):
        together([OutboxWorker(settings_for(url)).deliver for _ in range(4)])
    assert sorted(office.to) == ["anna@example.org", "cleo@example.org"]
    assert {letter["Subject"] for letter in office.letters} == {"6 things have happened"}
    assert [letter.state for letter in letters()] == [OutboxState.SENT] * 12


def test_a_dead_process_loses_its_own_letter_and_no_later_one(anna: Actor) -> None:
    [ben] = people("ben")
    things_happen(anna, ben, 2)
    [first, _] = letters()
    assert db.write(messages.claim, notification_id=first.notification_id)
    with post_office() as (office, url), clock.at(clock.now()) as move:
        things_happen(anna, ben, 1)
        move(messages.GATHER)
        assert len(deliver(office, url)) == 1
        move(messages.STUCK)
        assert deliver(office, url) == []
    assert [letter.state for letter in letters()] == [OutboxState.GIVEN_UP] * 2 + [OutboxState.SENT]


def test_a_kind_of_a_newer_version_is_left_to_it_and_spoils_no_letter(anna: Actor) -> None:
    [ben] = people("ben")
    things_happen(anna, ben, 2)

    def rename(session: Session) -> None:
        first = session.exec(select(Notification)).first()
        assert first is not None
        first.kind = "of_tomorrow"

    db.write(rename)
    with post_office() as (office, url):
        assert len(deliver(office, url)) == 1
    assert [letter.state for letter in letters()] == [OutboxState.WAITING, OutboxState.SENT]
