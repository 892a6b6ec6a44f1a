"""Closing an account: personal data is deleted, figures stay."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import String, cast, null
from sqlmodel import select

from gsapp import access, clock, db, events
from gsapp.access import Actor, ActsForOneself
from gsapp.effects import monthly
from gsapp.errors import Invalid, NotSignedIn
from gsapp.flows import authentication
from gsapp.models import History, LoginSession, Need, NeedWord, Notification, Offer, User, metadata
from gsapp.queries import community
from gsapp.queries.accounts import public_profile
from gsapp.queries.needs import needs as needs_found
from gsapp.schemas.accounts import ProfileForm
from gsapp.schemas.forms import parse
from gsapp.schemas.inbox import AddressForm
from gsapp.schemas.needs import NeedFilter, ReasonForm
from gsapp.schemas.offers import OfferForm, ThanksForm
from gsapp.schemas.on_behalf import ResidentForm
from gsapp.services import accounts, admin_people, forgetting, inbox, matches, needs, offers, suspension
from gsapp.services.accounts import NobodySignsIn, UsernameTaken
from gsapp.services.leaving import HelpUnderWay, LastCoordinator, leave, leave_for_resident
from gsapp.services.on_behalf import record_resident
from gsapp.services.sessions import open_session
from gsapp.services.suspension import NotSuspended
from gsapp.vocabulary import NeedState, NeedStatus, OfferState, ReasonCode, Role
from tests.support import lives
from tests.support.lives import (
    NOON,
    assert_counts_are_right,
    confirmed,
    coordinator,
    matched,
    need_form,
    offer,
    people,
    person,
    publish,
    refused,
    registration,
    reported,
    row,
    user,
)

SECRET = "Kingfisher"
"""Stands in everything that the one who leaves has written or is called."""


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with lives.keys(), clock.at(NOON):
        yield


def words_kept(of: str) -> list[str]:
    """Where these letters still stand, in any column of any table."""
    found = []
    with db.current().read_only() as session:
        for table in metadata.sorted_tables:
            for column in table.columns:
                if not isinstance(getattr(column.type, "impl", column.type), String):
                    continue
                text = cast(column, String(5000))
                if session.execute(table.select().where(text.icontains(of)).limit(1)).first():
                    found.append(f"{table.name}.{column.name}")
    return found


def a_full_life() -> Actor:
    """Somebody who has left traces everywhere."""
    anna, ben = person(SECRET, phone="13912345678"), person("ben")
    db.write(inbox.set_email_address, actor=anna, form=AddressForm(email=f"{SECRET}@example.org"))
    db.write(accounts.change_profile, actor=anna, form=parse(ProfileForm, {"bio": f"I am {SECRET}"}))
    words = {"title": f"{SECRET} needs a hand", "description": f"{SECRET} lives at number 7", "attachments": SECRET}
    publish(anna, **words)
    called_off = publish(anna, **words)
    offer(ben, called_off)
    db.write(needs.cancel_need, actor=anna, need_id=called_off, form=ReasonForm(reason=f"{SECRET} is in hospital"))
    rejected = offer(ben, publish(anna, **words))
    db.write(offers.reject_offer, actor=anna, offer_id=rejected, form=ReasonForm(reason=f"{SECRET} knows somebody"))
    done = confirmed(anna, ben, **words)
    db.write(matches.give_thanks, actor=anna, match_id=done.match, form=ThanksForm(stars=4, text=f"Yours, {SECRET}"))
    db.write(matches.give_thanks, actor=ben, match_id=done.match, form=ThanksForm(stars=5, text=f"Dear {SECRET}"))
    gone = matched(ben, anna)
    db.write(matches.drop_out, actor=anna, match_id=gone.match, form=ReasonForm(reason=f"{SECRET} is ill"))
    offer(anna, publish(ben), f"{SECRET} can come")
    db.write(open_session, user_id=anna.user_id, token_hash="0" * 64, hours=1, user_agent=SECRET, address="203.0.113.9")
    return anna


@pytest.mark.usefixtures("database")
def test_nothing_that_the_person_was_called_or_wrote_is_kept_anywhere() -> None:
    anna = a_full_life()
    assert len(words_kept(SECRET)) > 10
    db.write(leave, actor=anna)
    assert words_kept(SECRET) == []
    assert words_kept("13912345678") == []
    stored = user(anna)
    assert (stored.username, stored.name, stored.bio, stored.email) == (f"left-{anna.user_id}", "", None, None)


@pytest.mark.usefixtures("sqlite_database")
def test_however_much_somebody_did_they_may_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database takes so many values at a time, and no more."""
    many, limit = 120, 100
    monkeypatch.setattr(forgetting, "BATCH", limit // 2)
    anna, ben = people("anna", "ben")
    need_id = publish(ben)

    withdrawn: dict[str, Any] = {"state": OfferState.WITHDRAWN, "active": null(), "created_at": clock.now()}

    def answer_often(session: Any) -> None:
        for _ in range(many):
            session.add(Offer(need_id=need_id, volunteer_id=anna.user_id, message=SECRET, **withdrawn))

    def leave_with_few_values_at_a_time(session: Any) -> None:
        session.connection().connection.driver_connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, limit)
        leave(session, actor=anna)

    db.write(answer_often)
    db.write(leave_with_few_values_at_a_time)
    assert words_kept(SECRET) == []


