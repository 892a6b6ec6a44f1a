"""gsapp stats: stored totals."""

import sys

import typer

from gsapp import db
from gsapp.cli.opening import open_site
from gsapp.cli.output import Json, print_json
from gsapp.effects import monthly, need_counts
from gsapp.queries import status

commands = typer.Typer()


@commands.command()
def verify(*, as_json: Json = False) -> None:
    """Recount all stored totals from the needs and matches and list every difference."""
    open_site()
    differences = [*map(str, db.read(monthly.differences)), *map(str, db.read(status.wrong_counts))]
    if as_json:
        print_json({"differences": differences})
    else:
        for difference in differences:
            print(difference)
    if differences:
        sys.exit(f"{len(differences)} differences; repair them with: python -m gsapp stats rebuild")
    if not as_json:
        print("all totals are correct")


@commands.command()
def rebuild(*, as_json: Json = False) -> None:
    """Recompute the monthly totals and the number of needs in each phase."""
    open_site()
    totals, counts = db.write(monthly.rebuild), db.write(need_counts.rebuild)
    if as_json:
        print_json({"totals": totals, "counts": counts})
    else:
        print(f"{totals} totals, {counts} counts")
