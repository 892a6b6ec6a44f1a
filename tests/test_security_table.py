"""docs/security.md: every requirement has a row, and every test that it names exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ROW = re.compile(r"^\| (\d*) \| ([\d., to]+) \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)


def functions_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED.findall(DOCUMENT))))
def test_each_test_that_is_named_exists(file: str, name: str) -> None:
    assert name in functions_of(file)


def test_every_requirement_has_a_row_and_what_holds_has_a_test() -> None:
    rows = ROW.findall(DOCUMENT)
    assert [int(number) for number, *_ in rows if number] == list(range(1, 47))
    without = [number for number, _, _, verdict, tests in rows if verdict.startswith("holds") and "`" not in tests]
    assert without == []


def test_a_name_that_does_not_exist_is_found() -> None:
    assert "test_that_was_renamed" not in functions_of("tests/test_security_table.py")
