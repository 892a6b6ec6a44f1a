"""Commands on a database whose DATA_KEY is lost or wrong, and the first start of several processes."""

import shutil
import sys
from pathlib import Path

import pytest

from gsapp import db
from gsapp.queries import accounts
from tests.support import lives, processes
from tests.support.commands import call
from tests.support.server import ROOT

COMMANDS = (["migrate"], ["serve"], ["stats", "verify"], ["user", "promote", "anna"], ["search", "rebuild"])


@pytest.mark.usefixtures("site")
def test_no_command_works_beside_accounts_without_their_key(at_home: Path) -> None:
    assert call("migrate") == 0
    assert not (at_home / "data" / "data_key").exists(), "migrate protects nothing"
    assert call("stats", "verify") == 0
    lives.person("anna")
    key = (at_home / "data" / "data_key").rename(at_home / "kept")
    for command in COMMANDS:
        assert "DATA_KEY is missing, but the database holds 1 accounts" in str(call(*command)), command
        assert not (at_home / "data" / "data_key").exists()
    (at_home / "data" / "data_key").write_text("another-key-9876543210-zyxwvutsrq-0001")
    for command in COMMANDS:
        assert "DATA_KEY does not fit the database" in str(call(*command)), command
    shutil.copy(key, at_home / "data" / "data_key")
    assert call("user", "promote", "anna") == 0
    assert db.read(accounts.has_coordinator)


@pytest.mark.slow
def test_processes_that_start_together_on_a_new_database_have_one_key(at_home: Path) -> None:
    environment = processes.plain_environment(DATA_DIR=str(at_home / "data"))
    command = [sys.executable, "-m", "gsapp", "stats", "verify"]
    started = [
        processes.start(command, log=at_home / f"{number}.txt", cwd=ROOT, env=environment) for number in range(3)
    ]
    assert [process.wait(60) for process in started] == [0] * 3, [
        processes.read(at_home / f"{n}.txt") for n in range(3)
    ]
    assert {file.name for file in (at_home / "data").glob("*key*")} == {"data_key", "secret_key"}
    assert list((at_home / "data").glob(".*")) == []
