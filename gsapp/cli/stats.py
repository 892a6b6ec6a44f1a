"""gsapp stats: stored totals."""

import sys

import typer

from gsapp import db
from gsapp.cli.opening import open_site
from gsapp.effects import monthly, need_counts
from gsapp.queries import status

commands = typer.Typer()


@commands.command()
def verify() -> None:
    """Recount all stored totals from the needs and matches and list every difference."""
    open_site()
    differences = [*map(str, db.read(monthly.differences)), *map(str, db.read(status.wrong_counts))]
    for difference in differences:
        print(difference)
    if differences:
        sys.exit(f"{len(differences)} differences; repair them with: python -m gsapp stats rebuild")
    print("all totals are correct")


@commands.command()
def rebuild() -> None:
    """Recompute the monthly totals and the number of needs in each phase."""
    open_site()
    print(f"{db.write(monthly.rebuild)} totals, {db.write(need_counts.rebuild)} counts")
