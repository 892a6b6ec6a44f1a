"""Each command runs in an empty directory, on a database of its own."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gsapp import startup


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
