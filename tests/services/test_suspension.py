"""Suspending and restoring accounts."""

import pytest

from gsapp import access, clock, db, events
from gsapp.access import Actor, CoordinatorsOnly
from gsapp.errors import NotFound
from gsapp.models import User
from gsapp.schemas.needs import ReasonForm
from gsapp.services import sessions
from gsapp.services.suspension import AlreadySuspended, NotSuspended, NotYourself, restore, suspend
from tests.support.lives import HOSTILE_IDS, coordinator, facts, one_step, people, person, refused, row, user

WHY = ReasonForm(reason="spam")
pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]


def opened(member: Actor, letter: str) -> int:
    return db.write(sessions.open_session, user_id=member.user_id, token_hash=letter * 64, hours=2)


def test_a_suspended_member_is_signed_out_everywhere_and_the_history_says_why() -> None:
    anna, chief = person("anna"), coordinator()
    generation = user(anna).token_generation
    session_id = opened(anna, "a")
    with facts() as heard:
        db.write(suspend, actor=chief, user_id=anna.user_id, form=WHY)
    assert heard == [events.SessionsEnded(anna.user_id, (session_id,)), events.UserSuspended(anna.user_id)]
    assert user(anna).suspended_at == clock.now()
    assert db.read(access.identify, "a" * 64) is None
    assert db.read(access.token_holder, user_id=anna.user_id, generation=generation) is None
    refused(AlreadySuspended, suspend, actor=chief, user_id=anna.user_id, form=WHY)


def test_a_restored_member_may_sign_in_anew_but_old_tokens_stay_dead() -> None:
    anna, chief = person("anna"), coordinator()
    generation = user(anna).token_generation
    ben = person("ben")
    db.write(suspend, actor=chief, user_id=ben.user_id, form=WHY)
    refused(NotSuspended, restore, actor=chief, user_id=anna.user_id, form=WHY)
    with one_step(events.UserSuspended(anna.user_id), actor=chief, reason="spam"):
        db.write(suspend, actor=chief, user_id=anna.user_id, form=WHY)
    with one_step(events.UserRestored(anna.user_id), actor=chief, reason="spam"):
        db.write(restore, actor=chief, user_id=anna.user_id, form=WHY)
    assert (user(anna).suspended_at, user(ben).suspended_at) == (None, clock.now()), "nobody else is let in"
    assert db.read(access.token_holder, user_id=anna.user_id, generation=generation) is None
    now = row(User, anna.user_id).token_generation
    assert db.read(access.token_holder, user_id=anna.user_id, generation=now) == anna


def test_only_coordinators_suspend_and_restore_and_never_themselves() -> None:
    anna, ben = people("anna", "ben")
    chief = coordinator()
    for use_case in (suspend, restore):
        refused(CoordinatorsOnly, use_case, actor=anna, user_id=ben.user_id, form=WHY)
        for unknown in HOSTILE_IDS:
            refused(NotFound, use_case, actor=chief, user_id=unknown, form=WHY)
    refused(NotYourself, suspend, actor=chief, user_id=chief.user_id, form=WHY)
