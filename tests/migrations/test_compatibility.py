"""Expand and contract: a process runs on a newer schema that is declared compatible, and the declaration is checked."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from sqlalchemy import Inspector, inspect, text
from sqlalchemy.exc import IntegrityError, OperationalError

from gsapp import db, migrations, serving, startup
from gsapp.cli import cli
from gsapp.migrations import SchemaUnknown, revisions, state
from tests.support.schema import insert_samples
from tests.support.server import free_port

NEXT = f"{int(revisions.newest()) + 1:04}"
REVISION = '''"""A revision of the next version

Revision: {number}
"""

import sqlalchemy as sa

from gsapp.migrations.idempotent import add_column

revision = "{number}"
down_revision = "{before}"
compatible_with = "{compatible_with}"


def upgrade() -> None:
    add_column("city_info", sa.Column("district", sa.String(50), nullable=True))


def downgrade() -> None:
    raise NotImplementedError
'''


@pytest.fixture(autouse=True)
def revisions_of_this_version() -> Iterator[None]:
    yield
    forget_revisions()


def forget_revisions() -> None:
    for cached in (revisions.chain, revisions.known, revisions.newest):
        cached.cache_clear()


def upgrade_as_the_next_version(directory: Path, *, compatible_with: str) -> None:
    """Run a fake newer revision, and be this version again."""
    config = revisions.config

    def with_the_next() -> Any:
        chosen = config()
        versions = Path(revisions.__file__).parent / "versions"
        chosen.set_main_option("path_separator", "newline")
        chosen.set_main_option("version_locations", f"{versions}\n{directory}")
        return chosen

    text_of_it = REVISION.format(number=NEXT, before=revisions.newest(), compatible_with=compatible_with)
    (directory / f"{NEXT}_next.py").write_text(text_of_it)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(revisions, "config", with_the_next)
        forget_revisions()
        migrations.upgrade()
    forget_revisions()


def test_a_process_keeps_running_on_a_newer_schema_that_is_compatible(empty: db.Database, tmp_path: Path) -> None:
    migrations.upgrade()
    upgrade_as_the_next_version(tmp_path, compatible_with=revisions.newest())
    assert migrations.stored_revision() == NEXT
    assert migrations.ready()
    migrations.prepare(by_itself=empty.embedded)
    assert migrations.stored_revision() == NEXT
    with pytest.raises(SchemaUnknown, match=NEXT):
        migrations.upgrade()
    with pytest.raises(SchemaUnknown, match=NEXT):
        migrations.downgrade("0001")


def test_a_newer_schema_that_is_not_compatible_is_refused(empty: db.Database, tmp_path: Path) -> None:
    migrations.upgrade()
    upgrade_as_the_next_version(tmp_path, compatible_with=NEXT)
    assert not migrations.ready()
    with pytest.raises(SchemaUnknown, match=NEXT):
        migrations.prepare(by_itself=empty.embedded)


def test_the_next_version_does_not_run_on_the_schema_of_this_one(tmp_path: Path) -> None:
    db.connect(f"sqlite:///{tmp_path / 'town.db'}")
    migrations.upgrade("0014")
    assert not migrations.ready()
    with pytest.raises(SchemaUnknown, match="outdated"):
        migrations.prepare(by_itself=False)


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("stored", ["", "nonsense", NEXT])
def test_a_newer_schema_without_a_usable_declaration_is_refused(stored: str) -> None:
    migrations.upgrade()
    with db.current().engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        state.store(connection, state.OLDEST_COMPATIBLE, stored)
    assert not migrations.ready()


def test_serve_starts_on_a_compatible_schema_and_refuses_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    served: list[socket.socket] = []
    monkeypatch.setattr(serving, "leave", lambda: None)
    monkeypatch.setattr(uvicorn.Server, "run", lambda _, sockets: served.extend(sockets))
    monkeypatch.setenv("PORT", str(free_port()))
    with pytest.raises(SystemExit, match="0"):
        cli(["migrate"])
    upgrade_as_the_next_version(tmp_path, compatible_with=revisions.newest())
    with pytest.raises(SystemExit, match="0"):
        cli(["serve"])
    assert "GoodServices: http://" in capsys.readouterr().out
    served.pop().close()
    startup.close()
    db.connect(f"sqlite:///{tmp_path / 'data' / 'goodservices.db'}")
    with db.current().engine.begin() as connection:
        state.store(connection, state.OLDEST_COMPATIBLE, NEXT)
    with pytest.raises(SystemExit, match=f"{NEXT} is unknown to this version"):
        cli(["serve"])
    assert served == []
    startup.close()


Columns = dict[str, dict[str, Any]]


def columns(inspector: Inspector) -> Columns:
    """Type, nullability and default of each column, as table.column."""
    return {
        f"{table}.{column['name']}": {
            "type": re.sub(r"\s+", " ", str(column["type"])) + str(getattr(column["type"], "collation", "")),
            "nullable": column["nullable"],
            "default": column["default"] is not None or column.get("autoincrement") is True,
        }
        for table in inspector.get_table_names()
        for column in inspector.get_columns(table)
    }


def contractions(before: Columns, after: Columns) -> list[str]:
    """What in a newer schema would break a program that was written for the older one."""
    tables = {name.split(".")[0] for name in before}
    changed = [f"{name} is gone or changed" for name, was in before.items() if after.get(name) != was]
    added = {name: new for name, new in after.items() if name not in before and name.split(".")[0] in tables}
    required = [name for name, new in added.items() if not new["nullable"] and not new["default"]]
    return changed + [f"{name} is required and has no default" for name in required]


def insert_as_the_older_program(database: db.Database, older: Columns) -> set[str]:
    """Insert a row again that names only the columns of the older schema; returns the tables that had one."""
    tried = set()
    with database.engine.connect() as connection:
        off = "PRAGMA foreign_keys=OFF" if database.embedded else "SET foreign_key_checks=0"
        connection.connection.cursor().execute(off)  # other tables refer to the row
        for table in {name.split(".")[0] for name in older}:
            names = [name.split(".")[1] for name in older if name.startswith(f"{table}.")]
            listed = ", ".join(f"`{name}`" for name in names)
            row = connection.execute(text(f"SELECT {listed} FROM {table} LIMIT 1")).one_or_none()
            if row is not None:
                connection.execute(text(f"DELETE FROM {table}"))
                values = {f"p{number}": value for number, value in enumerate(row)}
                places = ", ".join(f":{name}" for name in values)
                connection.execute(text(f"INSERT INTO {table} ({listed}) VALUES ({places})"), values)
                tried.add(table)
        connection.rollback()
    return tried


@pytest.mark.parametrize("script", [s for s in revisions.chain() if revisions.expands(s)], ids=lambda s: s.revision)
def test_a_revision_that_says_so_only_expands_the_schema(empty: db.Database, script: Any) -> None:
    migrations.upgrade("0001")
    insert_samples(empty)
    migrations.upgrade(script.module.compatible_with)
    before = columns(inspect(empty.engine))
    migrations.upgrade(script.revision)
    assert contractions(before, columns(inspect(empty.engine))) == []
    assert {"buser_table", "sr_info", "response_info", "history"} <= insert_as_the_older_program(empty, before)


def test_a_revision_that_contracts_the_schema_is_found(empty: db.Database) -> None:
    migrations.upgrade("0001")
    insert_samples(empty)
    migrations.upgrade("0002")
    before = columns(inspect(empty.engine))
    migrations.upgrade("0003")
    assert contractions(before, columns(inspect(empty.engine))) == ["sr_info.phase is required and has no default"]
    with pytest.raises(IntegrityError if empty.embedded else OperationalError):
        insert_as_the_older_program(empty, before)
    after = columns(inspect(empty.engine))
    migrations.downgrade("0002")
    assert "sr_info.phase is gone or changed" in contractions(after, columns(inspect(empty.engine)))
