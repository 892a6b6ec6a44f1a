"""From an accepted offer to the confirmed help."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from gsapp import clock, db, events
from gsapp.access import NoSuchOffer, NotYourMatch, NotYourNeed, NotYourOffer
from gsapp.errors import NotFound
from gsapp.guards import MatchMovedOn, NeedFull, NeedNotOpen, OfferDecided
from gsapp.models import Match, Need, Offer
from gsapp.schemas.needs import ReasonForm
from gsapp.schemas.offers import ThanksForm
from gsapp.services import matches, needs, offers
from gsapp.services.matches import NotReportedYet
from gsapp.vocabulary import MatchState, NeedStatus, OfferState, ReasonCode
from gsapp.workers import scheduler
from tests.support.lives import (
    NO_REASON,
    Life,
    accept,
    assert_counts_are_right,
    confirmed,
    coordinator,
    matched,
    nothing_changes,
    offer,
    one_step,
    people,
    person,
    publish,
    refused,
    refused_for_hostile_ids,
    reported,
    row,
)

ILL = ReasonForm(reason="I am ill.")
Wait = Callable[[timedelta], None]
pytestmark = pytest.mark.usefixtures("database")


def status(need_id: int) -> NeedStatus:
    found: NeedStatus = row(Need, need_id).status(clock.local_now())
    return found


def test_accepting_makes_a_match_and_leaves_the_others_as_stand_by() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id = publish(anna)
    chosen, stand_by = offer(ben, need_id), offer(cleo, need_id)
    with one_step(events.OfferAccepted(need_id, chosen, 1), actor=anna, old="pending", new="accepted"):
        match_id = accept(anna, chosen)
    made = row(Match, match_id)
    assert (made.need_id, made.offer_id, made.accepted_at) == (need_id, chosen, clock.now())
    assert made.state is MatchState.RUNNING
    assert row(Offer, chosen).state is OfferState.ACCEPTED
    assert row(Offer, stand_by).state is OfferState.PENDING
    assert status(need_id) is NeedStatus.MATCHED
    refused(NeedFull, offers.accept_offer, actor=anna, offer_id=stand_by)
    assert_counts_are_right()


def test_a_need_for_three_takes_three_and_no_fourth() -> None:
    anna, *volunteers = people("anna", "ben", "cleo", "dora", "emil")
    need_id = publish(anna, helpers_wanted=3)
    made = [offer(volunteer, need_id) for volunteer in volunteers]
    for offer_id in made[:3]:
        assert status(need_id) is NeedStatus.OPEN
        accept(anna, offer_id)
    refused(NeedFull, offers.accept_offer, actor=anna, offer_id=made[3])
    assert row(Need, need_id).places_taken == 3
    assert_counts_are_right()


def test_an_offer_is_decided_once() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    rejected, withdrawn = offer(ben, publish(anna)), offer(ben, publish(anna))
    db.write(offers.reject_offer, actor=anna, offer_id=rejected)
    db.write(offers.withdraw_offer, actor=ben, offer_id=withdrawn)
    running = matched(anna, ben, helpers_wanted=2)
    offer(cleo, running.need)  # there is another pending offer that could be miscounted
    for offer_id in (rejected, withdrawn):
        refused(OfferDecided, offers.accept_offer, actor=anna, offer_id=offer_id)
    for offer_id in (withdrawn, running.offer, confirmed(anna, ben).offer):
        refused(OfferDecided, offers.reject_offer, actor=anna, offer_id=offer_id)
    other_reason = ReasonForm(reason="Somebody nearer.")
    refused(OfferDecided, offers.reject_offer, actor=anna, offer_id=rejected, form=other_reason)


def test_a_need_past_its_end_or_cancelled_accepts_nobody(wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    cancelled, expired, last_second = publish(anna), publish(anna), publish(anna)
    rejected, late, in_time = (offer(ben, need_id) for need_id in (cancelled, expired, last_second))
    db.write(needs.cancel_need, actor=anna, need_id=cancelled, form=NO_REASON)
    refused(OfferDecided, offers.accept_offer, actor=anna, offer_id=rejected)
    wait(timedelta(days=1, hours=2))
    accept(anna, in_time)
    wait(timedelta(seconds=1))
    refused(NeedNotOpen, offers.accept_offer, actor=anna, offer_id=late)
    assert_counts_are_right()


def test_rejecting_takes_a_reason_and_leaves_the_need_open() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    offer_id = offer(ben, need_id)
    with one_step(
        events.OfferRejected(need_id, offer_id), actor=anna, old="pending", new="rejected", reason="Too late."
    ):
        db.write(offers.reject_offer, actor=anna, offer_id=offer_id, form=ReasonForm(reason="Too late."))
    rejected = row(Offer, offer_id)
    assert (rejected.state, rejected.reason) == (OfferState.REJECTED, "Too late.")
    assert rejected.decided_at == clock.now()
    assert status(need_id) is NeedStatus.OPEN
    assert_counts_are_right()


def test_only_the_needs_author_decides_on_an_offer() -> None:
    anna, ben = people("anna", "ben")
    offer_id = offer(ben, publish(anna))
    for stranger in (ben, person("cleo"), coordinator()):
        refused(NotYourNeed, offers.accept_offer, actor=stranger, offer_id=offer_id)
        refused(NotYourNeed, offers.reject_offer, actor=stranger, offer_id=offer_id)


@pytest.mark.parametrize("start", [matched, reported])
def test_a_volunteer_who_drops_out_frees_the_place_for_a_stand_by(start: Callable[..., Life]) -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id, offer_id, match_id = start(anna, ben, helpers_wanted=2)
    accept(anna, offer(cleo, need_id))
    stand_by = offer(person("dora"), (other := matched(anna, cleo, helpers_wanted=2)).need)
    was = row(Match, match_id).state.name.lower()
    fact = events.VolunteerDroppedOut(need_id, match_id)
    with one_step(fact, actor=ben, old=was, new="dropped", reason=ILL.reason):
        db.write(matches.drop_out, actor=ben, match_id=match_id, form=ILL)
    ended = row(Match, match_id)
    assert (ended.state, ended.reason, ended.ended_at) == (MatchState.DROPPED, ILL.reason, clock.now())
    assert row(Offer, offer_id).state is OfferState.WITHDRAWN
    assert status(need_id) is NeedStatus.OPEN
    assert row(Need, need_id).places_taken == 1
    assert_counts_are_right()
    db.write(matches.drop_out, actor=cleo, match_id=other.match, form=NO_REASON)
    accept(anna, stand_by)
    assert (row(Offer, other.offer).reason, row(Offer, other.offer).reason_code) == ("", ReasonCode.DROPPED_OUT)
    assert_counts_are_right()


@pytest.mark.parametrize("start", [matched, reported])
def test_a_volunteer_who_did_not_come_leaves_the_need_open(start: Callable[..., Life]) -> None:
    anna, ben = people("anna", "ben")
    need_id, offer_id, match_id = start(anna, ben)
    was = row(Match, match_id).state.name.lower()
    with one_step(events.VolunteerDidNotCome(need_id, match_id), actor=anna, old=was, new="no_show"):
        db.write(matches.report_no_show, actor=anna, match_id=match_id, form=NO_REASON)
    ended = row(Match, match_id)
    assert (ended.state, ended.ended_at) == (MatchState.NO_SHOW, clock.now())
    rejected = row(Offer, offer_id)
    assert (rejected.state, rejected.reason_code) == (OfferState.REJECTED, ReasonCode.DID_NOT_COME)
    assert status(need_id) is NeedStatus.OPEN
    assert_counts_are_right()


def test_the_volunteer_reports_and_the_author_confirms() -> None:
    anna, ben = people("anna", "ben")
    need_id, _, match_id = matched(anna, ben)
    refused(NotReportedYet, matches.confirm_done, actor=anna, match_id=match_id)
    with one_step(events.HelpReported(need_id, match_id), actor=ben, old="running", new="reported"):
        db.write(matches.report_done, actor=ben, match_id=match_id)
    assert row(Match, match_id).reported_at == clock.now()
    assert status(need_id) is NeedStatus.MATCHED
    with one_step(events.HelpConfirmed(need_id, match_id), actor=anna, old="reported", new="confirmed"):
        db.write(matches.confirm_done, actor=anna, match_id=match_id)
    assert row(Match, match_id).confirmed_at == clock.now()
    assert status(need_id) is NeedStatus.DONE
    assert_counts_are_right()


def test_a_match_that_has_moved_on_takes_no_earlier_step() -> None:
    anna, ben = people("anna", "ben")
    done, dropped, missed = confirmed(anna, ben), matched(anna, ben), matched(anna, ben)
    db.write(matches.drop_out, actor=ben, match_id=dropped.match, form=NO_REASON)
    db.write(matches.report_no_show, actor=anna, match_id=missed.match, form=NO_REASON)
    for life in (dropped, missed):
        refused(MatchMovedOn, matches.report_done, actor=ben, match_id=life.match)
        refused(MatchMovedOn, matches.confirm_done, actor=anna, match_id=life.match)
    other_reason = ReasonForm(reason="Something else.")
    for life in (done, dropped, missed):
        refused(MatchMovedOn, matches.drop_out, actor=ben, match_id=life.match, form=other_reason)
        refused(MatchMovedOn, matches.report_no_show, actor=anna, match_id=life.match, form=other_reason)
    refused(MatchMovedOn, matches.drop_out, actor=ben, match_id=missed.match, form=NO_REASON)
    refused(MatchMovedOn, matches.report_no_show, actor=anna, match_id=dropped.match, form=NO_REASON)


def test_a_step_sent_again_because_its_response_was_lost_succeeds_and_changes_nothing() -> None:
    anna, ben = people("anna", "ben")
    running, dropped, missed, done = (matched(anna, ben) for _ in range(4))
    rejected, withdrawn = offer(ben, publish(anna)), offer(ben, publish(anna))
    cancelled, deleted = publish(anna), publish(anna)

    def each(*steps: Callable[[], object]) -> None:
        for step in steps:
            first = step()
            with nothing_changes():
                assert step() == first

    each(
        partial(db.write, offers.accept_offer, actor=anna, offer_id=running.offer),
        partial(db.write, offers.reject_offer, actor=anna, offer_id=rejected, form=ILL),
        partial(db.write, offers.withdraw_offer, actor=ben, offer_id=withdrawn),
        partial(db.write, matches.drop_out, actor=ben, match_id=dropped.match, form=ILL),
        partial(db.write, matches.report_no_show, actor=anna, match_id=missed.match, form=ILL),
        partial(db.write, matches.report_done, actor=ben, match_id=done.match),
        partial(db.write, matches.confirm_done, actor=anna, match_id=done.match),
        partial(db.write, matches.report_done, actor=ben, match_id=done.match),
        partial(db.write, matches.give_thanks, actor=anna, match_id=done.match, form=ThanksForm(stars=5, text="Kind.")),
        partial(db.write, needs.cancel_need, actor=anna, need_id=cancelled, form=ILL),
        partial(db.write, needs.delete_need, actor=anna, need_id=deleted),
    )
    assert_counts_are_right()


def test_what_the_program_has_ended_is_no_success_of_a_person(wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    ended = offer(ben, publish(anna))
    dropped = matched(anna, ben)
    db.write(matches.drop_out, actor=ben, match_id=dropped.match, form=NO_REASON)
    refused(OfferDecided, offers.withdraw_offer, actor=ben, offer_id=dropped.offer)
    wait(timedelta(days=2))
    scheduler.run_due_jobs()
    refused(OfferDecided, offers.reject_offer, actor=anna, offer_id=ended)


def test_help_that_is_confirmed_cannot_be_ended_while_another_neighbour_still_helps() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id = publish(anna, helpers_wanted=2)
    done, _ = (accept(anna, offer(volunteer, need_id)) for volunteer in (ben, cleo))
    db.write(matches.report_done, actor=ben, match_id=done)
    db.write(matches.confirm_done, actor=anna, match_id=done)
    refused(MatchMovedOn, matches.drop_out, actor=ben, match_id=done, form=NO_REASON)
    refused(MatchMovedOn, matches.report_no_show, actor=anna, match_id=done, form=NO_REASON)


def test_each_side_of_a_match_takes_its_own_steps_only() -> None:
    anna, ben = people("anna", "ben")
    match_id = reported(anna, ben).match
    refused(NotYourOffer, matches.report_done, actor=anna, match_id=match_id)
    refused(NotYourOffer, matches.drop_out, actor=anna, match_id=match_id, form=NO_REASON)
    refused(NotYourNeed, matches.confirm_done, actor=ben, match_id=match_id)
    refused(NotYourNeed, matches.report_no_show, actor=ben, match_id=match_id, form=NO_REASON)
    for stranger in (person("cleo"), coordinator()):
        refused(NotYourMatch, matches.report_done, actor=stranger, match_id=match_id)
        refused(NotYourMatch, matches.drop_out, actor=stranger, match_id=match_id, form=NO_REASON)
        refused(NotYourMatch, matches.confirm_done, actor=stranger, match_id=match_id)
        refused(NotYourMatch, matches.report_no_show, actor=stranger, match_id=match_id, form=NO_REASON)


def test_an_offer_or_a_match_that_does_not_exist_is_not_found() -> None:
    anna = person("anna")
    refused_for_hostile_ids(NoSuchOffer, "offer_id", offers.accept_offer, actor=anna)
    refused_for_hostile_ids(NoSuchOffer, "offer_id", offers.reject_offer, actor=anna)
    refused_for_hostile_ids(NotFound, "match_id", matches.report_done, actor=anna)
    refused_for_hostile_ids(NotFound, "match_id", matches.confirm_done, actor=anna)
    refused_for_hostile_ids(NotFound, "match_id", matches.drop_out, actor=anna, form=NO_REASON)
    refused_for_hostile_ids(NotFound, "match_id", matches.report_no_show, actor=anna, form=NO_REASON)
