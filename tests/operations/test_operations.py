"""Every command of docs/operations.md works, in its order, from an empty machine to a rotated key."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from gsapp.cli import app
from tests.support import mariadb, processes, redis
from tests.support.server import ROOT, free_port

PAGE = ROOT / "docs" / "operations.md"
PAGES = [PAGE, *sorted((PAGE.parent / "operations").glob("*.md"))]
GROUPS: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
STAND_INS = ROOT / "tests" / "support" / "machine.py"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```(\w*)$", re.MULTILINE)
WITHIN = 110  # seconds
PORTS = ("8081", "8082", "8090")
PROGRAMS = (
    "apt-get", "git", "install", "journalctl", "make", "mariadb", "systemctl", "systemd-run", "systemd-sysusers",
)  # fmt: skip


class Machine:
    """A folder that the commands take for the root of a machine, with servers of our own."""

    def __init__(self, base: Path, replaced: dict[str, str]) -> None:
        self.root, self.printed = base / "root", base / "printed"
        self._programs = base / "bin"
        self._programs.mkdir(parents=True)
        self.root.mkdir()
        for name in PROGRAMS:
            program = self._programs / name
            program.write_text(f'#!/bin/sh\nexec {sys.executable} {STAND_INS} {name} "$@"\n')
            program.chmod(0o755)
        plain = processes.plain_environment()
        self._environment = plain | {
            "PATH": f"{self._programs}:{plain['PATH']}",
            "MACHINE_ROOT": str(self.root),
            "MACHINE_CHECKOUT": str(ROOT),
            "MACHINE_REPLACED": json.dumps(replaced),
        }

    def run(self, commands: str) -> int:
        """Run shell commands one after the other; the first that fails ends it. Returns its exit status."""
        translate = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.support.machine import here"
        python = [sys.executable, "-c", f"{translate}; print(here(sys.stdin.read()))"]
        script = subprocess.run(
            python, input=commands, env=self._environment, capture_output=True, text=True, check=True
        )
        # A file, because the processes that the commands start keep a pipe open.
        with self.printed.open("w", encoding="utf-8") as output:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script.stdout],
                env=self._environment,
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=WITHIN,
                check=False,
            )
        return done.returncode

    def stop(self) -> None:
        for file in self.root.glob("*.pid"):
            with suppress(ProcessLookupError):
                os.kill(int(file.read_text()), signal.SIGKILL)


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    base = tmp_path_factory.mktemp("m")
    (base / "db").mkdir()
    (base / "r").mkdir()
    with mariadb.PrivateServer(base / "db") as database, redis.Server(base / "r") as events:
        replaced = {
            "/run/mysqld/mysqld.sock": database.socket,
            "redis://localhost:6379/0": events.url,
            "DRAIN_SECONDS=5": "DRAIN_SECONDS=0",
            "sleep 3": "sleep 0",
            **{port: str(free_port()) for port in PORTS},
        }
        started = Machine(base / "machine", replaced)
        yield started
        started.stop()


def blocks() -> list[str]:
    return BLOCK.findall(PAGE.read_text(encoding="utf-8"))


def test_every_block_is_either_run_or_output() -> None:
    opened = [kind for kind in FENCE.findall(PAGE.read_text(encoding="utf-8")) if kind]
    assert set(opened) == {"sh", "text"}
    assert opened.count("sh") == len(blocks()) > 10


COMMAND = re.compile(r"(?:deploy/gsapp|-m gsapp|\bgoodservices) ((?:[a-z-]+)(?: [^`|>#\n;)]*)?)")


def commands(page: Path) -> set[str]:
    """The first words and the options of each command of the program that a page names."""
    found = set()
    for arguments in COMMAND.findall(page.read_text(encoding="utf-8")):
        words = arguments.split()
        if words[0] in GROUPS:
            names = [word for word in words[:2] if re.fullmatch(r"[a-z-]+", word)]
            options = [word.partition("=")[0] for word in words if re.fullmatch(r"--[a-z-]+(=.*)?", word)]
            found.add(" ".join([*names, *options]))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_commands_and_options_of_a_page_exist(page: Path) -> None:
    for command in commands(page):
        names = [word for word in command.split() if not word.startswith("--")]
        known: Any = GROUPS[names[0]]
        if len(names) > 1 and names[1] in getattr(known, "commands", {}):
            known = known.commands[names[1]]
        options = {name for parameter in known.params for name in parameter.opts} | {"--help"}
        assert {word for word in command.split() if word.startswith("--")} <= options, command


UNIT = re.compile(
    r"(?:systemctl (?:--?[a-z]+ )*[a-z-]+|-p MainPID --value|journalctl -u) ((?:'?goodservices[\w@.*-]*'?\s?)+)"
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_units_of_a_page_exist(page: Path) -> None:
    units = (ROOT / "deploy" / "systemd").glob("goodservices*")
    known = {re.sub(r"@\..*|\.(service|timer|socket)", "", unit.name) for unit in units} | {
        unit.name for unit in (ROOT / "deploy" / "systemd").glob("goodservices-*")
    }
    for found in UNIT.findall(page.read_text(encoding="utf-8")):
        for unit in found.replace("'", "").split():
            assert unit.partition("@")[0] in known, unit
            assert "@" in unit or unit != "goodservices", f"{unit} is a template"


def test_the_pages_name_commands() -> None:
    assert sum(len(commands(page)) for page in PAGES) > 30


@pytest.mark.exhaustive
@pytest.mark.mariadb
def test_the_page_is_followed_from_an_empty_machine_to_a_rotated_key(machine: Machine) -> None:
    # One shell for all, as one would type it: variables such as $latest go on from one block to the next.
    status = machine.run("set -x\n" + "\n".join(blocks()))
    printed = machine.printed.read_text(encoding="utf-8")
    assert status == 0, printed[-6000:]
    for expected in (
        '"status":"ready"',
        "/auth/coordinator/",
        "anna is now a coordinator",
        "ok      keys",
        "all totals are correct",
        "accounts are now protected by the first key",
    ):
        assert expected in printed, printed[-6000:]
    assert list((machine.root / "var/backups/goodservices").glob("goodservices-*.tar"))
