"""What tests of every kind share: a database of their own, and nothing of the developer's settings."""

import gc
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gsapp import clock, data, db, models
from gsapp.config import Settings
from gsapp.media import decoders, storage
from gsapp.startup.seed import seed
from tests.support import lives
from tests.support import mariadb as mariadb_server

CITIES = tuple(
    data.CityRecord(*place) for place in (("北京", "北京"), ("浙江", "杭州"), ("浙江", "宁波"), ("四川", "成都"))
)
BROWSER_TESTS = Path(__file__).parent / "browser"
MEMORY = Path("/dev/shm")  # noqa: S108 - the tests' files are in a directory of their own below it
ROOMY = 2 * 1024**3  # bytes; a whole run has left about a fifth of that at its end


def pytest_configure() -> None:
    """Keep what tests write in memory: a TRUNCATE takes 2 ms there, and up to 60 ms on a busy disk."""
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOMY:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


@pytest.hookimpl(tryfirst=True)  # before `-m` looks at the markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in tests/browser, and run it last: Playwright keeps an event loop of its own running.

    Within both parts what takes longest comes first, so that all processes end together.
    """
    for item in items:
        if item.path.is_relative_to(BROWSER_TESTS):
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("rules") and item.get_closest_marker("mariadb"):
            item.add_marker(pytest.mark.exhaustive)
    items.sort(key=lambda item: (item.path.is_relative_to(BROWSER_TESTS), not _takes_long(item)))


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """A command or a start of the program sets level and handlers of the root logger: only for its own test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    if root.level != level:
        root.setLevel(level)
    if root.handlers != handlers:
        root.handlers[:] = handlers


def pytest_collection_finish() -> None:
    """What is there before the first test stays: looking through it for garbage took a fifth of the processor time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def pytest_unconfigure() -> None:
    decoders.close()


def _takes_long(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("slow") is not None or not fixtures.isdisjoint(("sights", "town_files", "sites"))


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings are the defaults, whatever the shell or a developer's .env says."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def database(request: pytest.FixtureRequest) -> db.Database:
    """A database with tables, the service types and CITIES; the test runs on SQLite and again on MariaDB.

    In files marked `rules`, the run on MariaDB is left to `make test-all`.
    """
    chosen: db.Database = request.getfixturevalue(f"{request.param}_database")
    return chosen


@pytest.fixture
def sqlite_database(tmp_path: Path, sqlite_template: Path) -> Iterator[db.Database]:
    """The same on SQLite only: for what does not depend on the kind of database."""
    copy = shutil.copy(sqlite_template, tmp_path / "goodservices.db")
    yield db.connect(f"sqlite:///{copy}")
    db.dispose()


@pytest.fixture
def mariadb_database(mariadb: mariadb_server.Server, mariadb_tables: str) -> Iterator[db.Database]:
    """The same on MariaDB only (mark the test with `mariadb`): races, which SQLite's one writer cannot show."""
    yield _connect_and_seed(mariadb_tables)
    db.dispose()
    mariadb.empty(mariadb_tables, models.metadata.tables)


@pytest.fixture
def keys() -> Iterator[None]:
    """Keys of its own for this test: what is sealed and hashed in it can be read in it alone."""
    with lives.keys():
        yield


@pytest.fixture
def wait() -> Iterator[Callable[[timedelta], None]]:
    """A clock that is not running: it is noon; `wait(timedelta(days=1))` makes it later."""
    with clock.at(lives.NOON) as move:
        yield move


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Where the photos and videos of this test lie."""
    storage.configure(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[mariadb_server.Server]:
    """The server, for tests that want an empty database: `with mariadb.fresh_database() as url`."""
    with mariadb_server.server(tmp_path_factory.mktemp("db")) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_tables(mariadb: mariadb_server.Server) -> Iterator[str]:
    """A database with empty tables, made once."""
    with mariadb.fresh_database() as url:
        _create_tables(url)
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to copy, made once."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    url = f"sqlite:///{path}"
    _create_tables(url)
    _connect_and_seed(url)
    db.dispose()
    return path


def _create_tables(url: str) -> None:
    """Straight from the models, which is quick; that migrations lead to the same is a test of its own."""
    models.metadata.create_all(db.connect(url).engine)
    db.dispose()


def _connect_and_seed(url: str) -> db.Database:
    database = db.connect(url)
    db.write(seed, cities=CITIES)
    return database
