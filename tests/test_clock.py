"""Days of the wall clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gsapp import clock


def test_a_day_ends_where_the_next_one_begins() -> None:
    assert clock.day_bounds(date(2026, 2, 28)) == (datetime(2026, 2, 28), datetime(2026, 3, 1))


def test_the_last_day_of_all_has_an_end_too() -> None:
    begin, end = clock.day_bounds(date.max)
    assert begin < end


def test_the_local_time_does_not_go_back_when_summer_time_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_zone", ZoneInfo("Europe/Berlin"))
    with clock.at(datetime(2026, 10, 25, 0, 10, tzinfo=UTC)) as move:
        seen = [clock.local_now()]
        for _ in range(12):
            move(timedelta(minutes=15))
            seen.append(clock.local_now())
    assert seen == sorted(seen)
    assert f"{seen[3]:%H:%M}" == "02:55"
    assert {f"{each:%H:%M:%S}" for each in seen[4:8]} == {"02:59:59"}
    assert [f"{each:%H:%M}" for each in seen[8:10]] == ["03:10", "03:25"]
