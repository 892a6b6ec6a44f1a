"""gsapp migrate: upgrades or downgrades the database schema, with a plan, a dry run and a status."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from gsapp import migrations, startup
from gsapp.cli.opening import load
from gsapp.migrations import PlannedRevision
from gsapp.startup import data_key

commands = typer.Typer()


@commands.command()
def migrate(
    status: Annotated[
        bool, typer.Option("--status", help="Show the schema of the database and what is pending.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan, check the rights, change nothing.")
    ] = False,
    down: Annotated[
        str | None, typer.Option(metavar="REVISION", help="Downgrade to this revision; data of newer columns is lost.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Confirm that the data that --down names may be lost.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Upgrade the database schema to this version. An interrupted upgrade is continued."""
    settings = load()
    startup.configure(settings)
    startup.reach_database(settings)
    data_key.check(settings)
    if status:
        _print_status(as_json=as_json)
        return
    plan = migrations.plan(down_to=down)
    if plan:
        migrations.refuse_missing_rights(down=down is not None)
    if not as_json:
        _print_plan(plan, down=down)
    if dry_run:
        if as_json:
            print(json.dumps({"plan": [asdict(each) for each in plan]}))
        return
    if plan and down is not None and not yes:
        sys.exit("nothing was changed; make a backup, then confirm the loss of this data by adding --yes")
    is_new = migrations.stored_revision() is None  # then each step takes no time
    progress = _silent if as_json or is_new else _print_progress
    done = migrations.upgrade(progress=progress) if down is None else migrations.downgrade(down, progress=progress)
    if as_json:
        applied = [each._asdict() for each in done]
        print(
            json.dumps({"plan": [asdict(each) for each in plan], "applied": applied, **migrations.status()._asdict()})
        )
    else:
        print(f"schema {migrations.stored_revision() or 'base'}")


def _print_status(*, as_json: bool) -> None:
    found = migrations.status()
    if as_json:
        print(json.dumps(found._asdict()))
        return
    print(f"schema of the database     {found.stored or 'none'}")
    print(f"newest of this version     {found.newest}")
    print(f"oldest compatible version  {found.oldest_compatible or 'not stored'}")
    print(f"pending                    {', '.join(found.pending) or 'nothing'}")
    print(f"this version can run       {'yes' if found.usable else 'no'}")


def _print_plan(plan: Sequence[PlannedRevision], *, down: str | None) -> None:
    for each in plan:
        kind = (
            "reverts" if down is not None else "expands" if each.expands else "stop processes of older versions first"
        )
        print(f"{each.revision}  {each.title} ({kind})")
        for step in (step for step in each.steps if step.rows is not None):
            rows = f", {step.rows:,} rows"
            lost = " - this data is lost" if down is not None and step.loses_data and step.rows else ""
            print(f"      {step.change}{rows}{lost}")


def _print_progress(line: str) -> None:
    print(line, flush=True)


def _silent(_: str) -> None:
    """With --json the result is the only output."""
