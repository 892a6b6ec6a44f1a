"""Recipients of notifications: both sides of an event, never the actor, each by their preferences."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from gsapp import clock, db, events
from gsapp.effects import notify
from gsapp.effects.event_words import EVENT_WORDS
from gsapp.effects.notification_texts import notification_text
from gsapp.i18n import translator
from gsapp.schemas.admin import WhyForm
from gsapp.schemas.forms import parse
from gsapp.schemas.needs import ReasonForm
from gsapp.schemas.offers import OfferForm, ThanksForm
from gsapp.services import accounts, admin_needs, matches, needs, offers, suspension
from gsapp.vocabulary import NotificationKind, ReasonCode, Role
from gsapp.workers import scheduler
from tests.effects.event_classes import recorded_events
from tests.support import lives
from tests.support.lives import NO_REASON, accept, coordinator, matched, offer, people, person, publish, reported
from tests.support.news import kinds, last, news, rung, told

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]
WHY = ReasonForm(reason="The lift is broken")


@pytest.fixture(autouse=True)
def only_kinds_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is sent here stands beside its event in `EVENT_WORDS`."""

    def checked(event: type[events.Event], rule: notify.Rule) -> notify.Rule:
        def run(session: Session, fact: Any, new: object) -> notify.Recipients:
            sent = rule(session, fact, new)
            assert {kind for _, kind in sent} <= set(EVENT_WORDS[event].notifications), event
            return sent

        return run

    monkeypatch.setattr(
        notify,
        "RECIPIENTS_BY_EVENT",
        {event: checked(event, rule) for event, rule in notify.RECIPIENTS_BY_EVENT.items()},
    )


def test_for_every_kind_of_step_it_is_decided_who_is_told() -> None:
    undecided = {kind.__name__ for kind in set(recorded_events()) - set(notify.RECIPIENTS_BY_EVENT)}
    assert not undecided, "add these to RECIPIENTS_BY_EVENT in effects/notify.py, if only with no recipient"


def test_the_author_hears_of_offers_and_the_volunteer_of_the_answer() -> None:
    anna, ben, eve = people("anna", "ben", "eve")
    need_id = publish(anna)
    assert (kinds(anna), kinds(ben)) == ([], [])
    offer_id = offer(ben, need_id)
    db.write(offers.edit_offer, actor=ben, offer_id=offer_id, form=parse(OfferForm, {"message": "At six."}))
    db.write(offers.withdraw_offer, actor=ben, offer_id=offer_id)
    assert kinds(anna) == [NotificationKind.OFFER_MADE, NotificationKind.OFFER_EDITED, NotificationKind.OFFER_WITHDRAWN]
    again = offer(ben, need_id)
    db.write(offers.reject_offer, actor=anna, offer_id=again, form=WHY)
    accept(anna, offer(ben, need_id))
    assert kinds(ben) == [NotificationKind.OFFER_REJECTED, NotificationKind.OFFER_ACCEPTED]
    rejected = news(ben)[0]
    assert (rejected.reason, rejected.reason_code) == (WHY.reason, None)
    assert (rejected.need_id, rejected.offer_id) == (need_id, again)
    assert kinds(eve) == []


def test_a_sentence_names_who_and_what_in_the_readers_language() -> None:
    anna, ben = people("anna", "ben")
    offer(ben, publish(anna, title="Braces {name} and % signs"))
    assert notification_text(translator("en"), last(anna)) == "ben offers to help with “Braces {name} and % signs”."
    chinese = notification_text(translator("zh-CN"), last(anna))
    assert "ben" in chinese
    assert "offers" not in chinese


def test_when_the_last_place_is_taken_the_others_hear_that_they_stand_by_and_when_one_is_free_again() -> None:
    anna, ben, cleo, dora = people("anna", "ben", "cleo", "dora")
    need_id = publish(anna, helpers_wanted=2)
    first, second, _ = (offer(each, need_id) for each in (ben, cleo, dora))
    accept(anna, first)
    assert told(ben, cleo, dora) == [NotificationKind.OFFER_ACCEPTED, None, None], "a place is left"
    match_id = accept(anna, second)
    assert told(ben, cleo, dora) == [
        NotificationKind.OFFER_ACCEPTED,
        NotificationKind.OFFER_ACCEPTED,
        NotificationKind.STANDING_BY,
    ]
    db.write(matches.drop_out, actor=cleo, match_id=match_id, form=WHY)
    assert told(anna, cleo, dora) == [
        NotificationKind.DROPPED_OUT,
        NotificationKind.OFFER_ACCEPTED,
        NotificationKind.PLACE_FREE,
    ]
    assert last(anna).reason == WHY.reason


def test_nobody_stood_by_who_could_have_been_chosen_all_along() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id = publish(anna, helpers_wanted=3)
    match_id = accept(anna, offer(ben, need_id))
    offer(cleo, need_id)
    db.write(matches.report_no_show, actor=anna, match_id=match_id, form=WHY)
    assert told(ben, cleo) == [NotificationKind.DID_NOT_COME, None]
    assert (last(ben).reason, last(ben).match_id) == (WHY.reason, match_id)


