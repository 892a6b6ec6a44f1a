"""What waits on the start page for one who has agreed on something."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.queries.offers import MAX_RUNNING_HELP, running_help
from tests.support.lives import matched, people, publish, reported

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]


def told(actor: Actor) -> list[tuple[int, str, bool]]:
    return [(each.need_id, each.name, each.helping) for each in db.read(running_help, actor=actor)]


def test_both_sides_are_told_a_day_ahead_and_nobody_else(wait: Callable[[timedelta], None]) -> None:
    anna, ben, cora = people("anna", "ben", "cora")
    life = matched(anna, ben, starts_at=clock.local_now() + timedelta(hours=25))
    assert (told(anna), told(ben)) == ([], [])
    wait(timedelta(hours=1))
    assert told(anna) == [(life.need, "ben", False)]
    assert told(ben) == [(life.need, "anna", True)]
    assert told(cora) == []


def test_what_is_reported_done_or_has_found_nobody_is_no_appointment() -> None:
    anna, ben = people("anna", "ben")
    now = clock.local_now()
    reported(anna, ben, starts_at=now)
    publish(anna, starts_at=now)
    assert (told(anna), told(ben)) == ([], [])


def test_the_earliest_come_first_and_only_a_few() -> None:
    anna, ben = people("anna", "ben")
    now = clock.local_now()
    later = matched(anna, ben, starts_at=now + timedelta(hours=2))
    sooner = matched(ben, anna, starts_at=now)
    assert [need for need, *_ in told(anna)] == [sooner.need, later.need]
    for _ in range(MAX_RUNNING_HELP):
        matched(anna, ben, starts_at=now)
    assert len(told(anna)) == MAX_RUNNING_HELP
