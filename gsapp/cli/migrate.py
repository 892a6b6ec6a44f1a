"""gsapp migrate: upgrades the database schema."""

import typer

from gsapp import migrations, startup
from gsapp.cli.opening import load
from gsapp.startup import data_key

commands = typer.Typer()


@commands.command()
def migrate() -> None:
    """Upgrade the database schema to this version."""
    settings = load()
    startup.configure(settings)
    startup.reach_database(settings)
    data_key.check(settings)
    migrations.upgrade()
    print(f"schema {migrations.stored_revision()}")