@pytest.mark.usefixtures("database")
def test_every_number_of_the_community_stays() -> None:
    anna = a_full_life()
    before = db.read(community.members_who_helped), db.read(community.thanks_given), db.read(monthly.counted)
    ben = _called("ben")
    average = db.read(public_profile, user_id=ben).thanks[0].stars
    kept = {name: len(rows) for name, rows in lives.everything().items()}
    db.write(leave, actor=anna)
    assert (
        db.read(community.members_who_helped),
        db.read(community.thanks_given),
        db.read(monthly.counted),
    ) == before
    profile = db.read(public_profile, user_id=ben)
    assert (profile.times_helped, profile.thanks_count, profile.thanks[0].stars, profile.thanks[0].text) == (
        1,
        1,
        average,
        "",
    )
    for table in ("sr_info", "response_info", "accept_info", "thanks", "buser_table", "report"):
        assert len(lives.everything()[table]) == kept[table], table
    assert_counts_are_right()


def _called(username: str) -> int:
    with db.current().read_only() as session:
        return session.exec(select(User.id).where(User.username == username)).one() or 0


@pytest.mark.usefixtures("database")
def test_open_needs_are_called_off_and_offers_taken_back_with_all_that_belongs_to_it() -> None:
    anna, ben = people("anna", "ben")
    filter, theirs = publish(anna), publish(ben)
    answer, mine = offer(ben, filter), offer(anna, theirs)
    done = confirmed(anna, ben)
    with clock.at(NOON - timedelta(days=9)):
        expired = publish(anna)
    db.write(leave, actor=anna)
    assert row(Need, filter).state is NeedState.CANCELLED
    assert (row(Offer, answer).state, row(Offer, answer).reason_code) == (
        OfferState.REJECTED,
        ReasonCode.NEED_CANCELLED,
    )
    assert row(Offer, mine).state is OfferState.WITHDRAWN
    assert row(Need, done.need).status(clock.local_now()) is NeedStatus.DONE
    assert row(Need, expired).state is NeedState.ACTIVE
    with db.current().read_only() as session:
        steps = [
            (each.action, each.new) for each in session.exec(select(History).where(History.actor_id == anna.user_id))
        ]
    assert steps[-4:] == [
        ("OfferWithdrawn", "withdrawn"),
        ("OfferRejected", "rejected"),
        ("NeedCancelled", "cancelled"),
        ("UserLeft", ""),
    ]
    assert_counts_are_right()


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("life", [matched, reported])
def test_nobody_leaves_while_help_is_under_way(life: Callable[..., lives.Life]) -> None:
    anna, ben = people("anna", "ben")
    life(anna, ben)
    for each in (anna, ben):
        refused(HelpUnderWay, leave, actor=each)


@pytest.mark.usefixtures("sqlite_database")
def test_the_words_of_needs_are_not_found_any_more_and_kind_place_and_time_stay() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna, title="Wheelchair", description="staircase", type_id=lives.CARE, city_id=lives.NINGBO)
    before = row(Need, need_id)
    db.write(leave, actor=anna)
    after = row(Need, need_id)
    assert (after.title, after.description) == ("助老服务", "")
    for name in ("type_id", "city_id", "starts_at", "ends_at", "published_at", "helpers_wanted"):
        assert getattr(after, name) == getattr(before, name), name
    assert db.read(needs_found, actor=ben, filter=parse(NeedFilter, {"q": "wheelchair"})).total == 0
    assert db.read(needs_found, actor=ben, filter=parse(NeedFilter, {"q": "staircase"})).total == 0
    with db.current().read_only() as session:
        assert session.exec(select(NeedWord).where(NeedWord.word == "wheelchair")).all() == []


