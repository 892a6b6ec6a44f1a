"""Health checks without the database: settings, permissions of files, room on the disk, Redis, mail."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import redis
from sqlalchemy import make_url

from gsapp import clock
from gsapp.channels.email import SmtpConnection, Unreachable
from gsapp.config import LOOPBACK, Settings
from gsapp.doctor.findings import Finding, error, judged, ok, warning
from gsapp.mail_settings import Server

OTHERS = 0o077
MIB = 1024 * 1024
FULL = 100 * MIB
NEARLY_FULL = 1024 * MIB  # uploads are refused below half of it
MIN_FREE_FILES = 1000
ANSWER_WITHIN = 5.0  # seconds


def settings(chosen: Settings) -> Iterator[Finding]:
    """Settings that production would refuse, on a site that is not on this machine only."""
    host = urlsplit(chosen.base_url).hostname
    public = host not in LOOPBACK and f"[{host}]" not in LOOPBACK
    if chosen.app_env == "production":
        yield ok("settings", f"production, {chosen.base_url}")
    elif public:
        yield warning("settings", f"development, but served at {chosen.base_url}", "set APP_ENV=production")
        for problem in chosen.unsafe():
            yield warning("settings", problem, "change it before APP_ENV=production")
    else:
        yield ok("settings", f"development, {chosen.base_url}")


def files(chosen: Settings) -> Iterator[Finding]:
    """Permissions of DATA_DIR, key files, database file and `.env`."""
    directory = chosen.data_dir
    if not directory.is_dir():
        yield error("files", f"DATA_DIR {directory.resolve()} does not exist", "set DATA_DIR, or start the site once")
        return
    if not os.access(directory, os.W_OK | os.X_OK):
        yield error(
            "files", f"this user may not write to {directory.resolve()}", f"chown -R USER {directory.resolve()}"
        )
    private = [directory, directory / "secret_key", directory / "data_key", Path(".env")]
    if chosen.embedded_database and (database := make_url(chosen.database_url).database):
        private.append(Path(database))
    wide = [path for path in private if path.exists() and path.stat().st_mode & OTHERS]
    for path in wide:
        mode = "700" if path.is_dir() else "600"
        yield warning("files", f"{path} can be read by other users", f"chmod {mode} {path}")
    if not wide:
        yield ok("files", f"DATA_DIR {directory.resolve()} is private")


def disk(chosen: Settings) -> Iterator[Finding]:
    """Room in DATA_DIR, and where the SQLite file is."""
    places = {chosen.data_dir}
    if chosen.embedded_database and (database := make_url(chosen.database_url).database):
        places.add(Path(database).parent)
    for place in sorted(path for path in places if path.exists()):
        free = shutil.disk_usage(place).free
        text = f"{free // MIB:,} MiB free in {place.resolve()}"
        if free < FULL:
            yield error("disk", text, "make room: soon nothing can be stored")
        else:
            yield judged("disk", free >= NEARLY_FULL, text, "make room: below 500 MiB uploads are refused")
        state = os.statvfs(place)
        if state.f_files and state.f_favail < MIN_FREE_FILES:
            yield error("disk", f"{state.f_favail} files can still be created in {place.resolve()}", "remove files")


def time_zone(chosen: Settings) -> Iterator[Finding]:
    """The local time of the site, for a person to compare."""
    now = clock.now().astimezone(ZoneInfo(chosen.time_zone))
    yield ok("clock", f"{now:%Y-%m-%d %H:%M:%S} in {chosen.time_zone}")


def redis_server(chosen: Settings) -> Iterator[Finding]:
    """Whether Redis answers, if the settings name one."""
    if not chosen.redis_url.get_secret_value():
        yield ok("redis", "not used")
        return
    client = redis.Redis.from_url(
        chosen.redis_url.get_secret_value(), socket_timeout=ANSWER_WITHIN, socket_connect_timeout=ANSWER_WITHIN
    )
    try:
        client.ping()
    except (redis.RedisError, OSError) as failure:
        todo = "start it, or check REDIS_URL; until then pages of other processes refresh every half minute"
        yield error("redis", f"does not answer ({type(failure).__name__})", todo)
    else:
        yield ok("redis", "answers")
    finally:
        client.close()


def mail_server(chosen: Settings) -> Iterator[Finding]:
    """Whether the mail server accepts the connection and the login. No message is sent."""
    url = chosen.smtp_url.get_secret_value()
    if not url:
        yield warning("mail", "not used: nobody gets e-mail", "set SMTP_URL and MAIL_FROM")
        return
    server = Server.of(url)
    greeting = urlsplit(chosen.base_url).hostname or "localhost"
    try:
        with SmtpConnection(server, sender="", greeting=greeting) as connection:
            connection.check()
    except Unreachable as failure:
        yield error("mail", f"{server.host}:{server.port} accepts no mail ({failure})", "check SMTP_URL and the server")
    else:
        yield ok("mail", f"{server.host}:{server.port} answers")
