"""The call-back list: residents who wait for a call, why and since when; acting on behalf of a resident."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gsapp import access, clock, db
from gsapp.access import Actor, ActsForOneself, CoordinatorsOnly, NoSuchNeed
from gsapp.errors import NotFound
from gsapp.queries.admin_overview import due
from gsapp.queries.needs import need_detail
from gsapp.queries.on_behalf import author_or_reader, call_list, resident_detail, waiting_residents
from gsapp.schemas.admin import WhyForm
from gsapp.schemas.admin_rows import Due
from gsapp.schemas.needs import Contact, OfferRow, ReasonForm
from gsapp.schemas.on_behalf import CallFilter, CallForm, ResidentRow, Waits
from gsapp.services import admin_needs, matches, needs, offers, suspension
from gsapp.services.on_behalf import note_call
from gsapp.workers import scheduler
from tests.services.test_on_behalf import act, recorded
from tests.support.lives import HOSTILE_IDS, coordinator, need_form, offer, people, person, publish, user

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]
AN_HOUR = timedelta(hours=1)
WHY = ReasonForm(reason="spam")
Wait = Callable[[timedelta], None]


def listed(chief: Actor, **filter: object) -> list[ResidentRow]:
    return list(db.read(call_list, actor=chief, filter=CallFilter(**filter)).items)  # type: ignore[arg-type]


def reasons(chief: Actor) -> list[tuple[int, list[tuple[Waits, int]]]]:
    return [(row.id, [(one.what, one.need_id) for one in row.waiting]) for row in listed(chief)]


def test_an_offer_waits_until_it_is_decided_and_help_until_it_is_confirmed(wait: Wait) -> None:
    chief, anna, bert = coordinator(), *people("anna", "bert")
    granny = recorded(chief)
    need_id = act(chief, granny, needs.publish_need, form=need_form())
    assert reasons(chief) == []
    first = offer(anna, need_id)
    since = clock.now()
    wait(AN_HOUR)
    offer(bert, need_id)
    assert reasons(chief) == [(granny, [(Waits.CHOOSE, need_id)])]
    assert db.read(due) == Due(open_reports=0, calls=1)
    (waiting,) = listed(chief)[0].waiting
    assert (waiting.since, waiting.offers, waiting.title) == (since, 2, "The kitchen pipe leaks")
    db.write(note_call, actor=chief, user_id=granny, reached=True, form=CallForm())
    assert reasons(chief) == [(granny, [(Waits.CHOOSE, need_id)])], "talking about it decides nothing"
    match = act(chief, granny, offers.accept_offer, offer_id=first)
    assert reasons(chief) == []
    db.write(matches.report_done, actor=anna, match_id=match)
    assert reasons(chief) == [(granny, [(Waits.CONFIRM, need_id)])]
    act(chief, granny, matches.confirm_done, match_id=match)
    assert reasons(chief) == []


def test_what_only_has_to_be_told_waits_until_the_resident_is_reached(wait: Wait) -> None:
    chief, anna = coordinator(), person("anna")
    granny = recorded(chief)
    left, gone, ended = (act(chief, granny, needs.publish_need, form=need_form()) for _ in range(3))
    match = act(chief, granny, offers.accept_offer, offer_id=offer(anna, left))
    wait(AN_HOUR)
    db.write(matches.drop_out, actor=anna, match_id=match, form=WHY)
    assert reasons(chief) == [(granny, [(Waits.DROPPED_OUT, left)])]
    wait(AN_HOUR)
    db.write(admin_needs.take_down_need, actor=chief, need_id=gone, form=WhyForm(reason="spam"))
    wait(timedelta(days=2))
    scheduler.run_due_jobs()
    expired = [(Waits.EXPIRED, left), (Waits.EXPIRED, ended)]
    assert reasons(chief) == [(granny, [(Waits.TAKEN_DOWN, gone), *expired])]
    wait(AN_HOUR)
    db.write(note_call, actor=chief, user_id=granny, reached=False, form=CallForm(note="engaged"))
    assert reasons(chief) == [(granny, [(Waits.TAKEN_DOWN, gone), *expired])]
    assert db.read(waiting_residents) == 1
    db.write(note_call, actor=chief, user_id=granny, reached=True, form=CallForm(note="fine"))
    assert reasons(chief) == []
    assert db.read(waiting_residents) == 0
    known = db.read(resident_detail, actor=chief, user_id=granny)
    assert [(call.reached, call.note) for call in known.calls] == [(True, "fine"), (False, "engaged")]


def test_who_waits_longest_comes_first_page_by_page_and_members_are_not_listed(wait: Wait) -> None:
    chief, anna, bert = coordinator(), *people("anna", "bert")
    offer(anna, publish(bert))
    residents = [recorded(chief, phone=f"1391234560{number}") for number in range(3)]
    asked = [act(chief, resident, needs.publish_need, form=need_form()) for resident in residents]
    for need_id in reversed(asked):
        offer(anna, need_id)
        wait(AN_HOUR)
    quiet = recorded(chief, phone="13912345609")
    assert [row.id for row in listed(chief)] == residents[::-1]
    assert [row.id for row in listed(chief, size=2, page=2)] == residents[:1]
    assert [row.id for row in listed(chief, which="all")] == [quiet, *residents[::-1]]
    db.write(suspension.suspend, actor=chief, user_id=residents[0], form=WHY)
    assert [row.id for row in listed(chief)] == [residents[2], residents[1]]
    assert db.read(call_list, actor=chief, filter=CallFilter()).total == db.read(waiting_residents) == 2


def test_the_list_and_a_resident_are_for_coordinators_and_show_a_part_of_the_number() -> None:
    chief, anna = coordinator(), person("anna")
    granny = recorded(chief)
    assert listed(chief, which="all")[0].phone == "139****5678"
    for ask in (
        lambda: db.read(call_list, actor=anna, filter=CallFilter()),
        lambda: db.read(resident_detail, actor=anna, user_id=granny),
    ):
        with pytest.raises(CoordinatorsOnly):
            ask()
    with pytest.raises(ActsForOneself):
        db.read(resident_detail, actor=chief, user_id=anna.user_id)
    for unknown in HOSTILE_IDS:
        with pytest.raises(NotFound):
            db.read(resident_detail, actor=chief, user_id=unknown)


def test_a_coordinator_looks_at_a_need_of_a_resident_as_its_author_and_at_others_as_oneself() -> None:
    chief, helper, anna, bert = coordinator(), coordinator("helper"), *people("anna", "bert")
    granny = recorded(chief)
    need_id = act(chief, granny, needs.publish_need, form=need_form(helpers_wanted=2))
    acting = db.read(access.on_behalf, chief, granny)
    offer(helper, need_id)
    match_offer = offer(anna, need_id)
    act(chief, granny, offers.accept_offer, offer_id=match_offer)
    assert db.read(author_or_reader, actor=chief, need_id=need_id) == acting
    assert db.read(author_or_reader, actor=helper, need_id=need_id) == helper, "who helps does not decide"
    for reader, need in ((anna, need_id), (bert, need_id), (chief, publish(bert))):
        assert db.read(author_or_reader, actor=reader, need_id=need) == reader
    for unknown in HOSTILE_IDS:
        with pytest.raises(NoSuchNeed):
            db.read(author_or_reader, actor=chief, need_id=unknown)
    contacts = {
        reader.user_id: [each.match.contact for each in _offers(reader, need_id) if each.match]
        for reader in (acting, anna, helper, bert)
    }
    assert contacts == {
        granny: [Contact(name=user(anna).name, phone=user(anna).phone)],
        anna.user_id: [Contact(name="李奶奶", phone="13912345678")],
        helper.user_id: [None],
        bert.user_id: [],
    }


def _offers(reader: Actor, need_id: int) -> tuple[OfferRow, ...]:
    return db.read(need_detail, actor=reader, need_id=need_id).offers
