"""The board, one's own lists, and the page of one need."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gsapp import clock, db
from gsapp.access import Actor, NoSuchNeed, NotYourNeed
from gsapp.guards import NeedHasAnswers
from gsapp.queries import need_search
from gsapp.queries import needs as need_queries
from gsapp.queries.places import own_place
from gsapp.queries.status import open_by_type
from gsapp.schemas.forms import parse
from gsapp.schemas.needs import NeedDetail, NeedFilter, NeedRow
from gsapp.schemas.read_models import Page
from gsapp.services import matches, needs, offers
from gsapp.vocabulary import NeedState, NeedStatus, OfferState
from tests.support.lives import (
    BEIJING,
    CARE,
    CHENGDU,
    CLEANING,
    HANGZHOU,
    HOSTILE_IDS,
    NINGBO,
    NO_REASON,
    PLUMBING,
    accept,
    confirmed,
    coordinator,
    matched,
    need_form,
    offer,
    people,
    person,
    publish,
)

Wait = Callable[[timedelta], None]
pytestmark = pytest.mark.usefixtures("database")


def board(reader: Actor, **filter: Any) -> Page[NeedRow]:
    return db.read(need_queries.needs, actor=reader, filter=parse(NeedFilter, {"size": 100} | filter))


def shown(reader: Actor, **filter: Any) -> list[int]:
    page = board(reader, **filter)
    assert page.total == len(page.items)
    return [item.id for item in page.items]


def detail(reader: Actor, need_id: int) -> NeedDetail:
    return db.read(need_queries.need_detail, actor=reader, need_id=need_id)


def test_an_empty_board_is_an_empty_page() -> None:
    page = board(person("anna"))
    assert (page.items, page.total, page.page, page.pages) == ((), 0, 1, 1)


def test_a_row_says_what_the_need_is_and_what_it_is_to_its_reader() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna, type_id=CARE, city_id=HANGZHOU, helpers_wanted=2)
    offer(ben, need_id)
    (mine,) = board(anna).items
    (theirs,) = board(ben).items
    assert (mine.own, mine.my_offer) == (True, None)
    assert (theirs.own, theirs.my_offer) == (False, OfferState.PENDING)
    assert mine.model_dump(exclude={"own", "my_offer"}) == theirs.model_dump(exclude={"own", "my_offer"})
    assert (mine.author_username, mine.type_name, mine.city_name, mine.province) == ("anna", "助老服务", "杭州", "浙江")
    assert (mine.status, mine.helpers_wanted, mine.places_taken, mine.offers_pending) == (NeedStatus.OPEN, 2, 0, 1)


def test_the_latest_of_ones_offers_marks_the_row() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    db.write(offers.withdraw_offer, actor=ben, offer_id=offer(ben, need_id))
    assert board(ben).items[0].my_offer is OfferState.WITHDRAWN
    offer(ben, need_id)
    assert board(ben).items[0].my_offer is OfferState.PENDING


def test_needs_are_filtered_by_kind_city_province_author_and_state() -> None:
    anna, ben = people("anna", "ben")
    one = publish(anna, type_id=PLUMBING, city_id=BEIJING)
    two = publish(anna, type_id=CARE, city_id=HANGZHOU)
    three = publish(ben, type_id=CARE, city_id=NINGBO)
    db.write(needs.delete_need, actor=ben, need_id=three)
    assert shown(anna) == [three, two, one]
    assert shown(anna, type_id=CARE) == [three, two]
    assert shown(anna, type_id=CARE, city_id=HANGZHOU) == [two]
    assert shown(anna, province="浙江") == [three, two]
    assert shown(anna, province="浙江", city_id=BEIJING) == []
    assert shown(anna, province="浙") == []
    assert shown(anna, author_id=ben.user_id) == [three]
    assert shown(anna, state=NeedState.CANCELLED) == [three]
    assert shown(anna, state=0, type_id=CARE) == [two]
    assert shown(anna, city_id=CHENGDU) == []


def test_needs_are_filtered_by_what_people_see_of_them(wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    lapsed = publish(anna)
    wait(timedelta(days=2))
    by_status = {
        NeedStatus.OPEN: publish(anna),
        NeedStatus.MATCHED: matched(anna, ben).need,
        NeedStatus.DONE: confirmed(anna, ben).need,
        NeedStatus.EXPIRED: lapsed,
        NeedStatus.CANCELLED: publish(anna),
    }
    db.write(needs.cancel_need, actor=anna, need_id=by_status[NeedStatus.CANCELLED], form=NO_REASON)
    assert set(by_status) == set(NeedStatus)
    for status, need_id in by_status.items():
        assert shown(ben, status=status) == [need_id]
        assert detail(ben, need_id).status is status
    assert db.read(open_by_type) == {PLUMBING: 1}


@pytest.mark.parametrize("typed", ["100%", "😀", "<b>", "a\\b", "a_b", "'ß", "Ｐlain!", "漏水", "漏水管"])
def test_text_is_searched_by_words_whatever_stands_between_them(typed: str) -> None:
    anna = person("anna")
    filter = publish(anna, title=f"before {typed} after", description="")
    publish(anna, title="10 percent, aXb, 😁, 漏，水管", description="nothing of the kind")
    assert shown(anna, q=typed) == [filter]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'", '"', "/", "%_", "*", "+-~()<>@", "，。"])
def test_punctuation_alone_finds_nothing(typed: str) -> None:
    anna = person("anna")
    publish(anna, title=f"before {typed} after")
    assert shown(anna, q=typed) == []


def test_of_more_than_are_counted_the_newest_are_shown_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    anna = person("anna")
    now = clock.local_now()
    ids = [publish(anna, title="漏水", starts_at=now + timedelta(days=9 - days)) for days in range(5)]
    monkeypatch.setattr(need_search.find, "__kwdefaults__", {**(need_search.find.__kwdefaults__ or {}), "most": 3})
    for sort, order in {"newest": ids[:1:-1], "soonest": ids[:1:-1], "waiting": ids[2:], "oldest": ids[:3]}.items():
        pages = [board(anna, q="漏水", sort=sort, page=page, size=2) for page in (1, 2, 3)]
        assert [item.id for page in pages for item in page.items] == order
        assert {(page.total, page.capped, page.pages) for page in pages} == {(3, True, 2)}


def test_text_is_searched_in_titles_descriptions_and_kinds_of_help() -> None:
    anna = person("anna")
    by_title = publish(anna, title="The Tap drips", description="")
    by_description = publish(anna, title="Help", description="My tap is broken.", type_id=CARE)
    by_kind = publish(anna, title="Help", description="", type_id=CLEANING)
    assert shown(anna, q="tap") == [by_description, by_title]
    assert shown(anna, q="保洁") == [by_kind]
    assert shown(anna, q="保洁", type_id=PLUMBING) == []
    assert shown(anna, q="tap", province="北京", status="open", sort="oldest") == [by_title, by_description]
    assert shown(anna, q="nobody wrote this") == []


def test_the_order_is_what_was_asked_for() -> None:
    anna, ben = people("anna", "ben")
    now = clock.local_now()
    later, sooner, soonest = (publish(anna, starts_at=now + timedelta(days=days)) for days in (3, 2, 1))
    offer(ben, later)
    assert shown(anna, sort="newest") == [soonest, sooner, later]
    assert shown(anna, sort="oldest") == [later, sooner, soonest]
    assert shown(anna, sort="soonest") == [soonest, sooner, later]
    assert shown(anna, sort="waiting") == [sooner, soonest, later]


@pytest.mark.parametrize("sort", ["newest", "oldest", "soonest", "waiting"])
def test_pages_show_each_need_once_and_count_all(sort: str) -> None:
    anna = person("anna")
    ids = {publish(anna) for _ in range(7)}
    pages = [board(anna, sort=sort, page=number, size=3) for number in (1, 2, 3, 4)]
    assert [len(page.items) for page in pages] == [3, 3, 1, 0]
    assert {item.id for page in pages for item in page.items} == ids
    assert {(page.total, page.pages) for page in pages} == {(7, 3)}
    assert board(anna, page=2**31 - 1).items == ()


def test_its_author_may_edit_and_cancel_and_somebody_else_may_offer() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)

    def may(reader: Actor) -> tuple[bool, bool, bool]:
        seen = detail(reader, need_id)
        return seen.may_edit, seen.may_cancel, seen.may_offer

    assert may(anna) == (True, True, False)
    assert may(ben) == (False, False, True)
    offer_id = offer(ben, need_id)
    assert may(anna) == (False, True, False)
    assert may(ben) == (False, False, False)
    match_id = accept(anna, offer_id)
    assert may(anna) == may(ben) == may(coordinator()) == (False, False, False)
    assert detail(ben, need_id).full
    db.write(matches.drop_out, actor=ben, match_id=match_id, form=NO_REASON)
    assert may(anna) == (True, True, False)
    assert may(ben) == (False, False, True)
    assert not detail(ben, need_id).full


def test_what_the_page_of_a_need_allows_the_use_cases_allow(wait: Wait) -> None:
    anna = person("anna")
    need_id = publish(anna)
    wait(timedelta(days=2))
    seen = detail(anna, need_id)
    assert (seen.status, seen.may_edit, seen.may_cancel) == (NeedStatus.EXPIRED, True, True)
    db.write(needs.cancel_need, actor=anna, need_id=need_id, form=NO_REASON)
    seen = detail(anna, need_id)
    assert (seen.status, seen.may_edit, seen.may_cancel) == (NeedStatus.CANCELLED, False, False)


def test_editing_starts_from_what_is_stored_and_only_for_the_author() -> None:
    anna, ben = people("anna", "ben")
    form = need_form(title="A <b>title</b>", description="Two\nlines", helpers_wanted=4)
    need_id = db.write(needs.publish_need, actor=anna, form=form)
    draft = db.read(need_queries.need_draft, actor=anna, need_id=need_id)
    assert draft.model_dump() == form.model_dump(exclude_none=True) | {"id": need_id, "attachments": "", "files": ()}
    for stranger in (ben, coordinator()):
        with pytest.raises(NotYourNeed):
            db.read(need_queries.need_draft, actor=stranger, need_id=need_id)
    offer(ben, need_id)
    with pytest.raises(NeedHasAnswers):
        db.read(need_queries.need_draft, actor=anna, need_id=need_id)


def test_a_need_that_does_not_exist_is_not_found() -> None:
    anna = person("anna")
    for unknown in HOSTILE_IDS:
        with pytest.raises(NoSuchNeed):
            detail(anna, unknown)
        with pytest.raises(NoSuchNeed):
            db.read(need_queries.need_draft, actor=anna, need_id=unknown)


def test_near_is_where_one_has_offered_last_or_else_asked_last() -> None:
    anna, ben = people("anna", "ben")
    assert db.read(own_place, actor=anna) is None
    publish(anna, city_id=HANGZHOU)
    need = publish(anna, city_id=CHENGDU)
    publish(ben, city_id=BEIJING)
    offer(ben, need)
    here = [db.read(own_place, actor=each) for each in (anna, ben)]
    assert [place.id if place else None for place in here] == [CHENGDU, CHENGDU]
