"""The command line: python -m gsapp --help"""

import os
import sys
from datetime import timedelta
from typing import Annotated

import typer
import uvicorn
from pydantic import ValidationError

from gsapp import db, migrations, startup
from gsapp.config import Settings, UnsafeSettings, UnusableDirectory, load_settings
from gsapp.effects import monthly, need_counts, search_index
from gsapp.errors import DomainError
from gsapp.events import relay
from gsapp.migrations import MigrationRunning, SchemaUnknown
from gsapp.queries import accounts as account_queries
from gsapp.queries import status
from gsapp.security.tokens import hash_token, new_token
from gsapp.services import accounts
from gsapp.startup import DatabaseUnreachable
from gsapp.vocabulary import Role
from gsapp.workers import file_sweep

LINK_HOURS = 24
PRIVATE = 0o077  # the umask: files written by this process are readable by its user only
EXPECTED = (UnsafeSettings, UnusableDirectory, DatabaseUnreachable, SchemaUnknown, MigrationRunning, DomainError)
app = typer.Typer(no_args_is_help=True, add_completion=False, help="GoodServices (好服务): neighbours help each other.")
user_commands = typer.Typer(no_args_is_help=True, help="Accounts.")
stats_commands = typer.Typer(no_args_is_help=True, help="Stored totals: verify or rebuild.")
app.add_typer(user_commands, name="user")
app.add_typer(stats_commands, name="stats")
search_commands = typer.Typer(no_args_is_help=True, help="The search index.")
app.add_typer(search_commands, name="search")

file_commands = typer.Typer(no_args_is_help=True, help="Photos and videos.")
app.add_typer(file_commands, name="files")


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


@app.command()
def serve() -> None:
    """Serve the site on HOST and PORT."""
    settings = _open()
    print(f"GoodServices: {settings.base_url}", flush=True)
    if link := _first_coordinator_link(settings):
        print(f"No coordinator yet. One-time link for the first one, valid {LINK_HOURS} hours: {link}", flush=True)
    startup.close()
    # As a string, because the application must not import its pages.
    uvicorn.run(
        "main:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        # X-Forwarded-For is trusted only behind an HTTPS proxy on this host; otherwise visitors could forge it.
        proxy_headers=settings.https,
        timeout_graceful_shutdown=15,
    )


@app.command()
def migrate() -> None:
    """Upgrade the database schema to this version."""
    settings = load_settings()
    os.umask(PRIVATE)
    startup.configure(settings)
    startup.reach_database(settings)
    migrations.upgrade()
    print(f"schema {migrations.stored_revision()}")


@app.command()
def demo(
    *,
    seed_number: Annotated[int, typer.Option("--seed", help="Random seed: the same number gives the same town.")] = 1,
    needs: Annotated[int | None, typer.Option(min=1, help="Number of requests to generate for load tests.")] = None,
    serve_it: Annotated[bool, typer.Option("--serve", help="Then serve the site.")] = False,
) -> None:
    """Fill an empty database with a realistic sample town and print its sign-ins."""
    from gsapp import demo as town  # only this command needs it

    _open()
    if needs is not None:
        _make_load_town(needs, seed_number)
    else:
        try:
            print(town.make_town(seed=seed_number))
        except town.DatabaseInUse as error:
            sys.exit(f"{error}")
    if serve_it:
        serve()


def _make_load_town(needs: int, seed_number: int) -> None:
    # The only import from outside gsapp: the load generator is not part of the application, but its command is.
    from benchmarks import load

    try:
        with typer.progressbar(length=needs, label=f"{needs:,} needs", file=sys.stderr) as bar:
            print(load.make_load_town(needs=needs, seed=seed_number, progress=bar.update))
    except (load.DatabaseInUse, load.NothingToAsk) as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit("Interrupted: nothing was kept. Run the same command to start again.")


@user_commands.command()
def promote(username: str) -> None:
    """Make a member a coordinator."""
    _open()
    known = db.read(account_queries.credentials, username=username)
    if known is None:
        sys.exit(f"no member has the username {username}")
    db.write(accounts.set_role, actor=None, user_id=known.user_id, role=Role.COORDINATOR)
    print(f"{username} is now a coordinator")


@stats_commands.command()
def verify() -> None:
    """Recount all stored totals from the needs and matches and list every difference."""
    _open()
    differences = [*map(str, db.read(monthly.differences)), *db.read(status.wrong_counts)]
    for difference in differences:
        print(difference)
    if differences:
        sys.exit(f"{len(differences)} differences; repair them with: python -m gsapp stats rebuild")
    print("all totals are correct")


@stats_commands.command()
def rebuild() -> None:
    """Recompute the monthly totals and the number of needs in each phase."""
    _open()
    print(f"{db.write(monthly.rebuild)} totals, {db.write(need_counts.rebuild)} counts")


@search_commands.command("rebuild")
def rebuild_words() -> None:
    """Rebuild the search index of all needs; searches are incomplete until it finishes."""
    _open()
    db.write(search_index.clear)
    last: int | None = 0
    while last is not None:
        last = db.write(search_index.fill, after=last)
    print(f"{db.read(search_index.count)} index entries")


@file_commands.command("sweep")
def sweep_files(
    *,
    older_than: Annotated[int, typer.Option(min=1, help="Minimum age in hours.")] = 24,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List files, remove nothing.")] = False,
) -> None:
    """Remove incomplete, orphaned and unused photos and videos; list those missing on disk."""
    _open()
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


def _open() -> Settings:
    """Load the settings, configure this process and open the database."""
    settings = load_settings()
    os.umask(PRIVATE)
    startup.start(settings, listen=False)
    return settings


def _first_coordinator_link(settings: Settings) -> str | None:
    if db.read(account_queries.has_coordinator):
        return None
    token = new_token()
    db.write(accounts.invite_coordinator, token_hash=hash_token(token), hours=LINK_HOURS)
    return f"{settings.base_url}/auth/coordinator/{token}"
