"""Interleaved use cases: one commits between the read and the write of another.

On MariaDB, with records loaded as on another node of a cluster, where no row lock of the first step keeps the second
one waiting. The first step must see that it comes too late. Where its guard is taken away, both happen.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, col, update

from gsapp import access, clock, db, guards
from gsapp.access import Actor
from gsapp.errors import DomainError
from gsapp.models import Match, Need, Offer
from gsapp.schemas.needs import ReasonForm
from gsapp.schemas.offers import OfferForm, ThanksForm
from gsapp.services import accounts, matches, needs, offers
from gsapp.services.matches import AlreadyThanked
from gsapp.vocabulary import MatchState, NeedState, OfferState, Reason, reason_columns
from tests.support import lives
from tests.support.lives import (
    assert_counts_are_right,
    confirmed,
    matched,
    need_form,
    offer,
    people,
    publish,
    reported,
    row,
)
from tests.support.overlap import meanwhile, without_row_locks

LOADERS = {  # what each step looks by; the steps of a match do so by `_match`
    "edit need": "own_need",
    "delete": "own_need",
    "cancel": "own_need",
    "offer": "need_for_update",
    "edit offer": "own_offer",
    "withdraw": "own_offer",
    "accept": "offer_to_own_need",
    "reject": "offer_to_own_need",
}
Step = Callable[[], object]
pytestmark = [pytest.mark.mariadb, pytest.mark.usefixtures("mariadb_database")]


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys(), clock.at(lives.NOON):
        yield


class Stage:
    """Anna, who needs help, Ben and Cleo, who offer it, and every step they may take."""

    def __init__(self, begin: Callable[[Actor, Actor], lives.Life | None]) -> None:
        self.anna, self.ben, self.cleo = people("anna", "ben", "cleo")
        life = begin(self.anna, self.ben)
        if life is None:
            need_id = publish(self.anna)
            life = lives.Life(need_id, offer(self.ben, need_id), 0)
            offer(self.cleo, need_id)  # there is always another pending offer that could be miscounted
        self.need, self.offer, self.match = life

    def step(self, name: str) -> Step:
        anna, ben, none = self.anna, self.ben, ReasonForm(reason="")
        steps: dict[str, Step] = {
            "edit need": partial(db.write, needs.edit_need, actor=anna, need_id=self.need, form=need_form(title="New")),
            "delete": partial(db.write, needs.delete_need, actor=anna, need_id=self.need),
            "cancel": partial(db.write, needs.cancel_need, actor=anna, need_id=self.need, form=none),
            "offer": partial(db.write, offers.make_offer, actor=ben, need_id=self.need, form=OfferForm()),
            "edit offer": partial(db.write, offers.edit_offer, actor=ben, offer_id=self.offer, form=OfferForm()),
            "withdraw": partial(db.write, offers.withdraw_offer, actor=ben, offer_id=self.offer),
            "accept": partial(db.write, offers.accept_offer, actor=anna, offer_id=self.offer),
            "reject": partial(db.write, offers.reject_offer, actor=anna, offer_id=self.offer),
            "drop out": partial(db.write, matches.drop_out, actor=ben, match_id=self.match, form=none),
            "no-show": partial(db.write, matches.report_no_show, actor=anna, match_id=self.match, form=none),
            "report": partial(db.write, matches.report_done, actor=ben, match_id=self.match),
            "confirm": partial(db.write, matches.confirm_done, actor=anna, match_id=self.match),
            "thank": partial(db.write, matches.give_thanks, actor=anna, match_id=self.match, form=ThanksForm(stars=5)),
        }
        return steps[name]


def only_published(anna: Actor, _: Actor) -> lives.Life:
    return lives.Life(publish(anna), 0, 0)


def pending(_: Actor, __: Actor) -> None:
    return None


MEETINGS: list[tuple[Callable[[Actor, Actor], Any], str, str, set[type[DomainError]]]] = [
    (only_published, "edit need", "offer", {guards.NeedHasAnswers}),
    (only_published, "delete", "offer", {guards.NeedHasAnswers}),
    (only_published, "edit need", "delete", {guards.NeedHasAnswers}),
    (only_published, "delete", "delete", {guards.NeedHasAnswers}),
    (only_published, "cancel", "cancel", {guards.HelpIsRunning}),
    (only_published, "offer", "cancel", {guards.NeedNotOpen}),
    (pending, "accept", "accept", {guards.NeedFull}),
    (pending, "accept", "withdraw", {guards.OfferDecided}),
    (pending, "accept", "reject", {guards.OfferDecided}),
    (pending, "accept", "cancel", {guards.NeedFull, guards.NeedNotOpen}),
    (pending, "withdraw", "accept", {guards.OfferDecided}),
    (pending, "withdraw", "withdraw", {guards.OfferDecided}),
    (pending, "withdraw", "reject", {guards.OfferDecided}),
    (pending, "withdraw", "cancel", {guards.OfferDecided}),
    (pending, "edit offer", "accept", {guards.OfferDecided}),
    (pending, "reject", "accept", {guards.OfferDecided}),
    (pending, "cancel", "accept", {guards.HelpIsRunning}),
    (matched, "drop out", "drop out", {guards.MatchMovedOn}),
    (matched, "drop out", "no-show", {guards.MatchMovedOn}),
    (matched, "drop out", "report", {guards.MatchMovedOn}),
    (matched, "no-show", "report", {guards.MatchMovedOn}),
    (matched, "report", "drop out", {guards.MatchMovedOn}),
    (matched, "report", "report", {guards.MatchMovedOn}),
    (reported, "confirm", "confirm", {guards.MatchMovedOn}),
    (reported, "confirm", "no-show", {guards.MatchMovedOn}),
    (reported, "confirm", "drop out", {guards.MatchMovedOn}),
    (reported, "no-show", "confirm", {guards.MatchMovedOn}),
    (reported, "drop out", "confirm", {guards.MatchMovedOn}),
]


@pytest.mark.parametrize(
    ("begin", "late", "early", "errors"), MEETINGS, ids=lambda part: getattr(part, "__name__", None)
)
def test_a_step_that_looked_before_another_one_wrote_comes_too_late(
    monkeypatch: pytest.MonkeyPatch, begin: Any, late: str, early: str, errors: set[type[DomainError]]
) -> None:
    stage = Stage(begin)
    after_the_early_one: list[Any] = []

    def act() -> None:
        stage.step(early)()
        after_the_early_one.append(lives.everything())

    without_row_locks(monkeypatch)
    meanwhile(monkeypatch, access, LOADERS.get(late, "_match"), act)
    with pytest.raises(DomainError) as caught:
        stage.step(late)()
    assert type(caught.value) in errors
    assert [lives.everything()] == after_the_early_one, "the late step has left something behind"
    assert_counts_are_right()


def test_thanks_given_twice_at_once_are_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(confirmed)
    without_row_locks(monkeypatch)
    meanwhile(monkeypatch, clock, "now", stage.step("thank"))
    with pytest.raises(AlreadyThanked):
        db.write(matches.give_thanks, actor=stage.anna, match_id=stage.match, form=ThanksForm(stars=1))


def test_a_coordinators_link_pressed_twice_at_once_works_once(monkeypatch: pytest.MonkeyPatch) -> None:
    anna, ben = people("anna", "ben")
    db.write(accounts.invite_coordinator, token_hash="t" * 64, hours=1)
    by_anna, by_ben = (
        partial(db.write, accounts.claim_coordinator, user_id=member.user_id, token_hash="t" * 64)
        for member in (anna, ben)
    )
    meanwhile(monkeypatch, guards, "update", by_anna)
    with pytest.raises(accounts.LinkUsed):
        by_ben()


def unguarded_offer(session: Session, offer_id: int, _: OfferState, *, to: OfferState, reason: Reason = "") -> None:
    values = {"state": to, "active": 1 if to is OfferState.ACCEPTED else None, **reason_columns(reason)}
    session.exec(update(Offer).where(col(Offer.id) == offer_id).values(values))


def unguarded_cancelling(session: Session, need_id: int, *, reason: str) -> None:
    values = {"state": NeedState.CANCELLED, "closed_reason": reason, "offers_pending": 0}
    session.exec(update(Need).where(col(Need.id) == need_id).values(values))


def test_without_the_guard_an_accepted_offer_is_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(pending)
    monkeypatch.setattr(guards, "move_offer", unguarded_offer)
    without_row_locks(monkeypatch)
    meanwhile(monkeypatch, access, LOADERS["withdraw"], stage.step("accept"))
    stage.step("withdraw")()
    assert row(Offer, stage.offer).state is OfferState.WITHDRAWN
    assert row(Match, 1).state is MatchState.RUNNING
    with pytest.raises(AssertionError):
        assert_counts_are_right()


def test_without_the_guard_a_matched_need_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(pending)
    monkeypatch.setattr(guards, "cancel_need", unguarded_cancelling)
    without_row_locks(monkeypatch)
    meanwhile(monkeypatch, access, LOADERS["cancel"], stage.step("accept"))
    stage.step("cancel")()
    assert row(Need, stage.need).state is NeedState.CANCELLED
    assert row(Match, 1).state is MatchState.RUNNING
