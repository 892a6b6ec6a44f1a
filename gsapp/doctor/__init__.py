"""Diagnosis of an installation (`gsapp doctor`): reports what is wrong and what to do, also when parts are down."""

from functools import partial

from gsapp.config import Settings
from gsapp.doctor import database, machine
from gsapp.doctor.findings import SECONDS, Check, Finding, Level, run

NOT_CHECKED = "not checked, because of the error above"


def examine(chosen: Settings, *, seconds: float = SECONDS) -> list[Finding]:
    """Run all checks; each takes at most `seconds`. Those of the database run only if it can be reached."""
    found = run(
        {
            "settings": partial(machine.settings, chosen),
            "files": partial(machine.files, chosen),
            "disk": partial(machine.disk, chosen),
            "clock": partial(machine.time_zone, chosen),
            "redis": partial(machine.redis_server, chosen),
            "mail": partial(machine.mail_server, chosen),
            "database": partial(database.reachable, chosen),
        },
        seconds=seconds,
    )
    of_server: dict[str, Check] = {
        "server": database.server,
        "integrity": database.integrity,
        "schema": database.schema,
        "keys": partial(database.keys, chosen),
    }
    of_tables: dict[str, Check] = {"backup": database.backup, "outbox": partial(database.outbox, chosen)}
    found += _unless_error_in("database", of_server, found, seconds)
    return found + _unless_error_in("schema", of_tables, found, seconds)


def _unless_error_in(name: str, checks: dict[str, Check], before: list[Finding], seconds: float) -> list[Finding]:
    """Run checks that depend on another one, unless that has failed or was itself not checked."""
    if any(finding.check == name and finding.level is not Level.OK for finding in before):
        return [Finding(check, Level.WARNING, NOT_CHECKED, f"see {name}") for check in checks]
    return run(checks, seconds=seconds)
