"""The monthly totals, kept in the transaction of the step that changes them.

Published: needs whose begin lies in the month, cancelled included. Completed: matches accepted in the month and not
dropped. Months are those of TIME_ZONE.
"""

from datetime import datetime

from sqlalchemy import Insert
from sqlalchemy.dialects import mysql, sqlite
from sqlmodel import Session, col

from gsapp import clock
from gsapp.models import Match, MonthlyTotal, Need


def month_of(wall_clock: datetime) -> str:
    """`YYYYMM`, the key of a month."""
    return f"{wall_clock:%Y%m}"


def add_published(session: Session, *, starts_at: datetime, type_id: int, city_id: int, change: int) -> None:
    _add(session, month_of(starts_at), type_id, city_id, published=change)


def add_completed(session: Session, match: Match, need: Need, change: int) -> None:
    month = month_of(clock.to_local(match.accepted_at))
    _add(session, month, need.type_id, need.city_id, completed=change)


def _add(session: Session, month: str, type_id: int, city_id: int, *, published: int = 0, completed: int = 0) -> None:
    # Update first: a row that goes down must exist, and an upsert's insert part would break the CHECK before it is
    # tried as an update.
    key = {"month": month, "type_id": type_id, "city_id": city_id}
    row = session.connection().execute(
        MonthlyTotal.__table__.update()  # type: ignore[attr-defined]
        .where(*(col(getattr(MonthlyTotal, name)) == value for name, value in key.items()))
        .values(published=col(MonthlyTotal.published) + published, completed=col(MonthlyTotal.completed) + completed)
    )
    if row.rowcount == 0:
        session.connection().execute(_upsert(session, {**key, "published": published, "completed": completed}))


def _upsert(session: Session, values: dict[str, object]) -> Insert:
    """Insert the first count of a month; if somebody else has just done so, add to it."""
    if session.get_bind().dialect.name == "sqlite":
        lite = sqlite.insert(MonthlyTotal).values(values)
        return lite.on_conflict_do_update(
            index_elements=["monthID", "stype_id", "cityID"],
            set_={
                "ps_num": col(MonthlyTotal.published) + lite.excluded.ps_num,
                "rs_num": col(MonthlyTotal.completed) + lite.excluded.rs_num,
            },
        )
    maria = mysql.insert(MonthlyTotal).values(values)
    return maria.on_duplicate_key_update(
        ps_num=col(MonthlyTotal.published) + maria.inserted.ps_num,
        rs_num=col(MonthlyTotal.completed) + maria.inserted.rs_num,
    )
