"""gsapp files: photos and videos."""

import json
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
    at_once: Annotated[bool, typer.Option("--delete", help="Delete at once, do not keep them for 30 days.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Move orphaned and unused photos and videos to DATA_DIR/files-removed; list those missing on disk."""
    open_site()
    swept = file_sweep.sweep(older_than=timedelta(hours=older_than), dry_run=dry_run, at_once=at_once)
    if as_json:
        print(json.dumps({"dry_run": dry_run, **swept._asdict()}))
    else:
        _show(swept, dry_run=dry_run, at_once=at_once)
    if swept.failed:
        sys.exit(f"{len(swept.failed)} failed")


def _show(swept: file_sweep.Swept, *, dry_run: bool, at_once: bool) -> None:
    would = "would be " if dry_run else ""
    moved = f"{would}deleted" if at_once else f"{would}moved to files-removed"
    for names, what in (
        (swept.broken_off, f"incomplete upload: {would}deleted"),
        (swept.without_row, f"orphaned file: {moved}"),
        (swept.unused, f"unused upload: {moved}"),
        (swept.put_back, f"used again: {would}put back"),
        (swept.expired, f"removed more than 30 days ago: {would}deleted"),
        (swept.missing, "missing: restore it from a backup"),
        (swept.failed, "failed: see the log"),
    ):
        for name in names:
            print(f"{name}  {what}")
    removed, put_back, missing = sum(map(len, swept[:3])), len(swept.put_back), len(swept.missing)
    print(f"{removed} {would}removed, {put_back} {would}put back, {missing} missing")
