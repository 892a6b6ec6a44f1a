"""Atomic increments of stored counts (upsert), in the transaction of the change that is counted.

A count that would become negative was wrong before, for instance after a partial restore. It is recounted then, so that
nobody's action fails because of a number that is derived from the rows anyway.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import insert, inspect, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

log = logging.getLogger(__name__)
Recount = Callable[[], Mapping[str, int]]


def add(session: Session, zero: SQLModel, recount: Recount, **changes: int) -> None:
    """Add `changes` to the columns of the row with the primary key of `zero`; inserts `zero` first if there is none.

    `recount` derives the columns from the rows as they are after the change. It is called if a count would become
    negative.
    """
    table = type(zero)
    change = _this_row(zero).values({name: getattr(table, name) + number for name, number in changes.items()})
    enough = [getattr(table, name) >= -number for name, number in changes.items() if number < 0]
    if session.exec(change.where(*enough)).rowcount:
        return
    if enough:
        log.warning("a count of %s was too small; it was recounted", zero)
        repair(session, zero, recount)
        return
    _insert(session, zero)
    session.exec(change)


def repair(session: Session, zero: SQLModel, recount: Recount) -> bool:
    """Replace the counts of a row by a recount, exactly, even while others change it. Returns whether they differed."""
    table = type(zero)
    # This update takes the lock of the row: the recount, a later statement, sees all that others have counted in it.
    lock = _this_row(zero).values({name: getattr(table, name) for name in _counts(zero)})
    if session.exec(lock).rowcount == 0:
        _insert(session, zero)
        session.exec(lock)
    counted = dict(recount())
    differs = [getattr(table, name) != number for name, number in counted.items()]
    wrong = differs[0]
    for one in differs[1:]:
        wrong = wrong | one
    return bool(session.exec(_this_row(zero).where(wrong).values(counted)).rowcount)


def _this_row(zero: SQLModel) -> Any:
    mapper = inspect(type(zero))
    key = zip(mapper.primary_key, mapper.primary_key_from_instance(zero), strict=True)
    where = (column == value for column, value in key)
    return update(type(zero)).where(*where).execution_options(synchronize_session=False)


def _counts(zero: SQLModel) -> list[str]:
    mapper = inspect(type(zero))
    return [each.key for each in mapper.column_attrs if each.columns[0] not in mapper.primary_key]


def _insert(session: Session, zero: SQLModel) -> None:
    # Another transaction may insert the row concurrently; then the next update goes to that row.
    with suppress(IntegrityError), session.begin_nested():
        session.exec(insert(type(zero)).values(**zero.model_dump()))
