"""gsapp restore: restores a backup into an empty place."""

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gsapp import startup
from gsapp.backup import keys, reading, restoring
from gsapp.backup.restoring import Restored
from gsapp.cli.opening import load

commands = typer.Typer()
Identity = Annotated[Path | None, typer.Option(help="File with the secret key that decrypts the backup.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@commands.command()
def restore(
    file: Path,
    *,
    into: Annotated[str | None, typer.Option(help="Database URL; default: DATABASE_URL.")] = None,
    identity: Identity = None,
    as_json: Json = False,
) -> None:
    """Restore a backup into an empty database and an empty DATA_DIR/files."""
    if into:
        os.environ["DATABASE_URL"] = into
    settings = load()
    startup.configure(settings)
    startup.reach_database(settings)
    with reading.open_backup(file, identity) as stream:
        restored = restoring.restore(
            stream,
            data_dir=settings.data_dir,
            time_zone=settings.time_zone,
            check_keys=partial(keys.take_keys, settings),
        )
    problems = problems_of(restored)
    if as_json:
        print(json.dumps({"problems": problems, **restored.as_json()}))
    else:
        print(*problems, sep="\n", end="\n" if problems else "")
        print(f"restored {restored.summary()}, as of {restored.manifest.created_at:%Y-%m-%d %H:%M:%S} UTC")
    if problems:
        sys.exit(f"the restore is complete, with {len(problems)} problems")


def problems_of(restored: Restored) -> list[str]:
    """One line for each total that differs and each used file that the backup lacks."""
    totals = [f"{difference}: repair it with: python -m gsapp stats rebuild" for difference in restored.differences]
    return [*totals, *(f"{name}  missing in the backup" for name in restored.missing)]
