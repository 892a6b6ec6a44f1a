"""Export of all data stored about a member, for that member, as plain values for a JSON file.

Of other users it contains usernames only, of the other sides of the member's records. Columns that are left out are
listed in `schemas.own_data` with the reason; a test checks that no other column is missing.
"""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Select, or_
from sqlalchemy import select as wide_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from gsapp import access, clock, sealing
from gsapp.access import Actor
from gsapp.i18n import Translate
from gsapp.models import (
    AbuseReport,
    Asked,
    CalendarLink,
    City,
    History,
    LoginSession,
    Match,
    Need,
    Notification,
    NotificationPreference,
    Offer,
    OneTimeLink,
    ServiceType,
    StoredFile,
    TakenDownNeed,
    Thanks,
    User,
    WallLink,
)
from gsapp.queries.admin_people import matches_of
from gsapp.schemas.own_data import ACCOUNT
from gsapp.vocabulary import reason_text

MAX_ROWS_PER_TABLE = 10_000
"""Each part has at most this many rows, the newest, so that memory is bounded."""


def own_data(session: Session, *, actor: Actor, t: Translate) -> dict[str, Any]:
    """The whole export by part; system reasons are sentences in the language of `t`."""
    parts = {name: _rows(session, part(actor.user_id), t) for name, part in PARTS.items()}
    return {"as_of": _plain(clock.now()), "account": _account(session, actor), **parts}


def _account(session: Session, actor: Actor) -> dict[str, Any]:
    user = access.user(session, actor.user_id)
    known = {name: _plain(getattr(user, name)) for name in ACCOUNT}
    number = sealing.masked_number(user)
    return known | {"id_number_kind": user.id_type, "id_number_masked": number, "role": _plain(user.role)}


def _rows(session: Session, statement: Select[Any], t: Translate) -> list[dict[str, Any]]:
    found = session.execute(statement.limit(MAX_ROWS_PER_TABLE)).mappings()
    return [{name: _plain(value) for name, value in _with_reason(dict(row), t).items()} for row in found]


def _with_reason(row: dict[str, Any], t: Translate) -> dict[str, Any]:
    if "reason_code" in row:
        row["reason"] = reason_text(row["reason"], row.pop("reason_code"), t)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, datetime):
        # Instants are UTC and end in Z; beginning and end of a need are local times of TIME_ZONE.
        return value.isoformat().replace("+00:00", "Z")
    return value


def _columns(table: Any, *names: str) -> list[Any]:
    return [col(getattr(table, name)).label(name) for name in names]


def _needs(me: int) -> Select[Any]:
    fields = ("id", "title", "description", "attachments", "starts_at", "ends_at", "state", "phase", "helpers_wanted")
    columns = _columns(Need, *fields, "places_taken", "places_done", "published_at", "closed_reason")
    return (
        wide_select(*columns, col(ServiceType.name).label("kind_of_help"), col(City.name).label("city"))
        .join(ServiceType, col(ServiceType.id) == col(Need.type_id))
        .join(City, col(City.id) == col(Need.city_id))
        .where(col(Need.author_id) == me)
        .order_by(col(Need.id).desc())
    )


def _taken_down(me: int) -> Select[Any]:
    """Texts of needs taken down: they are the member's own data, even if only coordinators can read them."""
    return (
        wide_select(*_columns(TakenDownNeed, "need_id", "title", "description", "attachments", "taken_down_at"))
        .join(Need, col(Need.id) == col(TakenDownNeed.need_id))
        .where(col(Need.author_id) == me)
        .order_by(col(TakenDownNeed.need_id).desc())
    )


def _offers(me: int) -> Select[Any]:
    fields = ("id", "need_id", "message", "attachments", "state", "created_at", "decided_at", "reason", "reason_code")
    return (
        wide_select(*_columns(Offer, *fields), col(User.username).label("asked_by"))
        .join(Need, col(Need.id) == col(Offer.need_id))
        .join(User, col(User.id) == col(Need.author_id))
        .where(col(Offer.volunteer_id) == me)
        .order_by(col(Offer.id).desc())
    )


