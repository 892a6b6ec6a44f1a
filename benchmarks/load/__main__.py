"""python -m benchmarks.load --needs N [--seed S]: the same as python -m gsapp demo --needs N."""

import argparse

from gsapp.cli import cli

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description="Fill an empty database with needs.")
    parser.add_argument("--needs", type=int, required=True, help="how many needs")
    parser.add_argument("--seed", type=int, default=1, help="the same number makes the same town (default 1)")
    given = parser.parse_args()
    cli(["demo", "--needs", f"{given.needs}", "--seed", f"{given.seed}"])
