"""Residents without the internet, for coordinators: the call-back list and the detail of one resident."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, literal, union_all
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, select

from gsapp import access, clock, events
from gsapp.access import Actor
from gsapp.events import NeedChanged, UserChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import History, Match, Need, Offer, User
from gsapp.schemas.on_behalf import Call, CallFilter, Consent, ResidentDetail, ResidentRow, Waiting, Waits
from gsapp.schemas.read_models import Page, masked_phone
from gsapp.vocabulary import ACTIVE_OFFERS, MatchState, NeedState, OfferState

MAX_CALLS_SHOWN = 20


def _plain(column: Any) -> ColumnElement[Any]:
    """The column without use of its index: SQLite would scan all needs or pending offers, not the few of residents."""
    return func.coalesce(col(column), col(column))


# Only the index of `recorded_by` is used, by a range: managed accounts are few.
MANAGED = (col(User.recorded_by) > 0, _plain(User.suspended_at).is_(None))


@invalidated_by(NeedChanged, UserChanged)
def call_list(session: Session, *, actor: Actor, filter: CallFilter) -> Page[ResidentRow]:
    """One page of the residents to ring up, the longest waiting first; or of all residents, the newest first."""
    access.coordinator(actor)
    waiting = union_all(*_waits()).subquery()
    start = (filter.page - 1) * filter.size
    if filter.which == "all":
        total = session.exec(select(func.count()).select_from(User).where(*MANAGED)).one()
        ids = wide_select(col(User.id)).where(*MANAGED).order_by(col(User.id).desc())
    else:
        who = waiting.c.author_id
        total = session.execute(wide_select(func.count(who.distinct()))).scalar_one()
        ids = wide_select(who).group_by(who).order_by(func.min(waiting.c.since), who)
    found = list(session.execute(ids.limit(filter.size).offset(start)).scalars())
    return Page(items=_rows(session, found), total=total, page=filter.page, size=filter.size)


@invalidated_by(NeedChanged, UserChanged)
def waiting_residents(session: Session) -> int:
    """The number of residents to ring up."""
    waiting = union_all(*_waits()).subquery()
    return int(session.execute(wide_select(func.count(waiting.c.author_id.distinct()))).scalar_one())


@invalidated_by(UserChanged, user_id="user_id")
@invalidated_by(NeedChanged)
def resident_detail(session: Session, *, actor: Actor, user_id: int) -> ResidentDetail:
    """One resident with a managed account. Raises what `access.on_behalf` does."""
    access.on_behalf(session, actor, user_id)
    user = access.user(session, user_id)
    if user.recorded_by is None or user.consent_at is None:
        raise RuntimeError(f"member {user_id} is looked after, but it is not stored by whom or since when")
    return ResidentDetail(
        **dict(_rows(session, [user_id])[0]),
        recorded_by=access.user(session, user.recorded_by).username,
        registered_at=user.registered_at,
        consent_at=user.consent_at,
        consent_how=Consent(user.consent_how or Consent.PHONE),
        calls=_calls(session, [user_id], limit=MAX_CALLS_SHOWN).get(user_id, ()),
    )


@invalidated_by(UserChanged, user_id="user_id")
def resident_actor(session: Session, *, actor: Actor, user_id: int) -> Actor:
    """The actor for a coordinator who acts on behalf of a resident. Raises what `access.on_behalf` does."""
    return access.on_behalf(session, actor, user_id)


def author_or_reader(session: Session, *, actor: Actor, need_id: int) -> Actor:
    """The actor who reads the page of a need: for a coordinator its author, if that is a managed account.

    A coordinator with an active offer for the need stays the reader. Raises `NoSuchNeed`.
    """
    need = access.need(session, need_id)
    if not actor.is_coordinator or need.author_id == actor.user_id:
        return actor
    author = access.user(session, need.author_id)
    if not author.is_managed or author.suspended_at is not None:
        return actor
    mine = select(Offer.id).where(Offer.need_id == need_id, Offer.volunteer_id == actor.user_id)
    if session.exec(mine.where(col(Offer.state).in_(ACTIVE_OFFERS)).limit(1)).first() is not None:
        return actor
    return access.on_behalf(session, actor, need.author_id)


def _rows(session: Session, ids: Sequence[int]) -> tuple[ResidentRow, ...]:
    if not ids:
        return ()
    users = {user.id: user for user in session.exec(select(User).where(col(User.id).in_(ids)))}
    waiting, calls = _waiting(session, ids), _calls(session, ids, limit=1)
    return tuple(
        ResidentRow(
            id=user_id,
            username=users[user_id].username,
            name=users[user_id].name,
            phone=masked_phone(users[user_id].phone),
            waiting=waiting.get(user_id, ()),
            last_call=next(iter(calls.get(user_id, ())), None),
        )
        for user_id in ids
    )


def _waiting(session: Session, ids: Sequence[int]) -> Mapping[int, tuple[Waiting, ...]]:
    """The open matters of each of these residents, the oldest first."""
    waits = union_all(*_waits(col(User.id).in_(ids))).subquery()
    found = session.execute(
        wide_select(waits, col(Need.title), col(Need.offers_pending))
        .join(Need, col(Need.id) == waits.c.need_id)
        .order_by(waits.c.since, waits.c.need_id)
    )
    by_resident: dict[int, tuple[Waiting, ...]] = {}
    for author_id, need_id, what, since, title, offers in found:
        row = Waiting(what=Waits(what), need_id=need_id, title=title, since=since, offers=offers)
        by_resident[author_id] = (*by_resident.get(author_id, ()), row)
    return by_resident


def _waits(*only: ColumnElement[bool]) -> list[Any]:
    """Statements of the reasons for a call: author, need, reason and since when, one row for each need and reason.

    A decision is listed until it is taken, an event until the resident has been reached by phone after it.
    """
    now = clock.local_now()
    running = (col(Need.state) == NeedState.ACTIVE, col(Need.ends_at) >= now)
    wanting = (*running, col(Need.places_taken) < col(Need.helpers_wanted))
    expired = (col(Need.state) == NeedState.ACTIVE, col(Need.ends_at) < now, col(Need.places_taken) == 0)
    pending, reported = _plain(Offer.state) == OfferState.PENDING, _plain(Match.state) == MatchState.REPORTED
    return [
        _since(Waits.CHOOSE, Offer, col(Offer.created_at), pending, *wanting, *only),
        _since(Waits.CONFIRM, Match, col(Match.reported_at), reported, *only),
        _event_since_last_call(Waits.DROPPED_OUT, events.VolunteerDroppedOut, *wanting, *only),
        _event_since_last_call(Waits.EXPIRED, events.NeedExpired, *expired, *only),
        _event_since_last_call(Waits.TAKEN_DOWN, events.NeedTakenDown, *only),
    ]


def _since(what: Waits, table: Any, since: Any, *where: ColumnElement[bool]) -> Any:
    needed: list[Any] = [col(Need.author_id).label("author_id"), col(Need.id).label("need_id")]
    needed.append(literal(what.value).label("what"))
    return (
        wide_select(*needed, func.min(since).label("since"))
        .select_from(User)
        .join(Need, col(Need.author_id) == _plain(User.id))
        .join(table, col(table.need_id) == col(Need.id))
        .where(*MANAGED, *where)
        .group_by(col(Need.author_id), col(Need.id))
    )


def _event_since_last_call(what: Waits, step: type[events.Event], *where: ColumnElement[bool]) -> Any:
    last = func.coalesce(col(User.reached_at), col(User.registered_at))
    since = _plain(History.at) >= last
    return _since(what, History, col(History.at), _plain(History.action) == step.__name__, since, *where)


def _calls(session: Session, ids: Sequence[int], *, limit: int) -> Mapping[int, tuple[Call, ...]]:
    """The latest `limit` calls to each of these residents."""
    calls_to = col(History.subject_id).in_(ids), col(History.action) == events.ResidentCalled.__name__
    number = func.row_number().over(partition_by=col(History.subject_id), order_by=col(History.id).desc())
    numbered = wide_select(col(History.id).label("id"), number.label("number")).where(*calls_to).subquery()
    found = session.execute(
        wide_select(col(History.subject_id), col(History.at), col(History.new), col(History.reason), col(User.username))
        .join(numbered, numbered.c.id == col(History.id))
        .join(User, col(User.id) == col(History.actor_id))
        .where(numbered.c.number <= limit)
        .order_by(col(History.id).desc())
    )
    calls: dict[int, tuple[Call, ...]] = {}
    for user_id, at, new, note, by in found:
        call = Call(by=by, at=at, reached=new == "reached", note=note)
        calls[user_id] = (*calls.get(user_id, ()), call)
    return calls
