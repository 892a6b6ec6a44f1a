"""Profiles, one's own offers, and what a volunteer's record says."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.queries import accounts, needs, offers, places
from gsapp.schemas.forms import parse
from gsapp.schemas.needs import NeedFilter, OfferRow
from gsapp.schemas.offers import OfferFilter, ThanksForm
from gsapp.schemas.read_models import Page
from gsapp.services import matches
from gsapp.services.offers import accept_offer, reject_offer
from gsapp.vocabulary import IdType, MatchState, OfferState, Role
from tests.support.lives import confirmed, coordinator, matched, offer, people, person, publish, reported, user

Wait = Callable[[timedelta], None]
pytestmark = pytest.mark.usefixtures("database")


def mine(reader: Actor, **filter: Any) -> Page[OfferRow]:
    return db.read(offers.my_offers, actor=reader, filter=parse(OfferFilter, filter))


def thank(giver: Actor, match_id: int, stars: int, text: str = "") -> None:
    db.write(matches.give_thanks, actor=giver, match_id=match_id, form=ThanksForm(stars=stars, text=text))


def test_ones_own_profile_says_everything_about_oneself() -> None:
    anna = person("anna", bio="I cook.", phone="13912345678", id_number="E12345678")
    profile = db.read(accounts.own_profile, actor=anna)
    assert profile.model_dump() == {
        "id": anna.user_id,
        "username": "anna",
        "id_type": IdType.PASSPORT,
        "id_number_masked": "E1*****78",
        "name": "anna Wang",
        "phone": "13912345678",
        "bio": "I cook.",
        "registered_at": clock.now(),
        "role": Role.MEMBER,
    }


def test_a_public_profile_counts_confirmed_help_and_shows_the_thanks(wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    first, second = confirmed(anna, ben), confirmed(anna, ben)
    matched(anna, ben)
    reported(anna, ben)
    thank(anna, first.match, 5, "How kind.")
    wait(timedelta(minutes=1))
    thank(anna, second.match, 4)
    thank(ben, second.match, 3, "For the tea.")
    profile = db.read(accounts.public_profile, user_id=ben.user_id)
    assert (profile.username, profile.times_helped, profile.thanks_count) == ("ben", 2, 2)
    assert [(given.stars, given.text, given.from_username) for given in profile.thanks] == [
        (4, "", "anna"),
        (5, "How kind.", "anna"),
    ]
    assert profile.thanks[0].created_at == clock.now()
    author = db.read(accounts.public_profile, user_id=anna.user_id)
    assert (author.times_helped, author.thanks_count) == (0, 1)


def test_an_offer_carries_the_volunteers_record() -> None:
    anna, ben, cleo = person("anna"), person("ben", bio="I have tools."), person("cleo")
    for stars in (5, 4):
        thank(anna, confirmed(anna, ben).match, stars)
    need_id = publish(anna)
    offer(ben, need_id)
    offer(cleo, need_id)
    by_ben, by_cleo = db.read(needs.need_detail, actor=anna, need_id=need_id).offers
    assert (by_ben.times_helped, by_ben.thanks_average, by_ben.volunteer_bio) == (2, 4.5, "I have tools.")
    assert (by_cleo.times_helped, by_cleo.thanks_average, by_cleo.volunteer_bio) == (0, None, "")


def test_ones_offers_are_listed_the_newest_first_and_by_state() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    pending = offer(ben, publish(anna))
    accepted = matched(anna, ben).offer
    rejected = offer(ben, publish(anna))
    db.write(reject_offer, actor=anna, offer_id=rejected)
    offer(cleo, publish(anna))
    assert [row.id for row in mine(ben).items] == [rejected, accepted, pending]
    assert [row.id for row in mine(ben, which="pending").items] == [pending]
    assert [row.id for row in mine(ben, which="accepted").items] == [accepted]
    page = mine(ben, page=2, size=2)
    assert ([row.id for row in page.items], page.total, page.pages) == ([pending], 3, 2)
    assert mine(anna).total == 0


def test_an_accepted_offer_shows_its_match_with_the_thanks_received() -> None:
    anna, ben = people("anna", "ben")
    life = matched(anna, ben)
    view = mine(ben).items[0].match
    assert view is not None
    assert view.contact is not None
    assert (view.id, view.state, view.contact.phone) == (life.match, MatchState.RUNNING, user(anna).phone)
    db.write(matches.report_done, actor=ben, match_id=life.match)
    db.write(matches.confirm_done, actor=anna, match_id=life.match)
    thank(anna, life.match, 5, "Thank you!")
    view = mine(ben).items[0].match
    assert view is not None
    assert (view.state, view.contact) == (MatchState.CONFIRMED, None)
    assert (view.thanked_by_me, view.thanks_stars, view.thanks_text) == (False, 5, "Thank you!")
    (to_anna,) = db.read(needs.need_detail, actor=anna, need_id=life.need).offers
    assert to_anna.match is not None
    assert (to_anna.match.thanked_by_me, to_anna.match.thanks_stars) == (True, None)


def test_the_authors_offers_stand_in_the_order_of_what_is_to_do() -> None:
    anna, *volunteers = people("anna", "ben", "cleo", "dora")
    need_id = publish(anna, helpers_wanted=2)
    rejected, pending, accepted = (offer(volunteer, need_id) for volunteer in volunteers)
    db.write(reject_offer, actor=anna, offer_id=rejected)
    db.write(accept_offer, actor=anna, offer_id=accepted)
    shown = db.read(needs.need_detail, actor=anna, need_id=need_id).offers
    assert [row.id for row in shown] == [accepted, pending, rejected]
    assert [row.state for row in shown] == [OfferState.ACCEPTED, OfferState.PENDING, OfferState.REJECTED]


def test_the_first_coordinator_is_noticed() -> None:
    person("anna")
    assert not db.read(accounts.has_coordinator)
    coordinator()
    assert db.read(accounts.has_coordinator)


def test_kinds_of_help_and_cities_are_listed_in_their_order() -> None:
    assert [kind.icon for kind in db.read(places.service_types)][:3] == ["plumbing", "care", "cleaning"]
    assert [(city.name, city.province) for city in db.read(places.cities)][:2] == [("北京", "北京"), ("杭州", "浙江")]


def test_more_rows_cost_no_more_statements(database: db.Database) -> None:
    anna, ben = people("anna", "ben")
    counted: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))

    def cost() -> tuple[int, ...]:
        costs = []
        for look in (
            lambda: db.read(needs.needs, actor=ben, filter=NeedFilter(size=100, q="a", province="北京")),
            lambda: mine(ben, size=100),
            lambda: db.read(needs.need_detail, actor=anna, need_id=1),
            lambda: db.read(accounts.public_profile, user_id=ben.user_id),
        ):
            counted.clear()
            look()
            costs.append(len(counted))
        return tuple(costs)

    thank(anna, confirmed(anna, ben, helpers_wanted=9).match, 5)
    with_one = cost()
    for number in range(5):
        thank(anna, confirmed(anna, ben).match, 5)
        offer(person(f"volunteer{number}"), 1)
    assert cost() == with_one
