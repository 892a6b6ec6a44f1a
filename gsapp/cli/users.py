"""gsapp user: accounts."""

import sys

import typer

from gsapp import db
from gsapp.cli.opening import open_site
from gsapp.queries import accounts as account_queries
from gsapp.services import accounts
from gsapp.vocabulary import Role

commands = typer.Typer()


@commands.callback()
def group() -> None:
    """Accounts."""


@commands.command()
def promote(username: str) -> None:
    """Make a member a coordinator."""
    open_site()
    known = db.read(account_queries.credentials, username=username)
    if known is None:
        sys.exit(f"no member has the username {username}")
    db.write(accounts.set_role, actor=None, user_id=known.user_id, role=Role.COORDINATOR)
    print(f"{username} is now a coordinator")
