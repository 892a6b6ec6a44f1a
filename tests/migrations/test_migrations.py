"""The schema's versions lead to the tables of the models and back, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import select

from gsapp import db, migrations, models
from gsapp.migrations import MigrationRunning, SchemaUnknown, lock, revisions, state
from gsapp.startup import seed
from tests.support import lives
from tests.support.mariadb import Server
from tests.support.overlap import together
from tests.support.schema import definition, tables


def test_the_migrations_lead_to_the_tables_of_the_models(empty: db.Database) -> None:
    migrations.upgrade()
    assert migrations.stored_revision() == migrations.newest_revision()
    assert migrations.ready()
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, models.metadata) == []
    migrated = definition(empty)
    migrations.downgrade("base")
    models.metadata.create_all(empty.engine)
    assert migrated == definition(empty), "checks, collations and indexes, too"


def test_the_migrations_lead_back_to_nothing_and_up_again(empty: db.Database) -> None:
    migrations.upgrade()
    migrations.downgrade("base")
    assert tables() == {"alembic_version", "site_state"}, "the lock of migrations is in it"
    assert migrations.stored_revision() is None
    assert not migrations.ready()
    migrations.upgrade()
    assert tables() == {"alembic_version", *models.metadata.tables}
    assert empty.answers()


def test_needs_that_exist_already_are_found_by_their_words(empty: db.Database) -> None:
    migrations.upgrade()
    db.write(seed.seed)
    with lives.keys():
        need_id = lives.publish(lives.person("anna"), title="漏水 Tap", description="")
    migrations.downgrade("0003")
    migrations.upgrade()
    with empty.read_only() as session:
        stored = session.exec(select(models.NeedWord)).all()
    assert {row.need_id for row in stored} == {need_id}
    assert {row.word for row in stored} == {"漏水", "水", "ta", "tap"}


@pytest.mark.usefixtures("empty")
def test_a_new_embedded_database_is_migrated_by_itself_and_only_once() -> None:
    migrations.prepare(by_itself=True)
    db.write(seed.seed)
    migrations.prepare(by_itself=True)
    migrations.prepare(by_itself=False)
    assert migrations.ready()


@pytest.mark.usefixtures("empty")
def test_another_database_is_not_touched_without_being_told() -> None:
    with pytest.raises(SchemaUnknown, match="python -m gsapp migrate"):
        migrations.prepare(by_itself=False)
    assert tables() == set()


@pytest.mark.parametrize("by_itself", [True, False])
def test_a_schema_of_a_newer_version_is_refused(empty: db.Database, by_itself: bool) -> None:
    migrations.upgrade()
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        state.store(connection, state.OLDEST_COMPATIBLE, "9999")
    with pytest.raises(SchemaUnknown, match="9999"):
        migrations.prepare(by_itself=by_itself)
    with pytest.raises(SchemaUnknown, match="9999"):
        migrations.upgrade()
    assert not migrations.ready()


def test_two_processes_that_migrate_at_once_take_turns(empty: db.Database) -> None:
    outcomes = together([migrations.upgrade, migrations.upgrade])
    assert sorted(len(applied) for applied in outcomes if isinstance(applied, list)) == [0, len(revisions.chain())]
    assert migrations.ready()
    assert empty.answers()


def test_whoever_waits_too_long_for_a_migration_is_told(empty: db.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "LOCK_TIMEOUT", 0.2)
    with lock.migration_lock(empty), pytest.raises(MigrationRunning, match="another process"):
        migrations.upgrade()
    assert tables() <= {"site_state"}
    migrations.upgrade()
    assert migrations.ready()


@pytest.mark.mariadb
def test_a_database_that_was_made_for_latin_letters_holds_chinese_all_the_same(mariadb: Server) -> None:
    with mariadb.fresh_database() as url:
        db.connect(url)
        with db.current().engine.begin() as connection:
            connection.execute(text("ALTER DATABASE CHARACTER SET latin1"))
        try:
            migrations.upgrade()
            db.write(seed.seed)
            with lives.keys():
                need_id = lives.publish(lives.person("王小明"), title="漏水 😀")
            assert lives.row(models.Need, need_id).title == "漏水 😀"
        finally:
            db.dispose()
