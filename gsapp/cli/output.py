"""Output of the commands: text for people, JSON for scripts."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def print_json(value: Any) -> None:
    """Print one JSON document."""
    print(json.dumps(_jsonable(value), ensure_ascii=False))


def print_json_lines(rows: Iterable[Any]) -> None:
    """Print one JSON document per line (NDJSON), as the rows arrive."""
    for row in rows:
        print_json(row)


def print_table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows as they arrive, separated by tabs, below their titles."""
    print("\t".join(titles))
    for row in rows:
        print("\t".join("" if cell is None else one_line(str(_jsonable(cell))) for cell in row))


def one_line(text: str) -> str:
    """Without control characters: text that users typed must not control the terminal or forge a line."""
    return "".join(character if character.isprintable() else " " for character in text)


def _jsonable(value: Any) -> Any:
    """A value of JSON types: stored numbers by their name, instants in ISO 8601."""
    if isinstance(value, Mapping):
        return {str(name): _jsonable(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_jsonable(item) for item in value]
    if isinstance(value, IntEnum):
        return value.name.lower()
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
