"""Removing a need: its texts are deleted, and running matches end."""

import pytest

from gsapp import access, db, events
from gsapp.access import Actor, CoordinatorsOnly, NoSuchNeed
from gsapp.models import History, Match, Need, Offer, TakenDownNeed
from gsapp.schemas.admin import WhyForm
from gsapp.services import needs
from gsapp.services.admin_needs import TAKEN_DOWN_TITLE, AlreadyTakenDown, take_down_need
from gsapp.vocabulary import MatchState, NeedState, OfferState
from tests.support import lives
from tests.support.lives import NO_REASON, coordinator, facts, people, person, refused, refused_for_hostile_ids, row

WHY = WhyForm(reason="An insult, not a need")
pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]


@pytest.fixture
def chief() -> Actor:
    return coordinator()


def take_down(chief: Actor, need_id: int) -> None:
    db.write(take_down_need, actor=chief, need_id=need_id, form=WHY)


def test_the_words_go_and_coordinators_keep_them(chief: Actor) -> None:
    need_id = lives.publish(person("anna"), title="Rude", description="Very rude", attachments="rude.png")
    take_down(chief, need_id)
    need, kept = row(Need, need_id), row(TakenDownNeed, need_id)
    assert (need.title, need.description, need.attachments) == (TAKEN_DOWN_TITLE, "", "")
    assert (kept.title, kept.description, kept.attachments) == ("Rude", "Very rude", "rude.png")


def test_an_open_need_is_called_off_and_its_offers_are_told_why(chief: Actor) -> None:
    anna, ben = people("anna", "ben")
    need_id = lives.publish(anna)
    offer_id = lives.offer(ben, need_id)
    with facts() as heard:
        take_down(chief, need_id)
    assert heard == [events.OfferRejected(need_id, offer_id), events.NeedTakenDown(need_id)]
    need, offer = row(Need, need_id), row(Offer, offer_id)
    assert (need.state, need.closed_reason) == (NeedState.CANCELLED, WHY.reason)
    assert (offer.state, offer.reason) == (OfferState.REJECTED, WHY.reason)
    lives.assert_counts_are_right()


def test_help_that_is_running_ends_too(chief: Actor) -> None:
    anna, ben, carl = people("anna", "ben", "carl")
    life = lives.matched(anna, ben, helpers_wanted=2)
    waiting = lives.offer(carl, life.need)
    with facts() as heard:
        take_down(chief, life.need)
    assert heard == [
        events.MatchCalledOff(life.need, life.match),
        events.OfferRejected(life.need, waiting),
        events.NeedTakenDown(life.need),
    ]
    assert row(Match, life.match).state is MatchState.DROPPED
    assert row(Offer, life.offer).state is OfferState.REJECTED
    lives.assert_counts_are_right()


def test_help_that_was_given_still_counts(chief: Actor) -> None:
    anna, ben = people("anna", "ben")
    life = lives.confirmed(anna, ben)
    with facts() as heard:
        take_down(chief, life.need)
    assert heard == [events.NeedTakenDown(life.need)]
    assert row(Need, life.need).state is NeedState.ACTIVE
    assert row(Match, life.match).state is MatchState.CONFIRMED
    assert row(Need, life.need).title == TAKEN_DOWN_TITLE
    lives.assert_counts_are_right()


def test_a_need_that_was_called_off_loses_its_words_too_and_keeps_its_reason(chief: Actor) -> None:
    anna = person("anna")
    need_id = lives.publish(anna)
    db.write(needs.cancel_need, actor=anna, need_id=need_id, form=NO_REASON)
    take_down(chief, need_id)
    assert (row(Need, need_id).title, row(Need, need_id).closed_reason) == (TAKEN_DOWN_TITLE, "")
    lives.assert_counts_are_right()


def test_the_history_says_who_and_why(chief: Actor) -> None:
    need_id = lives.publish(person("anna"))
    take_down(chief, need_id)
    last = lives.everything()[History.__tablename__][-1]
    assert {"NeedTakenDown", chief.user_id, need_id, "active", "cancelled", WHY.reason} <= set(last)


def test_it_happens_once_and_only_by_coordinators(chief: Actor) -> None:
    anna, ben = people("anna", "ben")
    need_id = lives.publish(anna)
    for member in (anna, ben):
        refused(CoordinatorsOnly, take_down_need, actor=member, need_id=need_id, form=WHY)
    refused_for_hostile_ids(NoSuchNeed, "need_id", take_down_need, actor=chief, form=WHY)
    take_down(chief, need_id)
    refused(AlreadyTakenDown, take_down_need, actor=chief, need_id=need_id, form=WHY)
    assert db.read(access.need, need_id).title == TAKEN_DOWN_TITLE
