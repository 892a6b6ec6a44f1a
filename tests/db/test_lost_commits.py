"""A connection lost around a COMMIT, with unknown outcome: nothing is created twice, nothing is lost.

On a real MariaDB behind a wire that is cut in the middle of the protocol.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from gsapp import db
from gsapp.errors import DomainError, Unsure
from gsapp.events import (
    Event,
    HelpConfirmed,
    HelpReported,
    NeedPublished,
    OfferAccepted,
    OfferMade,
    UserRegistered,
    UserSuspended,
)
from gsapp.models import LoginSession, Match, Need, Offer, Thanks, User
from gsapp.schemas.needs import ReasonForm
from gsapp.schemas.offers import OfferForm, ThanksForm
from gsapp.services import accounts, matches, needs, offers, sessions
from gsapp.services.suspension import suspend
from tests.support import lives
from tests.support.lives import assert_counts_are_right, coordinator, facts, need_form, people, registration
from tests.support.proxy import Cut, Wire, wire

pytestmark = pytest.mark.mariadb


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys():
        yield


@pytest.fixture
def cuttable(mariadb_database: db.Database) -> Iterator[Wire]:
    with wire(mariadb_database.url) as made:
        db.connect(made.url)
        yield made
        db.dispose()


def ids(table: type[SQLModel], **values: object) -> list[int]:
    with db.current().read_only() as session:
        found = session.exec(select(table).filter_by(**values)).all()
        return [row.id for row in found]  # type: ignore[attr-defined]


def broken(cuttable: Wire, when: Cut, step: Callable[[], Any]) -> tuple[Any, list[Event]]:
    """What a step whose COMMIT is cut returns, or the sentence that it refuses with; and what leaves."""
    cuttable.cut_next(when)
    with facts() as heard:
        try:
            outcome = step()
        except DomainError as error:
            outcome = error
    assert cuttable.is_cut
    return outcome, heard


@pytest.mark.parametrize("when", Cut)
def test_whoever_registers_is_registered_once_and_told_so(cuttable: Wire, when: Cut) -> None:
    step = partial(db.write, accounts.register, form=registration("anna"), password_hash="a hash of its own")
    outcome, heard = broken(cuttable, when, step)
    assert ids(User) == [outcome]
    assert UserRegistered(outcome) in heard


@pytest.mark.parametrize("when", Cut)
def test_a_need_is_published_once(cuttable: Wire, when: Cut) -> None:
    (anna,) = people("anna")
    step = partial(db.write, needs.publish_need, actor=anna, form=need_form(), client_key="k")
    outcome, heard = broken(cuttable, when, step)
    assert ids(Need) == [outcome]
    assert NeedPublished(outcome) in heard
    assert_counts_are_right()


@pytest.mark.parametrize("when", Cut)
def test_an_offer_is_made_once(cuttable: Wire, when: Cut) -> None:
    anna, ben = people("anna", "ben")
    need_id = lives.publish(anna)
    step = partial(db.write, offers.make_offer, actor=ben, need_id=need_id, form=OfferForm(), client_key="k")
    outcome, heard = broken(cuttable, when, step)
    assert ids(Offer) == [outcome]
    assert OfferMade(need_id, outcome) in heard
    assert_counts_are_right()


@pytest.mark.parametrize("when", Cut)
def test_a_browser_is_signed_in_once(cuttable: Wire, when: Cut) -> None:
    (anna,) = people("anna")
    step = partial(db.write, sessions.open_session, user_id=anna.user_id, token_hash="t" * 64, hours=1)
    outcome, _ = broken(cuttable, when, step)
    assert ids(LoginSession) == [outcome]


STEPS: dict[str, tuple[type[Event], type[SQLModel]]] = {
    "accept": (OfferAccepted, Match),
    "report": (HelpReported, Match),
    "confirm": (HelpConfirmed, Match),
    "thank": (Event, Thanks),
}


@pytest.mark.parametrize("when", [Cut.UNDER_WAY, Cut.DONE])
def test_a_step_that_is_not_idempotent_is_unsure_and_not_refused(cuttable: Wire, when: Cut) -> None:
    chief, (ben,) = coordinator(), people("ben")
    step = partial(db.write, suspend, actor=chief, user_id=ben.user_id, form=ReasonForm(reason="Rude."))
    outcome, heard = broken(cuttable, when, step)
    assert type(outcome) is Unsure
    assert UserSuspended(ben.user_id) in heard


@pytest.mark.parametrize("when", Cut)
@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_taken_once_and_nobody_is_told_that_somebody_else_was_faster(
    cuttable: Wire, when: Cut, name: str
) -> None:
    anna, ben = people("anna", "ben")
    need_id = lives.publish(anna)
    offer_id = lives.offer(ben, need_id)
    steps: dict[str, Callable[[], Any]] = {
        "accept": partial(db.write, offers.accept_offer, actor=anna, offer_id=offer_id),
        "report": partial(db.write, matches.report_done, actor=ben, match_id=1),
        "confirm": partial(db.write, matches.confirm_done, actor=anna, match_id=1),
        "thank": partial(db.write, matches.give_thanks, actor=anna, match_id=1, form=ThanksForm(stars=5)),
    }
    for each, step in steps.items():
        if each == name:
            break
        step()
    outcome, heard = broken(cuttable, when, steps[name])
    fact, table = STEPS[name]
    assert len(ids(table)) == 1
    assert any(isinstance(each, fact) for each in heard)
    assert not isinstance(outcome, DomainError), "its second run finds what the first has done"
    assert_counts_are_right()
    assert steps[name]() == outcome