def test_a_place_that_is_free_after_the_end_is_no_news() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    with clock.at(lives.NOON) as move:
        need_id = publish(anna)
        match_id = accept(anna, offer(ben, need_id))
        move(timedelta(days=9))
        db.write(matches.drop_out, actor=ben, match_id=match_id, form=NO_REASON)
    assert told(anna, cleo) == [NotificationKind.DROPPED_OUT, None]


def test_done_confirmed_and_thanked_each_reach_the_other_side() -> None:
    anna, ben = people("anna", "ben")
    life = reported(anna, ben)
    assert told(anna) == [NotificationKind.HELP_REPORTED]
    db.write(matches.confirm_done, actor=anna, match_id=life.match)
    assert told(anna, ben) == [NotificationKind.HELP_REPORTED, NotificationKind.HELP_CONFIRMED]
    db.write(matches.give_thanks, actor=anna, match_id=life.match, form=ThanksForm(stars=5))
    assert told(anna, ben) == [NotificationKind.HELP_REPORTED, NotificationKind.THANKED]
    db.write(matches.give_thanks, actor=ben, match_id=life.match, form=ThanksForm(stars=4))
    assert told(anna) == [NotificationKind.THANKED]


def test_what_the_clock_confirms_both_are_told() -> None:
    anna, ben = people("anna", "ben")
    with clock.at(lives.NOON) as move:
        reported(anna, ben)
        move(timedelta(days=8))
        scheduler.run_due_jobs()
    assert told(anna, ben) == [NotificationKind.HELP_CONFIRMED] * 2
    assert notification_text(translator("en"), last(anna)).startswith("7 days have passed")


def test_whose_offers_end_with_a_need_hears_why() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    for reason in (WHY, NO_REASON):
        need_id = publish(anna)
        offer(ben, need_id)
        offer(cleo, need_id)
        db.write(needs.cancel_need, actor=anna, need_id=need_id, form=reason)
        assert told(ben, cleo) == [NotificationKind.OFFER_REJECTED] * 2
        assert last(ben).reason == reason.reason
    assert last(ben).reason_code is ReasonCode.NEED_CANCELLED
    assert kinds(anna) == [NotificationKind.OFFER_MADE] * 4, "she knows what she did"


def test_of_an_expired_need_both_sides_hear() -> None:
    anna, ben = people("anna", "ben")
    with clock.at(lives.NOON) as move:
        offer(ben, publish(anna))
        move(timedelta(days=9))
        scheduler.run_due_jobs()
    assert told(anna, ben) == [NotificationKind.NEED_EXPIRED, NotificationKind.OFFER_REJECTED]
    assert last(ben).reason_code is ReasonCode.NEED_EXPIRED


def test_a_member_hears_what_coordinators_do_to_the_account() -> None:
    chief, ben = coordinator(), person("ben")
    assert kinds(chief) == [NotificationKind.MADE_COORDINATOR]
    db.write(suspension.suspend, actor=chief, user_id=ben.user_id, form=WHY)
    db.write(suspension.restore, actor=chief, user_id=ben.user_id, form=NO_REASON)
    db.write(accounts.set_role, actor=chief, user_id=ben.user_id, role=Role.COORDINATOR)
    db.write(accounts.set_role, actor=chief, user_id=ben.user_id, role=Role.MEMBER)
    assert kinds(ben) == [
        NotificationKind.SUSPENDED,
        NotificationKind.RESTORED,
        NotificationKind.MADE_COORDINATOR,
        NotificationKind.MADE_MEMBER,
    ]
    assert news(ben)[0].reason == WHY.reason
    assert kinds(chief) == [NotificationKind.MADE_COORDINATOR, NotificationKind.COORDINATOR_ADDED]


def test_a_step_that_fails_tells_nobody() -> None:
    anna, ben = people("anna", "ben")
    life = matched(anna, ben)
    with rung() as bells:
        lives.refused(matches.NotReportedYet, matches.confirm_done, actor=anna, match_id=life.match)
    assert bells == []


def test_the_bells_ring_with_the_commit_for_those_who_are_told() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id = publish(anna)
    offer(cleo, need_id)
    offer_id = offer(ben, need_id)
    with rung() as bells:
        accept(anna, offer_id)
    assert sorted(bells) == [ben.user_id, cleo.user_id]


def test_a_coordinator_who_takes_a_need_down_tells_its_author_and_who_was_on_the_way() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    chief = coordinator()
    need_id = publish(anna)
    offer(cleo, need_id)
    accept(anna, offer(ben, need_id))
    db.write(admin_needs.take_down_need, actor=chief, need_id=need_id, form=WhyForm(reason="Not true"))
    assert told(anna, ben, cleo) == [
        NotificationKind.NEED_TAKEN_DOWN,
        NotificationKind.CALLED_OFF,
        NotificationKind.OFFER_REJECTED,
    ]
    assert {last(each).reason for each in (anna, ben, cleo)} == {"Not true"}
    assert (
        notification_text(translator("en"), last(anna)) == f"A coordinator has taken your need No. {need_id:04d} down."
    )
