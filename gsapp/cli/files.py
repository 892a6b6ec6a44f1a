"""gsapp files: photos and videos."""

import sys
from datetime import timedelta
from typing import Annotated

import typer

from gsapp.cli.opening import open_site
from gsapp.workers import file_sweep

commands = typer.Typer()


@commands.callback()
def group() -> None:
    """Photos and videos."""


@commands.command("sweep")
def sweep(
    *,
    older_than: Annotated[int, typer.Option(min=1, help="Minimum age in hours.")] = 24,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List files, remove nothing.")] = False,
) -> None:
    """Remove incomplete, orphaned and unused photos and videos; list those missing on disk."""
    open_site()
    swept = file_sweep.sweep(older_than=timedelta(hours=older_than), dry_run=dry_run)
    done = "would be removed" if dry_run else "removed"
    for names, what in (
        (swept.broken_off, f"incomplete upload: {done}"),
        (swept.without_row, f"orphaned file: {done}"),
        (swept.unused, f"unused upload: {done}"),
        (swept.missing, "missing: restore it from a backup"),
        (swept.failed, "failed: see the log"),
    ):
        for name in names:
            print(f"{name}  {what}")
    print(f"{sum(map(len, swept[:3]))} {done}, {len(swept.missing)} missing")
    if swept.failed:
        sys.exit(f"{len(swept.failed)} failed")
