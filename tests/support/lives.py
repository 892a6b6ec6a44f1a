"""Creates users, needs, offers and matches in tests, and checks the database invariants after each test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Concatenate, NamedTuple, ParamSpec

import pytest
from pydantic import SecretStr
from sqlalchemy import func
from sqlmodel import Session, SQLModel, col, select

from gsapp import access, clock, db, events, security
from gsapp.access import Actor
from gsapp.config import Settings
from gsapp.effects import monthly
from gsapp.errors import DomainError
from gsapp.models import History, Match, Need, Offer, User, metadata
from gsapp.queries import status
from gsapp.schemas.accounts import RegisterForm
from gsapp.schemas.forms import parse
from gsapp.schemas.needs import NeedForm, ReasonForm
from gsapp.schemas.offers import OfferForm
from gsapp.services import accounts, matches, needs, offers
from gsapp.vocabulary import COUNTING_MATCHES, MatchState, OfferState, Reason, Role

P = ParamSpec("P")

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""Twelve o'clock in Shanghai, where these tests take place."""

PLUMBING, CARE, CLEANING = 1, 2, 3
BEIJING, HANGZHOU, NINGBO, CHENGDU = 1, 2, 3, 4
SECRET = "only-for-these-tests-0123456789-abcdef"
HOSTILE_IDS = (0, -1, 987_654, 2**31 - 1, 2**31, 2**63, -(2**64))
NO_REASON = ReasonForm(reason="")


@contextmanager
def keys(**changes: Any) -> Iterator[security.Vault]:
    """A vault with keys of its own and quick passwords; steps are not limited unless `changes` say so."""
    secret = SecretStr(SECRET)
    chosen = Settings(secret_key=secret, data_key=secret, **({"throttle": False} | changes))
    yield security.configure(chosen, password_cost=4)
    security.forget()


def registration(username: str, /, **changes: Any) -> RegisterForm:
    """A form that is all right; name, phone and ID number follow from the username."""
    number = sum(ord(letter) * 31**place for place, letter in enumerate(username)) % 10**8
    typed = {
        "username": username,
        "id_type": "护照",
        "id_number": f"E{number:08d}{username}",
        "name": f"{username} Wang",
        "phone": f"138{number:08d}",
        "password": "Abc123",
    }
    return parse(RegisterForm, typed | changes)


def person(username: str, **changes: Any) -> Actor:
    user_id = db.write(accounts.register, form=registration(username, **changes), password_hash="not a hash")
    return db.read(access.actor_for, user_id=user_id)


def coordinator(username: str = "keeper") -> Actor:
    user_id = person(username).user_id
    db.write(accounts.set_role, actor=None, user_id=user_id, role=Role.COORDINATOR)
    return db.read(access.actor_for, user_id=user_id)


def people(*usernames: str) -> tuple[Actor, ...]:
    return tuple(person(username) for username in usernames)


def need_form(**changes: Any) -> NeedForm:
    """A form that is all right: tomorrow, for two hours."""
    tomorrow = clock.local_now() + timedelta(days=1)
    typed = {
        "title": "The kitchen pipe leaks",
        "description": "Under the sink.",
        "type_id": PLUMBING,
        "city_id": BEIJING,
        "starts_at": tomorrow,
        "ends_at": tomorrow + timedelta(hours=2),
    }
    if "starts_at" in changes:
        typed["ends_at"] = changes["starts_at"] + timedelta(hours=2)
    return parse(NeedForm, typed | changes)


def publish(author: Actor, **changes: Any) -> int:
    return db.write(needs.publish_need, actor=author, form=need_form(**changes))


def offer(volunteer: Actor, need_id: int, message: str = "I can come.") -> int:
    return db.write(offers.make_offer, actor=volunteer, need_id=need_id, form=parse(OfferForm, {"message": message}))


def accept(author: Actor, offer_id: int) -> int:
    return db.write(offers.accept_offer, actor=author, offer_id=offer_id)


class Life(NamedTuple):
    """A need with one offer and the match it became."""

    need: int
    offer: int
    match: int


def matched(author: Actor, volunteer: Actor, **changes: Any) -> Life:
    need_id = publish(author, **changes)
    offer_id = offer(volunteer, need_id)
    return Life(need_id, offer_id, accept(author, offer_id))


