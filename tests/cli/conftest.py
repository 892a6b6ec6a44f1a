"""Each command runs in an empty directory, on a database of its own."""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from gsapp import startup
from gsapp.config import Settings, load_settings, with_new_data_key

KEY = "signs the cookies of these tests, nothing else"


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty directory; afterwards this process is as it was before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.chdir(tmp_path)
    umask = os.umask(0o022)
    yield tmp_path
    os.umask(umask)
    startup.close()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def opened_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """DATA_DIR of a new site, made once: migrating takes longer than most commands."""
    directory = tmp_path_factory.mktemp("site")
    log = logging.getLogger()
    handlers, level = log.handlers[:], log.level
    startup.start(with_new_data_key(Settings(data_dir=directory, secret_key=SecretStr(KEY))), listen=False)
    startup.close()
    log.handlers[:] = handlers
    log.setLevel(level)
    return directory


@pytest.fixture
def sqlite_site(at_home: Path, opened_site: Path) -> Settings:
    """A site on SQLite whose database this process has opened, as the first command would."""
    shutil.copytree(opened_site, at_home / "data")
    settings = load_settings()
    startup.start(settings, listen=False)
    return settings


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def site(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of an empty database, set as DATABASE_URL: SQLite, and MariaDB again."""
    if request.param == "sqlite":
        yield "sqlite:///data/goodservices.db"
        return
    with request.getfixturevalue("mariadb").fresh_database() as url:
        monkeypatch.setenv("DATABASE_URL", url)
        yield url
        startup.close()
