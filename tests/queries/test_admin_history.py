"""The history as coordinators read it: who, what, when, page by page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gsapp import clock, db
from gsapp.access import Actor, CoordinatorsOnly
from gsapp.models import History
from gsapp.queries.admin_history import history, stream_history
from gsapp.schemas.admin import HistoryFilter, WhyForm
from gsapp.schemas.admin_rows import HistoryPage
from gsapp.schemas.forms import parse
from gsapp.services.suspension import suspend
from tests.support import lives
from tests.support.lives import coordinator, people, person

pytestmark = pytest.mark.rules


@pytest.fixture
def chief(database: db.Database) -> Actor:
    return coordinator("chief")


def page(chief: Actor, **asked: Any) -> HistoryPage:
    return db.read(history, actor=chief, filter=parse(HistoryFilter, asked))


def actions(chief: Actor, **asked: Any) -> list[str]:
    shown = [step.action for step in page(chief, **asked).items]
    with db.current().read_only() as session:
        streamed = stream_history(session, actor=chief, filter=parse(HistoryFilter, asked))
        assert [step.action for step in streamed] == shown, "the file has the rows of the list"
    return shown


def test_it_is_found_by_who_did_it_and_by_to_whom_it_was_done(chief: Actor) -> None:
    anna, ben = people("anna", "ben")
    life = lives.matched(anna, ben)
    db.write(suspend, actor=chief, user_id=ben.user_id, form=WhyForm(reason="spam"))
    assert actions(chief, who="anna") == ["OfferAccepted", "NeedPublished", "UserRegistered"]
    assert actions(chief, who="ben") == ["UserSuspended", "OfferMade", "UserRegistered"]
    assert actions(chief, who="nobody") == actions(chief, who="%") == []
    assert actions(chief, need=str(life.need)) == ["OfferAccepted", "OfferMade", "NeedPublished"]
    assert actions(chief, step="OfferMade") == ["OfferMade"]
    assert actions(chief, step="OfferMade", who="anna") == []
    newest = page(chief, who="ben").items[0]
    assert (newest.actor, newest.subject, newest.reason) == ("chief", "ben", "spam")
    assert page(chief, need=str(life.need)).items[0].need_title == "The kitchen pipe leaks"


def test_it_is_found_by_days_of_the_platforms_own_zone(chief: Actor, wait: Callable[[timedelta], None]) -> None:
    today = clock.local_now().date()
    wait(timedelta(hours=11, minutes=59, seconds=59))
    lives.publish(person("anna"))
    wait(timedelta(seconds=1))
    lives.publish(person("ben"))
    tomorrow = today + timedelta(days=1)
    assert actions(chief, first=tomorrow.isoformat()) == ["NeedPublished", "UserRegistered"]
    assert actions(chief, last=today.isoformat(), step="NeedPublished") == ["NeedPublished"]
    assert actions(chief, first=today.isoformat(), last=tomorrow.isoformat(), step="NeedPublished", sort="oldest")
    assert actions(chief, last=(today - timedelta(days=1)).isoformat()) == []


@pytest.mark.parametrize("sort", ["newest", "oldest"])
@pytest.mark.parametrize("who", ["", "anna"])
def test_pages_follow_each_other_without_gaps_both_ways(chief: Actor, sort: str, who: str) -> None:
    anna = person("anna")
    for _ in range(6):
        lives.publish(anna)
    everything = [step.id for step in page(chief, who=who, sort=sort, size="100").items]
    asked = {"who": who, "sort": sort, "size": "3"}
    forth, back = ("before", "after") if sort == "newest" else ("after", "before")
    shown = page(chief, **asked)
    read = [step.id for step in shown.items]
    assert (shown.newer, shown.older) == ((False, True) if sort == "newest" else (True, False))
    while shown.older if sort == "newest" else shown.newer:
        shown = page(chief, **asked, **{forth: str(shown.items[-1].id)})
        read += [step.id for step in shown.items]
    assert read == everything
    before_last = page(chief, **asked, **{back: str(shown.items[0].id)})
    assert [step.id for step in before_last.items] == everything[: -len(shown.items)][-3:]


def test_a_step_on_behalf_of_somebody_says_by_whom_and_for_whom(chief: Actor) -> None:
    anna = person("anna")

    def write(session: Any) -> None:
        session.add(History(at=clock.now(), action="NeedPublished", actor_id=chief.user_id, on_behalf_of=anna.user_id))

    db.write(write)
    newest = page(chief, who="anna").items[0]
    assert (newest.actor, newest.behalf) == ("chief", "anna")


def test_it_is_for_coordinators(chief: Actor) -> None:
    anna = person("anna")
    with pytest.raises(CoordinatorsOnly):
        db.read(history, actor=anna, filter=HistoryFilter())
    with pytest.raises(CoordinatorsOnly):
        db.read(stream_history, actor=anna, filter=HistoryFilter())
