"""Uploads of one member, or of one network, leave decoders and places to the others."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gsapp import security
from gsapp.api import uploading
from gsapp.errors import TooMany
from gsapp.media import decoders
from tests.api.test_uploading import END, FORM, HEAD, NOT_WHOLE, until
from tests.support.api.people import browser, member, sign_in
from tests.support.samples import picture


class Decoding:
    """The decoders: files of more than 1,000 bytes take until the event is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.end, self.begun, self._real = threading.Event(), 0, decoders.check
        monkeypatch.setattr(decoders, "check", self._check)

    def _check(self, part: Path) -> decoders.Checked:
        if part.stat().st_size > 1000:
            self.begun += 1
            self.end.wait(20)
        return self._real(part)


async def test_five_files_of_one_member_do_not_delay_the_small_photo_of_another(
    app: FastAPI, reader: httpx.AsyncClient, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    member("ben", 2)
    decoding = Decoding(monkeypatch)
    large = picture().ljust(2000, b"\0")
    five = [asyncio.create_task(reader.post("/files", files={"file": large})) for _ in range(5)]
    try:
        await until(lambda: uploading._running.total() == 5 and decoding.begun == 1)
        async with browser(app) as ben, asyncio.timeout(5):
            await sign_in(ben, "ben")
            assert (await ben.post("/files", files={"file": picture()})).status_code == 200
        assert decoding.begun == 1
    finally:
        decoding.end.set()
    assert {answer.status_code for answer in await asyncio.gather(*five)} == {200}


@pytest.mark.parametrize(
    ("seconds", "sent", "left"),
    [(0.2, picture()[:300], 38), (3.9, picture()[:300], 35), (0.2, picture(), 39), (2.5, picture(), 37), (0, b"x", 39)],
)
async def test_what_a_file_cost_counts_like_further_ones(
    reader: httpx.AsyncClient,
    anna: int,
    *,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
    sent: bytes,
    left: int,
) -> None:
    real = decoders.check
    monkeypatch.setattr(decoders, "check", lambda part: decoders.Checked(real(part).outcome, seconds))
    await reader.post("/files", files={"file": sent})
    throttle = security.vault().throttle
    for _ in range(left):
        throttle.upload(anna)
    with pytest.raises(TooMany):
        throttle.upload(anna)


async def test_one_network_leaves_places_to_the_others(
    app: FastAPI, reader: httpx.AsyncClient, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "MAX_CONCURRENT_PER_NETWORK", 2)
    member("ben", 2)
    go_on = asyncio.Event()

    async def waiting() -> AsyncIterator[bytes]:
        yield HEAD + picture()
        await go_on.wait()
        yield END

    both = [asyncio.create_task(reader.post("/files", content=waiting(), headers=FORM)) for _ in range(2)]
    await until(lambda: uploading._running.total() == 2)
    for address, status in (("203.0.113.7", 503), ("198.51.100.9", 200)):
        async with browser(app, address=address) as ben:
            await sign_in(ben, "ben")
            assert (await ben.post("/files", files={"file": picture()})).status_code == status
    go_on.set()
    assert [answer.status_code for answer in await asyncio.gather(*both)] == [200, 200]
    assert not uploading._networks


@pytest.mark.parametrize(("places", "status"), [(40, 200), (1, 400)])
async def test_a_slow_upload_loses_its_place_only_when_places_are_short(
    reader: httpx.AsyncClient, disk: Path, monkeypatch: pytest.MonkeyPatch, places: int, status: int
) -> None:
    monkeypatch.setattr(uploading, "SLOW_AFTER", 0.1)
    monkeypatch.setattr(uploading, "LEAST_RATE", 10**9)
    monkeypatch.setattr(uploading, "MAX_CONCURRENT", places)

    async def slowly() -> AsyncIterator[bytes]:
        yield HEAD
        await asyncio.sleep(0.2)
        yield picture() + END

    answer = await reader.post("/files", content=slowly(), headers=FORM)
    assert answer.status_code == status
    assert answer.status_code == 200 or answer.text == NOT_WHOLE
