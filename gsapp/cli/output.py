"""Output of the commands: text for people, JSON for scripts."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def print_json(value: Any) -> None:
    """Print one JSON document."""
    print(json.dumps(value, ensure_ascii=False, default=plain))


def print_json_lines(rows: Iterable[Any]) -> None:
    """Print one JSON document per line (NDJSON), as the rows arrive."""
    for row in rows:
        print_json(row)


def print_table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows as they arrive, separated by tabs, below their titles."""
    print("\t".join(titles))
    for row in rows:
        print("\t".join("" if cell is None else _one_line(plain(cell)) for cell in row))


def plain(value: Any) -> Any:
    """A value as JSON has it: enums by name, instants in ISO 8601."""
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


def _one_line(text: str) -> str:
    """Without control characters: text that users typed must not control the terminal or forge a line."""
    return "".join(character if character.isprintable() else " " for character in text)
