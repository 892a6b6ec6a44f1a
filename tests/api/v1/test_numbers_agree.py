"""Tile, list, CSV, XLSX and API always show the same number (property test)."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlmodel import Session, select

from gsapp import clock, db, metrics
from gsapp.access import Actor
from gsapp.api.exports import EXPORTS
from gsapp.errors import DomainError
from gsapp.models import Need
from gsapp.queries import dashboard_rows
from gsapp.queries.dashboard import dashboard
from gsapp.queries.places import places_in_use
from gsapp.schemas.dashboard import Dashboard, DashboardFilter
from gsapp.schemas.needs import ReasonForm
from gsapp.services import matches, needs, offers, suspension
from gsapp.vocabulary import MetricKey, NeedStatus
from gsapp.workers import scheduler
from tests.support import lives
from tests.support.api.calls import Caller, data
from tests.support.dashboard import ids, in_file
from tests.support.lives import NO_REASON

FILTERS, SEED = 50, 20261123
STILL = {MetricKey.FIRST_OFFER: MetricKey.WITHOUT_OFFER, MetricKey.FIRST_MATCH: MetricKey.WITHOUT_MATCH}
JSON_NAMES = {"type_id": "service_type_id"}
REASON = ReasonForm(reason="x")
CITIES, TYPES = (*[None] * 6, 1, 2, 3, 4, 99), (*[None] * 6, 1, 2, 3, 99)
PROVINCES = (*[""] * 6, "浙江", "浙江", "四川", "北京", "nowhere")
pytestmark = pytest.mark.slow


def live(chance: Random) -> None:
    """Two months in which needs come and go in every way, up to this noon."""
    with clock.at(lives.NOON - timedelta(days=62)) as wait:
        members = lives.people(*(f"member{number}" for number in range(12)))
        while clock.now() < lives.NOON - timedelta(days=3):
            wait(timedelta(minutes=chance.randrange(20, 1400)))
            if chance.random() < 0.3:
                scheduler.run_due_jobs()
            one_life(chance, members, wait)
    for _ in range(12):
        one_life(chance, members, lambda step: None)
    for actor in members[5:7]:
        db.write(suspension.suspend, actor=lives.coordinator(f"{actor.username}s"), user_id=actor.user_id, form=REASON)


def one_life(chance: Random, members: tuple[Actor, ...], wait: Callable[[timedelta], None]) -> None:
    """A need, and steps by chance until one of them does not fit."""
    author, *others = chance.sample(members[:8], 5)
    begin = clock.local_now() + timedelta(hours=chance.choice((1, 30, 200, 3000)))
    need_id = lives.publish(
        author,
        starts_at=begin,
        ends_at=begin + timedelta(hours=2),
        city_id=chance.randint(1, 4),
        type_id=chance.randint(1, 3),
        helpers_wanted=chance.randint(1, 2),
    )
    with suppress(DomainError):
        for volunteer in others[: chance.randint(0, 4)]:
            wait(timedelta(minutes=chance.choice((1, 50, 400))))
            answer(chance, author, volunteer, need_id)
        if chance.random() < 0.3:
            wait(timedelta(hours=chance.choice((1, 20, 90))))
            db.write(needs.cancel_need, actor=author, need_id=need_id, form=NO_REASON)


def answer(chance: Random, author: Actor, volunteer: Actor, need_id: int) -> None:
    offer_id, fate = lives.offer(volunteer, need_id), chance.random()
    if fate < 0.2:
        db.write(offers.withdraw_offer, actor=volunteer, offer_id=offer_id)
    if fate < 0.4:
        return
    match_id = lives.accept(author, offer_id)
    if fate < 0.55:
        db.write(matches.drop_out, actor=volunteer, match_id=match_id, form=NO_REASON)
    elif fate < 0.9:
        db.write(matches.report_done, actor=volunteer, match_id=match_id)
        if fate < 0.8:
            db.write(matches.confirm_done, actor=author, match_id=match_id)


def random_filters(chance: Random) -> list[dict[str, Any]]:
    filter = []
    for _ in range(FILTERS):
        asked = {
            "city_id": chance.choice(CITIES),
            "type_id": chance.choice(TYPES),
            "province": chance.choice(PROVINCES),
        }
        filter.append({name: value for name, value in asked.items() if value})
    return filter


def recounted(session: Session, *, filter: dict[str, Any]) -> int:
    """The open needs, one by one."""
    there = {place.id: place.province for place in places_in_use(session)}
    now = clock.local_now()
    return sum(
        need.status(now) is NeedStatus.OPEN
        and filter.get("city_id", need.city_id) == need.city_id
        and filter.get("type_id", need.type_id) == need.type_id
        and filter.get("province", there[need.city_id]) == there[need.city_id]
        for need in session.exec(select(Need))
    )


def shown_numbers(desk: Dashboard) -> dict[MetricKey, int]:
    """How many rows each number of the dashboard claims to count."""
    counts = {tile.key: tile.n for tile in desk.tiles}
    for of, key in STILL.items():
        counts[key] = desk.tile(of).waiting or 0
    more = desk.tile(MetricKey.FILL_RATE).more
    counts |= {key: more[key] for key in (MetricKey.FILLED, MetricKey.CALLED_OFF_EARLY)}
    counts |= {MetricKey(metric.key): sum(getattr(day, metric.key) for day in desk.days) for metric in metrics.CHART}
    return counts | {MetricKey.UNMET: desk.matrix.total}


async def assert_all_agree(call: Caller, chief: Actor, chance: Random) -> Counter[str]:
    """Ask in every way; returns how many rows each number had, for a test is worth as much as its data."""
    seen: Counter[str] = Counter()
    for number, filter in enumerate(random_filters(chance)):
        desk = db.read(dashboard, filter=DashboardFilter(**filter))
        counts = shown_numbers(desk)
        assert set(counts) == set(MetricKey)
        assert counts[MetricKey.OPEN] == db.read(recounted, filter=filter)
        for key in chance.sample(sorted(counts), 6):
            about = (key, filter)
            assert len(ids(chief, key, **filter, size=100)) == counts[key], about
            assert len(in_file(chief, "csv", key, **filter)) == counts[key], about
            if number % 5 == 0:
                assert len(in_file(chief, "xlsx", key, **filter)) == counts[key], about
                query = {JSON_NAMES.get(name, name): value for name, value in filter.items()}
                answer = await call("GET /dashboard/rows", chief, params=query | {"metric": key, "size": 1})
                assert data(answer)["total"] == counts[key], about
            seen[key] += counts[key]
        assert_chart_agrees(desk, chief, chance, filter)
        assert_matrix_agrees(desk, chief, chance, filter)
    return seen


def assert_chart_agrees(desk: Dashboard, chief: Actor, chance: Random, filter: dict[str, Any]) -> None:
    day = chance.choice(desk.days[-5:])
    for metric in metrics.CHART:
        rows = ids(chief, MetricKey(metric.key), **filter, day=day.day, size=100)
        assert len(rows) == getattr(day, metric.key), (metric.key, day, filter)


def assert_matrix_agrees(desk: Dashboard, chief: Actor, chance: Random, filter: dict[str, Any]) -> None:
    assert sum(row.total for row in desk.matrix.rows) == sum(desk.matrix.totals) == desk.matrix.total
    for row in desk.matrix.rows:
        assert row.total == sum(cell.n for cell in row.cells), (row, filter)
    cells = [
        (filter | {"city_id": row.city_id, "type_id": kind.id}, cell)
        for row in desk.matrix.rows
        for kind, cell in zip(desk.matrix.types, row.cells, strict=True)
    ]
    for there, cell in chance.sample(cells, min(2, len(cells))):
        assert len(ids(chief, MetricKey.UNMET, **there, size=100)) == cell.n, there
        assert len(ids(chief, MetricKey.BEYOND_TARGET, **there, size=100)) == cell.overdue, there


async def test_fifty_random_filters_find_no_difference(call: Caller, chief: Actor) -> None:
    chance = Random(SEED)  # noqa: S311 - not for secrets
    live(chance)
    seen = await assert_all_agree(call, chief, chance)
    assert set(seen) == set(MetricKey)
    poor = {key for key, rows in seen.items() if rows < 5} - {MetricKey.MATCHED_TODAY}
    assert not poor, f"these lives are too poor: {seen}"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_row_that_is_missing_from_the_file_alone_is_found(
    call: Caller, chief: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shorter(*args: Any, **kwargs: Any) -> Any:
        return list(dashboard_rows.stream_rows(*args, **kwargs))[:-1]

    chance = Random(SEED)  # noqa: S311 - not for secrets
    live(chance)
    monkeypatch.setitem(EXPORTS, "dashboard", replace(EXPORTS["dashboard"], query=shorter))
    with pytest.raises(AssertionError):
        await assert_all_agree(call, chief, chance)
