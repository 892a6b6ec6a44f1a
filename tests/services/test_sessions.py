"""Signed-in browsers: opening, prolonging and ending sessions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, col, update

from gsapp import access, clock, db, events
from gsapp.access import Actor
from gsapp.errors import NotFound
from gsapp.models import LoginSession, User
from gsapp.queries.accounts import own_sessions
from gsapp.services import accounts, sessions
from gsapp.vocabulary import Role
from tests.support.lives import coordinator, facts, one_step, people, person, refused, refused_for_hostile_ids, row

Wait = Callable[[timedelta], None]
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]


def opened(member: Actor, letter: str, *, user_agent: str = "", address: str = "") -> Actor:
    """The member as signed in by a new session with the token hash `letter` * 64."""
    session_id = db.write(
        sessions.open_session,
        user_id=member.user_id,
        token_hash=letter * 64,
        hours=2,
        user_agent=user_agent,
        address=address,
    )
    now = clock.now()
    return replace(member, session_id=session_id, session_expires_at=now + 2 * HOUR, authenticated_at=now)


def suspend(session: Session, *, user_id: int) -> None:
    session.exec(update(User).where(col(User.id) == user_id).values(suspended_at=clock.now()))


def test_a_session_identifies_its_user_until_it_expires(wait: Wait) -> None:
    anna = opened(person("anna"), "a")
    assert db.read(access.identify, "a" * 64) == anna
    assert db.read(access.identify, "A" * 64) is None
    assert db.read(access.identify, "") is None
    wait(2 * HOUR - SECOND)
    assert db.read(access.identify, "a" * 64) == anna
    wait(SECOND)
    assert db.read(access.identify, "a" * 64) is None


def test_a_coordinators_session_ends_half_a_day_after_the_sign_in_however_busy(wait: Wait) -> None:
    chief = coordinator()
    opened(chief, "c")
    for _ in range(11):
        wait(HOUR)
        actor = db.read(access.identify, "c" * 64)
        assert actor is not None
        assert not sessions.due(actor, hours=2)
    wait(HOUR)
    assert db.read(access.identify, "c" * 64) is None


def test_who_becomes_a_coordinator_is_soon_asked_to_sign_in_again(wait: Wait) -> None:
    anna = opened(person("anna"), "a")
    for _ in range(12):
        wait(HOUR)
        db.write(sessions.prolong_session, actor=anna, hours=2)
    assert db.read(access.identify, "a" * 64) is not None
    db.write(accounts.set_role, actor=None, user_id=anna.user_id, role=Role.COORDINATOR)
    assert db.read(access.identify, "a" * 64) is None


def test_being_there_lets_the_expiry_begin_anew(wait: Wait) -> None:
    anna = opened(person("anna"), "a")
    wait(HOUR)
    db.write(sessions.prolong_session, actor=anna, hours=2)
    stored = row(LoginSession, anna.session_id or 0)
    assert (stored.seen_at, stored.expires_at) == (clock.now(), clock.now() + 2 * HOUR)
    wait(2 * HOUR - SECOND)
    found = db.read(access.identify, "a" * 64)
    assert found is not None
    assert found.session_expires_at == clock.now() + SECOND


def test_prolonging_an_ended_session_does_not_bring_it_back() -> None:
    anna = opened(person("anna"), "a")
    db.write(sessions.end_session, actor=anna, session_id=anna.session_id or 0)
    db.write(sessions.prolong_session, actor=anna, hours=2)
    assert db.read(access.identify, "a" * 64) is None


def test_a_suspended_user_is_nobody() -> None:
    anna = opened(person("anna"), "a")
    db.write(suspend, user_id=anna.user_id)
    assert db.read(access.identify, "a" * 64) is None


def test_a_member_ends_one_of_their_own_sessions() -> None:
    member = person("anna")
    here, there = opened(member, "a"), opened(member, "b")
    assert there.session_id is not None
    with one_step(events.SessionsEnded(member.user_id, (there.session_id,)), actor=here):
        db.write(sessions.end_session, actor=here, session_id=there.session_id)
    assert db.read(access.identify, "a" * 64) == here
    assert db.read(access.identify, "b" * 64) is None
    refused(NotFound, sessions.end_session, actor=here, session_id=there.session_id)


def test_nobody_ends_the_session_of_somebody_else() -> None:
    anna, ben = people("anna", "ben")
    here, theirs = opened(anna, "a"), opened(ben, "b")
    for stranger in (here, coordinator()):
        refused(NotFound, sessions.end_session, actor=stranger, session_id=theirs.session_id or 0)
    refused_for_hostile_ids(NotFound, "session_id", sessions.end_session, actor=here)


def test_all_other_sessions_end_at_once_and_nobody_elses() -> None:
    member = person("anna")
    here, second, third = (opened(member, letter) for letter in "abc")
    ben = opened(person("ben"), "d")
    ended = (second.session_id or 0, third.session_id or 0)
    with one_step(events.SessionsEnded(member.user_id, ended), actor=here):
        db.write(sessions.end_other_sessions, actor=here)
    assert [bool(db.read(access.identify, letter * 64)) for letter in "abcd"] == [True, False, False, True]
    assert ben.session_id not in ended


def test_where_no_browser_is_signed_out_the_end_of_the_tokens_is_still_told() -> None:
    anna = opened(person("anna"), "a")
    with facts() as heard:
        db.write(sessions.end_other_sessions, actor=anna)
    assert heard == [events.SessionsEnded(anna.user_id, ())], "so that no process keeps them as known"


def test_suspension_ends_every_session() -> None:
    member, chief = person("anna"), coordinator()
    ids = tuple(opened(member, letter).session_id or 0 for letter in "ab")
    with one_step(events.SessionsEnded(member.user_id, ids), actor=chief):
        db.write(sessions.end_all_sessions, actor=chief, user_id=member.user_id)


def test_a_member_sees_their_own_sessions_the_latest_first(wait: Wait) -> None:
    member = person("anna")
    opened(person("ben"), "z")
    opened(member, "a", user_agent="Firefox", address="10.0.0.1")
    wait(HOUR)
    here = opened(member, "b", user_agent="x" * 500, address="y" * 100)
    seen = db.read(own_sessions, actor=here)
    assert [(row.current, row.user_agent, row.address) for row in seen] == [
        (True, "x" * 200, "y" * 64),
        (False, "Firefox", "10.0.0.1"),
    ]
