"""Error messages of a broken migration: the step, the reason without any data, and what to do."""

import sqlite3

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

MISSING_RIGHT = {1044, 1142, 1143, 1227}
NO_ROOM = {1021, 1114, 3, 28}
CONNECTION_LOST = {1927, 2006, 2013, 2055, 1053}


def sentence(error: BaseException, where: str) -> str:
    """What broke, at which step, and what to do."""
    cause = error if isinstance(error, DBAPIError) else error.__cause__
    reason = _reason(cause) if isinstance(cause, DBAPIError) else str(error)
    return (
        f"the migration stopped at {where}: {reason}. No data is lost. Correct the cause and run: python -m gsapp"
        " migrate, which continues there; if it stops again, restore the backup of before the upgrade"
    )


def _reason(error: DBAPIError) -> str:
    cause = error.orig
    code = cause.args[0] if cause is not None and cause.args else None
    if isinstance(cause, sqlite3.Error):
        return "the disk is full" if "full" in str(cause) else str(cause)
    if code in MISSING_RIGHT:
        return f"the database user lacks a right ({cause.args[-1] if cause else ''})"
    if code in NO_ROOM:
        return "the disk of the database is full"
    if code in CONNECTION_LOST:
        return "the connection to the database was lost"
    if isinstance(error, IntegrityError | DataError):
        return f"rows of the table do not fit (error {code})"  # the message of the server shows the data
    return f"{cause.args[-1] if cause is not None and cause.args else error} (error {code})"
