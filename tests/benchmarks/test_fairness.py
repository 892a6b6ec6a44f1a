"""Suggestions spread the asking: the few who look most often do less, and fewer are never asked."""

import pytest

from benchmarks.fairness import NEEDS, VOLUNTEERS, Year, first_come, suggested


@pytest.mark.exhaustive
def test_over_a_year_suggestions_are_fairer_than_first_come_first_served() -> None:
    """With a third of the needs of docs/matching.md, for it takes as much less time."""
    assert (VOLUNTEERS, NEEDS) == (200, 3000)
    year = Year(needs=NEEDS // 3)
    before, after = first_come(year), suggested(year)
    assert after.top_tenth < before.top_tenth
    assert after.never_asked < before.never_asked
    assert after.helped >= before.helped, "nobody waits in vain for the sake of fairness"


@pytest.mark.slow
def test_a_year_of_the_same_seed_is_the_same() -> None:
    found = [way(Year(volunteers=60, needs=200, seed=7)) for way in (first_come, suggested) for _ in range(2)]
    assert found[0] == found[1]
    assert found[2] == found[3]
    assert found[0] != found[2]
