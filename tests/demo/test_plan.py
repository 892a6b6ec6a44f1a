"""The sample town before it is played: its content and its plan."""

import re
from collections import Counter
from datetime import datetime, timedelta

import pytest

from gsapp import demo
from gsapp.data import cities
from gsapp.demo import content_words as words
from gsapp.demo import steps
from gsapp.demo.content import ENGLISH, Kind
from gsapp.demo.content_people import PEOPLE, id_number, phone
from gsapp.demo.plan import plan_town
from gsapp.demo.scenes import SCENES, scene_of
from gsapp.demo.script import NEEDS
from gsapp.demo.story import awake
from gsapp.startup.seed import SERVICE_TYPES

NOW = datetime(2026, 11, 23, 11, 40)
DIFFICULT_MOMENTS = (
    NOW,
    datetime(2026, 3, 1, 0, 5),
    datetime(2028, 2, 29, 23, 55),
    datetime(2026, 12, 31, 23, 59),
    datetime(2027, 1, 1, 6, 59),
    datetime(2026, 6, 13, 21, 0),
    datetime(2026, 9, 5, 8, 30),
)
BEFORE_A_MATCH = (steps.Withdraws, steps.Accepts, steps.Rejects)
AFTER_A_MATCH = (steps.DropsOut, steps.ReportsNoShow, steps.ReportsDone, steps.ConfirmsDone, steps.GivesThanks)


def test_people_have_numbers_of_their_own_that_the_forms_accept() -> None:
    assert len({person.username for person in PEOPLE}) == len({phone(person) for person in PEOPLE}) == len(PEOPLE)
    assert len({id_number(person) for person in PEOPLE}) == len(PEOPLE)
    assert all(re.fullmatch(r"1[3-9]\d{9}", phone(person)) for person in PEOPLE)
    assert all(re.fullmatch(r"[a-z_]{3,50}", person.username) for person in PEOPLE)


def test_the_town_has_one_coordinator_and_people_who_never_helped() -> None:
    assert len([person for person in PEOPLE if person.coordinator]) == 1
    assert len([person for person in PEOPLE if not (person.helps or person.asks or person.coordinator)]) == 3
    assert {person.city for person in PEOPLE} <= {city.name for city in cities()}


def test_no_phone_number_is_anybodys() -> None:
    assert {phone(person)[:3] for person in PEOPLE} == {"154"}, "no operator was ever given 154"


def test_every_kind_of_help_is_asked_for_in_both_languages() -> None:
    assert {kind.value for kind in Kind} == {name for name, _ in SERVICE_TYPES}
    for kind in Kind:
        english = [text for text in NEEDS[kind] if text.voice is ENGLISH]
        assert len(english) >= 2
        assert len(NEEDS[kind]) - len(english) >= 8
        assert all(text.title.isascii() and text.description.isascii() for text in english)


def test_neighbours_do_not_all_use_the_same_words() -> None:
    assert len({said for group in words.OFFERS.values() for said in group}) >= 20
    assert len({text for group in words.THANKS_TO_VOLUNTEER.values() for _, text in group}) >= 15


def test_no_words_give_away_an_address_or_a_number() -> None:
    said = [part for texts in NEEDS.values() for text in texts for part in (text.title, text.description)]
    said += [person.bio for person in PEOPLE]
    assert [text for text in said if re.search(r"\d{3,}|[0-9一二三四五六七八九十]+[号栋弄](?!挂)", text)] == []


def test_the_same_seed_tells_the_same_year() -> None:
    assert plan_town(seed=5, now=NOW) == plan_town(seed=5, now=NOW)
    assert plan_town(seed=5, now=NOW) != plan_town(seed=6, now=NOW)


def test_nights_are_quiet_and_keep_the_order_of_things() -> None:
    moments = [NOW + timedelta(minutes=7 * step) for step in range(500)]
    assert [awake(moment) for moment in moments] == sorted(awake(moment) for moment in moments)
    assert all(awake(moment) <= moment for moment in moments)
    assert all(7 <= awake(moment).hour <= 22 for moment in moments)


