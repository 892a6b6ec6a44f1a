"""Starts and ends what a process has once, and opens its database, or says in one sentence what is missing.

A machine that has just been switched on starts the program before its database: that is worth waiting for. A wrong
password or name is not, for it will not become right by itself.
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

from gsapp import clock, db, logs, migrations, security
from gsapp.config import Settings
from gsapp.events import relay
from gsapp.media import storage as place
from gsapp.startup import seed

log = logging.getLogger(__name__)
ANSWER_WITHIN = 3.0  # seconds for each answer of the server
TELL_EVERY = 10.0
LONGEST_NAP = 2.0
FINAL = {
    1045: "the user or the password is wrong",
    1698: "this user may not sign in with a password",
    1044: "this user may not use this database",
    1049: "there is no database of this name",
    1130: "the server does not let this machine in",
    1129: "the server has shut this machine out after too many broken connections",
}


class DatabaseUnreachable(Exception):
    """The database cannot be used; the text says which, and why, in one sentence without the password."""


def configure(settings: Settings) -> None:
    """Give this process its log, time zone, keys and place for files, in place of earlier ones."""
    logs.configure(format=settings.log_format, level=settings.log_level)
    clock.set_zone(settings.time_zone)
    security.configure(settings)
    place.use(settings.data_dir)


def start(settings: Settings, *, listen: bool = True) -> None:
    """Do all of that, open the database, and pass events on; a process that shows nothing need not `listen` to others.

    Raises what `open_database` does.
    """
    configure(settings)
    open_database(settings)
    relay.start(settings, listen=listen)


def close() -> None:
    """End it in the opposite order: connections, threads and keys are gone until the next `start`. May be called twice.

    The log and the time zone stay: they hold nothing open, and what is still to be said is said by them.
    """
    relay.close()
    db.dispose()
    place.forget()
    security.forget()


def open_database(settings: Settings) -> None:
    """Connect this process to a database that carries the schema of this version, and what every new one starts with.

    Raises `DatabaseUnreachable` or `migrations.SchemaUnknown`.
    """
    reach_database(settings)
    migrations.prepare(by_itself=settings.embedded_database)
    try:
        db.run(seed.seed)
    except IntegrityError:
        db.run(seed.seed)  # another process that starts at this moment was faster: nothing is left to do


def reach_database(settings: Settings) -> None:
    """Connect this process to the database, waiting up to DATABASE_WAIT seconds for it to answer.

    Raises `DatabaseUnreachable`: at once where waiting would not help.
    """
    url = make_url(settings.database_url)
    if settings.embedded_database:
        _check_file(url)
    db.connect(settings.database_url)
    deadline = time.monotonic() + settings.database_wait
    told = -TELL_EVERY
    for nap in _naps():
        try:
            with db.current().lone_connection(seconds=ANSWER_WITHIN):
                return
        except DBAPIError as error:
            reason, passes = _reason(error)
            now = time.monotonic()
            if not passes or now >= deadline:
                db.dispose()
                raise DatabaseUnreachable(f"{_named(url)} cannot be used: {reason}") from error
            if now - told >= TELL_EVERY:
                log.warning("waiting for %s: %s", _named(url), reason)
                told = now
            time.sleep(min(nap, deadline - now))


def _naps() -> Iterator[float]:
    nap = 0.1
    while True:
        yield nap
        nap = min(2 * nap, LONGEST_NAP)


def _named(url: URL) -> str:
    """The database as people know it, and never its password."""
    if url.get_backend_name() == "sqlite":
        return f"the database file {url.database}"
    place = url.query.get("unix_socket") or f"{url.host or 'localhost'}:{url.port or 3306}"
    return f"the database {url.database or '(none named)'} at {place}"


def _reason(error: DBAPIError) -> tuple[str, bool]:
    """Why the database cannot be used, in plain words, and whether that may pass by itself."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return str(cause), "locked" in str(cause)
    code = cause.args[0] if cause and cause.args else None
    if code in FINAL:
        return FINAL[code], False
    # PyMySQL keeps the fault of the network beside its own error, or raises its own while handling that.
    fault = getattr(cause, "original_exception", None) or getattr(cause, "__context__", None)
    return _network_reason(fault, code), True


def _network_reason(cause: object, code: object) -> str:
    if isinstance(cause, ConnectionRefusedError):
        return "nothing answers there (connection refused)"
    if isinstance(cause, FileNotFoundError):
        return "nothing answers there (no such socket)"
    if isinstance(cause, socket.gaierror):
        return "the name of its machine is not known"
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    if isinstance(cause, OSError):
        return cause.strerror or "no way to its machine"
    return f"the server does not take connections now (error {code})"


def _check_file(url: URL) -> None:
    """SQLite itself says only that it is "unable to open"."""
    if not url.database or url.database == ":memory:":
        return
    file = Path(url.database)
    directory = file.resolve().parent
    if not directory.is_dir():
        raise DatabaseUnreachable(f"{_named(url)} cannot be used: there is no directory {directory}")
    if file.is_dir():
        raise DatabaseUnreachable(f"{_named(url)} cannot be used: it is a directory")
    # The log that SQLite keeps beside the file wants a directory that may be written, too.
    for path in (directory, *([file] if file.exists() else [])):
        if not os.access(path, os.W_OK):
            raise DatabaseUnreachable(f"{_named(url)} cannot be used: {path} may not be written by this user")
