"""The primary key of a stored row, declared as optional in the tables because the database generates it."""

from typing import Protocol


class Row(Protocol):
    """Any table with an integer primary key."""

    id: int | None


def id_of(row: Row) -> int:
    """The id of a row that was loaded or flushed. Raises `RuntimeError` for a row that was not."""
    if row.id is None:
        raise RuntimeError(f"this {type(row).__name__} has no id yet: flush the session first")
    return row.id
