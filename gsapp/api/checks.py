"""What `/ready` and `/metrics` find out about this process and its database: one bounded check for both.

The check runs in a thread of its own. A database or disk that hangs blocks this thread only, and none of those that
serve users; concurrent requests share one check, and its result is kept for a second against floods of requests.
"""

import asyncio
import logging
import os
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from alembic.runtime.migration import MigrationContext
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from gsapp import clock, db, migrations
from gsapp.config import Settings
from gsapp.media.storage import SPARE_BYTES
from gsapp.queries.backups import last_backup_at
from gsapp.queries.outbox_backlog import Backlog, backlog

log = logging.getLogger(__name__)
ANSWER_WITHIN = 2.0  # seconds
DISK_WITHIN = 0.5  # seconds
KEPT_SECONDS = 1.0
OUTBOX_STUCK = timedelta(minutes=10)  # the outbox worker looks for due messages twice a minute


@dataclass(frozen=True)
class Findings:
    """The result of a check. `reasons` say why the process cannot serve, `degraded` what it serves without."""

    reasons: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()
    free_bytes: int | None = None  # unknown, or the disk is read-only
    schema: str = ""
    outbox: Backlog | None = None  # unknown
    last_backup: datetime | None = None


TIMED_OUT = Findings(reasons=("database",))


class Checks:
    """Runs the check of one application: at most one at a time, at most one a second."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="checks")
        self._running: Future[Findings] | None = None
        self._started = 0.0
        self._disk_executor = ThreadPoolExecutor(1, thread_name_prefix="disk check")
        self._disk_running: Future[int | None] | None = None

    async def findings(self) -> Findings:
        """What is wrong now, or was a second ago. Responds within two seconds, with `TIMED_OUT` if need be."""
        if self._running is None or (self._running.done() and monotonic() - self._started >= KEPT_SECONDS):
            self._running, self._started = self._executor.submit(self._check), monotonic()
        running = asyncio.wrap_future(self._running)
        try:
            return await asyncio.wait_for(asyncio.shield(running), ANSWER_WITHIN)  # others may await the same check
        except TimeoutError:
            return TIMED_OUT

    def _check(self) -> Findings:
        # A network disk that hangs must not look like a database that hangs: pages can still be served.
        if self._disk_running is None or self._disk_running.done():
            self._disk_running = self._disk_executor.submit(_free_bytes, self._settings)
        try:
            free = self._disk_running.result(DISK_WITHIN)
        except FutureTimeout:
            free = None
        return check(self._settings, free)


def check(settings: Settings, free: int | None) -> Findings:
    """Look at the database; `free` are bytes on the disk. Blocks: each response of it may take two seconds."""
    # The disk of a database server, or its switch to read-only, shows only in the writes that it refuses.
    full = free is None or free < SPARE_BYTES or db.current().write_fault
    degraded: tuple[str, ...] = ("disk",) if full else ()
    try:
        if not migrations.ready():
            return Findings(("schema" if _answers() else "database",), degraded, free)
        with db.current().lone_connection(seconds=ANSWER_WITHIN) as connection, Session(connection) as session:
            schema = MigrationContext.configure(connection).get_current_revision() or ""
            waiting, backup = backlog(session), last_backup_at(session)
    except SQLAlchemyError:
        log.warning("health check failed", exc_info=True)
        return Findings(("database",), degraded, free)
    if settings.smtp_url and waiting.due_since and waiting.due_since < clock.now() - OUTBOX_STUCK:
        degraded += ("outbox",)
    return Findings((), degraded, free, schema, waiting, backup)


def _answers() -> bool:
    with db.current().lone_connection(seconds=ANSWER_WITHIN) as connection:
        return bool(connection.scalar(text("SELECT 1")) == 1)


def _free_bytes(settings: Settings) -> int | None:
    """Free bytes on the disk of DATA_DIR, or of the SQLite file if there are fewer; `None` if it cannot be written."""
    places = {settings.data_dir}
    if settings.embedded_database and (file := make_url(settings.database_url).database):
        places.add(Path(file).parent)
    try:
        disks = [os.statvfs(place) for place in places]
    except OSError:
        return None
    if any(disk.f_flag & os.ST_RDONLY or (disk.f_files and not disk.f_favail) for disk in disks):
        return None
    return min(disk.f_bavail * disk.f_frsize for disk in disks)
