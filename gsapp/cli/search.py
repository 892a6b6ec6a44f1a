"""gsapp search: the search index."""

import typer

from gsapp import db
from gsapp.cli.opening import open_site
from gsapp.effects import search_index

commands = typer.Typer()


@commands.callback()
def group() -> None:
    """The search index."""


@commands.command()
def rebuild() -> None:
    """Rebuild the search index of all needs; searches are incomplete until it finishes."""
    open_site()
    db.write(search_index.clear)
    last: int | None = 0
    while last is not None:
        last = db.write(search_index.fill, after=last)
    print(f"{db.read(search_index.count)} index entries")
