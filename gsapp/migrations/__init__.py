"""Schema migrations (Alembic), up and down, on SQLite and MariaDB; a lock prevents concurrent migrations.

A migration that was interrupted at any statement is finished by the next one (`gsapp.migrations.idempotent`). A process
also runs on a newer schema that is compatible with it, so that processes can be upgraded one after another.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from gsapp import db
from gsapp.migrations import explanations, idempotent, planning, revisions, state
from gsapp.migrations.copies import keep_copy
from gsapp.migrations.errors import MigrationFailed, MigrationRunning, SchemaUnknown
from gsapp.migrations.lock import migration_lock
from gsapp.migrations.planning import PlannedRevision
from gsapp.migrations.rights import grant_statement, missing_rights

__all__ = ["Applied", "MigrationFailed", "MigrationRunning", "PlannedRevision", "SchemaUnknown", "Status"]

log = logging.getLogger(__name__)
READY_WITHIN = 2.0  # seconds for each response of the database
RESTORE_INTERRUPTED = "restore-interrupted"
"""The revision of a database that a restore has not completed."""


class Applied(NamedTuple):
    """A revision that was applied or reverted, and how long it took."""

    revision: str
    seconds: float


class Status(NamedTuple):
    """The schema of the database compared with this version of the program."""

    stored: str | None
    newest: str
    oldest_compatible: str | None
    pending: tuple[str, ...]
    usable: bool


def upgrade(revision: str = "head", *, progress: Callable[[str], None] = log.debug) -> list[Applied]:
    """Upgrade the schema of the current database to `revision`; an interrupted upgrade is continued.

    `progress` is called with a line of text before each step and after each revision. Raises `SchemaUnknown` if the
    schema is newer, `MigrationRunning` while another process migrates, `MigrationFailed` with what to do.
    """
    target = revisions.newest() if revision == "head" else revision
    database = db.current()
    with _explained("its preparation"):
        if not _pending(target):
            return []
        refuse_missing_rights()
        with migration_lock(database) as renew:
            pending = _pending(target)  # another process may have done it while this one waited
            if not pending:
                return []
            keep_copy(database, before=pending[0].revision)
            # Before the first step: processes that cannot use the new schema must not be ready when it is there.
            _store_oldest_compatible(target)
            return _run(command.upgrade, target, pending, renew, progress)


def downgrade(revision: str, *, progress: Callable[[str], None] = log.debug) -> list[Applied]:
    """Downgrade the schema of the current database to `revision` or "base"; the data of newer columns is lost.

    Raises what `upgrade` does.
    """
    with _explained("its preparation"):
        refuse_missing_rights(down=True)
        with migration_lock(db.current()) as renew:
            affected = to_revert(revision)
            done = _run(command.downgrade, revision, affected, renew, progress) if affected else []
            _store_oldest_compatible(None if revision == "base" else revision)
            return done


def plan(*, down_to: str | None = None) -> tuple[PlannedRevision, ...]:
    """Dry run: the revisions that `upgrade`, or `downgrade` to a revision, would apply, with their steps.

    Raises `SchemaUnknown`.
    """
    with _explained("its plan"):
        if down_to is None:
            return planning.plan(_pending(revisions.newest()))
        return planning.plan(to_revert(down_to), down=True)


def to_revert(revision: str) -> tuple[Script, ...]:
    """The revisions above `revision` that are applied, newest first. Raises `SchemaUnknown` for an unknown one."""
    if revision != "base" and revision not in revisions.known():
        raise SchemaUnknown(f"this version has no revision {revision}; it has base, 0001 to {revisions.newest()}")
    stored = stored_revision()
    _refuse_newer(stored)
    if stored is None:
        return ()
    return revisions.above(None if revision == "base" else revision, up_to=stored)[::-1]


def refuse_missing_rights(*, down: bool = False) -> None:
    """Raise `MigrationFailed` with a GRANT statement if the database user lacks a right that a migration needs."""
    database = db.current()
    if lacking := missing_rights(database, down=down):
        statement = grant_statement(database, lacking)
        raise MigrationFailed(
            f"the database user lacks rights that a migration needs; nothing was changed. Give them: {statement};"
        )


def status() -> Status:
    """The stored and the newest revision, what is pending, and whether this version can run on the schema."""
    with db.current().lone_connection(seconds=10) as connection:
        stored = MigrationContext.configure(connection).get_current_revision()
        oldest = state.value(connection, state.OLDEST_COMPATIBLE)
        known = stored is None or stored in revisions.known()
        pending = tuple(script.revision for script in revisions.above(stored)) if known else ()
        return Status(stored, revisions.newest(), oldest, pending, _usable(connection, stored))


def stored_revision() -> str | None:
    """The revision of the current database; `None` if it was never migrated."""
    with db.current().reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """The revision that this version of the program requires."""
    return revisions.newest()


def ready() -> bool:
    """Readiness check: whether the database responds in time and has a schema that this version can use."""
    try:
        with db.current().lone_connection(seconds=READY_WITHIN) as connection:
            return _usable(connection, MigrationContext.configure(connection).get_current_revision())
    except DBAPIError:
        log.warning("database not responding", exc_info=True)
        return False


def prepare(*, by_itself: bool) -> None:
    """Check the schema at startup. `by_itself` migrates an outdated one (SQLite), otherwise it is an error.

    Raises `SchemaUnknown`, and what `upgrade` does.
    """
    found = status()
    if found.usable:
        if found.stored != found.newest:
            log.warning("the schema %s is newer than %s of this version, and compatible", found.stored, found.newest)
        return
    _refuse_newer(found.stored)
    if not by_itself:
        raise SchemaUnknown("the database schema is outdated; run: python -m gsapp migrate")
    upgrade()


def _usable(connection: Connection, stored: str | None) -> bool:
    """Whether the schema is that of this version, or a newer one that was declared compatible with it."""
    if stored == revisions.newest():
        return True
    if stored is None or stored in revisions.known():
        return False
    return state.value(connection, state.OLDEST_COMPATIBLE) in revisions.known()


def _pending(target: str) -> tuple[Script, ...]:
    stored = stored_revision()
    _refuse_newer(stored)
    return revisions.above(stored, up_to=target)


def _refuse_newer(stored: str | None) -> None:
    if stored == RESTORE_INTERRUPTED:
        raise SchemaUnknown("a restore into this database was interrupted; run it again: python -m gsapp restore FILE")
    if stored is not None and stored not in revisions.known():
        raise SchemaUnknown(f"the database schema {stored} is unknown to this version; install a newer version")


def _store_oldest_compatible(revision: str | None) -> None:
    with db.current().engine.begin() as connection:
        state.ensure_table(connection)
        state.store(connection, state.OLDEST_COMPATIBLE, revisions.oldest_compatible(revision) or "")


def _run(
    alembic_command: Callable[[Config, str], None],
    target: str,
    scripts: tuple[Script, ...],
    renew: Callable[[], None],
    progress: Callable[[str], None],
) -> list[Applied]:
    """Run an Alembic command over `scripts`, in their order; renews the lock before each step."""
    applied: list[Applied] = []
    began = time.monotonic()

    def before_step(step: idempotent.Step) -> None:
        renew()
        progress(f"{scripts[len(applied)].revision}  {step}")

    def after_revision(**_: Any) -> None:
        nonlocal began
        applied.append(Applied(scripts[len(applied)].revision, round(time.monotonic() - began, 3)))
        progress(f"{applied[-1].revision}  done in {applied[-1].seconds:.2f} s")
        began = time.monotonic()

    config = revisions.config()
    config.attributes["applied"] = after_revision
    try:
        with idempotent.observed(before_step):
            alembic_command(config, target)
    except idempotent.StepFailed as error:
        raise _failure(error, f"{scripts[len(applied)].revision}, {error.step}") from error
    except DBAPIError as error:
        raise _failure(error, f"{scripts[min(len(applied), len(scripts) - 1)].revision}, its commit") from error
    return applied


@contextmanager
def _explained(where: str) -> Iterator[None]:
    """Turn errors of the database into `MigrationFailed`; the traceback is logged at DEBUG."""
    try:
        yield
    except DBAPIError as error:
        raise _failure(error, where) from error


def _failure(error: Exception, where: str) -> MigrationFailed:
    log.debug("the migration stopped", exc_info=error)
    return MigrationFailed(explanations.sentence(error, where))
