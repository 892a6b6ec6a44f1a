"""Residents without internet: the history records coordinator and resident, and their accounts cannot sign in."""

from typing import Any, ParamSpec, TypeVar

import pytest
from sqlmodel import Session, col, select

from gsapp import access, clock, db, events
from gsapp.access import Actor, ActsForOneself, CoordinatorsOnly, UseCase, YourOwnHelp
from gsapp.effects.event_words import need_history_text
from gsapp.errors import Invalid, NotFound
from gsapp.flows.authentication import WrongSignIn, issue_token, sign_in
from gsapp.models import History, LoginSession, Notification, User
from gsapp.queries.admin_history import history as all_steps
from gsapp.queries.history import need_history
from gsapp.schemas.admin import HistoryFilter
from gsapp.schemas.forms import parse
from gsapp.schemas.needs import ReasonForm
from gsapp.schemas.offers import OfferForm, ThanksForm
from gsapp.schemas.on_behalf import CallForm, ResidentForm
from gsapp.services import accounts, admin_people, matches, needs, offers, sessions, suspension
from gsapp.services.accounts import NobodySignsIn
from gsapp.services.admin_password_links import issue_password_link
from gsapp.services.asking import CannotBeAsked, ask_volunteer
from gsapp.services.on_behalf import NO_PASSWORD, PhoneKnown, act_for, edit_resident, note_call, record_resident
from gsapp.vocabulary import Role
from tests.support.lives import (
    coordinator,
    need_form,
    offer,
    one_step,
    person,
    publish,
    refused,
    refused_for_hostile_ids,
    registration,
    row,
    user,
)

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]
P = ParamSpec("P")
R = TypeVar("R")
WHY = ReasonForm(reason="spam")


def form(**changes: object) -> ResidentForm:
    typed = {"name": "李奶奶", "phone": "13912345678", "consent_at": clock.local_now(), "consent_how": "phone"}
    return parse(ResidentForm, typed | changes)


def recorded(chief: Actor, **changes: object) -> int:
    return db.write(record_resident, actor=chief, form=form(**changes))


