"""Which volunteers are suggested for a need, in which order, and why."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gsapp import clock, db
from gsapp.access import Actor, NotYourNeed
from gsapp.i18n import translator
from gsapp.queries.volunteers import volunteers_for
from gsapp.schemas.needs import ReasonForm
from gsapp.services import suspension
from gsapp.services.asking import ask_volunteer
from gsapp.vocabulary import BUSY_FROM, MAX_ASKED_A_WEEK
from tests.support import lives
from tests.support.lives import confirmed, coordinator, matched, offer, people, person, publish

Wait = Callable[[timedelta], None]
pytestmark = pytest.mark.usefixtures("database")


def names(reader: Actor, need_id: int, size: int = 10) -> list[str]:
    return [each.username for each in db.read(volunteers_for, actor=reader, need_id=need_id, size=size)]


def ask(author: Actor, need_id: int, volunteer: Actor) -> None:
    db.write(ask_volunteer, actor=author, need_id=need_id, volunteer_id=volunteer.user_id)


def test_kind_and_city_come_first_then_the_kind_then_the_city() -> None:
    anna, place, kind, both, none = people("anna", "place", "kind", "both", "none")
    offer(place, publish(anna, type_id=lives.CARE))
    offer(kind, publish(anna, city_id=lives.CHENGDU))
    offer(none, publish(anna, type_id=lives.CARE, city_id=lives.CHENGDU))
    offer(both, publish(anna))
    need_id = publish(anna)
    assert names(anna, need_id) == names(coordinator(), need_id) == ["both", "kind", "place"]
    assert names(anna, need_id) == names(anna, need_id)


def test_the_longest_not_asked_comes_first_and_who_never_was_before_all(wait: Wait) -> None:
    anna, chosen, asked, late, early = people("anna", "chosen", "asked", "late", "early")
    earlier = publish(anna, helpers_wanted=9)
    for each in (late, asked, early):
        offer(each, earlier)
    confirmed(anna, chosen)
    wait(timedelta(days=2))
    ask(anna, publish(anna), asked)
    newest = person("newest")
    offer(newest, publish(anna, city_id=lives.CHENGDU))
    offer(newest, publish(anna))
    wait(timedelta(days=3))
    assert names(anna, publish(anna)) == ["late", "early", "newest", "chosen", "asked"]


def test_every_suggestion_says_why(wait: Wait) -> None:
    anna, ben, eve = people("anna", "ben", "eve")
    confirmed(anna, ben)
    offer(eve, publish(anna, type_id=lives.CARE))
    wait(timedelta(days=4))
    t = translator("en")
    found = db.read(volunteers_for, actor=anna, need_id=publish(anna), size=5)
    assert [(each.username, each.times_helped) for each in found] == [("ben", 1), ("eve", 0)]
    assert [[t(reason.msgid, **reason.values) for reason in each.reasons] for each in found] == [
        [
            "Has helped with this before: 管道维修.",
            "Has helped in this city before: 北京.",
            "Days since they were last asked or chosen: 4.",
        ],
        ["Has offered to help in this city before: 北京.", "Has never been asked or chosen so far."],
    ]


def test_who_cannot_help_now_is_not_suggested() -> None:
    anna, busy, away, here, often = people("anna", "busy", "away", "here", "often")
    for _ in range(BUSY_FROM):
        matched(anna, busy)
    for each in (away, often):
        offer(each, publish(anna))
    for _ in range(MAX_ASKED_A_WEEK):
        ask(anna, publish(anna), often)
    db.write(suspension.suspend, actor=coordinator(), user_id=away.user_id, form=ReasonForm(reason="Was rude"))
    offer(anna, publish(here))
    need_id = publish(anna)
    offer(here, need_id)
    assert names(anna, need_id) == []


def test_who_was_asked_about_this_need_stands_first_until_they_answer() -> None:
    anna, ben, eve = people("anna", "ben", "eve")
    for each in (ben, eve):
        offer(each, publish(anna))
    need_id = publish(anna)
    ask(anna, need_id, eve)
    found = db.read(volunteers_for, actor=anna, need_id=need_id, size=5)
    assert [(each.username, each.asked_at) for each in found] == [("eve", clock.now()), ("ben", None)]
    offer(eve, need_id)
    assert names(anna, need_id) == ["ben"]


def test_they_are_shown_to_the_author_and_coordinators_only_and_while_it_is_open() -> None:
    anna, ben, eve = people("anna", "ben", "eve")
    offer(ben, publish(anna))
    need_id = publish(anna)
    for other in (ben, eve):
        with pytest.raises(NotYourNeed):
            names(other, need_id)
    with clock.at(lives.NOON + timedelta(days=9)):
        assert names(anna, need_id) == []
