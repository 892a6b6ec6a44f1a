"""gsapp doctor: diagnosis of an installation."""

import sys

import typer

from gsapp import doctor as diagnosis
from gsapp.cli.output import Json, one_line, print_json
from gsapp.config import Settings, UnusableDirectory, UnusableKey, stored_settings
from gsapp.doctor.findings import Finding, Level, error

commands = typer.Typer()


@commands.command()
def doctor(*, as_json: Json = False) -> None:
    """Check settings, disk, clock, database, keys, Redis, mail, backup and outbox; exit status 1 after an error.

    Changes nothing, creates no file, and prints no secret.
    """
    findings = _findings()
    if as_json:
        print_json([finding._asdict() for finding in findings])
    else:
        for finding in findings:
            todo = f"; {finding.todo}" if finding.todo else ""
            print(f"{finding.level:8}{finding.check:10}{one_line(finding.text + todo)}")
    if any(finding.level is Level.ERROR for finding in findings):
        sys.exit(1)


def _findings() -> list[Finding]:
    try:
        return diagnosis.examine(stored_settings())
    except (UnusableKey, UnusableDirectory) as problem:
        # The other checks do not need the keys.
        return [
            error("keys", f"{problem}", "restore the file, or make it readable for this user"),
            *diagnosis.examine(Settings()),
        ]
