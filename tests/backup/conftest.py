"""A site to back up, and empty places to restore it into."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr

from gsapp import db, migrations
from gsapp.backup.reading import open_backup
from gsapp.backup.restoring import CheckKeys, Restored, restore
from gsapp.config import Settings
from gsapp.media import storage
from tests.support import mariadb as mariadb_server
from tests.support.lives import SECRET

Place = Callable[[str], Settings]


@pytest.fixture
def site(database: db.Database, disk: Path, keys: None) -> Iterator[Settings]:
    """A site with tables that look migrated; the test runs on SQLite and again on MariaDB."""
    yield from _migrated(database, disk)


@pytest.fixture
def small_site(sqlite_database: db.Database, disk: Path, keys: None) -> Iterator[Settings]:
    """The same on SQLite only."""
    yield from _migrated(sqlite_database, disk)


@pytest.fixture
def empty_place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """Makes an empty database of a kind and an empty DATA_DIR, and switches this process to them."""
    with ExitStack() as databases:

        def make(kind: str) -> Settings:
            data_dir = tmp_path / f"restored-{kind}"
            data_dir.mkdir()
            url = f"sqlite:///{data_dir}/goodservices.db"
            if kind == "mariadb":
                server: mariadb_server.Server = request.getfixturevalue("mariadb")
                url = databases.enter_context(server.fresh_database())
            return use(settings_for(data_dir, url))

        yield make
        db.dispose()


def settings_for(data_dir: Path, url: str) -> Settings:
    secret = SecretStr(SECRET)
    return Settings(data_dir=data_dir, database_url=url, secret_key=secret, data_key=secret)


def use(settings: Settings) -> Settings:
    """Switch this process to the database and the files of a site."""
    db.connect(settings.database_url)
    storage.configure(settings.data_dir)
    return settings


def restored(
    file: Path, settings: Settings, *, identity: Path | None = None, check_keys: CheckKeys = lambda *_: None
) -> Restored:
    """Restore a file into the place that this process uses."""
    with open_backup(file, identity) as stream:
        zone = settings.time_zone
        return restore(stream, data_dir=settings.data_dir, time_zone=zone, check_keys=check_keys)


def _migrated(database: db.Database, data_dir: Path) -> Iterator[Settings]:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{migrations.newest_revision()}')")
    data_dir.mkdir(exist_ok=True)
    yield settings_for(data_dir, database.url)
    other = db.connect(database.url)  # the fixture empties the tables of the models only
    with other.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
