"""gsapp doctor: one line each, exit status, and nothing changed."""

from pathlib import Path

import pytest

from gsapp.config import Settings
from tests.support.commands import call, call_json


def test_doctor_prints_a_line_for_each_check(
    sqlite_site: Settings, capsys: pytest.CaptureFixture[str], at_home: Path
) -> None:
    assert call("doctor") == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines} <= {"ok", "warning"}
    assert any(line.startswith("ok      schema    ") for line in lines)
    every = call_json(capsys, "doctor")
    assert len(every) == len(lines)
    assert set(every[0]) == {"check", "level", "text", "todo"}
    (at_home / "data" / "data_key").unlink()
    assert {row["check"] for row in call_json(capsys, "doctor") if row["level"] == "error"} == set(), "no account yet"
    assert not (at_home / "data" / "data_key").exists()


def test_doctor_on_nothing_creates_nothing(at_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("doctor") == 1
    assert "does not exist" in capsys.readouterr().out
    assert list(at_home.iterdir()) == []


@pytest.mark.usefixtures("sqlite_site")
def test_doctor_looks_further_when_a_key_file_is_empty(at_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (at_home / "data" / "data_key").write_text("")
    assert call("doctor") == 1
    printed = capsys.readouterr().out
    assert "error   keys      data/data_key is empty" in printed
    assert "ok      schema" in printed
