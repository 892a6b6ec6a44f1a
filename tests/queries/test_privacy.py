"""Visibility of phone numbers, names and ID numbers."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gsapp import db
from gsapp.access import Actor, NoSuchOffer
from gsapp.errors import NotAllowed, NotFound
from gsapp.queries import accounts, needs, offers
from gsapp.schemas.needs import NeedFilter
from gsapp.schemas.offers import OfferFilter
from gsapp.services import matches
from gsapp.services.offers import accept_offer
from gsapp.vocabulary import OfferState
from tests.support.lives import (
    NO_REASON,
    Life,
    confirmed,
    coordinator,
    matched,
    offer,
    people,
    person,
    publish,
    refused_for_hostile_ids,
    registration,
    reported,
    user,
)

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]
ID_NUMBER = "110101199003071234"


def everything_shown_to(reader: Actor) -> Iterator[Any]:
    """What all pages together show of all needs and people, oneself left out."""
    page = db.read(needs.needs, actor=reader, filter=NeedFilter(size=100))
    yield page
    for need in page.items:
        found = db.read(needs.need_detail, actor=reader, need_id=need.id)
        yield found
        yield db.read(accounts.public_profile, user_id=need.author_id)
        for offered in found.offers:
            yield db.read(offers.offer_detail, actor=reader, offer_id=offered.id)
            yield db.read(accounts.public_profile, user_id=offered.volunteer_id)
    yield db.read(offers.my_offers, actor=reader, filter=OfferFilter(size=100))


def sees(reader: Actor, secret: str) -> bool:
    return any(secret in str(shown) for shown in everything_shown_to(reader))


def dropped(author: Actor, volunteer: Actor) -> Life:
    life = matched(author, volunteer)
    db.write(matches.drop_out, actor=volunteer, match_id=life.match, form=NO_REASON)
    return life


def missed(author: Actor, volunteer: Actor) -> Life:
    life = reported(author, volunteer)
    db.write(matches.report_no_show, actor=author, match_id=life.match, form=NO_REASON)
    return life


def only_offered(author: Actor, volunteer: Actor) -> None:
    offer(volunteer, publish(author))


@pytest.mark.parametrize(
    ("life", "running"),
    [
        (only_offered, False),
        (matched, True),
        (reported, True),
        (confirmed, False),
        (dropped, False),
        (missed, False),
    ],
)
def test_phone_and_name_are_for_the_two_sides_of_a_running_match(
    life: Callable[[Actor, Actor], object], running: bool
) -> None:
    anna, ben, cleo, chief = *people("anna", "ben", "cleo"), coordinator()
    life(anna, ben)
    for member, other in ((anna, ben), (ben, anna)):
        assert sees(member, user(other).phone) is running
        assert sees(member, user(other).name) is running
        assert not sees(member, user(member).phone), "one's own number is on the profile only"
    for stranger in (cleo, chief):
        assert not any(sees(stranger, user(member).phone) for member in (anna, ben))
        assert not any(sees(stranger, user(member).name) for member in (anna, ben))


@pytest.mark.parametrize(("life", "running"), [(matched, True), (confirmed, False), (dropped, False)])
def test_a_coordinator_who_helps_sees_the_phone_no_longer_than_a_member(
    life: Callable[[Actor, Actor], object], running: bool
) -> None:
    anna, chief = person("anna"), coordinator()
    life(anna, chief)
    assert sees(chief, user(anna).phone) is running


def test_another_volunteer_of_the_same_need_sees_neither_side() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id = publish(anna, helpers_wanted=2)
    offer(cleo, need_id)
    db.write(accept_offer, actor=anna, offer_id=offer(ben, need_id))
    assert not sees(cleo, user(anna).phone)
    assert not sees(cleo, user(ben).phone)


def test_an_id_number_is_shown_masked_and_to_its_owner_only() -> None:
    anna, ben = person("anna", id_number=ID_NUMBER), person("ben")
    matched(anna, ben)
    chief = coordinator()
    profile = db.read(accounts.own_profile, actor=anna)
    assert profile.id_number_masked == "1101**********1234"
    assert ID_NUMBER not in str(profile)
    for reader in (anna, ben, chief):
        assert not sees(reader, ID_NUMBER)
        assert not sees(reader, "**")
    stored = user(anna)
    secrets = (ID_NUMBER, stored.id_number, stored.id_number_index, stored.password_hash)
    for reader in (anna, ben, chief):
        assert not any(sees(reader, secret) for secret in secrets)
    assert not any(secret in str(profile) for secret in secrets)


def test_a_registration_form_does_not_tell_its_password() -> None:
    assert "Abc123" not in repr(registration("anna"))
    assert "Abc123" not in str(registration("anna"))


def test_the_author_sees_all_offers_and_a_volunteer_their_own() -> None:
    anna, ben, cleo, dora = people("anna", "ben", "cleo", "dora")
    need_id = publish(anna)
    by_ben, by_cleo = offer(ben, need_id, "From Ben"), offer(cleo, need_id, "From Cleo")

    def seen(reader: Actor) -> list[int]:
        return [row.id for row in db.read(needs.need_detail, actor=reader, need_id=need_id).offers]

    assert seen(anna) == seen(coordinator()) == [by_ben, by_cleo]
    assert seen(ben) == [by_ben]
    assert seen(cleo) == [by_cleo]
    assert seen(dora) == []


def test_an_offer_is_read_by_its_volunteer_the_author_and_coordinators() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    offer_id = offer(ben, publish(anna), "I have tools.")
    for reader in (anna, ben, coordinator()):
        row = db.read(offers.offer_detail, actor=reader, offer_id=offer_id)
        assert (row.message, row.state, row.volunteer_username) == ("I have tools.", OfferState.PENDING, "ben")
    with pytest.raises(NotAllowed):
        db.read(offers.offer_detail, actor=cleo, offer_id=offer_id)


def test_an_offer_or_a_person_that_does_not_exist_is_not_found() -> None:
    anna = person("anna")
    refused_for_hostile_ids(NoSuchOffer, "offer_id", offers.offer_detail, actor=anna)
    refused_for_hostile_ids(NotFound, "user_id", accounts.public_profile)
