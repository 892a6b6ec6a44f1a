"""Stream the rows of a query in batches, with bounded memory (server-side cursor, `yield_per`)."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import Session

BATCH = 500  # rows fetched from the database at a time


def streamed(session: Session, statement: Any) -> Iterator[Any]:
    """The rows of a statement, a batch at a time. On MariaDB the session can run no other query until they end."""
    yield from session.execute(statement.execution_options(yield_per=BATCH))