def _matches(me: int) -> Select[Any]:
    fields = ("id", "need_id", "offer_id", "accepted_at", "state", "reported_at", "confirmed_at", "ended_at", "reason")
    helper, author = aliased(User), aliased(User)
    mine = matches_of(me).subquery()
    return (
        wide_select(
            *_columns(Match, *fields), col(helper.username).label("helper"), col(author.username).label("asked_by")
        )
        .join(Offer, col(Offer.id) == col(Match.offer_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(helper, col(helper.id) == col(Offer.volunteer_id))
        .join(author, col(author.id) == col(Need.author_id))
        .where(col(Match.id).in_(wide_select(mine.c[0])))
        .order_by(col(Match.id).desc())
    )


def _thanks(me: int) -> Select[Any]:
    giver, receiver = aliased(User), aliased(User)
    mine = matches_of(me).subquery()
    return (
        wide_select(
            *_columns(Thanks, "match_id", "stars", "text", "created_at"),
            col(giver.username).label("given_by"),
            col(receiver.username).label("given_to"),
        )
        .join(giver, col(giver.id) == col(Thanks.from_user_id))
        .join(receiver, col(receiver.id) == col(Thanks.to_user_id))
        .where(col(Thanks.match_id).in_(wide_select(mine.c[0])))
        .order_by(col(Thanks.id).desc())
    )


def _notifications(me: int) -> Select[Any]:
    fields = ("kind", "need_id", "offer_id", "match_id", "reason", "reason_code", "at", "read_at", "shown")
    return (
        wide_select(*_columns(Notification, *fields), col(User.username).label("by"))
        .outerjoin(User, col(User.id) == col(Notification.actor_id))
        .where(col(Notification.user_id) == me)
        .order_by(col(Notification.id).desc())
    )


def _steps(me: int) -> Select[Any]:
    by, behind, subject = aliased(User), aliased(User), aliased(User)
    fields = ("at", "action", "need_id", "offer_id", "match_id", "old", "new", "reason", "reason_code")
    people = ((by, History.actor_id, "by"), (behind, History.on_behalf_of, "for"), (subject, History.subject_id, "to"))
    statement = wide_select(*_columns(History, *fields), *(col(who.username).label(name) for who, _, name in people))
    for who, column, _ in people:
        statement = statement.outerjoin(who, col(who.id) == col(column))
    mine = (col(column) == me for _, column, _ in people)
    return statement.where(or_(*mine)).order_by(col(History.id).desc())


def _questions(me: int) -> Select[Any]:
    by, to = aliased(User), aliased(User)
    return (
        wide_select(*_columns(Asked, "need_id", "at"), col(by.username).label("by"), col(to.username).label("to"))
        .join(by, col(by.id) == col(Asked.asked_by))
        .join(to, col(to.id) == col(Asked.volunteer_id))
        .where(or_(col(Asked.asked_by) == me, col(Asked.volunteer_id) == me))
        .order_by(col(Asked.id).desc())
    )


def _own(table: Any, owner: Any, order: Any, *names: str) -> Callable[[int], Select[Any]]:
    """A part that consists of columns of one table, selected by its owner."""

    def part(me: int) -> Select[Any]:
        return wide_select(*_columns(table, *names)).where(col(owner) == me).order_by(col(order).desc())

    return part


def _password_links(me: int) -> Select[Any]:
    mine = or_(col(OneTimeLink.user_id) == me, col(OneTimeLink.used_by) == me)
    columns = _columns(OneTimeLink, "purpose", "created_at", "expires_at", "used_at")
    return wide_select(*columns).where(mine).order_by(col(OneTimeLink.created_at).desc())


def _wall_links(me: int) -> Select[Any]:
    mine = or_(col(WallLink.created_by) == me, col(WallLink.revoked_by) == me)
    return wide_select(*_columns(WallLink, "label", "created_at", "revoked_at")).where(mine).order_by(col(WallLink.id))


PARTS: dict[str, Callable[[int], Select[Any]]] = {
    "needs": _needs,
    "taken_down": _taken_down,
    "offers": _offers,
    "matches": _matches,
    "thanks": _thanks,
    "news": _notifications,
    "news_wanted": _own(
        NotificationPreference,
        NotificationPreference.user_id,
        NotificationPreference.topic,
        "topic",
        "in_inbox",
        "by_mail",
    ),
    "steps": _steps,
    "questions": _questions,
    "reports": _own(
        AbuseReport,
        AbuseReport.reporter_id,
        AbuseReport.id,
        *("kind", "thing_id", "reason", "created_at", "handled_at", "note"),
    ),
    "files": _own(
        StoredFile,
        StoredFile.uploader_id,
        StoredFile.uploaded_at,
        *("name", "media_type", "size", "uploaded_at", "need_id", "offer_id"),
    ),
    "signed_in": _own(
        LoginSession,
        LoginSession.user_id,
        LoginSession.id,
        *("created_at", "seen_at", "expires_at", "user_agent", "address"),
    ),
    "calendar_address": _own(CalendarLink, CalendarLink.user_id, CalendarLink.made_at, "made_at"),
    "password_links": _password_links,
    "wall_links": _wall_links,
}
