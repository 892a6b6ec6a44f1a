"""Roles, and looking at a phone number."""

import pytest

from gsapp import access, db, events
from gsapp.access import CoordinatorsOnly
from gsapp.errors import NotFound
from gsapp.schemas.needs import ReasonForm
from gsapp.services.admin_people import AlreadySo, NotYourOwnRole, make_coordinator, make_member, show_phone
from gsapp.services.suspension import suspend
from gsapp.vocabulary import Role
from tests.support.lives import coordinator, one_step, people, person, refused, refused_for_hostile_ids, user

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]


def test_a_coordinator_makes_another_and_takes_the_role_away_again() -> None:
    chief, anna = coordinator(), person("anna")
    with one_step(events.RoleChanged(anna.user_id), actor=chief, old="member", new="coordinator"):
        db.write(make_coordinator, actor=chief, user_id=anna.user_id)
    refused(AlreadySo, make_coordinator, actor=chief, user_id=anna.user_id)
    with one_step(events.RoleChanged(anna.user_id), actor=chief, old="coordinator", new="member"):
        db.write(make_member, actor=chief, user_id=anna.user_id)
    assert user(anna).role is Role.MEMBER
    refused(AlreadySo, make_member, actor=chief, user_id=anna.user_id)


def test_nobody_changes_their_own_role() -> None:
    chief = coordinator()
    coordinator("second")
    refused(NotYourOwnRole, make_member, actor=chief, user_id=chief.user_id)
    refused(NotYourOwnRole, make_coordinator, actor=chief, user_id=chief.user_id)


def test_who_has_just_lost_the_role_gives_and_takes_none() -> None:
    first, second, anna = coordinator("first"), coordinator("second"), person("anna")
    db.write(make_member, actor=first, user_id=second.user_id)
    refused(CoordinatorsOnly, make_member, actor=second, user_id=first.user_id)
    refused(CoordinatorsOnly, make_coordinator, actor=second, user_id=anna.user_id)
    refused(CoordinatorsOnly, suspend, actor=second, user_id=first.user_id, form=ReasonForm(reason="late"))


def test_looking_at_a_phone_number_leaves_a_trace() -> None:
    chief, anna = coordinator(), person("anna", phone="13900000001")
    with one_step(events.PhoneSeen(anna.user_id), actor=chief):
        assert db.write(show_phone, actor=chief, user_id=anna.user_id) == "13900000001"


def test_all_this_is_for_coordinators_and_people_who_exist() -> None:
    chief = coordinator()
    anna, ben = people("anna", "ben")
    for use_case in (make_coordinator, make_member, show_phone):
        refused(CoordinatorsOnly, use_case, actor=anna, user_id=ben.user_id)
        refused_for_hostile_ids(NotFound, "user_id", use_case, actor=chief)
    assert db.read(access.actor_for, ben.user_id).role is Role.MEMBER
