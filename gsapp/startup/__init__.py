"""Starts and closes the process-wide parts, and connects to the database, waiting while it boots.

After a reboot the program may start before its database, so connection failures are retried for DATABASE_WAIT seconds.
A wrong password or database name fails immediately, because waiting does not fix it.
"""

import logging
import os
import socket
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from gsapp import clock, db, logs, migrations, sealing, security
from gsapp.config import Settings
from gsapp.events import relay
from gsapp.media import decoders, storage
from gsapp.security.keys import KeyRing
from gsapp.startup import data_key, seed

log = logging.getLogger(__name__)
ANSWER_WITHIN = 3.0  # seconds for each response of the server
WARN_EVERY = 10.0  # seconds between two warnings while waiting
MAX_PAUSE = 2.0  # seconds between two attempts
# MariaDB error codes that waiting does not fix.
PERMANENT_ERRORS = {
    1045: "wrong user name or password",
    1698: "this user cannot log in with a password",
    1044: "this user has no access to this database",
    1049: "the database does not exist",
    1130: "the server does not accept connections from this host",
    1129: "the server has blocked this host after too many connection errors (unblock: mariadb-admin flush-hosts)",
}


class DatabaseUnreachable(Exception):
    """The database cannot be used; the message names it and the reason, without the password."""


def configure(settings: Settings) -> None:
    """Set the log, time zone, keys and file storage of this process; replaces earlier ones.

    Without DATA_KEY there are no keys yet: `open_database` generates it, if the database has no accounts.
    """
    logs.configure(format=settings.log_format, level=settings.log_level)
    clock.set_zone(settings.time_zone)
    data_key.warn_if_readable(settings)
    if settings.data_key.get_secret_value():
        security.configure(settings)
    storage.configure(settings.data_dir)


def start(settings: Settings, *, listen: bool = True) -> None:
    """Configure this process, open the database and start the relay.

    Without `listen`, for commands, it only sends events, and the database may take long for a statement. Raises what
    `open_database` does.
    """
    configure(settings)
    settings = open_database(settings, patient=not listen)
    relay.start(settings, listen=listen)


def close() -> None:
    """Close relay, decoders, database, file storage and keys, in the opposite order of `start`. May be called twice.

    Log and time zone stay, because they hold no resources and later messages need them.
    """
    relay.close()
    decoders.close()
    db.dispose()
    storage.forget()
    security.forget()


def open_database(settings: Settings, *, patient: bool = False) -> Settings:
    """Connect this process to the database, check or migrate its schema, and insert the seed data into a new one.

    Returns the settings with DATA_KEY, which is generated for a database without accounts. Raises
    `DatabaseUnreachable`, `migrations.SchemaUnknown`, and `UnusableKey` when DATA_KEY does not fit the database.
    """
    reach_database(settings, patient=patient)
    complete = data_key.ensure(settings)
    if complete is not settings:
        security.configure(complete)
    migrations.prepare(by_itself=settings.embedded_database)
    try:
        db.write(seed.seed)
    except IntegrityError:
        db.write(seed.seed)  # another process inserted the seed data first: this run finds it and does nothing
    keys = KeyRing(complete.data_key.get_secret_value())
    security.activate(db.write(sealing.record_active_key, keys=keys))
    return complete


def reach_database(settings: Settings, *, patient: bool = False) -> None:
    """Connect this process to the database, retrying for up to DATABASE_WAIT seconds.

    Raises `DatabaseUnreachable`, without a retry for errors that waiting does not fix.
    """
    url = make_url(settings.database_url)
    if settings.embedded_database:
        _check_file(url)
    db.connect(settings.database_url, patient=patient)
    deadline = time.monotonic() + settings.database_wait
    warned_at = -WARN_EVERY
    for pause in _backoff():
        try:
            with db.current().lone_connection(seconds=ANSWER_WITHIN):
                return
        except DBAPIError as error:
            reason, transient = _reason(error)
            now = time.monotonic()
            if not transient or now >= deadline:
                db.dispose()
                raise DatabaseUnreachable(f"{_named(url)} cannot be used: {reason}") from error
            if now - warned_at >= WARN_EVERY:
                log.warning("waiting for %s: %s", _named(url), reason)
                warned_at = now
            time.sleep(min(pause, deadline - now))


def _backoff() -> Iterator[float]:
    """Pauses in seconds between two attempts, doubled each time up to MAX_PAUSE."""
    pause = 0.1
    while True:
        yield pause
        pause = min(2 * pause, MAX_PAUSE)


def _named(url: URL) -> str:
    """Name and address of the database for messages, without user and password."""
    if url.get_backend_name() == "sqlite":
        return f"the database file {url.database}"
    address = url.query.get("unix_socket") or f"{url.host or 'localhost'}:{url.port or 3306}"
    return f"the database {url.database or '(none named)'} at {address}"


def _reason(error: DBAPIError) -> tuple[str, bool]:
    """Why the database cannot be used, and whether a retry may succeed."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return str(cause), "locked" in str(cause)
    code = cause.args[0] if cause and cause.args else None
    if code in PERMANENT_ERRORS:
        return PERMANENT_ERRORS[code], False
    # PyMySQL keeps the network error in `original_exception`, or raises its own error while handling it.
    fault = getattr(cause, "original_exception", None) or getattr(cause, "__context__", None)
    return _network_reason(fault, code), True


def _network_reason(cause: object, code: object) -> str:
    if isinstance(cause, ConnectionRefusedError):
        return "connection failed (connection refused)"
    if isinstance(cause, FileNotFoundError):
        return "connection failed (no such socket)"
    if isinstance(cause, socket.gaierror):
        return "unknown host name"
    if isinstance(cause, TimeoutError):
        return "connection timed out"
    if isinstance(cause, OSError):
        return cause.strerror or "host unreachable"
    return f"the server does not accept connections (error {code})"


def _check_file(url: URL) -> None:
    """Raise `DatabaseUnreachable` with the exact reason, because SQLite itself only reports "unable to open"."""
    if not url.database or url.database == ":memory:":
        return
    file = Path(url.database)
    directory = file.resolve().parent
    if not directory.is_dir():
        raise DatabaseUnreachable(f"{_named(url)} cannot be used: {directory} is not a directory")
    if file.is_dir():
        raise DatabaseUnreachable(f"{_named(url)} cannot be used: it is a directory, not a file")
    # SQLite creates its write-ahead log beside the file, so the directory must be writable as well.
    for path in (directory, *([file] if file.exists() else [])):
        if not os.access(path, os.W_OK):
            raise DatabaseUnreachable(f"{_named(url)} cannot be used: this user may not write to {path}")
