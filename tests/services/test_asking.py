"""Asking a volunteer by name: permissions, limits, notifications and history."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gsapp import db, events, guards
from gsapp.access import Actor, NoSuchNeed, NotYourNeed
from gsapp.errors import NotFound
from gsapp.schemas.needs import ReasonForm
from gsapp.services import asking, needs, suspension
from gsapp.services.asking import AlreadyAsked, AskedOften, CannotBeAsked, EnoughAsked, EnoughForToday, ask_volunteer
from gsapp.vocabulary import MAX_ASKED_A_WEEK, MAX_ASKED_PER_NEED, NotificationKind
from tests.support import lives
from tests.support.lives import coordinator, offer, one_step, people, person, publish, refused, refused_for_hostile_ids
from tests.support.news import last

Wait = Callable[[timedelta], None]
pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]


def ask(author: Actor, need_id: int, volunteer: Actor) -> None:
    db.write(ask_volunteer, actor=author, need_id=need_id, volunteer_id=volunteer.user_id)


def volunteers(author: Actor, number: int) -> list[Actor]:
    """So many who have offered this kind of help before."""
    earlier = publish(author)
    found = [person(f"helper {each}") for each in range(number)]
    for each in found:
        offer(each, earlier)
    return found


def test_who_is_asked_hears_it_and_the_history_keeps_it() -> None:
    anna = person("anna")
    (ben,) = volunteers(anna, 1)
    need_id = publish(anna)
    with one_step(events.VolunteerAsked(need_id, ben.user_id), actor=anna):
        ask(anna, need_id, ben)
    assert last(ben).kind is NotificationKind.ASKED
    assert last(ben).need_id == need_id


def test_the_author_and_coordinators_ask_and_nobody_else() -> None:
    anna, eve = people("anna", "eve")
    ben, carl = volunteers(anna, 2)
    need_id = publish(anna)
    refused(NotYourNeed, ask_volunteer, actor=eve, need_id=need_id, volunteer_id=ben.user_id)
    refused_for_hostile_ids(NoSuchNeed, "need_id", ask_volunteer, actor=anna, volunteer_id=ben.user_id)
    refused_for_hostile_ids(NotFound, "volunteer_id", ask_volunteer, actor=anna, need_id=need_id)
    ask(coordinator(), need_id, carl)


def test_only_who_fits_and_has_not_answered_is_asked() -> None:
    anna, stranger = people("anna", "stranger")
    ben, carl = volunteers(anna, 2)
    need_id = publish(anna)
    offer(ben, need_id)
    db.write(suspension.suspend, actor=coordinator(), user_id=carl.user_id, form=ReasonForm(reason="Was rude"))
    for cannot in (anna, stranger, ben, carl):
        refused(CannotBeAsked, ask_volunteer, actor=anna, need_id=need_id, volunteer_id=cannot.user_id)
    elsewhere = publish(anna, type_id=lives.CARE, city_id=lives.CHENGDU)
    refused(CannotBeAsked, ask_volunteer, actor=anna, need_id=elsewhere, volunteer_id=ben.user_id)


def test_a_need_that_is_no_longer_open_asks_nobody() -> None:
    anna = person("anna")
    (ben,) = volunteers(anna, 1)
    need_id = publish(anna)
    db.write(needs.delete_need, actor=anna, need_id=need_id)
    refused(guards.NeedNotOpen, ask_volunteer, actor=anna, need_id=need_id, volunteer_id=ben.user_id)


def test_nobody_is_pestered(wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = person("anna")
    found = volunteers(anna, MAX_ASKED_PER_NEED + 1)
    need_id = publish(anna)
    ask(anna, need_id, found[0])
    refused(AlreadyAsked, ask_volunteer, actor=anna, need_id=need_id, volunteer_id=found[0].user_id)
    for each in found[1:-1]:
        ask(anna, need_id, each)
    refused(EnoughAsked, ask_volunteer, actor=anna, need_id=need_id, volunteer_id=found[-1].user_id)
    for _ in range(MAX_ASKED_A_WEEK - 1):
        ask(anna, publish(anna), found[0])
    another = publish(anna)
    refused(AskedOften, ask_volunteer, actor=anna, need_id=another, volunteer_id=found[0].user_id)
    monkeypatch.setattr(asking, "MAX_ASKED_A_DAY", MAX_ASKED_PER_NEED)
    refused(EnoughForToday, ask_volunteer, actor=anna, need_id=another, volunteer_id=found[1].user_id)
    wait(timedelta(days=8))
    ask(anna, publish(anna), found[0])
