"""Many open dashboards under load: the short form of `python -m benchmarks.watchers`."""

from pathlib import Path

import pytest

from benchmarks.watchers import watch


@pytest.mark.exhaustive
def test_every_change_is_on_every_open_dashboard_within_a_second(tmp_path: Path) -> None:
    result = watch(tmp_path, pages=20, changes=10, seconds=5)
    assert result.errors == []
    assert result.missing == 0
    _, p95, _ = result.percentiles
    assert p95 < 1
    assert result.messages < 20 * 5 * 6, "four refreshes a second and page at most, and a little for opening"
