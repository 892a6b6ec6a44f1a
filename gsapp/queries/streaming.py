"""Streams the rows of a query in batches, with bounded memory (server-side cursor, `yield_per`)."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import Session

BATCH = 500  # rows fetched from the database at a time


def streamed(session: Session, statement: Any) -> Iterator[Any]:
    """Yields the rows of a statement. On MariaDB the session can run no other query until the last row is read."""
    yield from session.execute(statement.execution_options(yield_per=BATCH))