@pytest.mark.parametrize("now", DIFFICULT_MOMENTS, ids=str)
@pytest.mark.parametrize("number", range(3))
def test_a_year_holds_together_whenever_it_ends(now: datetime, number: int) -> None:
    plan = plan_town(seed=number, now=now)
    assert [step.at for step in plan] == sorted(step.at for step in plan)
    assert now - timedelta(days=372) < plan[0].at
    assert plan[-1].at <= now
    joined: set[str] = set()
    published: dict[int, steps.Publishes] = {}
    offers: dict[int, steps.Offers] = {}
    accepted: set[int] = set()
    for step in plan:
        if isinstance(step, steps.Joins):
            joined.add(step.who.username)
            continue
        assert step.who.username in joined
        if isinstance(step, steps.Publishes):
            assert step.at < step.starts_at <= step.ends_at
            assert step.text.weekday in (None, step.starts_at.weekday())
            published[step.need] = step
        elif isinstance(step, steps.Offers):
            need = published[step.need]
            assert step.at < need.starts_at
            assert step.who is not need.who
            assert step.who.city == need.who.city
            offers[step.offer] = step
        elif isinstance(step, BEFORE_A_MATCH):
            assert step.at < published[offers[step.offer].need].starts_at
            accepted |= {step.offer} if isinstance(step, steps.Accepts) else set()
        elif isinstance(step, AFTER_A_MATCH):
            assert step.offer in accepted
            if isinstance(step, steps.ReportsDone):
                assert step.at >= published[offers[step.offer].need].ends_at
    assert 140 <= len(published) <= 180


@pytest.mark.parametrize("now", DIFFICULT_MOMENTS, ids=str)
def test_a_dozen_needs_are_open_whenever_the_year_ends(now: datetime) -> None:
    plan = plan_town(seed=demo.DEFAULT_SEED, now=now)
    needs = {step.offer: step.need for step in plan if isinstance(step, steps.Offers)}
    taken = Counter(needs[step.offer] for step in plan if isinstance(step, steps.Accepts))
    taken.subtract(needs[step.offer] for step in plan if isinstance(step, (steps.DropsOut, steps.ReportsNoShow)))
    cancelled = {step.need for step in plan if isinstance(step, steps.Cancels)}
    waiting = [need for need in _published(plan) if need.ends_at > now and need.need not in cancelled]
    still_open = [need for need in waiting if taken[need.need] < need.text.helpers]
    assert len(still_open) == 12
    assert {need.kind for need in still_open} == set(Kind)
    assert len([need for need in waiting if need.starts_at.date() == now.date() + timedelta(days=1)]) >= 4
    assert len([need for need in still_open if need.need not in needs.values()]) >= 3


def test_the_town_grows() -> None:
    begun = Counter(step.at > NOW - timedelta(days=182) for step in _published(plan_town(seed=2, now=NOW)))
    assert begun[True] > begun[False] * 1.25


def test_hardly_any_need_is_told_three_times() -> None:
    titles = Counter(step.text.title for step in _published(plan_town(seed=demo.DEFAULT_SEED, now=NOW)))
    assert len(titles) >= 80
    assert max(titles.values()) <= 4


def _published(plan: tuple[steps.Step, ...]) -> list[steps.Publishes]:
    return [step for step in plan if isinstance(step, steps.Publishes)]


def test_every_scene_is_drawn_for_somebody_and_always_the_same() -> None:
    drawn = Counter(scene_of(text.title) for texts in NEEDS.values() for text in texts)
    assert {draw for draw, _ in SCENES} == set(drawn) - {None}
    first, again = (draw().jpeg() for draw in (SCENES[0][0], SCENES[0][0]))
    assert first == again
    assert first != SCENES[0][0]().jpeg(from_the_other_side=True)
