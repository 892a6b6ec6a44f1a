"""gsapp demo: a sample town, or a large one for load tests."""

import sys
from typing import Annotated

import typer

from gsapp.cli.opening import open_site
from gsapp.cli.serve import serve

commands = typer.Typer()


@commands.command()
def demo(
    *,
    seed_number: Annotated[int, typer.Option("--seed", help="Random seed: the same number gives the same town.")] = 1,
    needs: Annotated[int | None, typer.Option(min=1, help="Number of requests to generate for load tests.")] = None,
    serve_it: Annotated[bool, typer.Option("--serve", help="Then serve the site.")] = False,
) -> None:
    """Fill an empty database with a realistic sample town and print its sign-ins."""
    from gsapp import demo as town  # only this command needs it

    open_site(throttle=False)  # a year of steps within seconds
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
    try:
        from benchmarks import load
    except ModuleNotFoundError:
        sys.exit("demo --needs works in the source tree only: the load generator is not part of the installed program")

    try:
        with typer.progressbar(length=needs, label=f"{needs:,} needs", file=sys.stderr) as bar:
            print(load.make_load_town(needs=needs, seed=seed_number, progress=bar.update))
    except (load.DatabaseInUse, load.NothingToAsk) as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit("Interrupted: nothing was kept. Run the same command to start again.")
