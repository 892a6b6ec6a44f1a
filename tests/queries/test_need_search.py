"""Text search finds on both databases what its plain definition says, and never takes long."""

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlmodel import Session, col, select

from gsapp import clock, db
from gsapp.effects import search_index
from gsapp.guards import NeedHasAnswers
from gsapp.models import Need, NeedWord
from gsapp.queries import need_search, time_limit
from gsapp.queries.need_search import Found, TooManyFit, find
from gsapp.schemas.admin import WhyForm
from gsapp.schemas.forms import parse
from gsapp.schemas.needs import NeedChanges
from gsapp.search_terms import words_in
from gsapp.services import admin_needs, needs
from tests.support.lives import BEIJING, CARE, CLEANING, HANGZHOU, PLUMBING, coordinator, offer, people, person, publish

pytestmark = pytest.mark.usefixtures("database")
CHINESE = "水管龙头漏修医生"
CLOSE = rf"[{CHINESE}カナ😀]"
# Letters that differ in case, width and length, words that begin alike, and what the databases have a meaning for.
LATIN = (*"aAtxß37ａＴ", "tap", "Taps", "table", "internationalize")
SIGNS = tuple(" \n,，。%_*+-'\"\\()~@<>")
PIECES = st.sampled_from([*CHINESE, *LATIN, *SIGNS, "😀", "ｶﾅ"])
TEXT = st.lists(PIECES, max_size=8).map("".join)


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text.casefold()).casefold()


def matches(typed: str, title: str, description: str) -> bool:
    """What text search means, said another way: no tokens, only the texts."""
    texts = [plain(title), plain(description)]
    words = [word for text in texts for word in re.split(rf"[\W_]|{CLOSE}", text) if word]
    looked_for = re.findall(rf"{CLOSE}+|(?:(?!{CLOSE})[^\W_])+", plain(typed))
    if not looked_for:
        return False

    def there(term: str) -> bool:
        if re.match(CLOSE, term):
            pairs = [term[i : i + 2] for i in range(max(1, len(term) - 1))]
            return all(any(pair in text for text in texts) for pair in pairs)
        begins = [word for word in words if word.startswith(term[:12])]
        return term in words if len(term) == 1 else bool(begins)

    return all(map(there, looked_for))


def find_in(session: Session, texts: list[tuple[str, str]], typed: str, author_id: int) -> list[int]:
    """Which of these texts are found, by their places; nothing else is stored, and nothing stays."""
    now = clock.local_now()
    form: dict[str, Any] = {"type_id": PLUMBING, "city_id": BEIJING, "author_id": author_id}
    form |= {"starts_at": now, "ends_at": now, "published_at": clock.now()}
    for place, (title, description) in enumerate(texts, 1):
        session.add(Need(id=place, title=title, description=description, **form))
    session.flush()
    assert search_index.fill(session, after=0, most=100) == len(texts)
    found = find(session, typed)
    same = session.exec(
        select(Need.id).where(need_search.has_words(session, typed)).order_by(col(Need.id).desc())
    ).all()
    session.rollback()
    assert (found.more, found.ids) == (False, same), "the same as a condition"
    return found.ids


@pytest.fixture
def author(database: db.Database) -> int:
    return person("anna").user_id


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=6), typed=TEXT)
@example(texts=[("水管", "漏水"), ("水", "管"), ("管水", ""), ("医水管生", "")], typed="水管")
@example(texts=[("Taps 37", ""), ("tap", "3 7"), ("a tap3", "")], typed="ＴＡＰ 3")
@example(texts=[("漏", "😀😀"), ("修漏医", "x"), ("", "漏x")], typed="漏")
def test_it_finds_what_its_definition_says(author: int, texts: list[tuple[str, str]], typed: str) -> None:
    filter = [place for place, text in enumerate(texts, 1) if matches(typed, *text)]
    with db.current().transaction() as session:
        assert find_in(session, texts, typed, author) == filter[::-1]


