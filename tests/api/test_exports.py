"""Exports: permissions, and that a file has the rows of the page."""

import asyncio
import io
import threading
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from openpyxl import load_workbook
from sqlmodel import Session, col, select

from gsapp import access, clock, db, security
from gsapp.access import Actor
from gsapp.api import export_slots, exports
from gsapp.models import History
from gsapp.queries.statistics import statistics
from gsapp.rendering.tables.cities import CITIES
from gsapp.schemas.admin_rows import CityAdminRow
from gsapp.schemas.forms import Form, parse
from gsapp.schemas.statistics import StatisticsFilter
from gsapp.services import accounts
from gsapp.vocabulary import Role
from tests.rendering.test_spreadsheets import read_csv
from tests.support.api.people import browser, sign_in
from tests.support.lives import BEIJING, HANGZHOU, NOON, matched, people, publish


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


async def test_a_file_needs_a_session(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/export/statistics.csv")).status_code == 401


async def test_unknown_names_kinds_and_filters_are_refused(visitor: httpx.AsyncClient, anna: int) -> None:
    await sign_in(visitor)
    for path, status in {
        "/export/secrets.csv": 404,
        "/export/statistics.exe": 404,
        "/export/statistics.csv?start_month=yesterday": 422,
    }.items():
        assert (await visitor.get(path)).status_code == status, path


async def test_the_statistics_hold_every_row_of_the_filter(visitor: httpx.AsyncClient, anna: int) -> None:
    bea, ben = people("bea", "ben")
    for city in (BEIJING, HANGZHOU):
        matched(bea, ben, city_id=city)
        publish(bea, city_id=city, type_id=2)
    await sign_in(visitor)
    query = "?province=浙江&sort=completed&descending=False"
    answer = await visitor.get(f"/export/statistics.csv{query}")
    assert answer.headers["content-disposition"] == 'attachment; filename="statistics-2026-11-23.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    rows = read_csv(io.BytesIO(answer.content))
    assert rows == [
        ["Month", "Kind of help", "City", "Published", "Completed", "Share done"],
        ["2026-11", "助老服务", "杭州", "1", "0", "0.0"],
        ["2026-11", "管道维修", "杭州", "1", "1", "1.0"],
    ]
    filter = parse(StatisticsFilter, {"province": "浙江", "size": 1})
    assert len(rows) - 1 == db.read(statistics, filter=filter).grid.total
    sheet = load_workbook(io.BytesIO((await visitor.get(f"/export/statistics.xlsx{query}")).content)).active
    assert sheet is not None
    assert [[str(cell) for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        ["2026-11", "助老服务", "杭州", "1", "0", "0"],
        ["2026-11", "管道维修", "杭州", "1", "1", "1"],
    ]


async def test_the_header_speaks_the_reader_s_language(visitor: httpx.AsyncClient, anna: int) -> None:
    await sign_in(visitor)
    answer = await visitor.get("/export/statistics.csv", headers={"Accept-Language": "zh-CN"})
    assert read_csv(io.BytesIO(answer.content))[0][2] == "城市"


async def test_members_do_not_get_what_is_for_coordinators(
    visitor: httpx.AsyncClient, anna: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows(session: Session, *, actor: Actor, filter: Form) -> Iterator[CityAdminRow]:
        access.coordinator(actor)
        raise AssertionError("reached")

    monkeypatch.setitem(exports.EXPORTS, "desk", exports.Export(Form, rows, CITIES))
    await sign_in(visitor)
    assert (await visitor.get("/export/desk.xlsx")).status_code == 403


class Slow:
    """An export that is being written until it is told to end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.end = threading.Event()
        self.begun = 0
        monkeypatch.setitem(exports.EXPORTS, "slow", exports.Export(Form, self._rows, CITIES))

    def _rows(self, session: Session, *, actor: Actor, filter: Form) -> Iterator[CityAdminRow]:
        self.begun += 1
        assert self.end.wait(20)
        return iter(())

    async def have_begun(self, number: int = export_slots.MAX_CONCURRENT) -> None:
        async with asyncio.timeout(5):
            while self.begun < number:  # noqa: ASYNC110 - what is waited for has no event of its own
                await asyncio.sleep(0.01)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    made = Slow(monkeypatch)
    yield made
    made.end.set()


async def test_when_too_many_are_being_written_the_others_are_told_to_come_again(
    visitor: httpx.AsyncClient, anna: int, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_in(visitor)
    monkeypatch.setattr(export_slots, "QUEUE_TIMEOUT", 0.01)
    monkeypatch.setattr(export_slots, "MAX_CONCURRENT_PER_USER", 9)
    writing = [asyncio.create_task(visitor.get("/export/slow.csv")) for _ in range(export_slots.MAX_CONCURRENT)]
    await slow.have_begun()
    assert (await visitor.get("/export/statistics.csv")).status_code == 503
    slow.end.set()
    assert [answer.status_code for answer in await asyncio.gather(*writing)] == [200, 200]
    assert (await visitor.get("/export/statistics.csv")).status_code == 200


async def test_one_person_has_only_one_under_way_and_is_told_so(
    visitor: httpx.AsyncClient, anna: int, slow: Slow
) -> None:
    await sign_in(visitor)
    asked = [asyncio.create_task(visitor.get("/export/slow.csv")) for _ in range(40)]
    await slow.have_begun(1)
    async with asyncio.timeout(5):
        while sum(task.done() for task in asked) < 39:  # noqa: ASYNC110 - no event of its own
            await asyncio.sleep(0.01)
    answers = [task.result() for task in asked if task.done()]
    assert {answer.status_code for answer in answers} == {429}
    assert answers[0].headers["retry-after"] == "10"
    assert answers[0].text == "Your other lists are still being written. Please wait 10 seconds and try again."
    assert (await visitor.get("/my-data.json")).status_code == 429
    slow.end.set()
    assert sorted(answer.status_code for answer in await asyncio.gather(*asked)) == [200] + [429] * 39
    assert (await visitor.get("/export/statistics.csv")).status_code == 200


async def test_exports_of_all_kinds_are_counted_together(visitor: httpx.AsyncClient, anna: int) -> None:
    await sign_in(visitor)
    paths = ("/export/my-needs.csv", "/my-data.json")
    answers = [await visitor.get(paths[number % 2]) for number in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_fifty_exports_that_wait_keep_nobody_from_signing_in_files_and_unknown_names(
    app: FastAPI, visitor: httpx.AsyncClient, anna: int, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_slots, "MAX_CONCURRENT_PER_USER", 100)
    monkeypatch.setattr(security.vault().throttle, "export", lambda *_, **__: None)
    await sign_in(visitor)
    waiting = [asyncio.create_task(visitor.get("/export/slow.csv")) for _ in range(50)]
    await slow.have_begun()
    async with browser(app) as other, asyncio.timeout(5):
        assert "gs_session" in (await sign_in(other)).headers["set-cookie"]
        assert (await other.get("/export/secrets.csv")).status_code == 404
        assert (await other.get(f"/files/{'0' * 32}.jpg")).status_code == 404
    assert "export" in {thread.name.partition("_")[0] for thread in threading.enumerate()}
    slow.end.set()
    assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}


async def test_files_with_names_of_people_need_a_recent_password(visitor: httpx.AsyncClient, anna: int) -> None:
    db.write(accounts.set_role, actor=None, user_id=anna, role=Role.COORDINATOR)
    await sign_in(visitor)
    with clock.at(NOON) as move:
        for name in ("people", "reports", "history"):
            assert (await visitor.get(f"/export/{name}.csv")).status_code == 200
        move(timedelta(minutes=11))
        for name in ("people", "reports", "history"):
            answer = await visitor.get(f"/export/{name}.csv")
            assert (answer.status_code, answer.text) == (
                403,
                "Please give your password once more, and then do this again.",
            )
        assert (await visitor.get("/export/cities.csv")).status_code == 200


async def test_a_file_with_names_of_people_is_in_the_history(visitor: httpx.AsyncClient, anna: int) -> None:
    db.write(accounts.set_role, actor=None, user_id=anna, role=Role.COORDINATOR)
    await sign_in(visitor)
    for name in ("people.csv", "people.xlsx", "cities.csv"):
        assert (await visitor.get(f"/export/{name}")).status_code == 200
    with db.current().read_only() as session:
        found = session.exec(select(History.new).where(History.action == "Exported").order_by(col(History.id))).all()
    assert found == ["people.csv", "people.xlsx"]
