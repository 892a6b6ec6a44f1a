"""Which old backups are deleted: by the times in their names, and only of what this program wrote."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gsapp.backup import BackupFailed
from gsapp.backup.destination import Keep, kept, prune

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
A_YEAR = Keep(daily=7, weekly=4, monthly=12)


def name(at: datetime, suffix: str = ".tar") -> str:
    return f"goodservices-{at:%Y%m%dT%H%M%SZ}{suffix}"


def put(directory: Path, *names: str) -> None:
    for each in names:
        (directory / each).write_bytes(b"x")


def test_days_weeks_and_months_are_kept() -> None:
    nightly = [name(NOON - timedelta(days=day)) for day in range(500)]
    stay = kept(nightly, A_YEAR)
    assert set(nightly[:7]) <= stay
    assert {each[13:19] for each in stay} == {f"{2025 + (m + 11) // 12}{(m + 11) % 12 + 1:02d}" for m in range(12)}
    assert len(stay) == 7 + 3 + 10
    assert kept(sorted(nightly), A_YEAR) == stay, "in any order"


def test_of_one_day_the_newest_is_kept() -> None:
    hourly = [name(NOON - timedelta(hours=hour)) for hour in range(48)]
    assert kept(hourly, Keep(daily=2, weekly=0, monthly=0)) == {hourly[0], hourly[13]}


def test_a_gap_costs_no_backup() -> None:
    old = [name(NOON - timedelta(days=1000 + day)) for day in range(7)]
    assert kept([name(NOON), *old], Keep(daily=7, weekly=0, monthly=0)) == {name(NOON), *old[:6]}


def test_only_own_files_are_deleted(tmp_path: Path) -> None:
    made, old, encrypted = name(NOON), name(NOON - timedelta(days=9)), name(NOON - timedelta(days=8), ".tar.age")
    others = ["notes.txt", f"{old}.copy", "goodservices-2020.tar", "goodservices-20200101T000000Z.tar.gz"]
    put(tmp_path, made, old, encrypted, *others)
    directory = tmp_path / name(NOON - timedelta(days=99))
    directory.mkdir()
    link = tmp_path / name(NOON - timedelta(days=98))
    link.symlink_to(tmp_path / "notes.txt")
    assert prune(tmp_path / made, Keep(1, 0, 0)) == [tmp_path / old, tmp_path / encrypted]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([made, *others, directory.name, link.name])


@pytest.mark.parametrize("jump", [timedelta(days=-9), timedelta(days=-20_000)])
def test_a_clock_that_was_wrong_deletes_nothing(tmp_path: Path, jump: timedelta) -> None:
    """Now it is set back, or it ran ahead when an earlier backup was made: which is unknown."""
    made = name(NOON + jump)
    put(tmp_path, made, *(name(NOON - timedelta(days=day)) for day in range(3)))
    with pytest.raises(BackupFailed, match="is dated later: check the clock"):
        prune(tmp_path / made, Keep(1, 0, 0))
    assert len(list(tmp_path.iterdir())) == 4


def test_a_clock_that_jumps_ahead_costs_one_day_at_most(tmp_path: Path) -> None:
    made = name(NOON + timedelta(days=9_000))
    put(tmp_path, made, *(name(NOON - timedelta(days=day)) for day in range(7)))
    assert len(prune(tmp_path / made, A_YEAR)) == 1
    assert len(list(tmp_path.iterdir())) == 7
