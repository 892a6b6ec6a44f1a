"""Offering help, changing one's words, taking the offer back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gsapp import clock, db, events
from gsapp.access import NoSuchNeed, NoSuchOffer, NotYourOffer
from gsapp.errors import NotFound
from gsapp.guards import NeedNotOpen, OfferDecided
from gsapp.models import Need, Offer
from gsapp.schemas.forms import parse
from gsapp.schemas.offers import OfferChanges, OfferForm
from gsapp.services import matches, needs, offers
from gsapp.services.offers import MAX_OFFERS_TO_ONE_NEED, AlreadyOffered, OfferedOften, OwnNeed
from gsapp.vocabulary import OfferState
from tests.support.lives import (
    NO_REASON,
    assert_counts_are_right,
    confirmed,
    coordinator,
    facts,
    matched,
    offer,
    one_step,
    people,
    person,
    publish,
    refused,
    refused_for_hostile_ids,
    row,
)

WORDS = parse(OfferForm, {"message": "I live next door."})
Wait = Callable[[timedelta], None]
pytestmark = pytest.mark.usefixtures("database")


def test_anybody_but_the_author_offers_to_help_with_an_open_need() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    with one_step(events.OfferMade(need_id, 1), actor=ben, new="pending"):
        offer_id = db.write(offers.make_offer, actor=ben, need_id=need_id, form=WORDS)
    made = row(Offer, offer_id)
    assert (made.need_id, made.volunteer_id, made.message) == (need_id, ben.user_id, WORDS.message)
    assert (made.state, made.created_at, made.decided_at) == (OfferState.PENDING, clock.now(), None)
    assert row(Need, need_id).offers_pending == 1
    offer(coordinator(), need_id)
    assert_counts_are_right()


def test_the_author_cannot_offer() -> None:
    anna = person("anna")
    refused(OwnNeed, offers.make_offer, actor=anna, need_id=publish(anna), form=WORDS)


def test_a_volunteer_cannot_offer_twice_while_the_first_offer_is_pending_or_accepted() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna, helpers_wanted=2)
    offer_id = offer(ben, need_id)
    refused(AlreadyOffered, offers.make_offer, actor=ben, need_id=need_id, form=WORDS)
    db.write(offers.accept_offer, actor=anna, offer_id=offer_id)
    refused(AlreadyOffered, offers.make_offer, actor=ben, need_id=need_id, form=WORDS)


def test_a_volunteer_offers_again_after_withdrawing_being_rejected_or_dropping_out() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    db.write(offers.withdraw_offer, actor=ben, offer_id=offer(ben, need_id))
    db.write(offers.reject_offer, actor=anna, offer_id=offer(ben, need_id))
    assert row(Offer, offer(ben, need_id)).state is OfferState.PENDING
    need_id = publish(anna)
    match_id = db.write(offers.accept_offer, actor=anna, offer_id=offer(ben, need_id))
    db.write(matches.drop_out, actor=ben, match_id=match_id, form=NO_REASON)
    match_id = db.write(offers.accept_offer, actor=anna, offer_id=offer(ben, need_id))
    db.write(matches.report_no_show, actor=anna, match_id=match_id, form=NO_REASON)
    assert row(Offer, offer(ben, need_id)).state is OfferState.PENDING
    assert row(Need, need_id).offers_pending == 1
    assert_counts_are_right()


def test_a_volunteer_offers_three_times_at_most() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id = publish(anna)
    for _ in range(MAX_OFFERS_TO_ONE_NEED):
        db.write(offers.withdraw_offer, actor=ben, offer_id=offer(ben, need_id))
    refused(OfferedOften, offers.make_offer, actor=ben, need_id=need_id, form=WORDS)
    offer(cleo, need_id)
    offer(ben, publish(anna))


def test_a_need_that_is_not_open_takes_no_offers(wait: Wait) -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    cancelled, deleted, expired = publish(anna), publish(anna), publish(anna)
    db.write(needs.cancel_need, actor=anna, need_id=cancelled, form=NO_REASON)
    db.write(needs.delete_need, actor=anna, need_id=deleted)
    for need_id in (cancelled, deleted, matched(anna, ben).need, confirmed(anna, ben).need):
        refused(NeedNotOpen, offers.make_offer, actor=cleo, need_id=need_id, form=WORDS)
    wait(timedelta(days=1, hours=2))
    offer(cleo, expired)  # the last second still counts
    wait(timedelta(seconds=1))
    refused(NeedNotOpen, offers.make_offer, actor=ben, need_id=expired, form=WORDS)


def test_the_same_offer_sent_twice_is_one_offer() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    first = db.write(offers.make_offer, actor=ben, need_id=need_id, form=WORDS, client_key="k")
    with facts() as heard:
        assert db.write(offers.make_offer, actor=ben, need_id=need_id, form=WORDS, client_key="k") == first
    assert not heard
    assert_counts_are_right()


def test_offers_without_a_key_do_not_meet_each_other() -> None:
    anna, ben = people("anna", "ben")
    ids = [
        db.write(offers.make_offer, actor=ben, need_id=publish(anna), form=WORDS, client_key=key)
        for key in (None, None, "", "")
    ]
    assert len(set(ids)) == 4


def test_somebody_elses_key_tells_nothing_of_their_offer() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id = publish(anna)
    db.write(offers.make_offer, actor=ben, need_id=need_id, form=WORDS, client_key="k")
    refused(NotFound, offers.make_offer, actor=cleo, need_id=need_id, form=WORDS, client_key="k")


def test_a_volunteer_changes_the_words_of_a_pending_offer() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    offer_id = offer(ben, need_id)
    with one_step(events.OfferEdited(need_id, offer_id), actor=ben):
        db.write(offers.edit_offer, actor=ben, offer_id=offer_id, form=WORDS)
    assert row(Offer, offer_id).message == WORDS.message
    with facts() as published:  # the same words again are no error, and no event
        db.write(offers.edit_offer, actor=ben, offer_id=offer_id, form=WORDS)
        db.write(offers.edit_offer, actor=ben, offer_id=offer_id, form=OfferChanges())
    assert published == []


def test_a_volunteer_withdraws_a_pending_offer() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id = publish(anna)
    offer_id = offer(ben, need_id)
    offer(cleo, need_id)
    with one_step(events.OfferWithdrawn(need_id, offer_id), actor=ben, old="pending", new="withdrawn"):
        db.write(offers.withdraw_offer, actor=ben, offer_id=offer_id)
    withdrawn = row(Offer, offer_id)
    assert (withdrawn.state, withdrawn.decided_at) == (OfferState.WITHDRAWN, clock.now())
    assert row(Need, need_id).offers_pending == 1
    assert_counts_are_right()


def test_a_decided_offer_can_be_neither_changed_nor_withdrawn() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    withdrawn, rejected = offer(ben, publish(anna)), offer(ben, publish(anna))
    db.write(offers.withdraw_offer, actor=ben, offer_id=withdrawn)
    db.write(offers.reject_offer, actor=anna, offer_id=rejected)
    running = matched(anna, ben, helpers_wanted=2)
    offer(cleo, running.need)  # there is another pending offer that could be miscounted
    for offer_id in (withdrawn, rejected, running.offer, confirmed(anna, ben).offer):
        refused(OfferDecided, offers.edit_offer, actor=ben, offer_id=offer_id, form=WORDS)
    for offer_id in (rejected, running.offer, confirmed(anna, ben).offer):
        refused(OfferDecided, offers.withdraw_offer, actor=ben, offer_id=offer_id)


def test_only_its_volunteer_changes_an_offer() -> None:
    anna, ben = people("anna", "ben")
    offer_id = offer(ben, publish(anna))
    for stranger in (anna, person("cleo"), coordinator()):
        refused(NotYourOffer, offers.edit_offer, actor=stranger, offer_id=offer_id, form=WORDS)
        refused(NotYourOffer, offers.withdraw_offer, actor=stranger, offer_id=offer_id)


def test_an_offer_or_a_need_that_does_not_exist_is_not_found() -> None:
    ben = person("ben")
    refused_for_hostile_ids(NoSuchNeed, "need_id", offers.make_offer, actor=ben, form=WORDS)
    refused_for_hostile_ids(NoSuchOffer, "offer_id", offers.edit_offer, actor=ben, form=WORDS)
    refused_for_hostile_ids(NoSuchOffer, "offer_id", offers.withdraw_offer, actor=ben)