def found(typed: str, *where: Any, **filter: Any) -> list[int]:
    result = db.read(find, typed, where, **filter)
    assert not result.more
    if not filter:
        with db.current().read_only() as session:
            same = select(Need.id).where(need_search.has_words(session, typed), *where).order_by(col(Need.id).desc())
            assert session.exec(same).all() == result.ids, "the same as a condition"
    return result.ids


def test_an_edited_need_is_found_by_its_new_words_only() -> None:
    anna = person("anna")
    need_id = publish(anna, title="Tap 水管漏水", description="the kitchen")
    db.write(needs.edit_need, actor=anna, need_id=need_id, form=parse(NeedChanges, {"title": "Taps 水管"}))
    assert found("tap kitchen 水管") == found("taps") == [need_id]
    assert found("漏水") == found("漏") == []
    with db.current().read_only() as session:
        stored = session.exec(select(NeedWord.word).where(NeedWord.need_id == need_id)).all()
    assert set(stored) == words_in("Taps 水管") | words_in("the kitchen")


def test_the_words_of_a_need_that_could_not_be_changed_stay() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna, title="水管")
    offer(ben, need_id)
    with pytest.raises(NeedHasAnswers):
        db.write(needs.edit_need, actor=anna, need_id=need_id, form=parse(NeedChanges, {"title": "灯"}))
    assert found("水管") == [need_id]


def test_a_need_that_was_taken_down_is_not_found_by_what_it_said() -> None:
    need_id = publish(person("anna"), title="水管", description="secret")
    why = parse(WhyForm, {"reason": "A name in it."})
    db.write(admin_needs.take_down_need, actor=coordinator(), need_id=need_id, form=why)
    assert found("水管") == found("secret") == []
    assert found("已下架") == [need_id]


def test_more_than_are_counted_are_told_and_the_newest_or_the_oldest_of_them_kept() -> None:
    anna = person("anna")
    ids = [publish(anna, title="水管 tap") for _ in range(4)]
    for typed in ("水管", "水", "tap 水管"):
        assert db.read(find, typed, most=4) == Found(ids[::-1], more=False)
        assert db.read(find, typed, most=3) == Found(ids[:0:-1], more=True)
        assert db.read(find, typed, most=3, oldest_first=True) == Found(ids[:3], more=True)


def test_other_conditions_hold_for_kinds_found_by_name_too() -> None:
    anna = person("anna")
    by_words = publish(anna, title="保洁 please", type_id=CARE, city_id=HANGZHOU)
    by_kind = publish(anna, title="Help", type_id=CLEANING, city_id=HANGZHOU)
    elsewhere = publish(anna, title="保洁 please", type_id=CLEANING, city_id=BEIJING)
    assert found("保洁") == [elsewhere, by_words]
    assert found("保洁", in_type_names=True) == [elsewhere, by_kind, by_words]
    assert found("保洁", col(Need.city_id) == HANGZHOU, in_type_names=True) == [by_kind, by_words]
    assert found("保洁 please", in_type_names=True) == [elsewhere, by_words]


@pytest.mark.parametrize("typed", ["水管" * 50, " ".join(f"w{number}" for number in range(34)), "永" * 100])
def test_a_hundred_characters_are_looked_for_at_once(typed: str) -> None:
    anna = person("anna")
    need_id = publish(anna, title="x", description=typed)
    publish(anna, title="x", description=typed[: len(typed) // 3])
    assert need_id in found(typed)


@pytest.mark.parametrize("typed", ["水", "水管 龙头"])
def test_a_search_that_takes_too_long_ends_in_a_sentence(typed: str) -> None:
    anna = person("anna")
    with db.current().transaction() as session:
        rows = [{"word": word, "need_id": number} for word in ("水管", "水泵") for number in range(1, 30_000)]
        rows += [{"word": "龙头", "need_id": number} for number in range(30_000, 60_000)]
        session.connection().execute(insert(NeedWord), rows)
    with pytest.MonkeyPatch.context() as hurry:
        hurry.setattr(need_search, "SECONDS", 0.001)
        hurry.setattr(time_limit, "STEPS", 100)
        with pytest.raises(TooManyFit):
            db.read(find, typed)
    assert found("tap") == [], "the connection is as good as new"
    assert publish(anna)
