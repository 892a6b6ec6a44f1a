"""Rules that every revision keeps: repeatable steps, and a declaration of what it is compatible with."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from gsapp.migrations import revisions

VERSIONS = sorted((Path(revisions.__file__).parent / "versions").glob("0*.py"))
READING = {"f", "get_bind", "get_context"}  # attributes of alembic.op that change nothing
BARE = """
from alembic import op
def upgrade():
    op.add_column("a", None)
    op.execute("x")
    op.get_bind().execute("y")
    op.f("z")
"""


def bare_steps(source: str) -> Iterator[str]:
    """Changes that do not go through gsapp.migrations.idempotent."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "op":
            if node.attr not in READING:
                yield f"op.{node.attr}"
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call):
            called = node.value.func
            if isinstance(called, ast.Attribute) and called.attr == "get_bind":
                yield f"op.get_bind().{node.attr}"


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_revision_changes_the_schema_by_repeatable_steps_only(path: Path) -> None:
    assert list(bare_steps(path.read_text())) == []


def test_a_bare_step_is_found() -> None:
    assert sorted(bare_steps(BARE)) == ["op.add_column", "op.execute", "op.get_bind().execute"]


def test_revisions_are_numbered_in_their_order_and_say_what_they_are_compatible_with() -> None:
    known = [script.revision for script in revisions.chain()]
    assert known == [path.name[:4] for path in VERSIONS]
    for script in revisions.chain():
        assert script.module.compatible_with in known, script.revision
        assert script.module.compatible_with <= script.revision, script.revision


def test_the_oldest_compatible_version_is_that_of_the_strictest_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    third, *_, last = revisions.chain()[2:]
    for script in revisions.chain():
        monkeypatch.setattr(script.module, "compatible_with", "0001")
    assert revisions.oldest_compatible(last.revision) == "0001"
    monkeypatch.setattr(third.module, "compatible_with", third.revision)
    assert revisions.oldest_compatible(last.revision) == third.revision
    assert revisions.oldest_compatible("0002") == "0001"
    assert revisions.oldest_compatible(None) is None
