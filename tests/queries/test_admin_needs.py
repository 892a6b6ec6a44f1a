"""Needs, offers and matches by condition, with the people behind them."""

from datetime import timedelta
from typing import Any

import pytest

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.api.exports import EXPORTS
from gsapp.i18n import translator
from gsapp.queries import admin_needs, admin_offers
from gsapp.schemas.admin import AdminNeedFilter, AdminOfferFilter, MatchFilter, WhyForm
from gsapp.schemas.forms import parse
from gsapp.services.admin_needs import TAKEN_DOWN_TITLE, take_down_need
from gsapp.vocabulary import NeedStatus, OfferState
from tests.support import lives
from tests.support.lives import CARE, HANGZHOU, PLUMBING, coordinator, people, person

EN = translator("en")
WHY = WhyForm(reason="spam")
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def chief() -> Actor:
    return coordinator("chief")


def written(export: str, chief: Actor, filter: Any) -> list[list[Any]]:
    """The rows that a file would have."""
    with db.current().read_only() as session:
        return [list(row) for row in EXPORTS[export].table(session, actor=chief, filter=filter, t=EN).rows]


def test_needs_are_listed_with_the_person_behind_them(chief: Actor) -> None:
    anna, ben = person("anna", name="王小明"), person("ben")
    pipes, care = lives.publish(anna, title="Pipe"), lives.publish(ben, title="Walk", type_id=CARE)
    lives.offer(anna, care)

    def listed(**asked: Any) -> list[int]:
        filter = parse(AdminNeedFilter, asked)
        page = db.read(admin_needs.needs_of_all, actor=chief, filter=filter)
        assert page.total == len(page.items)
        rows = written("all-needs", chief, filter)
        assert [row[0] for row in rows] == [need.id for need in page.items], "the file has the rows of the list"
        return [need.id for need in page.items]

    assert listed() == [care, pipes]
    assert listed(author="anna", place="") == [pipes]
    assert listed(author="nobody") == listed(author="Anna") == []
    assert listed(type=str(CARE)) == [care]
    assert listed(type=str(PLUMBING), place="北京", status="open") == [pipes]
    assert listed(place="1", sort="waiting") == [pipes, care]
    assert listed(place=str(2**70)) == []
    assert listed(status="done") == []
    tomorrow = clock.local_now().date() + timedelta(days=1)
    assert listed(first=tomorrow.isoformat(), last=tomorrow.isoformat()) == [care, pipes]
    assert listed(last=(tomorrow - timedelta(days=1)).isoformat()) == []
    assert listed(first=(tomorrow + timedelta(days=1)).isoformat()) == []
    first = db.read(admin_needs.needs_of_all, actor=chief, filter=AdminNeedFilter(author="anna")).items[0]
    assert (first.author_username, first.author_name, first.status) == ("anna", "王小明", NeedStatus.OPEN)


def test_coordinators_read_what_was_taken_down_and_nobody_else_does(chief: Actor) -> None:
    anna, ben = people("anna", "ben")
    need_id = lives.publish(anna, title="Rude")
    assert db.read(admin_needs.taken_down, actor=chief, need_id=need_id) is None
    db.write(take_down_need, actor=chief, need_id=need_id, form=WHY)
    kept = db.read(admin_needs.taken_down, actor=chief, need_id=need_id)
    assert kept is not None
    assert kept.title == "Rude"
    for member in (anna, ben):
        assert db.read(admin_needs.taken_down, actor=member, need_id=need_id) is None
    listed = db.read(admin_needs.needs_of_all, actor=chief, filter=AdminNeedFilter())
    assert [need.title for need in listed.items] == [TAKEN_DOWN_TITLE]


def test_offers_are_listed_with_both_sides(chief: Actor) -> None:
    anna, ben, carl = people("anna", "ben", "carl")
    life = lives.matched(anna, ben)
    waiting = lives.offer(carl, lives.publish(ben, type_id=CARE, city_id=HANGZHOU))

    def listed(**asked: Any) -> list[int]:
        filter = parse(AdminOfferFilter, asked)
        page = db.read(admin_offers.offers_of_all, actor=chief, filter=filter)
        assert page.total == len(page.items)
        assert [row[0] for row in written("all-offers", chief, filter)] == [o.id for o in page.items]
        return [offer.id for offer in page.items]

    assert listed() == [waiting, life.offer]
    assert listed(sort="oldest") == [life.offer, waiting]
    assert listed(state="pending") == [waiting]
    assert listed(state="accepted", volunteer="ben") == [life.offer]
    assert listed(author="anna") == [life.offer]
    assert listed(volunteer="nobody") == listed(author="nobody") == []
    assert listed(need=str(life.need)) == [life.offer]
    assert listed(type=str(CARE)) == listed(place=str(HANGZHOU)) == listed(place="浙江", author="ben") == [waiting]
    assert listed(type=str(CARE), place="北京") == listed(place="nowhere") == listed(place=str(2**70)) == []
    today = clock.local_now().date()
    assert listed(first=today.isoformat(), last=today.isoformat()) == [waiting, life.offer]
    assert listed(last=(today - timedelta(days=1)).isoformat()) == []
    row = db.read(admin_offers.offers_of_all, actor=chief, filter=AdminOfferFilter(volunteer="ben")).items[0]
    assert (row.author, row.volunteer, row.state) == ("anna", "ben", OfferState.ACCEPTED)


def test_matches_of_one_person_are_those_of_both_sides(chief: Actor) -> None:
    anna, ben, carl = people("anna", "ben", "carl")
    got, given = lives.matched(anna, ben), lives.matched(carl, anna)
    lives.matched(carl, ben)
    page = db.read(admin_offers.matches_of_one, actor=chief, filter=MatchFilter(user_id=anna.user_id))
    assert [match.id for match in page.items] == [given.match, got.match]
    assert page.total == 2
    assert (page.items[0].author, page.items[0].volunteer) == ("carl", "anna")
