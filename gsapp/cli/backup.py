"""gsapp backup: copies of the whole site into one file, and their verification."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from gsapp import clock, startup
from gsapp.backup import BackupFailed, encryption, keys, making, place, reading
from gsapp.backup.archive import members_of, read_header
from gsapp.backup.destination import Keep, prune
from gsapp.backup.making import Made
from gsapp.backup.restoring import restore
from gsapp.cli.opening import PRIVATE, load
from gsapp.cli.restore import Identity, Json, problems_of
from gsapp.config import stored_settings
from gsapp.security.tokens import new_token

PRIORITY = 5  # niceness: the site comes first
commands = typer.Typer()


def _number_of(periods: str) -> typer.models.OptionInfo:
    help_text = f"Keep the newest backup of each of so many {periods}, and delete others."
    option: typer.models.OptionInfo = typer.Option(min=0, help=help_text)
    return option


@commands.callback(invoke_without_command=True)
def backup(
    context: typer.Context,
    *,
    to: Annotated[Path | None, typer.Option(help="Directory; default: DATA_DIR/backups.")] = None,
    recipient: Annotated[str | None, typer.Option(help="Public key (age1...); default: BACKUP_RECIPIENT.")] = None,
    with_keys: Annotated[bool, typer.Option("--with-keys", help="Include DATA_KEY and SECRET_KEY, encrypted.")] = False,
    keep_daily: Annotated[int, _number_of("days")] = 0,
    keep_weekly: Annotated[int, _number_of("weeks")] = 0,
    keep_monthly: Annotated[int, _number_of("months")] = 0,
    as_json: Json = False,
) -> None:
    """Back up the database, photos and videos into one file while the site runs; see also verify and keygen."""
    if context.invoked_subcommand:
        return
    settings = load()
    startup.configure(settings)
    startup.reach_database(settings)
    os.nice(PRIORITY)
    recipients = encryption.recipients_from(settings.backup_recipient if recipient is None else recipient)
    made = making.make(settings, to or settings.data_dir / "backups", recipients=recipients, with_keys=with_keys)
    deleted: list[Path] = []
    problem = ""
    if made.unreadable:
        problem = f"{len(made.unreadable)} files could not be read and are not in the backup: see the log"
    elif any(keep := Keep(keep_daily, keep_weekly, keep_monthly)):
        try:
            deleted = prune(made.path, keep)
        except BackupFailed as error:
            problem = str(error)
    _show_made(made, deleted, as_json=as_json)
    if problem:
        sys.exit(problem)


@commands.command()
def verify(
    file: Path,
    *,
    identity: Identity = None,
    scratch: Annotated[str | None, typer.Option(help="URL of an empty database instead of a SQLite file.")] = None,
    as_json: Json = False,
) -> None:
    """Restore a backup into a temporary place, and compare checksums, rows and totals; the site is not touched."""
    settings = stored_settings()  # also on a machine without a site: nothing is written into DATA_DIR
    os.umask(PRIVATE)
    known = [settings.data_key.get_secret_value()]
    with reading.open_backup(file, identity) as stream:
        time_zone = read_header(members_of(stream)).time_zone
    with tempfile.TemporaryDirectory(prefix="goodservices-verify-") as directory:
        url = scratch or f"sqlite:///{directory}/scratch.db"
        changes: dict[str, object] = {
            "data_dir": Path(directory),
            "database_url": url,
            "secret_key": SecretStr(new_token()),
        }
        changes["time_zone"] = time_zone
        elsewhere = settings.model_copy(update=changes)
        startup.configure(elsewhere)
        startup.reach_database(elsewhere)
        try:
            with reading.open_backup(file, identity) as stream:
                result = restore(
                    stream,
                    data_dir=elsewhere.data_dir,
                    time_zone=time_zone,
                    check_keys=lambda _, included: known.append(included.data_key if included else ""),
                    only_names=True,
                )
        finally:
            if scratch:
                place.drop_tables()
            startup.close()
    problems = problems_of(result)
    if unknown := keys.missing_key_ids(result.manifest, ",".join(filter(None, known))):
        note = (
            f"note: neither this machine nor the backup has the DATA_KEY with id {', '.join(unknown)}, which it needs"
        )
        print(note, file=sys.stderr)
    if as_json:
        print(json.dumps({"path": str(file), "problems": problems, **result.as_json()}))
    else:
        print(*problems, sep="\n", end="\n" if problems else "")
        print(f"{file}: {result.summary()}, made {result.manifest.created_at:%Y-%m-%d %H:%M:%S} UTC")
    if problems:
        sys.exit(f"{len(problems)} problems in {file}")


@commands.command()
def keygen() -> None:
    """Generate a key pair for encrypted backups; keep the output in a file, away from the server."""
    identity, recipient = encryption.new_identity()
    print(f"# created: {clock.now().isoformat()}\n# public key: {recipient}\n{identity}")
    print(f"Public key: {recipient}", file=sys.stderr)


def _show_made(made: Made, deleted: list[Path], *, as_json: bool) -> None:
    manifest = made.manifest
    if as_json:
        facts = {
            "path": str(made.path),
            "created_at": manifest.created_at.isoformat(),
            "seconds": round(made.seconds, 1),
            "bytes": made.size,
            "rows": manifest.rows,
            "files": manifest.files,
            "missing": manifest.missing,
            "missing_count": manifest.missing_count,
            "unreadable": made.unreadable,
            "deleted": [str(path) for path in deleted],
        }
        print(json.dumps(facts))
        return
    print(f"{made.path}: {sum(manifest.rows.values())} rows, {manifest.files} files, {made.size / 1e6:.1f} MB")
    for path in deleted:
        print(f"{path}: deleted")
    if manifest.missing_count:
        print(f"{manifest.missing_count} files are missing in DATA_DIR/files: python -m gsapp files sweep --dry-run")
