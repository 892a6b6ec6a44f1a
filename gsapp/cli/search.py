"""gsapp search: the search index."""

import typer

from gsapp import db
from gsapp.cli.opening import open_site
from gsapp.cli.output import Json, print_json
from gsapp.effects import search_index

commands = typer.Typer()


@commands.callback()
def group() -> None:
    """The search index."""


@commands.command()
def rebuild(*, as_json: Json = False) -> None:
    """Rebuild the search index of all needs; searches are incomplete until it finishes."""
    open_site()
    db.write(search_index.clear)
    last: int | None = 0
    while last is not None:
        last = db.write(search_index.fill, after=last)
    entries = db.read(search_index.count)
    if as_json:
        print_json({"entries": entries})
    else:
        print(f"{entries} index entries")
