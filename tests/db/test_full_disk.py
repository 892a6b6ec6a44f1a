"""A disk without room, or that has become read-only: nothing is saved, nothing is lost, reading works."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func
from sqlmodel import Session, select

from gsapp import db
from gsapp.api import checks
from gsapp.errors import CannotSave
from gsapp.media.storage import SPARE_BYTES
from gsapp.models import Need
from tests.support import lives
from tests.support.api.people import make_settings
from tests.support.lives import assert_counts_are_right, person, publish

LONG = "漏水 " * 600
pytestmark = pytest.mark.usefixtures("keys")


@contextmanager
def pragma(database: db.Database, name: str, value: Callable[[Any], int]) -> Iterator[None]:
    """A setting of every connection that is opened meanwhile."""

    def configure(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA {name}={value(connection)}")

    event.listen(database.engine, "connect", configure)
    database.engine.dispose()
    yield
    event.remove(database.engine, "connect", configure)
    database.engine.dispose()


def page_count(connection: Any) -> int:
    number: int = connection.execute("PRAGMA page_count").fetchone()[0]
    return number


def needs(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Need)).one()


def test_a_full_disk_refuses_what_needs_room_and_keeps_what_was_saved(
    sqlite_database: db.Database, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    anna = person("anna")
    kept = publish(anna)
    with pragma(sqlite_database, "max_page_count", page_count):
        saved = refused = 0
        while refused < 20:
            try:
                publish(anna, description=LONG)
                saved += 1
            except CannotSave:
                refused += 1
        assert db.read(needs) == 1 + saved
        assert "full" in sqlite_database.write_fault
        assert checks.check(make_settings(tmp_path), SPARE_BYTES).degraded == ("disk",)
        assert caplog.text.count("cannot save") == 1
        assert "Traceback" not in caplog.text
    publish(anna, description=LONG)
    assert db.read(needs) == 2 + saved
    assert lives.row(Need, kept)
    assert_counts_are_right()


def test_a_read_only_file_refuses_every_write(sqlite_database: db.Database) -> None:
    anna = person("anna")
    with pragma(sqlite_database, "query_only", lambda _: 1):
        with pytest.raises(CannotSave):
            publish(anna)
        assert db.read(needs) == 0
    publish(anna)
