"""Before an upgrade of a SQLite file with accounts a copy is kept: private, complete, and the newest two."""

import shutil
import sqlite3
import stat
from collections import namedtuple
from contextlib import closing
from pathlib import Path

import pytest

from gsapp import db, migrations
from gsapp.migrations import MigrationFailed, copies
from tests.support.schema import insert_samples

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database of the schema 0013 with accounts."""
    file = tmp_path / "town.db"
    migrations_of = db.connect(f"sqlite:///{file}")
    migrations.upgrade("0001")
    insert_samples(migrations_of)
    migrations.upgrade("0013")
    for copy in kept(file):
        copy.unlink()
    return file


def kept(file: Path) -> list[Path]:
    return sorted(file.parent.glob("*-before-*"))


def test_a_start_that_migrates_keeps_a_copy_of_before(file: Path) -> None:
    migrations.prepare(by_itself=True)
    (copy,) = kept(file)
    assert copy.name == "town-before-0014.db"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0013",)]
        assert connection.execute("SELECT uname FROM buser_table ORDER BY id").fetchall() == [("anna",), ("ben",)]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    migrations.prepare(by_itself=True)
    assert kept(file) == [copy], "nothing was migrated"


def test_the_newest_two_copies_are_kept(file: Path) -> None:
    for revision in ("0012", "0011", "0010"):
        migrations.downgrade(revision)
        migrations.upgrade(f"{int(revision) + 1:04}")
    assert [copy.name for copy in kept(file)] == ["town-before-0011.db", "town-before-0012.db"]


def test_a_new_database_is_not_copied(tmp_path: Path) -> None:
    db.connect(f"sqlite:///{tmp_path / 'town.db'}")
    migrations.upgrade()
    assert kept(tmp_path / "town.db") == []


def test_an_upgrade_without_room_for_the_copy_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 0, 10**6))
    with pytest.raises(MigrationFailed, match=r"needs \d+ MB free in .*, and 0 MB are; nothing was changed"):
        migrations.prepare(by_itself=True)
    assert migrations.stored_revision() == "0013"
    assert kept(file) == []


def test_a_copy_that_fails_leaves_nothing_and_stops_the_upgrade(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(copies, "_sync", fail)
    with pytest.raises(MigrationFailed, match=r"no copy of .* could be made"):
        migrations.upgrade()
    assert migrations.stored_revision() == "0013"
    assert kept(file) == []
