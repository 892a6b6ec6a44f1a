"""After an account was closed, neither the file of SQLite nor its write-ahead log holds what was erased."""

from pathlib import Path

import pytest

from gsapp import db
from gsapp.access import Actor
from gsapp.services import leaving
from gsapp.workers import pruning
from tests.support import lives

pytestmark = pytest.mark.usefixtures("keys")
WORDS = "A-mark-that-is-nowhere-else"


def stored(database: db.Database) -> bytes:
    path = Path(str(database.engine.url.database))
    return b"".join(file.read_bytes() for file in (path, Path(f"{path}-wal")) if file.exists())


def a_life_with_words() -> tuple[Actor, str]:
    anna, ben = lives.people("anna", "ben")
    phone = lives.user(anna).phone
    for number in range(30):
        lives.offer(ben, lives.publish(anna, title=f"{WORDS}{number}", description=WORDS * 20))
    return anna, phone


def test_nothing_is_left_in_the_file(sqlite_database: db.Database) -> None:
    anna, phone = a_life_with_words()
    assert WORDS.encode() in stored(sqlite_database)
    db.write(leaving.leave, anna)
    assert WORDS.encode() not in stored(sqlite_database)
    assert phone.encode() not in stored(sqlite_database)


def test_what_a_reader_kept_in_the_log_goes_with_the_next_pruning(sqlite_database: db.Database) -> None:
    anna, _ = a_life_with_words()
    with sqlite_database.engine.connect() as reader:
        reader.exec_driver_sql("ROLLBACK")
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT count(*) FROM sr_info")
        db.write(leaving.leave, anna)
        assert WORDS.encode() in stored(sqlite_database)
        reader.exec_driver_sql("ROLLBACK")
        reader.exec_driver_sql("BEGIN")
    pruning.prune()
    assert WORDS.encode() not in stored(sqlite_database)
