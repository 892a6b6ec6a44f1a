"""When the last backup was taken, as monitoring reads it."""

from datetime import timedelta

import pytest

from gsapp import clock, db
from gsapp.queries.backups import last_backup_at
from gsapp.services.backups import note_backup

pytestmark = pytest.mark.usefixtures("database")


def test_there_is_none_before_the_first_backup() -> None:
    assert db.read(last_backup_at) is None


def test_the_last_one_counts() -> None:
    for at in (clock.now() - timedelta(days=1), clock.now()):
        db.write(note_backup, at=at)
        assert db.read(last_backup_at) == at
