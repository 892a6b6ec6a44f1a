"""Days of the wall clock."""

from datetime import date, datetime

from gsapp import clock


def test_a_day_ends_where_the_next_one_begins() -> None:
    assert clock.day_bounds(date(2026, 2, 28)) == (datetime(2026, 2, 28), datetime(2026, 3, 1))


def test_the_last_day_of_all_has_an_end_too() -> None:
    begin, end = clock.day_bounds(date.max)
    assert begin < end
