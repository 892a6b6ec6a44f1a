"""Reading one's own news, and only one's own; what waits for a decision is never out of date."""

from datetime import timedelta
from typing import Any

import pytest

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.errors import NotFound
from gsapp.queries import inbox as inbox_queries
from gsapp.schemas.inbox import Decision, NotificationFilter, NotificationPreferencesForm
from gsapp.services import accounts, inbox, matches, needs, offers
from gsapp.vocabulary import NotificationTopic, Role
from tests.support import lives
from tests.support.lives import NO_REASON, accept, matched, nothing_changes, offer, people, publish, refused, reported
from tests.support.news import rung

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]


def ids(reader: Actor, **filter: Any) -> list[int]:
    return [
        row.id for row in db.read(inbox_queries.notifications, actor=reader, filter=NotificationFilter(**filter)).items
    ]


def unread(reader: Actor) -> int:
    return db.read(inbox_queries.unread, actor=reader)


def decisions(reader: Actor) -> list[Decision]:
    return list(db.read(inbox_queries.decisions, actor=reader))


def with_offers(count: int) -> tuple[Actor, list[int]]:
    """Anna, and her news of as many offers to one need, the newest first."""
    anna = lives.person("anna")
    need_id = publish(anna)
    for number in range(count):
        offer(lives.person(f"helper{number}"), need_id)
    return anna, ids(anna)


def test_the_newest_stands_first_and_pages_have_no_gap() -> None:
    anna, all_of_them = with_offers(5)
    assert all_of_them == sorted(all_of_them, reverse=True)
    assert ids(anna, size=2) + ids(anna, size=2, page=2) + ids(anna, size=2, page=3) == all_of_them
    page = db.read(inbox_queries.notifications, actor=anna, filter=NotificationFilter(size=2, page=3))
    assert (page.total, page.unread, page.pages) == (5, 5, 3)


def test_reading_one_lowers_the_number_on_the_bell_once() -> None:
    anna, (newest, *_) = with_offers(3)
    with rung() as bells:
        db.write(inbox.mark_read, actor=anna, notification_id=newest)
        db.write(inbox.mark_read, actor=anna, notification_id=newest)
    assert bells == [anna.user_id]
    assert unread(anna) == 2
    assert newest not in ids(anna, unread=True)
    assert newest in ids(anna)


def test_somebody_elses_news_cannot_be_read_nor_marked() -> None:
    _, (newest, *_) = with_offers(1)
    eve = lives.person("eve")
    refused(NotFound, inbox.mark_read, actor=eve, notification_id=newest)
    lives.refused_for_hostile_ids(NotFound, "notification_id", inbox.mark_read, actor=eve)
    with pytest.raises(NotFound):
        db.read(inbox_queries.one_notification, actor=eve, notification_id=newest)
    with nothing_changes():
        assert db.write(inbox.mark_all_read, actor=eve) == 0
        db.write(inbox.mark_seen, actor=eve, need_id=1)


def test_all_that_was_seen_is_marked_read_and_what_came_after_it_stays() -> None:
    anna, (newest, older, *_) = with_offers(3)
    assert db.write(inbox.mark_all_read, actor=anna, up_to=older) == 2
    assert ids(anna, unread=True) == [newest]
    assert db.write(inbox.mark_all_read, actor=anna) == 1
    assert unread(anna) == 0


@pytest.mark.parametrize("up_to", lives.HOSTILE_IDS)
def test_any_number_may_be_said_to_be_the_last_one_seen(up_to: int) -> None:
    anna, _ = with_offers(1)
    assert db.write(inbox.mark_all_read, actor=anna, up_to=up_to) in (0, 1)


def test_looking_at_a_need_reads_what_is_about_it_and_nothing_else() -> None:
    anna, ben = people("anna", "ben")
    one, other = publish(anna), publish(anna)
    offer(ben, one)
    offer(ben, other)
    db.write(accounts.set_role, actor=None, user_id=anna.user_id, role=Role.COORDINATOR)
    assert db.read(inbox_queries.unread_about, actor=anna, need_id=one)
    db.write(inbox.mark_seen, actor=anna, need_id=one)
    assert not db.read(inbox_queries.unread_about, actor=anna, need_id=one)
    assert unread(anna) == 2
    db.write(inbox.mark_seen, actor=anna, need_id=None)
    assert unread(anna) == 1
    assert db.read(inbox_queries.unread_about, actor=anna, need_id=other)
    assert not db.read(inbox_queries.unread_about, actor=anna, need_id=None)


def test_wishes_are_kept_and_everything_is_wanted_until_then() -> None:
    anna = lives.person("anna")
    assert all(wish.in_inbox and wish.by_mail for wish in db.read(inbox_queries.notification_preferences, actor=anna))
    for in_inbox, by_mail in (([NotificationTopic.HELP], list(NotificationTopic)), (list(NotificationTopic), [])):
        db.write(
            inbox.set_notification_preferences,
            actor=anna,
            form=NotificationPreferencesForm(in_inbox=in_inbox, by_mail=by_mail),
        )
        stored = db.read(inbox_queries.notification_preferences, actor=anna)
        assert [wish.topic for wish in stored] == list(NotificationTopic)
        assert [wish.topic for wish in stored if wish.in_inbox] == in_inbox
        assert [wish.topic for wish in stored if wish.by_mail] == by_mail


def test_offers_wait_for_the_author_while_one_can_be_chosen() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id = publish(anna)
    first, _ = offer(ben, need_id), offer(cleo, need_id)
    assert decisions(anna) == [Decision(need_id=need_id, title="The kitchen pipe leaks", offers=2)]
    assert decisions(ben) == []
    match_id = accept(anna, first)
    assert decisions(anna) == [], "nobody can be chosen now"
    db.write(matches.drop_out, actor=ben, match_id=match_id, form=NO_REASON)
    assert [decision.offers for decision in decisions(anna)] == [1]
    db.write(needs.cancel_need, actor=anna, need_id=need_id, form=NO_REASON)
    assert decisions(anna) == []


def test_an_offer_taken_back_and_a_need_past_its_end_wait_no_more() -> None:
    anna, ben = people("anna", "ben")
    with clock.at(lives.NOON) as move:
        db.write(offers.withdraw_offer, actor=ben, offer_id=offer(ben, publish(anna)))
        assert decisions(anna) == []
        offer(ben, publish(anna))
        assert len(decisions(anna)) == 1
        move(timedelta(days=9))
        assert decisions(anna) == [], "also before the clock has closed it"


def test_help_reported_done_waits_for_the_author_to_confirm() -> None:
    anna, ben = people("anna", "ben")
    life = reported(anna, ben)
    matched(ben, anna)
    assert decisions(anna) == [Decision(need_id=life.need, title="The kitchen pipe leaks", name="ben")]
    db.write(matches.confirm_done, actor=anna, match_id=life.match)
    assert (decisions(anna), decisions(ben)) == ([], [])
