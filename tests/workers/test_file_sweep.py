"""The file sweep moves orphaned and unused files into quarantine, deletes incomplete ones, and nothing else."""

import asyncio
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, select

import main
from gsapp import clock, db
from gsapp.access import Actor
from gsapp.media.storage import storage
from gsapp.models import History, Need, NeedWord, StoredFile
from gsapp.queries import files as file_queries
from gsapp.services import files
from gsapp.workers import file_sweep
from gsapp.workers.file_sweep import Swept, sweep
from tests.support import lives
from tests.support.lives import person, publish
from tests.support.samples import on, send

pytestmark = [pytest.mark.usefixtures("database", "disk"), pytest.mark.rules]
NOBODYS = "ab" + "0" * 30 + ".jpg"
NOTHING = Swept([], [], [], [])
Wait = Callable[[timedelta], None]


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys():
        yield


@pytest.fixture(autouse=True)
def wait() -> Iterator[Wait]:
    with clock.at(datetime.now(lives.NOON.tzinfo)) as move:  # by which the disk goes, too
        yield move


@pytest.fixture
def anna(disk: Path) -> Actor:
    return person("anna")


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def test_what_is_young_may_be_under_way_still(anna: Actor, disk: Path, wait: Wait) -> None:
    send(anna)
    put(storage().path(NOBODYS))
    put(disk / "files-arriving" / "tmp1")
    before = on(disk)
    wait(timedelta(hours=23))
    assert sweep() == NOTHING
    assert on(disk) == before


def test_what_nobody_can_use_any_more_goes(anna: Actor, disk: Path, wait: Wait) -> None:
    unused, used = send(anna), send(anna)
    need_id = publish(anna, attachments=used)
    put(storage().path(NOBODYS))
    put(storage().path(NOBODYS, small=True))
    put(disk / "files-arriving" / "tmp1")
    wait(timedelta(hours=25))
    found = Swept(["tmp1"], sorted([NOBODYS, f"{NOBODYS}.small"]), [unused], [])
    told = sweep(dry_run=True)
    assert told._replace(without_row=sorted(told.without_row)) == found
    assert len(on(disk)) == 7
    done = sweep()
    assert done._replace(without_row=sorted(done.without_row)) == found
    assert on(disk / "files") == sorted([storage().path(used), storage().path(used, small=True)])
    assert not on(disk / "files-arriving")
    removed = [NOBODYS, f"{NOBODYS}.small", unused, f"{unused}.small"]
    assert [path.name for path in on(disk / "files-removed")] == sorted(removed)
    assert lives.row(Need, need_id).attachments == used
    assert sweep() == NOTHING


def test_a_used_file_that_is_missing_is_told_and_its_row_kept(anna: Actor, wait: Wait) -> None:
    used = send(anna)
    publish(anna, attachments=used)
    storage().remove(used)
    wait(timedelta(hours=25))
    for _ in range(2):
        assert sweep() == Swept([], [], [], [used])


def test_an_unused_row_without_a_file_goes(anna: Actor, wait: Wait) -> None:
    name = send(anna)
    storage().remove(name)
    wait(timedelta(hours=25))
    assert sweep() == Swept([], [], [name], [])
    assert sweep() == NOTHING


def test_files_of_others_are_left_alone(disk: Path, wait: Wait) -> None:
    others = [disk / "files" / "README", disk / "files" / "ab" / "x.jpg", disk / "files" / "cd" / NOBODYS]
    for path in others:
        put(path)
        os.utime(path, (0, 0))
    wait(timedelta(hours=25))
    assert sweep() == NOTHING
    assert on(disk) == sorted(others)


def test_the_wrong_database_does_not_cost_every_file(anna: Actor, disk: Path, wait: Wait) -> None:
    put(storage().path(NOBODYS))
    wait(timedelta(hours=25))
    assert "none of 1 files is in this database" in sweep(by_itself=True).refused
    assert on(disk / "files")
    publish(anna, attachments=send(anna))
    wait(timedelta(hours=25))
    assert sweep(by_itself=True).without_row == [NOBODYS]


def test_what_is_used_while_it_is_swept_stays(anna: Actor, wait: Wait) -> None:
    name = send(anna)
    wait(timedelta(hours=25))
    assert db.read(file_queries.unused_since, moment=clock.now()) == [name]
    publish(anna, attachments=name)
    assert not file_sweep._forgotten(name)
    assert storage().has(name)


