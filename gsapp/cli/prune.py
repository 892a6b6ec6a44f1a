"""gsapp prune: deletes rows past their retention."""

import sys
from typing import Annotated

import typer

from gsapp.cli.opening import open_site
from gsapp.cli.output import Json, print_json
from gsapp.workers import pruning

commands = typer.Typer()


@commands.command()
def prune(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, delete nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Delete read notifications, sent e-mails, closed links and sessions past their retention; runs daily anyway."""
    open_site()
    counts = pruning.prune(dry_run=dry_run)
    failed = counts.pop("failed", 0)
    if as_json:
        print_json({"dry_run": dry_run, "rows": counts, "failed": failed})
    else:
        for name, count in counts.items():
            print(f"{count} {name} {'would be deleted' if dry_run else 'deleted'}")
    if failed:
        sys.exit(f"{failed} kinds failed: see the log")
