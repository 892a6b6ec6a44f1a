"""The command line: python -m gsapp --help"""

import sys

import typer
from pydantic import ValidationError

from gsapp.backup import BackupFailed
from gsapp.cli import backup, demo, files, migrate, restore, search, serve, stats, users
from gsapp.config import UnsafeSettings, UnusableDirectory
from gsapp.errors import DomainError
from gsapp.events import relay
from gsapp.migrations import MigrationRunning, SchemaUnknown
from gsapp.startup import DatabaseUnreachable

EXPECTED = (
    UnsafeSettings,
    UnusableDirectory,
    DatabaseUnreachable,
    SchemaUnknown,
    MigrationRunning,
    BackupFailed,
    DomainError,
)
app = typer.Typer(no_args_is_help=True, add_completion=False, help="GoodServices (好服务): neighbours help each other.")
for module in (serve, migrate, demo, restore):
    app.add_typer(module.commands)
app.add_typer(backup.commands, name="backup", help="Backups: make one, verify one.")
app.add_typer(users.commands, name="user", help="Accounts.", no_args_is_help=True)
app.add_typer(stats.commands, name="stats", help="Stored totals: verify or rebuild.", no_args_is_help=True)
app.add_typer(search.commands, name="search", help="The search index.", no_args_is_help=True)
app.add_typer(files.commands, name="files", help="Photos and videos.", no_args_is_help=True)


def cli(arguments: list[str] | None = None) -> None:
    """Run one command; failures that an operator can fix exit with one sentence instead of a traceback."""
    try:
        app(arguments)
    except EXPECTED as error:
        sys.exit(f"{error}")
    except ValidationError as error:
        wrong = "; ".join(f"{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors() if item["loc"])
        sys.exit(f"Invalid settings: {wrong or error}")
    finally:
        relay.close()
