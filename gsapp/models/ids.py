"""The primary key of a stored row, which tables declare as optional because the database gives it."""

from typing import Protocol


class Row(Protocol):
    """Any table whose key is one number."""

    id: int | None


def id_of(row: Row) -> int:
    """The key of a row that was loaded or flushed. Raises `RuntimeError` for one that the database has not seen yet."""
    if row.id is None:
        raise RuntimeError(f"this {type(row).__name__} has no id yet: flush the session first")
    return row.id
