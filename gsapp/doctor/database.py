"""Health checks of the database: reachable, durable settings, schema, keys, last backup, e-mail outbox."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, make_url, text

from gsapp import clock, db, migrations, sealing, startup
from gsapp.config import Settings
from gsapp.db.engine import POOL
from gsapp.doctor.findings import Finding, error, judged, ok, warning
from gsapp.queries import backups
from gsapp.queries import outbox as outbox_queries
from gsapp.security.keys import KeyRing
from gsapp.startup import DatabaseUnreachable, data_key
from gsapp.vocabulary import OutboxState

SECONDS = 5.0  # for each response of the server
SKEW = 5.0  # seconds between the clocks of this machine and the database
WRONG_CLOCK = 60.0
DAILY = timedelta(hours=36)
TOO_OLD = timedelta(days=7)
LATE = timedelta(hours=1)
# One engine that writes and one that reads, and some connections for checks and commands.
CONNECTIONS = 2 * (POOL["pool_size"] + POOL["max_overflow"]) + 10

VARIABLES = """
    SHOW VARIABLES WHERE Variable_name IN (
        'version', 'tx_isolation', 'transaction_isolation', 'innodb_flush_log_at_trx_commit', 'log_bin',
        'sync_binlog', 'max_connections', 'character_set_database', 'sql_mode'
    )
"""


def reachable(chosen: Settings) -> Iterator[Finding]:
    """Connect this process to the database, without a retry. Reports failures only, and creates no file."""
    file = make_url(chosen.database_url).database
    if chosen.embedded_database and file and not Path(file).exists():
        yield error("database", f"the file {file} does not exist", "start the site once, or check DATA_DIR")
        return
    try:
        startup.reach_database(chosen.model_copy(update={"database_wait": 0}))
    except DatabaseUnreachable as failure:
        yield error("database", str(failure), "start the database, or check DATABASE_URL")


def server() -> Iterator[Finding]:
    """Version, durability and limits of the server, and its clock."""
    with db.current().lone_connection(seconds=SECONDS) as connection:
        yield from _sqlite(connection) if db.current().embedded else _mariadb(connection)


def integrity() -> Iterator[Finding]:
    """The quick check of SQLite's file; other servers check themselves."""
    if not db.current().embedded:
        return
    with db.current().lone_connection(seconds=SECONDS) as connection:
        result = str(connection.scalar(text("PRAGMA quick_check(1)")))
    if result == "ok":
        yield ok("integrity", "quick_check finds no damage")
    else:
        yield error("integrity", "quick_check finds damage", "stop the site and restore the last backup")


def schema() -> Iterator[Finding]:
    """Whether the schema is the one of this version."""
    stored, newest = migrations.stored_revision(), migrations.newest_revision()
    if stored == newest:
        yield ok("schema", f"{stored}")
    elif stored is None:
        yield error("schema", "the database is empty", "run: python -m gsapp migrate")
    else:
        todo = "run: python -m gsapp migrate, or, if the schema is newer, install a newer version"
        yield error("schema", f"{stored}, this version needs {newest}", todo)


def keys(chosen: Settings) -> Iterator[Finding]:
    """Whether DATA_KEY fits the database."""
    used = db.read(sealing.keys_in_use)
    secret = chosen.data_key.get_secret_value()
    if not secret:
        todo = "restore DATA_DIR/data_key from your backup, or set DATA_KEY"
        missing = error("keys", f"DATA_KEY is missing for {used.accounts} accounts", todo)
        yield missing if used.accounts or used.active else ok("keys", "DATA_KEY is made at the first start")
        return
    held = KeyRing(secret)
    if lost := data_key.missing_keys(held, used):
        yield error("keys", f"DATA_KEY lacks {', '.join(lost)}", "restore that key, or append it after a comma")
    elif used.before or held.newest.id != (used.active or held.newest.id):
        yield warning("keys", "the newest key does not protect everything yet", "run: python -m gsapp keys rotate")
    else:
        yield ok("keys", f"DATA_KEY fits, active key {used.active or held.newest.id}")
    if without := sum(n for key_id, n in used.passwords.items() if key_id and not held.find(key_id)):
        todo = "restore the key, or run for each: python -m gsapp user password-link NAME"
        yield warning("keys", f"{without} accounts cannot sign in: the key of their password is missing", todo)


