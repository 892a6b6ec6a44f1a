"""Atomic increments of stored counts (upsert), in the transaction of the change that is counted."""

from contextlib import suppress

from sqlalchemy import insert, inspect, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel


def add(session: Session, zero: SQLModel, **changes: int) -> None:
    """Add `changes` to the columns of the row with the primary key of `zero`; inserts `zero` first if there is none."""
    table = type(zero)
    mapper = inspect(table)
    key = zip(mapper.primary_key, mapper.primary_key_from_instance(zero), strict=True)
    change = (
        update(table)
        .where(*(column == value for column, value in key))
        .values({name: getattr(table, name) + number for name, number in changes.items()})
        .execution_options(synchronize_session=False)
    )
    if session.exec(change).rowcount == 0:
        # Another transaction may insert the row concurrently; then this update goes to that row.
        with suppress(IntegrityError), session.begin_nested():
            session.exec(insert(table).values(**zero.model_dump()))
        session.exec(change)
