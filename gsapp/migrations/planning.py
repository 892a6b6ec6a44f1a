"""Migration plan: the revisions to apply with their steps and the rows of each table, without changing anything."""

from collections.abc import Iterable
from dataclasses import dataclass

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from sqlalchemy import func, inspect, select, table

from gsapp import db
from gsapp.migrations import idempotent, revisions
from gsapp.models import metadata


@dataclass(frozen=True)
class PlannedStep:
    """A change, and how many rows the table has now; `None` for a table that does not exist yet."""

    change: str
    table: str
    rows: int | None
    loses_data: bool


@dataclass(frozen=True)
class PlannedRevision:
    """A revision to apply or to revert. `expands`: processes of the previous version can keep running."""

    revision: str
    title: str
    compatible_with: str
    expands: bool
    steps: tuple[PlannedStep, ...]


def plan(scripts: Iterable[Script], *, down: bool = False) -> tuple[PlannedRevision, ...]:
    """What each of these revisions would do in the current database."""
    with db.current().reader.connect() as connection:
        existing = set(inspect(connection).get_table_names())
        rows: dict[str, int | None] = {}

        def planned(step: idempotent.Step) -> PlannedStep:
            name = step.table
            if name not in rows:
                counted = connection.scalar(select(func.count()).select_from(table(name))) if name in existing else None
                rows[name] = counted
            return PlannedStep(str(step), name, rows[name], step.verb in ("drop table", "drop column"))

        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        with Operations.context(context):
            return tuple(
                PlannedRevision(
                    script.revision,
                    script.doc,
                    script.module.compatible_with,
                    revisions.expands(script),
                    tuple(planned(step) for step in dict.fromkeys(_steps(script, down=down))),
                )
                for script in scripts
            )


def _steps(script: Script, *, down: bool) -> list[idempotent.Step]:
    with idempotent.recording() as steps:
        (script.module.downgrade if down else script.module.upgrade)()
    return steps