def backup() -> Iterator[Finding]:
    """The age of the last backup."""
    last = db.read(backups.last_backup_at)
    if last is None:
        yield warning("backup", "there was never a backup", "back up daily: database, DATA_DIR/files, DATA_KEY")
        return
    age = clock.now() - last
    text_ = f"{last:%Y-%m-%d %H:%M} UTC, {age // timedelta(hours=1)} hours ago"
    if age > TOO_OLD:
        yield error("backup", text_, "find out why the backup does not run")
    else:
        yield judged("backup", age <= DAILY, text_, "find out why the backup does not run daily")


def outbox(chosen: Settings) -> Iterator[Finding]:
    """E-mails that wait for long or failed."""
    counts, since = db.read(outbox_queries.counts), db.read(outbox_queries.oldest_due)
    waiting, failed = counts[OutboxState.WAITING], counts[OutboxState.GIVEN_UP]
    if since is not None and chosen.smtp_url and clock.now() - since > LATE:
        todo = "look whether the site runs and the mail server answers: python -m gsapp outbox list"
        yield warning("outbox", f"{waiting} e-mails wait, one for {clock.now() - since}", todo)
    else:
        yield ok("outbox", f"{waiting} e-mails wait")
    if failed:
        yield warning("outbox", f"{failed} e-mails failed", "look why: python -m gsapp outbox list")


def _sqlite(connection: Connection) -> Iterator[Finding]:
    yield ok("database", f"SQLite {connection.scalar(text('SELECT sqlite_version()'))}")
    journal = str(connection.scalar(text("PRAGMA journal_mode")))
    yield judged("database", journal == "wal", f"journal_mode={journal}", "put the file on a local disk")
    synchronous = int(connection.scalar(text("PRAGMA synchronous")) or 0)
    names = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
    todo = "a power cut can take back the last commits: use MariaDB where that matters"
    yield judged("database", synchronous >= 2, f"synchronous={names.get(synchronous, synchronous)}", todo)


def _mariadb(connection: Connection) -> Iterator[Finding]:
    values: dict[str, Any] = {row[0]: row[1] for row in connection.execute(text(VARIABLES))}
    yield ok("database", f"MariaDB {values['version']}")
    isolation = values.get("transaction_isolation") or values.get("tx_isolation")
    yield judged("database", isolation == "READ-COMMITTED", f"isolation={isolation}", "report it: the program sets it")
    flushed = str(values["innodb_flush_log_at_trx_commit"])
    todo = "set it to 1, or a power cut takes back the last commits"
    yield judged("database", flushed == "1", f"innodb_flush_log_at_trx_commit={flushed}", todo)
    if values["log_bin"] == "ON":
        synced = str(values["sync_binlog"])
        yield judged("database", synced == "1", f"sync_binlog={synced}", "set it to 1, or replicas may differ")
    limit = int(values["max_connections"])
    todo = f"set it to {CONNECTIONS} for each process of the site"
    yield judged("database", limit >= CONNECTIONS, f"max_connections={limit}", todo)
    characters = values["character_set_database"]
    todo = "run: ALTER DATABASE NAME CHARACTER SET utf8mb4"
    yield judged("database", characters == "utf8mb4", f"character_set_database={characters}", todo)
    strict = "STRICT_TRANS_TABLES" in str(values["sql_mode"]) or "STRICT_ALL_TABLES" in str(values["sql_mode"])
    yield judged("database", strict, f"strict mode {'on' if strict else 'off'}", "add STRICT_TRANS_TABLES to sql_mode")
    yield _skew(float(connection.scalar(text("SELECT UNIX_TIMESTAMP()")) or 0))


def _skew(there: float) -> Finding:
    skew = abs(clock.now().timestamp() - there)
    said = f"{skew:.0f} s apart from the clock of the database"
    todo = "synchronize both machines by NTP"
    return error("clock", said, todo) if skew > WRONG_CLOCK else judged("clock", skew <= SKEW, said, todo)
