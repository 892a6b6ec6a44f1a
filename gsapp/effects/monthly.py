"""The monthly totals, kept in the transaction of the step that changes them.

Published: needs whose begin lies in the month, cancelled included. Completed: matches accepted in the month and not
dropped. Months are those of TIME_ZONE.
"""

from datetime import datetime

from sqlalchemy import delete, insert
from sqlmodel import Session

from gsapp import clock
from gsapp.effects import counters, monthly_recount
from gsapp.models import Match, MonthlyTotal, Need
from gsapp.models.totals import month_key


def add_published(session: Session, *, starts_at: datetime, type_id: int, city_id: int, change: int) -> None:
    """Count a need in the month in which it begins; -1 takes it out again."""
    _add(session, month_key(starts_at), type_id, city_id, published=change)


def add_completed(session: Session, match: Match, need: Need, change: int) -> None:
    """Count a match in the month in which it was agreed, by the community's calendar; -1 takes it out again."""
    month = month_key(clock.to_local(match.accepted_at))
    _add(session, month, need.type_id, need.city_id, completed=change)


def _add(session: Session, month: str, type_id: int, city_id: int, **changes: int) -> None:
    counters.add(session, MonthlyTotal(month=month, type_id=type_id, city_id=city_id), **changes)


def rebuild(session: Session) -> int:
    """Count all totals anew from the needs and matches; returns how many rows there are."""
    session.exec(delete(MonthlyTotal))
    counted = monthly_recount.counted(session)
    rows = [{**key._asdict(), "published": number[0], "completed": number[1]} for key, number in counted.items()]
    if rows:
        session.execute(insert(MonthlyTotal), rows)
    return len(rows)
