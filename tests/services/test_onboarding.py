"""The first steps follow what really happened, and stay away once they are put away."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from gsapp import access, clock, db
from gsapp.access import Actor, CoordinatorsOnly
from gsapp.models import LoginSession
from gsapp.queries.onboarding import first_steps
from gsapp.schemas.accounts import ProfileForm
from gsapp.schemas.forms import parse
from gsapp.services import accounts, matches
from gsapp.services import onboarding as steps
from gsapp.vocabulary import AdminArea
from tests.support import lives
from tests.support.lives import coordinator, people, person, refused

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]


def signed_in(actor: Actor) -> Actor:
    """The same member as a page knows them."""

    def open_session(session: Session) -> None:
        session.merge(
            LoginSession(
                id=actor.user_id,
                token_hash=f"hash of {actor.username}",
                user_id=actor.user_id,
                created_at=clock.now(),
                seen_at=clock.now(),
                expires_at=clock.now() + timedelta(days=1),
            )
        )

    db.write(open_session)
    found = db.read(access.identify, token_hash=f"hash of {actor.username}")
    assert found
    return found


def done_by(actor: Actor) -> set[str]:
    found = db.read(first_steps, actor=signed_in(actor)).model_dump(exclude={"looked_at"})
    return {name for name, done in found.items() if done}


def test_each_step_is_ticked_when_it_is_taken_and_not_before() -> None:
    anna, ben = people("anna", "ben")
    assert (done_by(anna), done_by(ben)) == (set(), set())
    need = lives.publish(anna)
    assert done_by(anna) == {"asked"}
    offer = lives.offer(ben, need)
    assert (done_by(anna), done_by(ben)) == ({"asked"}, {"offered"})
    match = lives.accept(anna, offer)
    assert (done_by(anna), done_by(ben)) == ({"asked", "chosen"}, {"offered"})
    db.write(matches.report_done, actor=ben, match_id=match)
    assert (done_by(anna), done_by(ben)) == ({"asked", "chosen"}, {"offered"})
    db.write(matches.confirm_done, actor=anna, match_id=match)
    assert (done_by(anna), done_by(ben)) == ({"asked", "chosen", "confirmed"}, {"offered", "helped"})
    db.write(accounts.change_profile, actor=ben, form=parse(ProfileForm, {"desc": "I have a ladder."}))
    assert done_by(ben) == {"introduced", "offered", "helped"}


def test_the_list_is_done_after_one_way_to_its_end() -> None:
    anna, ben, cora = people("anna", "ben", "cora")
    lives.confirmed(anna, ben)
    lives.publish(cora)
    assert [db.read(first_steps, actor=signed_in(each)).done for each in (anna, ben, cora)] == [True, True, False]


def test_a_coordinator_s_list_is_done_when_every_place_has_been_seen() -> None:
    clara = coordinator()
    lives.confirmed(clara, person("ben"))
    for place in AdminArea:
        found = db.read(first_steps, actor=signed_in(clara))
        assert not found.done
        assert place not in (found.looked_at or ())
        for _ in range(2):
            db.write(steps.look_at, actor=clara, place=place)
    assert db.read(first_steps, actor=signed_in(clara)).done


def test_places_of_the_desk_are_for_coordinators() -> None:
    anna = person("anna")
    assert db.read(first_steps, actor=signed_in(anna)).looked_at is None
    refused(CoordinatorsOnly, steps.look_at, actor=anna, place=AdminArea.CALLS)


def test_what_is_put_away_stays_away_until_it_is_asked_for() -> None:
    anna, ben = people("anna", "ben")
    assert steps.AWAY not in signed_in(anna).first_steps
    for _ in range(2):
        db.write(steps.put_away, actor=anna)
    assert steps.AWAY in signed_in(anna).first_steps
    assert steps.AWAY not in signed_in(ben).first_steps
    db.write(steps.show_again, actor=anna)
    assert steps.AWAY not in signed_in(anna).first_steps
