"""Server faults during an upload: reported and logged, no file is left, pages keep working."""

import asyncio
import errno
import io
import resource
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gsapp import db
from gsapp.media import storage
from gsapp.models import StoredFile
from gsapp.services import files
from tests.support import lives
from tests.support.samples import box, mp4, on, picture


def _in_the_way(path: Path) -> None:
    path.parent.mkdir()
    path.touch()


@pytest.mark.parametrize("where", ["files-arriving", "files"])
async def test_a_disk_that_takes_nothing_is_told_to_both(
    reader: httpx.AsyncClient, disk: Path, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    _in_the_way(disk / where)
    refused = await reader.post("/files", files={"file": picture()})
    assert (refused.status_code, refused.text[:16]) == (503, "There is no room")
    assert f"cannot write uploads to {disk}" in caplog.text
    assert on(disk) == [disk / where]


async def test_pages_do_not_wait_for_a_slow_disk(
    reader: httpx.AsyncClient, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked_by = storage.FileStorage._new_part, []

    def noted(self: storage.FileStorage) -> Path:
        asked_by.append(threading.current_thread())
        return real(self)

    monkeypatch.setattr(storage.FileStorage, "_new_part", noted)
    assert (await reader.post("/files", files={"file": picture()})).status_code == 200
    assert asked_by
    assert threading.main_thread() not in asked_by


async def test_a_disk_that_takes_a_little_at_a_time_gets_the_whole_file(
    reader: httpx.AsyncClient, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, bites = Path.open, []

    class Bites(io.FileIO):
        def write(self, data: Any) -> int:
            bites.append(super().write(bytes(data)[:100]))
            return bites[-1]

    def opened(path: Path, mode: str = "r", buffering: int = -1, **how: Any) -> Any:
        if mode != "wb" or path.parent != disk / "files-arriving":
            return real(path, mode, buffering, **how)
        return io.BufferedWriter(Bites(path, mode)) if buffering else Bites(path, mode)

    monkeypatch.setattr(Path, "open", opened)
    assert (await reader.post("/files", files={"file": picture()})).status_code == 200
    assert bites[0] < len(picture())


async def test_a_disk_that_is_full_in_the_middle_of_the_last_piece_is_told_to_both(
    reader: httpx.AsyncClient, disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    film = mp4() + box(b"free", bytes(2_000_000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(film) - 10_000, before[1]))
    try:
        refused = await reader.post("/files", files={"file": film})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (refused.status_code, refused.text[:16]) == (503, "There is no room")
    assert f"cannot write uploads to {disk}" in caplog.text
    assert on(disk) == []


async def test_what_cannot_be_written_down_leaves_no_file(
    reader: httpx.AsyncClient, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(session: Any, **given: Any) -> None:
        raise RuntimeError("no row for you")

    monkeypatch.setattr(files, "store_file", broken)
    assert (await reader.post("/files", files={"file": picture()})).status_code == 500
    assert on(disk) == []


async def test_what_finds_no_room_half_way_leaves_no_thumbnail(
    reader: httpx.AsyncClient, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = storage._fsync

    def full(path: Path) -> None:
        if any(file.suffix == ".small" for file in on(disk / "files")):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path)

    monkeypatch.setattr(storage, "_fsync", full)
    assert (await reader.post("/files", files={"file": picture()})).status_code == 503
    assert on(disk) == []


async def test_what_may_have_been_written_down_keeps_its_file(
    reader: httpx.AsyncClient, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = db.write

    def lost(*given: Any, **named: Any) -> None:
        real(*given, **named)
        raise RuntimeError("the answer was lost")

    monkeypatch.setattr(db, "write", lost)
    assert (await reader.post("/files", files={"file": picture()})).status_code == 500
    monkeypatch.undo()
    (stored,) = [path for path in on(disk) if path.suffix == ".jpg"]
    assert lives.everything()[str(StoredFile.__tablename__)][0][0] == stored.name


async def test_pages_do_not_wait_for_a_picture(
    app: FastAPI, reader: httpx.AsyncClient, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large pictures are decoded aside: the loop goes on meanwhile."""
    large = picture("PNG", size=(4000, 3000))
    sending = asyncio.create_task(reader.post("/files", files={"file": large}))
    began = before = asyncio.get_running_loop().time()
    longest = 0.0
    while not sending.done():
        await asyncio.sleep(0.005)
        now = asyncio.get_running_loop().time()
        longest, before = max(longest, now - before), now
    assert sending.result().status_code == 200
    assert longest < (before - began) / 2, "however busy the machine is"
