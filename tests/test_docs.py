"""README, CONTRIBUTING and docs/: links and file names exist; settings, commands and make targets are complete."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from gsapp.cli import app
from gsapp.config import Settings

ROOT = Path(__file__).parents[1]
README, CONTRIBUTING = (ROOT / name for name in ("README.md", "CONTRIBUTING.md"))
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
LINK = re.compile(r"\]\(([^)\s#]+)")
FILE = re.compile(r"`((?:gsapp|pages|tests|benchmarks|docs|\.ci)/[\w./-]+)`")
GENERATED = "tests/screenshots/"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_has_a_target(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text()) if not link.startswith("http")]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_is_named_exists(page: Path) -> None:
    files = [file for file in FILE.findall(page.read_text()) if not file.startswith(GENERATED)]
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_readme_lists_every_page_of_the_docs() -> None:
    listed = set(LINK.findall(README.read_text()))
    assert {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")} - listed == set()


def test_every_decision_is_listed_by_its_number() -> None:
    folder = ROOT / "docs" / "decisions"
    titles = {record.name: record.read_text().splitlines()[0] for record in sorted(folder.glob("0*.md"))}
    assert [title.split(".")[0] for title in titles.values()] == [f"# {n}" for n in range(1, len(titles) + 1)]
    listed = [re.sub(r"# (\d+)\. (.+)", rf"\1. [\2]({name})", title) for name, title in titles.items()]
    assert (folder / "README.md").read_text().splitlines()[-len(listed) :] == listed


def test_readme_lists_every_setting() -> None:
    rows = re.findall(r"^\| (`[A-Z].*?) \|", README.read_text(), flags=re.MULTILINE)
    assert set(re.findall(r"[A-Z_]+", " ".join(rows))) == {name.upper() for name in Settings.model_fields}


def test_readme_lists_every_command() -> None:
    groups: Any = get_command(app)
    commands = set()
    for name, command in groups.commands.items():
        inner_commands = {f"{name} {inner}" for inner in getattr(command, "commands", [])}
        commands |= inner_commands or {name}
        if getattr(command, "invoke_without_command", False):
            commands.add(name)
    listed = README.read_text().split("lists the commands:")[1]
    assert set(re.findall(r"`([a-z -]+)`", listed)) == commands


def test_contributing_lists_every_target_of_make() -> None:
    targets = re.findall(r"^([a-z-]+): .*## ", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    listed = re.findall(r"`make ([a-z-]+)", CONTRIBUTING.read_text())
    assert set(targets) - {"help"} == set(listed)