def act(chief: Actor, resident: int, use_case: UseCase[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    return db.write(act_for, chief, resident, use_case, *args, **kwargs)


def steps_of(chief: Actor) -> list[tuple[str, int | None]]:
    """What this coordinator did for whom."""
    with db.current().read_only() as session:
        done = select(History).where(History.actor_id == chief.user_id).order_by(col(History.id))
        return [(step.action, step.on_behalf_of) for step in session.exec(done)]


def news_of(user_id: int) -> list[str]:
    with db.current().read_only() as session:
        theirs = select(Notification.kind).where(Notification.user_id == user_id).order_by(col(Notification.id))
        return list(session.exec(theirs))


def test_every_step_from_the_record_to_the_thanks_carries_by_whom_and_for_whom() -> None:
    chief, anna, bert = coordinator(), person("anna"), person("bert")
    granny = recorded(chief)
    need_id = act(chief, granny, needs.publish_need, form=need_form(helpers_wanted=2))
    first, second = offer(anna, need_id), offer(bert, need_id)
    act(chief, granny, offers.reject_offer, offer_id=second)
    first_match = act(chief, granny, offers.accept_offer, offer_id=first)
    act(chief, granny, matches.report_no_show, match_id=first_match, form=WHY)
    again = offer(bert, need_id)
    match = act(chief, granny, offers.accept_offer, offer_id=again)
    db.write(matches.report_done, actor=bert, match_id=match)
    act(chief, granny, matches.confirm_done, match_id=match)
    act(chief, granny, matches.give_thanks, match_id=match, form=ThanksForm(stars=5, text="好人"))
    other = act(chief, granny, needs.publish_need, form=need_form())
    act(chief, granny, needs.edit_need, need_id=other, form=need_form(title="Two pipes leak"))
    act(chief, granny, needs.cancel_need, need_id=other, form=WHY)
    assert steps_of(chief) == [
        (action, granny)
        for action in (
            "ResidentRecorded",
            "NeedPublished",
            "OfferRejected",
            "OfferAccepted",
            "VolunteerDidNotCome",
            "OfferAccepted",
            "HelpConfirmed",
            "ThanksGiven",
            "NeedPublished",
            "NeedEdited",
            "NeedCancelled",
        )
    ]
    name = row(User, granny).username
    told = [need_history_text(_english, step) for step in db.read(need_history, actor=anna, need_id=need_id)]
    assert f"keeper for {name} asked for help." in told
    desk = db.read(all_steps, actor=chief, filter=HistoryFilter(step="NeedCancelled")).items[0]
    assert (desk.actor, desk.behalf) == (chief.username, name)


def _english(msgid: str, /, **values: Any) -> str:
    return msgid.format(**values)


def test_neither_the_resident_nor_the_coordinator_who_acts_gets_news_but_the_neighbour_does() -> None:
    chief, anna = coordinator(), person("anna")
    granny = recorded(chief)
    need_id = act(chief, granny, needs.publish_need, form=need_form())
    act(chief, granny, offers.accept_offer, offer_id=offer(anna, need_id))
    assert news_of(granny) == []
    assert news_of(chief.user_id) == ["made_coordinator"]
    assert news_of(anna.user_id) == ["offer_accepted"]


def test_recording_calling_and_changing_leave_one_step_each() -> None:
    chief = coordinator()
    granny = recorded(chief)
    fact = events.ResidentCalled(granny)
    with one_step(fact, actor=chief, new="not_reached", reason="engaged"):
        db.write(note_call, actor=chief, user_id=granny, reached=False, form=CallForm(note="engaged"))
    assert row(User, granny).reached_at is None
    with one_step(fact, actor=chief, new="reached"):
        db.write(note_call, actor=chief, user_id=granny, reached=True, form=CallForm())
    assert row(User, granny).reached_at == clock.now()
    with one_step(events.ResidentEdited(granny), actor=chief):
        changed = form(name="李大娘", phone="13912345679", consent_how="writing")
        db.write(edit_resident, actor=chief, user_id=granny, form=changed)
    stored = row(User, granny)
    assert (stored.name, stored.phone, stored.consent_how) == ("李大娘", "13912345679", "writing")


def test_members_record_nobody_and_act_for_nobody() -> None:
    chief, anna = coordinator(), person("anna")
    granny = recorded(chief)
    refused(CoordinatorsOnly, record_resident, actor=anna, form=form(phone="13912345679"))
    refused(CoordinatorsOnly, edit_resident, actor=anna, user_id=granny, form=form())
    refused(CoordinatorsOnly, note_call, actor=anna, user_id=granny, reached=True, form=CallForm())
    refused(CoordinatorsOnly, act_for, anna, granny, needs.publish_need, form=need_form())


def test_coordinators_act_for_nobody_who_can_sign_in_nor_for_who_is_suspended() -> None:
    chief, anna = coordinator(), person("anna")
    granny = recorded(chief)
    db.write(suspension.suspend, actor=chief, user_id=granny, form=WHY)
    for resident in (anna.user_id, chief.user_id, granny):
        refused(ActsForOneself, act_for, chief, resident, needs.publish_need, form=need_form())
        refused(ActsForOneself, edit_resident, actor=chief, user_id=resident, form=form(phone="13912345679"))
        refused(ActsForOneself, note_call, actor=chief, user_id=resident, reached=True, form=CallForm())


def test_a_coordinator_who_acts_has_only_the_rights_of_the_resident() -> None:
    chief, anna = coordinator(), person("anna")
    acting = db.read(access.on_behalf, chief, recorded(chief))
    refused(CoordinatorsOnly, admin_people.show_phone, actor=acting, user_id=anna.user_id)
    refused(CoordinatorsOnly, act_for, acting, acting.user_id, needs.publish_need, form=need_form())


def test_who_calls_off_in_the_name_of_a_resident_is_not_told_so() -> None:
    chief, anna = coordinator(), person("anna")
    granny = recorded(chief)
    need_id = act(chief, granny, needs.publish_need, form=need_form())
    offer(chief, need_id)
    offer(anna, need_id)
    act(chief, granny, needs.cancel_need, need_id=need_id, form=WHY)
    assert (news_of(chief.user_id), news_of(anna.user_id)) == (["made_coordinator"], ["offer_rejected"])


def test_nobody_is_asked_by_name_who_cannot_read_it() -> None:
    chief, anna = coordinator(), person("anna")
    granny = recorded(chief)
    act(chief, granny, offers.make_offer, need_id=publish(anna), form=OfferForm())
    refused(CannotBeAsked, ask_volunteer, actor=anna, need_id=publish(anna), volunteer_id=granny)


def test_whoever_helps_does_not_decide_in_the_name_of_the_resident() -> None:
    chief, other = coordinator(), coordinator("other")
    granny = recorded(chief)
    need_id = act(chief, granny, needs.publish_need, form=need_form())
    own = offer(chief, need_id)
    refused(YourOwnHelp, act_for, chief, granny, offers.accept_offer, offer_id=own)
    refused(YourOwnHelp, act_for, chief, granny, offers.reject_offer, offer_id=own)
    match = act(other, granny, offers.accept_offer, offer_id=own)
    db.write(matches.report_done, actor=chief, match_id=match)
    refused(YourOwnHelp, act_for, chief, granny, matches.confirm_done, match_id=match)
    act(other, granny, matches.confirm_done, match_id=match)
    thanks = ThanksForm(stars=5, text="")
    refused(YourOwnHelp, act_for, chief, granny, matches.give_thanks, match_id=match, form=thanks)
    db.write(matches.give_thanks, actor=chief, match_id=match, form=thanks)


def test_nobody_signs_in_as_a_resident_nor_gets_a_token_a_password_or_a_role() -> None:
    chief = coordinator()
    granny = recorded(chief)
    name = row(User, granny).username
    for password in (NO_PASSWORD, ""):
        with pytest.raises(WrongSignIn):
            sign_in(username=name, password=password, address="1.1.1.1", user_agent="")
        with pytest.raises(WrongSignIn):
            issue_token(username=name, password=password, address="1.1.1.1")
    refused(NobodySignsIn, issue_password_link, actor=chief, user_id=granny, token_hash="a" * 64)
    refused(NobodySignsIn, admin_people.make_coordinator, actor=chief, user_id=granny)
    refused(NobodySignsIn, accounts.set_role, actor=None, user_id=granny, role=Role.COORDINATOR)
    # Nor by what only a fault elsewhere could have made.
    assert db.read(access.token_holder, user_id=granny, generation=0) is None
    assert db.write(sessions.open_session, user_id=granny, token_hash="a" * 64, hours=2)
    with db.current().read_only() as session:
        assert session.exec(select(LoginSession.user_id)).all() == [granny]
    assert db.read(access.identify, "a" * 64) is None


def test_a_phone_number_belongs_to_one_account() -> None:
    chief, anna = coordinator(), person("anna")
    granny = recorded(chief)
    error = refused(PhoneKnown, record_resident, actor=chief, form=form(phone=user(anna).phone))
    assert isinstance(error, PhoneKnown)
    assert error.user_id == anna.user_id
    refused(PhoneKnown, record_resident, actor=chief, form=form())
    refused(PhoneKnown, edit_resident, actor=chief, user_id=granny, form=form(phone=user(anna).phone))
    same = registration("later", phone="13912345678")
    refused(accounts.DetailsTaken, accounts.register, form=same, password_hash="not a hash")


def test_ids_that_nobody_has_are_not_found() -> None:
    chief = coordinator()
    refused_for_hostile_ids(NotFound, "user_id", edit_resident, actor=chief, form=form())
    refused_for_hostile_ids(NotFound, "user_id", note_call, actor=chief, reached=True, form=CallForm())

    def publish_for(session: Session, resident_id: int) -> int:
        return act_for(session, chief, resident_id, needs.publish_need, form=need_form())

    refused_for_hostile_ids(NotFound, "resident_id", publish_for)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "李\n奶奶"),
        ("phone", "12345"),
        ("consent_at", ""),
        ("consent_at", "2099-01-01T10:00"),
        ("consent_how", "guessed"),
        ("consent_how", None),
    ],
)
def test_a_record_without_a_name_a_phone_or_a_consent_is_refused(field: str, value: object) -> None:
    with pytest.raises(Invalid) as caught:
        form(**{field: value})
    assert list(caught.value.fields) == [field]