def reported(author: Actor, volunteer: Actor, **changes: Any) -> Life:
    life = matched(author, volunteer, **changes)
    db.write(matches.report_done, actor=volunteer, match_id=life.match)
    return life


def confirmed(author: Actor, volunteer: Actor, **changes: Any) -> Life:
    life = reported(author, volunteer, **changes)
    db.write(matches.confirm_done, actor=author, match_id=life.match)
    return life


def row(table: type[SQLModel], record_id: int) -> Any:
    """A record as it is stored now."""
    with db.current().read_only() as session:
        return session.get_one(table, record_id)


def user(actor: Actor) -> Any:
    return row(User, actor.user_id)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    with db.current().read_only() as session:
        tables = metadata.sorted_tables
        return {t.name: [tuple(r) for r in session.execute(t.select().order_by(*t.primary_key))] for t in tables}


@contextmanager
def facts() -> Iterator[list[events.Event]]:
    """The events that leave meanwhile; not those about inboxes, which follow from them."""
    heard: list[events.Event] = []

    def note(fact: events.Event) -> None:
        if not isinstance(fact, events.InboxChanged):
            heard.append(fact)

    unsubscribe = events.subscribe(note)
    try:
        yield heard
    finally:
        unsubscribe()


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Nothing is stored and nobody is told meanwhile."""
    before = everything()
    with facts() as heard:
        yield
    assert everything() == before
    assert not heard


def refused(
    error: type[DomainError],
    use_case: Callable[Concatenate[Session, P], Any],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> DomainError:
    """The step raises exactly this error, changes nothing and tells nobody."""
    with nothing_changes(), pytest.raises(error) as caught:
        db.write(use_case, *args, **kwargs)
    assert type(caught.value) is error
    return caught.value


def refused_for_hostile_ids(error: type[DomainError], name: str, use_case: Callable[..., Any], **others: Any) -> None:
    """The same for every record number, in the argument `name`, that nothing has or can have."""
    with nothing_changes():
        for unknown in HOSTILE_IDS:
            with pytest.raises(error) as caught:
                db.write(use_case, **{name: unknown}, **others)
            assert type(caught.value) is error, unknown


@contextmanager
def one_step(
    fact: events.Event, *, actor: Actor | None, old: str = "", new: str = "", reason: Reason = ""
) -> Iterator[None]:
    """What happens meanwhile leaves exactly this row in the history, and this fact."""
    known = _history_size()
    with facts() as heard:
        yield
    assert heard == [fact]
    with db.current().read_only() as session:
        rows = session.exec(select(History).order_by(col(History.id)).offset(known)).all()
    assert len(rows) == 1
    step = rows[0]
    assert (step.action, step.actor_id, step.old, step.new, step.reason_code or step.reason, step.at) == (
        type(fact).__name__,
        actor.user_id if actor else None,
        old,
        new,
        reason,
        clock.now(),
    )
    for name in ("need_id", "offer_id", "match_id"):
        assert getattr(step, name) == getattr(fact, name, None), name


def assert_counts_are_right() -> None:
    """The counters on each need are those of its offers and matches, and the monthly totals those of the rows."""
    with db.current().read_only() as session:
        offered = _count(session, Offer, [OfferState.PENDING])
        taken = _count(session, Match, list(COUNTING_MATCHES))
        done = _count(session, Match, [MatchState.CONFIRMED])
        for need in session.exec(select(Need)):
            stored = (need.offers_pending, need.places_taken, need.places_done)
            assert stored == (offered.get(need.id, 0), taken.get(need.id, 0), done.get(need.id, 0)), need
        accepted = _count(session, Offer, [OfferState.ACCEPTED])
        assert accepted == taken, "an accepted offer for each match that counts"
        assert monthly.differences(session) == []
        assert status.wrong_counts(session) == []


def _count(session: Session, table: type[Offer] | type[Match], states: list[Any]) -> dict[int | None, int]:
    counted = select(table.need_id, func.count()).where(col(table.state).in_(states)).group_by(col(table.need_id))
    return dict(session.exec(counted).all())


def _history_size() -> int:
    with db.current().read_only() as session:
        return session.exec(select(func.count()).select_from(History)).one()
