"""The figures on the start page agree with the lives they count."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gsapp import db, metrics
from gsapp.queries import needs as need_queries
from gsapp.queries.community import community, members_who_helped, thanks_given, waiting_now
from gsapp.queries.dashboard import until_first_offer
from gsapp.schemas.needs import NeedFilter
from gsapp.schemas.offers import ThanksForm
from gsapp.services import matches
from gsapp.vocabulary import NeedStatus
from tests.support.lives import (
    CLEANING,
    HANGZHOU,
    PLUMBING,
    confirmed,
    matched,
    offer,
    people,
    person,
    publish,
    reported,
)

pytestmark = pytest.mark.usefixtures("database")


def test_an_empty_community_has_zeros() -> None:
    figures = db.read(community)
    assert figures.model_dump() == {
        "open_needs": 0,
        "open_by_type": {},
        "needs_done": 0,
    }
    assert (db.read(members_who_helped), db.read(thanks_given)) == (0, 0)


def test_only_needs_that_wait_now_count_as_open(wait: Callable[[timedelta], None]) -> None:
    anna, ben = people("anna", "ben")
    publish(anna)
    publish(anna, type_id=CLEANING)
    publish(anna, type_id=CLEANING)
    matched(anna, ben)
    figures = db.read(community)
    assert (figures.open_needs, figures.open_by_type) == (3, {PLUMBING: 1, CLEANING: 2})
    wait(timedelta(days=30))
    assert (db.read(community).open_needs, db.read(community).open_by_type) == (0, {})


def test_who_helped_counts_people_and_only_help_that_was_confirmed() -> None:
    anna, ben, cora = people("anna", "ben", "cora")
    confirmed(anna, ben)
    confirmed(anna, ben)
    reported(anna, cora)
    assert (db.read(members_who_helped), db.read(community).needs_done) == (1, 2)


def test_every_thanks_counts_from_both_sides() -> None:
    anna, ben = people("anna", "ben")
    life = confirmed(anna, ben)
    for giver in (anna, ben):
        db.write(matches.give_thanks, actor=giver, match_id=life.match, form=ThanksForm(stars=5, text=""))
    assert db.read(thanks_given) == 2


def test_the_figures_are_those_of_the_board() -> None:
    anna, ben = people("anna", "ben")
    publish(anna)
    confirmed(anna, ben)
    matched(anna, ben)
    figures, reader = db.read(community), person("reader")

    def on_the_board(status: NeedStatus) -> int:
        return db.read(need_queries.needs, actor=reader, filter=NeedFilter(status=status)).total

    assert figures.open_needs == on_the_board(NeedStatus.OPEN)
    assert figures.needs_done == on_the_board(NeedStatus.DONE)


def test_strangers_see_what_waits_but_neither_words_nor_names(wait: Callable[[timedelta], None]) -> None:
    anna, ben = people("anna", "ben")
    publish(anna, title="Anna Wang's pipe", description="Fourth floor", city_id=HANGZHOU)
    matched(anna, ben)
    publish(anna, type_id=CLEANING)
    seen = db.read(waiting_now, most=6)
    assert [(each.type_icon, each.city_name) for each in seen] == [("cleaning", "北京"), ("plumbing", "杭州")]
    told = repr(seen)
    assert not [word for word in ("Anna", "anna", "pipe leaks", "floor", "sink") if word in told]
    assert len(db.read(waiting_now, most=1)) == 1
    wait(timedelta(days=30))
    assert db.read(waiting_now, most=6) == ()


def test_the_first_answer_is_told_as_on_the_desk_and_never_guessed(wait: Callable[[timedelta], None]) -> None:
    anna, ben = people("anna", "ben")
    assert db.read(until_first_offer) is None
    for _ in range(metrics.FEWEST):
        need = publish(anna)
        wait(timedelta(minutes=30))
        offer(ben, need)
    assert db.read(until_first_offer) == 30
