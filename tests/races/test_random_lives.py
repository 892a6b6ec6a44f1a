"""Random lives of needs (stateful property test): counters and monthly figures stay correct in any order of steps."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any, ClassVar, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func
from sqlmodel import Session, col, select

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.effects import monthly
from gsapp.errors import DomainError
from gsapp.models import History, Match, Need, Offer, metadata
from gsapp.schemas.offers import OfferForm, ThanksForm
from gsapp.services import matches, needs, offers
from gsapp.vocabulary import MatchState, NeedState, OfferState
from gsapp.workers import scheduler
from tests.support import lives
from tests.support.lives import NO_REASON, need_form, people

LIVES, STEPS = 6, 60
WISHES = (
    ["confirm", "report", "accept", "offer"] * 4
    + ["publish"] * 3
    + ["reject", "withdraw", "drop out", "no-show", "edit", "delete", "cancel", "thank", "wait", "wait"]
)
# Repeated, these succeed without an event: the response to the first may have been lost.
REPEATED = {
    "delete", "cancel", "withdraw", "accept", "reject", "drop out", "no-show", "report", "confirm", "thank"
}  # fmt: skip
LEAVING = (
    *("outbox", "notifications", "thanks", "history", "accept_info", "response_info"),
    *("sr_info", "report", "need_counts", "need_words"),
)


class Chosen(NamedTuple):
    """A need, an offer and a match (0: none), and who may act on them."""

    need: int
    offer: int
    match: int
    author: int
    volunteer: int


def choose(session: Session, *, chance: Random, step: str) -> Chosen:
    """Mostly something that still has a step before it, now and then anything."""

    def one_of(table: Any, *states: int) -> Any:
        rows = session.exec(select(table).order_by(col(table.id))).all()
        fitting = [row for row in rows if row.state in states and chance.random() < 0.95]
        return chance.choice(fitting or rows) if rows else None

    need = one_of(Need, NeedState.ACTIVE)
    match = one_of(Match, MatchState.REPORTED if step == "confirm" else MatchState.RUNNING, MatchState.REPORTED)
    offer = one_of(Offer, OfferState.PENDING)
    if step in ("report", "confirm", "drop out", "no-show", "thank") and match:
        offer = session.get_one(Offer, match.offer_id)
    of = session.get_one(Need, offer.need_id) if offer and step not in ("edit", "delete", "cancel", "offer") else need
    return Chosen(
        need=need.id if need else 0,
        offer=offer.id if offer else 0,
        match=match.id if match else 0,
        author=of.author_id if of else 0,
        volunteer=offer.volunteer_id if offer else 0,
    )


def clear(session: Session) -> None:
    for name in LEAVING:
        session.connection().execute(metadata.tables[name].delete())


class RandomLives(RuleBasedStateMachine):
    """Three people do to each other's needs, offers and matches whatever comes to mind, mostly what they may."""

    members: tuple[Actor, ...] = ()
    taken: ClassVar[Counter[str]] = Counter()

    @initialize(seed=st.integers(0, 2**32 - 1))
    def begin(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - not for secrets
        db.write(clear)
        self._clock, self._facts = clock.at(lives.NOON), lives.facts()
        self.wait, self.heard = self._clock.__enter__(), self._facts.__enter__()

    def teardown(self) -> None:
        if hasattr(self, "heard"):
            self.taken.update(type(fact).__name__ for fact in self.heard)
            self._facts.__exit__(None, None, None)
            self._clock.__exit__(None, None, None)

    # By chance from one seed: hypothesis, on its own, repeats itself too much to get a need from its start to its end.
    @rule()
    def take_a_step(self) -> None:
        step, who, number = self.chance.choice(WISHES), self.chance.randrange(15), self.chance.randrange(60)
        if step == "wait":
            self.wait(timedelta(days=(0, 0, 1, 8)[number % 4], minutes=1))
            scheduler.run_due_jobs()
            return
        known = len(self.heard)
        chosen = db.read(choose, chance=self.chance, step=step)
        try:
            self.try_to(step, chosen, who, number)
        except DomainError:
            assert len(self.heard) == known, "a refused step tells nobody"
        else:
            assert len(self.heard) > known or step in REPEATED

    def try_to(self, step: str, chosen: Chosen, who: int, number: int) -> None:
        form = need_form(
            helpers_wanted=1 + number % 2,
            type_id=1 + number % 3,
            city_id=1 + number % 4,
            starts_at=clock.local_now() + timedelta(days=number),
        )
        of_need, of_offer, of_match = {"need_id": chosen.need}, {"offer_id": chosen.offer}, {"match_id": chosen.match}
        steps: dict[str, tuple[Callable[..., Any], int, dict[str, Any]]] = {
            "publish": (needs.publish_need, self.members[number % 3].user_id, {"form": form}),
            "edit": (needs.edit_need, chosen.author, of_need | {"form": form}),
            "delete": (needs.delete_need, chosen.author, of_need),
            "cancel": (needs.cancel_need, chosen.author, of_need | {"form": NO_REASON}),
            "offer": (offers.make_offer, chosen.author + 1 + number % 2, of_need | {"form": OfferForm()}),
            "withdraw": (offers.withdraw_offer, chosen.volunteer, of_offer),
            "accept": (offers.accept_offer, chosen.author, of_offer),
            "reject": (offers.reject_offer, chosen.author, of_offer),
            "drop out": (matches.drop_out, chosen.volunteer, of_match | {"form": NO_REASON}),
            "no-show": (matches.report_no_show, chosen.author, of_match | {"form": NO_REASON}),
            "report": (matches.report_done, chosen.volunteer, of_match),
            "confirm": (matches.confirm_done, chosen.author, of_match),
            "thank": (matches.give_thanks, chosen.author, of_match | {"form": ThanksForm(stars=5)}),
        }
        use_case, right, arguments = steps[step]
        index = who if who < 3 else right - self.members[0].user_id
        db.write(use_case, actor=self.members[index % 3], **arguments)

    @invariant()
    def the_counts_are_right(self) -> None:
        if hasattr(self, "heard"):
            lives.assert_counts_are_right()
            with db.current().read_only() as session:
                rows = session.exec(select(func.count()).select_from(History)).one()
            assert rows == len(self.heard), "a row for each fact"


def live() -> None:
    with lives.keys():
        RandomLives.members = people("anna", "ben", "cleo")
        db.write(clear)
        RandomLives.taken.clear()
        run_state_machine_as_test(
            RandomLives,
            settings=settings(
                max_examples=LIVES,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=True,
                phases=[Phase.generate],  # shrinking a life takes minutes; the facts of one are read quickly enough
                suppress_health_check=list(HealthCheck),
            ),
        )


@pytest.mark.slow
@pytest.mark.usefixtures("database")
def test_after_any_life_every_figure_is_that_of_a_recount() -> None:
    live()
    rare = {fact for fact in ("VolunteerDroppedOut", "HelpConfirmed", "NeedExpired") if not RandomLives.taken[fact]}
    assert not rare, f"these lives are too poor: {RandomLives.taken}"


@pytest.mark.slow
@pytest.mark.usefixtures("sqlite_database")
def test_lives_find_a_total_that_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgotten(session: Session, match: Match, need: Need, change: int) -> None:
        if change > 0:
            add_completed(session, match, need, change)

    add_completed = monthly.add_completed
    monkeypatch.setattr(monthly, "add_completed", forgotten)
    with pytest.raises(AssertionError):
        live()
