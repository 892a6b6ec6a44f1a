"""The command line: python -m gsapp --help"""

import io
import sys

import typer
from pydantic import ValidationError

from gsapp.backup import BackupFailed
from gsapp.cli import backup, demo, doctor, files, keys, migrate, outbox, prune, restore, search, serve, stats, users
from gsapp.config import UnsafeSettings, UnusableDirectory, UnusableKey
from gsapp.errors import DomainError
from gsapp.events import relay
from gsapp.migrations import MigrationFailed, MigrationRunning, SchemaUnknown
from gsapp.serving.listening import AddressUnusable
from gsapp.startup import DatabaseUnreachable

EXPECTED = (
    UnsafeSettings,
    UnusableDirectory,
    UnusableKey,
    AddressUnusable,
    DatabaseUnreachable,
    SchemaUnknown,
    MigrationRunning,
    MigrationFailed,
    BackupFailed,
    DomainError,
)
app = typer.Typer(no_args_is_help=True, add_completion=False, help="GoodServices (好服务): neighbours help each other.")
for module in (serve, migrate, demo, restore, doctor, prune):
    app.add_typer(module.commands)
app.add_typer(backup.commands, name="backup", help="Backups: make one, verify one.")
app.add_typer(users.commands, name="user", help="Accounts.", no_args_is_help=True)
app.add_typer(keys.commands, name="keys", help="Keys of stored data.", no_args_is_help=True)
app.add_typer(outbox.commands, name="outbox", help="E-mails in the outbox.", no_args_is_help=True)
app.add_typer(stats.commands, name="stats", help="Stored totals: verify or rebuild.", no_args_is_help=True)
app.add_typer(search.commands, name="search", help="The search index.", no_args_is_help=True)
app.add_typer(files.commands, name="files", help="Photos and videos.", no_args_is_help=True)


def cli(arguments: list[str] | None = None) -> None:
    """Run one command; failures that an operator can fix exit with one sentence instead of a traceback."""
    _escape_what_cannot_be_printed()
    try:
        app(arguments)
    except EXPECTED as error:
        sys.exit(f"{error}")
    except ValidationError as error:
        wrong = "; ".join(f"{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors() if item["loc"])
        sys.exit(f"Invalid settings: {wrong or error}")
    finally:
        relay.close()


def _escape_what_cannot_be_printed() -> None:
    """Write characters that the encoding of standard output lacks, such as Chinese ones in ASCII, as escape sequences.

    Otherwise the output of a finished command would be lost in a UnicodeEncodeError.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):  # None when it is closed
        sys.stdout.reconfigure(errors="backslashreplace")
