"""A backup while people write: nothing acknowledged before it is missing, and no transaction is in it by half."""

import threading
import time
from pathlib import Path

import pytest

from gsapp import db, security
from gsapp.access import Actor
from gsapp.backup.making import make
from gsapp.config import Settings
from gsapp.media.storage import storage
from gsapp.models import Match, Need, User
from tests.backup.conftest import Place, restored
from tests.support import lives
from tests.support.samples import picture, send

pytestmark = pytest.mark.slow
PHOTO = picture(size=(8, 8))
PAIRS = ("anna", "bert"), ("carl", "dora"), ("emma", "fred")


class Writers:
    """Threads that live whole lives of needs until they are stopped, and note what was acknowledged."""

    def __init__(self) -> None:
        self.acknowledged: list[lives.Life] = []
        self.photos: dict[str, bytes] = {}
        self._stop = threading.Event()
        self._failures: list[Exception] = []
        pairs = [lives.people(*names) for names in PAIRS]
        self._threads = [threading.Thread(target=self._write, args=pair) for pair in pairs]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        assert not self._failures

    def wait_for(self, number: int) -> None:
        deadline = time.monotonic() + 60
        while len(self.acknowledged) < number and not self._failures:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def _write(self, author: Actor, volunteer: Actor) -> None:
        try:
            while not self._stop.is_set():
                name = send(author, PHOTO)
                self.photos[name] = storage().path(name).read_bytes()
                self.acknowledged.append(lives.confirmed(author, volunteer, attachments=name))
        except Exception as error:  # noqa: BLE001 - shown at the end
            self._failures.append(error)


def test_nothing_acknowledged_is_missing_and_nothing_is_there_by_half(
    site: Settings, tmp_path: Path, empty_place: Place
) -> None:
    with Writers() as writers:
        writers.wait_for(20)
        before = list(writers.acknowledged)
        made = make(site, tmp_path / "backups")
        writers.wait_for(len(before) + 10)
    place = empty_place("sqlite" if db.current().embedded else "mariadb")
    result = restored(made.path, place)
    assert (result.differences, result.missing) == ([], [])
    with db.current().read_only() as session:
        for life in before:
            need = session.get_one(Need, life.need)
            assert session.get_one(Match, life.match).need_id == life.need
            assert storage().path(need.attachments).read_bytes() == writers.photos[need.attachments]
        anna = session.get_one(User, 1)
        assert security.vault().id_numbers.open(anna.id_number, anna.id_number_index).endswith("ANNA")
    lives.assert_counts_are_right()
