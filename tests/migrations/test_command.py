"""gsapp migrate: plan, dry run, status, downgrade, JSON, and one sentence when it breaks."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gsapp import db, migrations, startup
from gsapp.cli import cli
from gsapp.migrations import revisions
from tests.support.mariadb import Server
from tests.support.schema import insert_samples, tables

NEWEST = revisions.newest()


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_KEY", "for the accounts of these tests, whose numbers are no real ones")
    yield
    startup.close()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def old(at_home: None) -> None:
    """A database of the schema 0012 with a few rows."""
    assert call("migrate", "--dry-run") == 0
    migrations.upgrade("0001")
    insert_samples(db.current())
    migrations.upgrade("0012")


def call(*arguments: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        cli(list(arguments))
    return ended.value.code


def test_a_dry_run_shows_the_plan_with_rows_and_changes_nothing(old: None, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert call("migrate", "--dry-run") == 0
    printed = capsys.readouterr().out
    assert "0013  System reasons as codes, apart from the text that people type (stop processes of older" in printed
    assert "      add column response_info.reason_code, 1 rows\n" in printed
    assert f"{NEWEST}  " in printed
    assert migrations.stored_revision() == "0012"
    assert call("migrate", "--dry-run", "--json") == 0
    plan = json.loads(capsys.readouterr().out)["plan"]
    assert [each["revision"] for each in plan][:2] == ["0013", "0014"]
    assert plan[0]["steps"][0] == {
        "change": "add column response_info.reason_code",
        "table": "response_info",
        "rows": 1,
        "loses_data": False,
    }


def test_a_dry_run_of_a_first_installation_makes_no_table() -> None:
    assert call("migrate", "--dry-run") == 0
    assert tables() == set()


def test_an_upgrade_shows_each_revision_with_its_seconds(old: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("migrate") == 0
    printed = capsys.readouterr().out
    assert "0013  add column response_info.reason_code\n" in printed
    assert "0013  done in 0." in printed
    assert printed.endswith(f"\nschema {NEWEST}\n")
    assert call("migrate") == 0
    assert capsys.readouterr().out == f"schema {NEWEST}\n"


def test_status_says_what_is_pending(old: None, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert call("migrate", "--status") == 0
    assert "pending                    0013, 0014" in capsys.readouterr().out
    assert call("migrate", "--status", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["stored"], found["newest"], found["usable"]) == ("0012", NEWEST, False)
    assert call("migrate", "--json") == 0
    done = json.loads(capsys.readouterr().out)
    assert done["applied"][0]["revision"] == "0013"
    assert (done["stored"], done["pending"], done["usable"]) == (NEWEST, [], True)


def test_a_downgrade_names_the_data_that_is_lost_and_wants_to_be_confirmed(
    old: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call("migrate")
    capsys.readouterr()
    assert "adding --yes" in str(call("migrate", "--down", "0001"))
    printed = capsys.readouterr().out
    assert re.search(r"drop table need_words, \d rows - this data is lost\n", printed)
    assert "drop column sr_info.phase, 2 rows - this data is lost\n" in printed
    assert migrations.stored_revision() == NEWEST
    assert call("migrate", "--down", "0001", "--yes") == 0
    assert capsys.readouterr().out.endswith("\nschema 0001\n")
    assert call("migrate", "--down", "77") == f"this version has no revision 77; it has base, 0001 to {NEWEST}"
    assert call("migrate") == 0


@pytest.mark.mariadb
def test_a_broken_migration_ends_in_one_sentence_with_the_step(
    mariadb: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with mariadb.fresh_database() as url:
        database = db.connect(url)
        migrations.upgrade("0013")
        with database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE history DROP COLUMN reason_code, DROP COLUMN reason")
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0012'")
        monkeypatch.setenv("DATABASE_URL", url)
        sentence = str(call("migrate"))
    assert sentence.startswith("the migration stopped at 0013, update rows history: Unknown column 'reason'")
    assert sentence.endswith("if it stops again, restore the backup of before the upgrade")
    assert "\n" not in sentence
    assert "Traceback" not in capsys.readouterr().err
