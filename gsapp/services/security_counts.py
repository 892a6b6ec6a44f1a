"""Daily counts of failed sign-ins and refusals: stored from the counts of each process."""

from sqlalchemy import func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from gsapp.models import SecurityCount
from gsapp.security.refusals import Key

MOST_ROWS = 5000
"""Rows of a day. Further networks and users are counted together, or an attacker would fill the table."""


def add(session: Session, *, counts: dict[Key, int]) -> None:
    """Add the counts of a process to those of the site."""
    rows = {day: _rows(session, day) for day in {key.day for key in counts}}
    for key, n in sorted(counts.items()):
        if not _add(session, key, n):
            room = rows[key.day] < MOST_ROWS
            rows[key.day] += room
            _insert(session, key if room else Key(key.day, key.kind), n)


def _rows(session: Session, day: str) -> int:
    return session.exec(select(func.count()).select_from(SecurityCount).where(SecurityCount.day == day)).one()


def _add(session: Session, key: Key, n: int) -> bool:
    where = [col(getattr(SecurityCount, name)) == value for name, value in key._asdict().items()]
    change = update(SecurityCount).where(*where).values(n=SecurityCount.n + n)
    return session.exec(change.execution_options(synchronize_session=False)).rowcount == 1


def _insert(session: Session, key: Key, n: int) -> None:
    if _add(session, key, n):
        return
    try:
        with session.begin_nested():
            session.add(SecurityCount(**key._asdict(), n=n))
    except IntegrityError:  # another process was faster
        _add(session, key, n)
