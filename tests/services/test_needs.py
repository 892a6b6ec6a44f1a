"""Publishing a need, changing it, calling it off."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, col, update

from gsapp import clock, db, events
from gsapp.access import NoSuchNeed, NotYourNeed
from gsapp.errors import NotFound
from gsapp.guards import HelpIsRunning, NeedHasAnswers
from gsapp.models import City, Need, Offer, ServiceType
from gsapp.schemas.needs import ReasonForm
from gsapp.services import matches, needs, offers
from gsapp.services.needs import NothingToCancel, UnknownCity, UnknownType
from gsapp.vocabulary import NeedState, NeedStatus, OfferState, ReasonCode
from tests.support.lives import (
    BEIJING,
    CLEANING,
    HANGZHOU,
    NO_REASON,
    assert_counts_are_right,
    confirmed,
    coordinator,
    facts,
    matched,
    need_form,
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

Wait = Callable[[timedelta], None]
pytestmark = pytest.mark.usefixtures("database")


def disable(session: Session, *, table: type[City] | type[ServiceType], record_id: int) -> None:
    session.exec(update(table).where(col(table.id) == record_id).values(enabled=False))


def test_a_published_need_is_open_and_stored_as_typed() -> None:
    anna = person("anna")
    form = need_form(helpers_wanted=3, city_id=HANGZHOU)
    with one_step(events.NeedPublished(1), actor=anna, new="active"):
        need_id = db.write(needs.publish_need, actor=anna, form=form)
    need = row(Need, need_id)
    assert need_id == 1
    typed = form.model_dump(exclude_none=True)
    assert {name: getattr(need, name) for name in typed} == typed
    assert need.author_id == anna.user_id
    assert need.published_at == clock.now()
    assert need.status(clock.local_now()) is NeedStatus.OPEN
    assert_counts_are_right()


def test_a_need_for_a_kind_of_help_or_a_city_that_nobody_knows_is_refused() -> None:
    anna = person("anna")
    for unknown in (7, 999_999, 2**31 - 1):
        refused(UnknownType, needs.publish_need, actor=anna, form=need_form(type_id=unknown))
        refused(UnknownCity, needs.publish_need, actor=anna, form=need_form(city_id=unknown))


def test_a_need_for_a_disabled_kind_of_help_or_city_is_refused() -> None:
    anna = person("anna")
    db.write(disable, table=ServiceType, record_id=CLEANING)
    db.write(disable, table=City, record_id=HANGZHOU)
    refused(UnknownType, needs.publish_need, actor=anna, form=need_form(type_id=CLEANING))
    refused(UnknownCity, needs.publish_need, actor=anna, form=need_form(city_id=HANGZHOU))


def test_a_need_keeps_a_kind_and_city_that_were_disabled_later() -> None:
    anna = person("anna")
    need_id = publish(anna, type_id=CLEANING, city_id=HANGZHOU)
    db.write(disable, table=ServiceType, record_id=CLEANING)
    db.write(disable, table=City, record_id=HANGZHOU)
    form = need_form(title="Another title", type_id=CLEANING, city_id=HANGZHOU)
    db.write(needs.edit_need, actor=anna, need_id=need_id, form=form)
    assert row(Need, need_id).title == "Another title"
    db.write(needs.edit_need, actor=anna, need_id=need_id, form=need_form())
    refused(UnknownCity, needs.edit_need, actor=anna, need_id=need_id, form=need_form(city_id=HANGZHOU))


def test_the_same_form_sent_twice_publishes_one_need() -> None:
    anna = person("anna")
    first = db.write(needs.publish_need, actor=anna, form=need_form(), client_key="k")
    with facts() as heard:
        assert db.write(needs.publish_need, actor=anna, form=need_form(), client_key="k") == first
    assert not heard
    assert db.write(needs.publish_need, actor=anna, form=need_form(), client_key="K") != first
    assert_counts_are_right()


def test_a_form_without_a_key_publishes_each_time() -> None:
    anna = person("anna")
    ids = [db.write(needs.publish_need, actor=anna, form=need_form(), client_key=key) for key in (None, None, "", "")]
    assert len(set(ids)) == 4


def test_somebody_elses_key_tells_nothing_of_their_need() -> None:
    anna, ben = people("anna", "ben")
    db.write(needs.publish_need, actor=anna, form=need_form(), client_key="k")
    refused(NotFound, needs.publish_need, actor=ben, form=need_form(), client_key="k")


def test_its_author_edits_a_need_that_nobody_has_answered() -> None:
    anna = person("anna")
    need_id = publish(anna)
    form = need_form(title="Two taps", type_id=CLEANING, city_id=HANGZHOU, helpers_wanted=2)
    with one_step(events.NeedEdited(need_id), actor=anna):
        db.write(needs.edit_need, actor=anna, need_id=need_id, form=form)
    need = row(Need, need_id)
    assert (need.title, need.type_id, need.city_id, need.helpers_wanted) == ("Two taps", CLEANING, HANGZHOU, 2)
    assert_counts_are_right()


def test_editing_moves_the_need_to_another_month_of_the_totals() -> None:
    anna = person("anna")
    need_id = publish(anna)
    form = need_form(starts_at=clock.local_now() + timedelta(days=40))
    db.write(needs.edit_need, actor=anna, need_id=need_id, form=form)
    assert_counts_are_right()


def test_a_need_can_be_edited_again_once_the_last_offer_is_gone() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    offer_id = offer(ben, need_id)
    refused(NeedHasAnswers, needs.edit_need, actor=anna, need_id=need_id, form=need_form())
    db.write(offers.withdraw_offer, actor=ben, offer_id=offer_id)
    db.write(needs.edit_need, actor=anna, need_id=need_id, form=need_form(title="Later"))
    match_id = matched(anna, ben).match
    db.write(matches.drop_out, actor=ben, match_id=match_id, form=NO_REASON)
    db.write(needs.edit_need, actor=anna, need_id=2, form=need_form(city_id=HANGZHOU))
    assert_counts_are_right()


def test_an_expired_need_is_prolonged_by_its_author(wait: Wait) -> None:
    anna = person("anna")
    need_id = publish(anna)
    wait(timedelta(days=3))
    assert row(Need, need_id).status(clock.local_now()) is NeedStatus.EXPIRED
    db.write(needs.edit_need, actor=anna, need_id=need_id, form=need_form())
    assert row(Need, need_id).status(clock.local_now()) is NeedStatus.OPEN


def test_its_author_deletes_a_need_that_nobody_has_answered_and_the_row_stays() -> None:
    anna = person("anna")
    need_id, cancelled = publish(anna), publish(anna)
    with one_step(events.NeedDeleted(need_id), actor=anna, old="active", new="cancelled"):
        db.write(needs.delete_need, actor=anna, need_id=need_id)
    assert row(Need, need_id).state is NeedState.CANCELLED
    assert_counts_are_right()
    refused(NothingToCancel, needs.edit_need, actor=anna, need_id=need_id, form=need_form())
    refused(NothingToCancel, needs.cancel_need, actor=anna, need_id=need_id, form=ReasonForm(reason="Found a plumber."))
    db.write(needs.cancel_need, actor=anna, need_id=cancelled, form=ReasonForm(reason="Found a plumber."))
    refused(NothingToCancel, needs.delete_need, actor=anna, need_id=cancelled)


def test_a_need_with_an_answer_can_be_neither_edited_nor_deleted() -> None:
    anna, ben = people("anna", "ben")
    answered = publish(anna)
    offer(ben, answered)
    for need_id in (answered, matched(anna, ben).need, confirmed(anna, ben).need):
        refused(NeedHasAnswers, needs.edit_need, actor=anna, need_id=need_id, form=need_form())
        refused(NeedHasAnswers, needs.delete_need, actor=anna, need_id=need_id)


def test_cancelling_rejects_the_pending_offers_with_the_reason() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id = publish(anna)
    first, second = offer(ben, need_id), offer(cleo, need_id)
    with facts() as heard:
        db.write(needs.cancel_need, actor=anna, need_id=need_id, form=ReasonForm(reason="It stopped by itself."))
    need = row(Need, need_id)
    assert (need.state, need.closed_reason) == (NeedState.CANCELLED, "It stopped by itself.")
    for offer_id in (first, second):
        rejected = row(Offer, offer_id)
        assert (rejected.state, rejected.reason) == (OfferState.REJECTED, "It stopped by itself.")
        assert rejected.decided_at == clock.now()
    assert heard == [
        events.OfferRejected(need_id, first),
        events.OfferRejected(need_id, second),
        events.NeedCancelled(need_id),
    ]
    assert_counts_are_right()


def test_offers_to_a_need_cancelled_without_a_word_still_get_a_reason() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    offer_id = offer(ben, need_id)
    db.write(needs.cancel_need, actor=anna, need_id=need_id, form=NO_REASON)
    assert (row(Offer, offer_id).reason, row(Offer, offer_id).reason_code) == ("", ReasonCode.NEED_CANCELLED)


def test_cancelling_leaves_decided_offers_as_they_are() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    offer_id = offer(ben, need_id)
    db.write(offers.withdraw_offer, actor=ben, offer_id=offer_id)
    with one_step(events.NeedCancelled(need_id), actor=anna, old="active", new="cancelled", reason="No need."):
        db.write(needs.cancel_need, actor=anna, need_id=need_id, form=ReasonForm(reason="No need."))
    assert row(Offer, offer_id).state is OfferState.WITHDRAWN


def test_a_need_cannot_be_cancelled_while_help_is_running_or_after_it() -> None:
    anna, ben = people("anna", "ben")
    for error, life in (
        (HelpIsRunning, matched(anna, ben)),
        (HelpIsRunning, reported(anna, ben)),
        (NothingToCancel, confirmed(anna, ben)),
    ):
        refused(error, needs.cancel_need, actor=anna, need_id=life.need, form=NO_REASON)


def test_a_need_is_cancelled_after_the_match_ended_and_with_a_place_still_open() -> None:
    anna, ben = people("anna", "ben")
    dropped = matched(anna, ben)
    db.write(matches.drop_out, actor=ben, match_id=dropped.match, form=NO_REASON)
    half_done = confirmed(anna, ben, helpers_wanted=2)
    for need_id in (dropped.need, half_done.need):
        db.write(needs.cancel_need, actor=anna, need_id=need_id, form=NO_REASON)
        assert row(Need, need_id).state is NeedState.CANCELLED
    assert_counts_are_right()


def test_only_its_author_changes_a_need() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna, city_id=BEIJING)
    offer(ben, need_id)
    for stranger in (ben, person("cleo"), coordinator()):
        refused(NotYourNeed, needs.edit_need, actor=stranger, need_id=need_id, form=need_form())
        refused(NotYourNeed, needs.delete_need, actor=stranger, need_id=need_id)
        refused(NotYourNeed, needs.cancel_need, actor=stranger, need_id=need_id, form=NO_REASON)


def test_a_need_that_does_not_exist_is_not_found() -> None:
    anna = person("anna")
    refused_for_hostile_ids(NoSuchNeed, "need_id", needs.edit_need, actor=anna, form=need_form())
    refused_for_hostile_ids(NoSuchNeed, "need_id", needs.delete_need, actor=anna)
    refused_for_hostile_ids(NoSuchNeed, "need_id", needs.cancel_need, actor=anna, form=NO_REASON)
