"""A database to migrate."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gsapp import db
from tests.support.mariadb import Server


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[db.Database]:
    """A database without any tables."""
    if request.param == "sqlite":
        yield db.connect(f"sqlite:///{tmp_path / 'empty.db'}")
        db.dispose()
        return
    server: Server = request.getfixturevalue("mariadb")
    with server.fresh_database() as url:
        yield db.connect(url)
        db.dispose()
