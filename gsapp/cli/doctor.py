"""gsapp doctor: diagnosis of an installation."""

import sys

import typer

from gsapp import doctor as diagnosis
from gsapp.cli.output import Json, one_line, print_json
from gsapp.config import stored_settings
from gsapp.doctor.findings import Level

commands = typer.Typer()


@commands.command()
def doctor(*, as_json: Json = False) -> None:
    """Check settings, disk, clock, database, keys, Redis, mail, backup and outbox; exit status 1 after an error.

    Changes nothing, creates no file, and prints no secret.
    """
    findings = diagnosis.examine(stored_settings())
    if as_json:
        print_json([finding._asdict() for finding in findings])
    else:
        for finding in findings:
            todo = f"; {finding.todo}" if finding.todo else ""
            print(f"{finding.level:8}{finding.check:10}{one_line(finding.text + todo)}")
    if any(finding.level is Level.ERROR for finding in findings):
        sys.exit(1)
