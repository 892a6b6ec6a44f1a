"""Runs commands of the command line in this process."""

import json
from typing import Any

import pytest

from gsapp import cli


def call(*arguments: str) -> int | str | None:
    """Run a command; its exit status, or the sentence it ends with."""
    with pytest.raises(SystemExit) as ended:
        cli.cli(list(arguments))
    return ended.value.code


def call_json(capsys: pytest.CaptureFixture[str], *arguments: str, status: int | str = 0) -> Any:
    """Run a command with --json and return what it prints."""
    capsys.readouterr()
    assert call(*arguments, "--json") == status
    return json.loads(capsys.readouterr().out)