@pytest.mark.usefixtures("sqlite_database")
def test_every_door_is_shut_and_nobody_gets_the_name_again() -> None:
    anna, cora = person("anna"), coordinator()
    db.write(open_session, user_id=anna.user_id, token_hash="0" * 64, hours=1)
    over = publish(anna)
    db.write(needs.cancel_need, actor=anna, need_id=over, form=ReasonForm())
    with lives.facts() as heard:
        db.write(leave, actor=anna)
    assert events.NeedChanged(over) in heard, "open pages and the cache still show the name"
    assert {fact.session_ids for fact in heard if isinstance(fact, events.SessionsEnded)} == {(1,)}
    assert db.read(access.identify, token_hash="0" * 64) is None
    assert db.read(access.token_holder, user_id=anna.user_id, generation=user(anna).token_generation) is None
    with db.current().read_only() as session:
        assert session.exec(select(LoginSession)).all() == []
    for name in ("anna", f"left-{anna.user_id}"):
        with pytest.raises(authentication.WrongSignIn):
            authentication.sign_in(username=name, password="Abc123", address="203.0.113.7", user_agent="")
    refused(UsernameTaken, accounts.register, form=registration("Anna"), password_hash="")
    for name in (f"left-{anna.user_id}", "LEFT-99999"):
        with pytest.raises(Invalid):
            registration(name)
    again = registration("anna2", phone=registration("anna").phone, id_number=registration("anna").id_number)
    assert db.write(accounts.register, form=again, password_hash="x") > 0
    refused(NotSuspended, suspension.restore, actor=cora, user_id=anna.user_id, form=ReasonForm(reason="come back"))
    refused(NobodySignsIn, admin_people.make_coordinator, actor=cora, user_id=anna.user_id)


@pytest.mark.usefixtures("sqlite_database")
def test_who_has_left_takes_no_step_from_a_tab_that_was_still_open() -> None:
    anna, ben = people("anna", "ben")
    theirs = publish(ben)
    db.write(leave, actor=anna)
    refused(NotSignedIn, leave, actor=anna)
    refused(NotSignedIn, needs.publish_need, actor=anna, form=need_form())
    refused(NotSignedIn, offers.make_offer, actor=anna, need_id=theirs, form=OfferForm())
    refused(NotSignedIn, accounts.change_profile, actor=anna, form=parse(ProfileForm, {"bio": "still me"}))
    refused(NotSignedIn, inbox.set_email_address, actor=anna, form=AddressForm(email="anna@example.org"))


@pytest.mark.usefixtures("database")
def test_the_last_coordinator_stays() -> None:
    cora, eva = coordinator("cora"), coordinator("eva")
    person("anna")
    db.write(suspension.suspend, actor=cora, user_id=eva.user_id, form=ReasonForm(reason="away"))
    refused(LastCoordinator, leave, actor=cora)
    dora = coordinator("dora")
    db.write(leave, actor=cora)
    assert user(cora).role is Role.MEMBER
    refused(LastCoordinator, leave, actor=dora)


@pytest.mark.usefixtures("sqlite_database")
def test_a_coordinator_does_it_for_a_resident_without_the_internet_and_for_nobody_else() -> None:
    cora, anna = coordinator(), person("anna")
    form = parse(
        ResidentForm, {"name": SECRET, "phone": "13912345678", "consent_at": "2026-11-23T10:00", "consent_how": "phone"}
    )
    resident = db.write(record_resident, actor=cora, form=form)
    refused(ActsForOneself, leave_for_resident, actor=cora, user_id=anna.user_id)
    refused(access.CoordinatorsOnly, leave_for_resident, actor=anna, user_id=resident)
    db.write(leave_for_resident, actor=cora, user_id=resident)
    assert words_kept(SECRET) == words_kept("13912345678") == []
    with db.current().read_only() as session:
        step = session.exec(select(History).where(History.action == "UserLeft")).one()
    assert (step.actor_id, step.on_behalf_of, step.subject_id) == (cora.user_id, resident, resident)
    refused(ActsForOneself, leave_for_resident, actor=cora, user_id=resident)


@pytest.mark.usefixtures("sqlite_database")
def test_others_are_told_of_what_ends() -> None:
    anna, ben = people("anna", "ben")
    offer(ben, publish(anna))
    offer(anna, publish(ben))
    db.write(leave, actor=anna)
    with db.current().read_only() as session:
        kinds = [each.kind for each in session.exec(select(Notification).where(Notification.user_id == ben.user_id))]
    assert kinds[-2:] == ["offer_withdrawn", "offer_rejected"]
