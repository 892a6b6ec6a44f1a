"""The command line: python -m gsapp --help"""

import sys

import typer
from pydantic import ValidationError

from gsapp.cli import demo, doctor, files, keys, migrate, outbox, prune, search, serve, stats, users
from gsapp.config import UnsafeSettings, UnusableDirectory, UnusableKey
from gsapp.errors import DomainError
from gsapp.events import relay
from gsapp.migrations import MigrationRunning, SchemaUnknown
from gsapp.startup import DatabaseUnreachable

EXPECTED = (
    UnsafeSettings,
    UnusableDirectory,
    UnusableKey,
    DatabaseUnreachable,
    SchemaUnknown,
    MigrationRunning,
    DomainError,
)
app = typer.Typer(no_args_is_help=True, add_completion=False, help="GoodServices (好服务): neighbours help each other.")
for module in (serve, migrate, demo, doctor, prune):
    app.add_typer(module.commands)
app.add_typer(users.commands, name="user", help="Accounts.", no_args_is_help=True)
app.add_typer(keys.commands, name="keys", help="Keys of stored data.", no_args_is_help=True)
app.add_typer(outbox.commands, name="outbox", help="E-mails in the outbox.", no_args_is_help=True)
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