def test_what_raises_holds_up_none_of_the_rest(
    anna: Actor, disk: Path, wait: Wait, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stuck, nobodys = put(disk / "files-arriving" / "tmp1"), put(storage().path(NOBODYS))
    put(disk / "files-arriving" / "tmp2")
    unreadable = put(disk / "files" / "00" / ("00" + NOBODYS[2:])).parent
    first, second = sorted((send(anna), send(anna)))
    real_unlink, real_iterdir, real_forget = Path.unlink, Path.iterdir, files.forget_unused

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path == stuck:
            raise PermissionError(path)
        real_unlink(path, missing_ok)

    def iterdir(path: Path) -> Iterator[Path]:
        if path == unreadable:
            raise PermissionError(path)
        return iter(list(real_iterdir(path)))

    def forget(session: Session, *, name: str, at_once: bool = False) -> bool:
        if name == first:
            raise ZeroDivisionError
        return real_forget(session, name=name, at_once=at_once)

    monkeypatch.setattr(Path, "unlink", unlink)
    monkeypatch.setattr(Path, "iterdir", iterdir)
    monkeypatch.setattr(files, "forget_unused", forget)
    wait(timedelta(hours=25))
    assert sweep() == Swept(["tmp2"], [NOBODYS], [second], [], ("tmp1", "00", first))
    assert not nobodys.exists()
    assert "skipped tmp1: PermissionError" in caplog.text
    monkeypatch.undo()
    assert sweep() == Swept(["tmp1"], ["00" + NOBODYS[2:]], [first], [])


def test_two_may_sweep_at_once(anna: Actor, disk: Path, wait: Wait) -> None:
    put(storage().path(NOBODYS))
    put(disk / "files-arriving" / "tmp1")
    name = send(anna)
    wait(timedelta(hours=25))
    look = storage().leftovers()
    other = sweep()
    assert (other.broken_off, other.without_row, other.unused) == (["tmp1"], [NOBODYS], [name])
    assert not file_sweep._removed(look[0], Path.unlink, clock.now(), dry_run=False)
    assert not file_sweep._forgotten(name)


def old_orphans(number: int) -> list[Path]:
    """Files without a row, older than all rows."""
    paths = [put(storage().path(f"{index:032x}.jpg")) for index in range(number)]
    for path in paths:
        os.utime(path, (0, 0))
    return paths


def test_an_older_database_does_not_cost_newer_files(anna: Actor, disk: Path, wait: Wait) -> None:
    """The database of Monday with the files of Tuesday: the right one is restored next and finds them all."""
    publish(anna, attachments=send(anna))
    wait(timedelta(hours=1))
    newer = [publish(anna, attachments=send(anna)) for _ in range(2)]
    names = [lives.row(Need, need_id).attachments for need_id in newer]
    with db.current().engine.begin() as connection:
        rows = connection.execute(select(StoredFile).where(col(StoredFile.name).in_(names))).mappings().all()
        for table in (StoredFile, History, NeedWord):
            connection.execute(delete(table).where(col(table.need_id).in_(newer)))
        connection.execute(delete(Need).where(col(Need.id).in_(newer)))
        connection.execute(update(History).values(at=clock.now() - timedelta(hours=1)))
        connection.execute(update(StoredFile).values(uploaded_at=clock.now() - timedelta(hours=1)))
    for path in on(disk / "files"):
        os.utime(path, (clock.now().timestamp(), clock.now().timestamp()))
    before = on(disk)
    wait(timedelta(hours=30))
    assert "newer than all rows" in sweep(by_itself=True).refused
    assert "newer than all rows" in file_sweep.refusal()
    assert on(disk) == before
    publish(anna)  # the older site goes on, so the files look like those of uploads that failed
    assert len(sweep(by_itself=True).without_row) == 4
    assert file_sweep.refusal() == ""
    assert not any(storage().has(name) for name in names)
    with db.current().engine.begin() as connection:
        connection.execute(insert(StoredFile), [{**row, "need_id": None} for row in rows])
    swept = sweep(by_itself=True, older_than=timedelta(days=10))
    assert sorted(swept.put_back) == sorted(each for name in names for each in (name, f"{name}.small"))
    assert on(disk) == before


def test_the_background_job_moves_no_large_part_of_the_files(anna: Actor, disk: Path, wait: Wait) -> None:
    for _ in range(19):
        publish(anna, attachments=send(anna))
    old_orphans(21)
    wait(timedelta(hours=25))
    assert sweep(by_itself=True).refused.startswith("21 of 40 files would go")
    assert len(sweep().without_row) == 21, "a person who asks for it may"


def test_a_few_of_few_files_may_go(anna: Actor, wait: Wait) -> None:
    publish(anna, attachments=send(anna))
    old_orphans(20)
    wait(timedelta(hours=25))
    assert len(sweep(by_itself=True).without_row) == 20


def test_quarantine_ends_after_thirty_days(anna: Actor, disk: Path, wait: Wait) -> None:
    publish(anna, attachments=send(anna))
    old_orphans(1)
    assert sweep().without_row
    wait(timedelta(days=30))
    assert sweep(by_itself=True) == NOTHING
    assert on(disk / "files-removed")
    wait(timedelta(days=1))
    assert sweep(dry_run=True).expired
    assert len(sweep(by_itself=True).expired) == 1
    assert not list((disk / "files-removed").iterdir())


def test_at_once_keeps_nothing(anna: Actor, disk: Path, wait: Wait) -> None:
    send(anna)
    old_orphans(1)
    wait(timedelta(hours=25))
    swept = sweep(at_once=True)
    assert (len(swept.without_row), len(swept.unused)) == (1, 1)
    assert on(disk) == []


async def test_the_background_job_does_not_sweep_when_the_site_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    runs: list[int] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) > 1:
            raise asyncio.CancelledError

    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await main._repeat("file sweep", lambda: runs.append(len(pauses)), 1, main.SWEEP_EVERY)
    assert (pauses, runs) == ([main.SWEEP_EVERY, 1], [1])
    assert main.SWEEP_EVERY >= 3600
