"""The history of a need: every step for its author and coordinators, their own part for volunteers, else nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import Session, col

from gsapp import clock, db
from gsapp.access import Actor, NoSuchNeed
from gsapp.effects.event_words import need_history_text
from gsapp.i18n import translator
from gsapp.models import History
from gsapp.queries.history import MAX_STEPS, need_history
from gsapp.schemas.forms import parse
from gsapp.schemas.history import HistoryRow
from gsapp.schemas.needs import ReasonForm
from gsapp.schemas.offers import OfferForm, ThanksForm
from gsapp.services import asking, matches, needs, offers
from gsapp.vocabulary import REASON_WORDS, ReasonCode, reason_text
from gsapp.workers import scheduler
from tests.support import lives
from tests.support.lives import NO_REASON, accept, coordinator, matched, offer, people, person, publish, reported

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]
en, zh = translator("en"), translator("zh-CN")


def history(reader: Actor, need_id: int) -> tuple[HistoryRow, ...]:
    return db.read(need_history, actor=reader, need_id=need_id)


def said(reader: Actor, need_id: int) -> list[str]:
    return [need_history_text(en, row) for row in history(reader, need_id)]


def test_the_author_reads_every_step_with_its_reason() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    life = reported(anna, ben)
    db.write(matches.confirm_done, actor=anna, match_id=life.match)
    db.write(matches.give_thanks, actor=anna, match_id=life.match, form=ThanksForm(stars=5))
    assert said(anna, life.need) == [
        "You asked for help.",
        "ben offered to help.",
        "You chose ben.",
        "ben said that it is done.",
        "You said, too, that it is done.",
        "You said thank you.",
    ]
    assert said(ben, life.need)[:3] == ["anna asked for help.", "You offered to help.", "anna chose you."]
    assert said(cleo, life.need) == []


def test_reasons_are_shown_and_only_the_programs_own_are_translated() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    db.write(offers.reject_offer, actor=anna, offer_id=offer(ben, need_id), form=ReasonForm(reason="Too far"))
    offer(ben, need_id)
    db.write(needs.cancel_need, actor=anna, need_id=need_id, form=NO_REASON)
    reasons = [reason_text(row.reason, row.reason_code, zh) for row in history(ben, need_id)]
    assert [why for why in reasons if why] == ["Too far", zh(REASON_WORDS[ReasonCode.NEED_CANCELLED])]


def test_a_volunteer_reads_nothing_of_other_volunteers() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id = publish(anna, helpers_wanted=2)
    offer(cleo, need_id)
    match_id = accept(anna, offer(ben, need_id))
    db.write(matches.drop_out, actor=ben, match_id=match_id, form=ReasonForm(reason="My knee"))
    assert said(cleo, need_id) == ["anna asked for help.", "You offered to help."]
    assert "ben" not in str(history(cleo, need_id))
    assert "knee" not in str(history(cleo, need_id))
    assert said(ben, need_id) == [
        "anna asked for help.",
        "You offered to help.",
        "anna chose you.",
        "You could not come after all.",
    ]


def test_who_was_asked_is_read_by_the_author_and_by_those_who_were() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    earlier = publish(anna)
    offer(ben, earlier)
    need_id = publish(anna)
    offer(cleo, need_id)
    db.write(asking.ask_volunteer, actor=anna, need_id=need_id, volunteer_id=ben.user_id)
    assert said(anna, need_id)[-1] == "You asked ben to help."
    assert "ben" not in str(history(cleo, need_id))
    offer(ben, need_id)
    assert said(ben, need_id) == ["anna asked for help.", "anna asked you to help.", "You offered to help."]


def test_who_has_withdrawn_or_was_rejected_still_reads_the_own_part() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id = publish(anna)
    db.write(offers.reject_offer, actor=anna, offer_id=offer(ben, need_id), form=NO_REASON)
    offer(cleo, need_id)
    assert said(ben, need_id) == ["anna asked for help.", "You offered to help.", "anna said “not this time” to you."]


def test_coordinators_read_every_step() -> None:
    anna, ben = people("anna", "ben")
    life = matched(anna, ben)
    assert said(coordinator(), life.need) == ["anna asked for help.", "ben offered to help.", "anna chose ben."]


def test_what_the_clock_did_says_so() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    with clock.at(lives.NOON) as move:
        need_id = publish(anna)
        offer(ben, need_id)
        life = reported(anna, cleo)
        move(timedelta(days=9))
        scheduler.run_due_jobs()
    assert said(anna, need_id)[2:] == ["The offer of ben was closed.", "The need passed its end."]
    assert said(anna, life.need)[-1] == "7 days had passed, so it counts as done."


def test_what_was_done_on_somebodys_behalf_names_both() -> None:
    anna, chief = person("anna"), coordinator()
    need_id = publish(anna)

    def by_the_coordinator(session: Session) -> None:
        rows = update(History).where(col(History.need_id) == need_id)
        session.exec(rows.values(actor_id=chief.user_id, on_behalf_of=anna.user_id))

    db.write(by_the_coordinator)
    assert said(anna, need_id) == ["keeper for you asked for help."]
    assert said(chief, need_id) == ["You for anna asked for help."]


def test_there_is_no_history_of_what_does_not_exist() -> None:
    anna = person("anna")
    for unknown in lives.HOSTILE_IDS:
        with pytest.raises(NoSuchNeed):
            history(anna, unknown)


def test_repeated_edits_of_one_user_are_one_line_so_that_no_one_fills_the_history() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id = publish(anna)
    offers_of = {who: offer(who, need_id) for who in (ben, cleo)}
    for number in range(MAX_STEPS + 1):
        for who in (ben, cleo):
            db.write(
                offers.edit_offer, actor=who, offer_id=offers_of[who], form=parse(OfferForm, {"message": str(number)})
            )
    steps = [(row.action, row.who.username if row.who else "") for row in history(anna, need_id)]
    assert steps[0] == ("NeedPublished", "anna")
    assert sorted(steps[-2:]) == [("OfferEdited", "ben"), ("OfferEdited", "cleo")]
    assert len(steps) == 5
