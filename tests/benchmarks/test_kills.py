"""No confirmed write is lost by a kill: the short form of `python -m benchmarks.kills`."""

from pathlib import Path

import pytest

from benchmarks import kills


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [
        "site-sqlite",
        pytest.param("site-mariadb", marks=pytest.mark.mariadb),
        pytest.param("mariadb", marks=pytest.mark.mariadb),
    ],
)
def test_a_kill_loses_nothing_that_was_confirmed(tmp_path: Path, kind: str) -> None:
    result = kills.trial(kind, tmp_path, kills=1, between=0.5)
    assert result.confirmed > 10
    assert result.lost == []
    assert result.duplicates == 0
    assert result.refused == []
    assert result.differences == []
