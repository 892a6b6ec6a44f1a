"""Idempotent schema changes for revisions: each inspects the database first and does nothing if the change is there.

MariaDB commits every DDL statement. A migration that is killed, lacks a right, or meets a statement that an earlier,
killed process left running on the server must therefore be able to run again from any statement. Revisions use these
functions and none of `alembic.op` that changes something (tests/migrations/test_revision_rules.py).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError


class Step(NamedTuple):
    """One change of a revision, for plans, progress and error messages."""

    verb: str
    table: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.verb} {self.table}{'.' if self.name else ''}{self.name}"


class StepFailed(Exception):
    """The database refused a step; the cause is the `DBAPIError`."""

    def __init__(self, step: Step) -> None:
        super().__init__(str(step))
        self.step = step


_recorded: ContextVar[list[Step] | None] = ContextVar("recorded", default=None)
_before_step: ContextVar[Callable[[Step], None] | None] = ContextVar("before_step", default=None)


@contextmanager
def recording() -> Iterator[list[Step]]:
    """Dry run: append the steps of revisions that run meanwhile to the list, and execute none."""
    steps: list[Step] = []
    token = _recorded.set(steps)
    try:
        yield steps
    finally:
        _recorded.reset(token)


@contextmanager
def observed(before_step: Callable[[Step], None]) -> Iterator[None]:
    """Call `before_step` before each step; what it raises stops the migration there."""
    token = _before_step.set(before_step)
    try:
        yield
    finally:
        _before_step.reset(token)


def create_table(name: str, *items: sa.schema.SchemaItem, **options: Any) -> None:
    """Create a table with its constraints. Indexes are separate steps, `create_index`."""
    _run(Step("create table", name), lambda: _has_table(name), lambda: op.create_table(name, *items, **options))


def drop_table(name: str) -> None:
    _run(Step("drop table", name), lambda: not _has_table(name), lambda: op.drop_table(name))


def add_column(table: str, column: sa.Column[Any]) -> None:
    """Add a column; nullable or with a server default, so that processes of the previous version can insert rows."""
    step = Step("add column", table, column.name)
    _run(step, lambda: has_column(table, column.name), lambda: op.add_column(table, column))


def drop_column(table: str, column: str) -> None:
    step = Step("drop column", table, column)
    _run(step, lambda: not has_column(table, column), lambda: op.drop_column(table, column))


def create_index(table: str, columns: Sequence[str], *, name: str = "", unique: bool = False) -> None:
    """Create an index, named by the convention of the models unless `name` is given."""
    index = op.f(name or _index_name(table, columns))
    step = Step("create index", table, index)
    _run(step, lambda: _has_index(table, index), lambda: op.create_index(index, table, list(columns), unique=unique))


def drop_index(table: str, columns: Sequence[str]) -> None:
    index = op.f(_index_name(table, columns))
    _run(Step("drop index", table, index), lambda: not _has_index(table, index), lambda: op.drop_index(index, table))


def add_reference(table: str, column: str, referred: str) -> None:
    """Add a foreign key of `column` to `referred.id`; SQLite copies the table for it."""
    key = op.f(f"fk_{table}_{column}")

    def change() -> None:
        with op.batch_alter_table(table) as batch:
            batch.create_foreign_key(key, referred, [column], ["id"])

    _run(Step("add foreign key", table, key), lambda: _has_reference(table, key), change)


def drop_reference(table: str, column: str) -> None:
    """Drop the foreign key of `column`; SQLite copies the table for it."""
    key = op.f(f"fk_{table}_{column}")

    def change() -> None:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(key, type_="foreignkey")

    _run(Step("drop foreign key", table, key), lambda: not _has_reference(table, key), change)


def drop_default(table: str, column: str, column_type: sa.types.TypeEngine[Any]) -> None:
    """Drop the server default of a NOT NULL column; SQLite copies the table for it."""

    def change() -> None:
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=column_type, existing_nullable=False, server_default=None)

    _run(Step("drop default", table, column), lambda: not _has_default(table, column), change)


def repeat(verb: str, table: str, change: str | sa.TextClause | Callable[[sa.Connection], object]) -> None:
    """Run a statement or function in each attempt, such as an UPDATE: a second run must have the same result."""

    def run() -> None:
        if callable(change):
            change(op.get_bind())
        else:
            op.execute(change)

    _run(Step(verb, table), lambda: False, run)


def on_mariadb() -> bool:
    return op.get_context().dialect.name in ("mysql", "mariadb")


def _run(step: Step, done: Callable[[], bool], change: Callable[[], object]) -> None:
    recorded = _recorded.get()
    if recorded is not None:
        recorded.append(step)
        return
    if before_step := _before_step.get():
        before_step(step)
    try:
        if done():
            return
        change()
    except DBAPIError as error:
        # The same statement of a killed process, still running on the server, may have been faster.
        if error.connection_invalidated or not done():
            raise StepFailed(step) from error


def _index_name(table: str, columns: Sequence[str]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"


def _inspector() -> sa.Inspector:
    return sa.inspect(op.get_bind())


def _has_table(table: str) -> bool:
    return _inspector().has_table(table)


def has_column(table: str, name: str) -> bool:
    return _has_table(table) and any(column["name"] == name for column in _inspector().get_columns(table))


def _has_default(table: str, name: str) -> bool:
    found = [column for column in _inspector().get_columns(table) if column["name"] == name]
    return any(column["default"] is not None for column in found)


def _has_index(table: str, name: str) -> bool:
    return _has_table(table) and any(index["name"] == name for index in _inspector().get_indexes(table))


def _has_reference(table: str, name: str) -> bool:
    return _has_table(table) and any(key["name"] == name for key in _inspector().get_foreign_keys(table))
