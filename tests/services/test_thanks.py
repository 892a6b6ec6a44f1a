"""Thanks come after the help, from both sides, once."""

import pytest
from sqlmodel import select

from gsapp import clock, db, events
from gsapp.access import NotYourMatch
from gsapp.errors import NotFound
from gsapp.models import Thanks
from gsapp.schemas.offers import ThanksForm
from gsapp.services import matches
from gsapp.services.matches import AlreadyThanked, NotDoneYet
from tests.support.lives import (
    NO_REASON,
    confirmed,
    coordinator,
    matched,
    one_step,
    people,
    person,
    refused,
    refused_for_hostile_ids,
    reported,
)

FIVE = ThanksForm(stars=5, text="How kind.")
pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]


def test_both_sides_thank_each_other() -> None:
    anna, ben = people("anna", "ben")
    need_id, _, match_id = confirmed(anna, ben)
    for giver, form in ((anna, FIVE), (ben, ThanksForm(stars=1))):
        with one_step(events.ThanksGiven(need_id, match_id), actor=giver):
            db.write(matches.give_thanks, actor=giver, match_id=match_id, form=form)
    with db.current().read_only() as session:
        given = session.exec(select(Thanks).order_by(Thanks.from_user_id)).all()  # type: ignore[arg-type]
    assert [(t.from_user_id, t.to_user_id, t.stars, t.text, t.created_at) for t in given] == [
        (anna.user_id, ben.user_id, 5, "How kind.", clock.now()),
        (ben.user_id, anna.user_id, 1, "", clock.now()),
    ]


def test_nobody_thanks_twice() -> None:
    anna, ben = people("anna", "ben")
    match_id = confirmed(anna, ben).match
    db.write(matches.give_thanks, actor=anna, match_id=match_id, form=FIVE)
    for other in (ThanksForm(stars=4, text=FIVE.text), ThanksForm(stars=5, text="Not so kind.")):
        refused(AlreadyThanked, matches.give_thanks, actor=anna, match_id=match_id, form=other)
    db.write(matches.give_thanks, actor=anna, match_id=confirmed(anna, ben).match, form=FIVE)  # for another time


def test_thanks_wait_until_the_help_is_confirmed() -> None:
    anna, ben = people("anna", "ben")
    dropped = matched(anna, ben)
    db.write(matches.drop_out, actor=ben, match_id=dropped.match, form=NO_REASON)
    for life in (dropped, matched(anna, ben), reported(anna, ben)):
        for giver in (anna, ben):
            refused(NotDoneYet, matches.give_thanks, actor=giver, match_id=life.match, form=FIVE)


def test_only_the_two_sides_thank() -> None:
    anna, ben = people("anna", "ben")
    match_id = confirmed(anna, ben).match
    for stranger in (person("cleo"), coordinator()):
        refused(NotYourMatch, matches.give_thanks, actor=stranger, match_id=match_id, form=FIVE)


def test_a_match_that_does_not_exist_is_not_found() -> None:
    anna = person("anna")
    refused_for_hostile_ids(NotFound, "match_id", matches.give_thanks, actor=anna, form=FIVE)
