"""Races with closing an account: the first commit counts, and nothing is left half done.

On MariaDB only, and once more with each guard taken away, for the reasons that stand in test_races.py.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from gsapp import access, clock, db, guards
from gsapp.access import Actor
from gsapp.errors import NotSignedIn
from gsapp.models import Match, Need, Offer, User
from gsapp.schemas.accounts import ProfileForm
from gsapp.schemas.forms import parse
from gsapp.schemas.offers import OfferForm
from gsapp.services import accounts, leaving, needs, offers
from gsapp.services.leaving import HelpUnderWay, LastCoordinator, leave
from gsapp.vocabulary import MatchState, NeedState, OfferState, Role
from tests.support import lives
from tests.support.lives import (
    assert_counts_are_right,
    coordinator,
    need_form,
    offer,
    people,
    person,
    publish,
    row,
    user,
)
from tests.support.overlap import meet_after, together, warm_up

ROUNDS = 12
pytestmark = pytest.mark.mariadb


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys():
        yield


@pytest.fixture
def database(mariadb_database: db.Database) -> db.Database:
    warm_up(mariadb_database, 4)
    return mariadb_database


def left(actor: Actor) -> bool:
    return user(actor).left_at is not None


def nothing_waits_for(actor: Actor) -> bool:
    """Whether nobody waits for this person: no pending offer of theirs, no active need."""
    with db.current().read_only() as session:
        waiting = select(Offer.id).where(Offer.volunteer_id == actor.user_id, Offer.state == OfferState.PENDING)
        active = select(Need.id).where(Need.author_id == actor.user_id, Need.state == NeedState.ACTIVE)
        return session.exec(waiting).first() is None and session.exec(active).first() is None


@pytest.mark.usefixtures("database")
def test_leaving_while_my_offer_is_accepted_ends_in_one_of_the_two() -> None:
    for number in range(ROUNDS):
        anna, ben = people(f"anna{number}", f"ben{number}")
        offer_id = offer(ben, publish(anna))
        accept = partial(db.write, offers.accept_offer, actor=anna, offer_id=offer_id)
        accepted, gone = together([accept, partial(db.write, leave, actor=ben)])
        if left(ben):
            assert isinstance(accepted, guards.OfferDecided), accepted
            assert row(Offer, offer_id).state is OfferState.WITHDRAWN
        else:
            assert isinstance(gone, HelpUnderWay), gone
            assert isinstance(accepted, int)
            assert row(Match, accepted).state is MatchState.RUNNING
    assert_counts_are_right()


@pytest.mark.usefixtures("database")
def test_without_the_look_at_running_matches_somebody_waits_for_a_neighbour_who_has_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    anna, ben = people("anna", "ben")
    offer_id = offer(ben, publish(anna))
    match_id = db.write(offers.accept_offer, actor=anna, offer_id=offer_id)
    monkeypatch.setattr(leaving, "_help_under_way", lambda session, user_id: False)
    db.write(leave, actor=ben)
    assert left(ben)
    assert row(Match, match_id).state is MatchState.RUNNING


STEPS: dict[str, Callable[[Actor, int], Callable[[], Any]]] = {
    "publishes": lambda me, _: partial(db.write, needs.publish_need, actor=me, form=need_form()),
    "offers": lambda me, need: partial(db.write, offers.make_offer, actor=me, need_id=need, form=OfferForm()),
    "writes": lambda me, _: partial(
        db.write, accounts.change_profile, actor=me, form=parse(ProfileForm, {"bio": "I am still here."})
    ),
}


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("step", STEPS)
def test_what_the_other_tab_does_meanwhile_is_undone_or_refused(step: str) -> None:
    ben = person("ben")
    for number in range(ROUNDS):
        me = person(f"me{number}")
        both: list[Callable[[], Any]] = [STEPS[step](me, publish(ben)), partial(db.write, leave, actor=me)]
        done, gone = together(both)
        assert gone is None, gone
        assert done is None or isinstance(done, int | NotSignedIn), done
        assert nothing_waits_for(me)
        assert user(me).bio is None
    assert_counts_are_right()


@pytest.mark.usefixtures("database")
def test_without_the_look_at_who_is_still_here_the_other_tab_acts_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    me = person("anna")
    monkeypatch.setattr(access, "ensure_active", lambda session, actor: clock.now())
    db.write(leave, actor=me)
    db.write(needs.publish_need, actor=me, form=need_form())
    assert not nothing_waits_for(me)


@pytest.mark.usefixtures("database")
def test_of_the_last_two_coordinators_one_stays() -> None:
    for number in range(ROUNDS):
        pair = coordinator(f"cora{number}"), coordinator(f"dora{number}")
        results = together([partial(db.write, leave, actor=each) for each in pair])
        assert sorted(left(each) for each in pair) == [False, True], results
        assert {type(result) for result in results} == {type(None), LastCoordinator}
        stays = next(each for each in pair if not left(each))
        db.write(accounts.set_role, actor=None, user_id=stays.user_id, role=Role.MEMBER)


@pytest.mark.usefixtures("database")
def test_without_holding_the_coordinators_both_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_only(session: Any, actor: Actor) -> None:
        active = select(User.id).where(User.role == Role.COORDINATOR, User.suspended_at.is_(None))  # type: ignore[union-attr]
        if set(session.exec(active).all()) <= {actor.user_id}:
            raise LastCoordinator

    pair = coordinator("cora"), coordinator("dora")
    monkeypatch.setattr(leaving, "_check_others_stay", look_only)
    meet_after(monkeypatch, leaving, "_check_others_stay", 2)
    together([partial(db.write, leave, actor=each) for each in pair])
    assert all(map(left, pair))
