"""python -m gsapp --help"""

from gsapp.cli import cli

cli()
