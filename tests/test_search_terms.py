"""Tokenisation of texts and search queries."""

import pytest

from gsapp.search_terms import MAX_TERM_LENGTH, Terms, fits, terms_of, words_beginning_with, words_in

NOTHING = Terms((), ())


def test_chinese_is_cut_into_pairs_of_neighbours_and_the_last_character() -> None:
    assert words_in("水龙头，漏") == {"水龙", "龙头", "头", "漏"}
    assert terms_of("水龙头") == Terms(("水龙", "龙头"), ())


def test_other_words_are_found_by_their_beginnings() -> None:
    assert words_in("Tap 7 drips") == {"ta", "tap", "7", "dr", "dri", "drip", "drips"}
    assert terms_of("DRI 7") == Terms(("dri", "7"), ())


def test_of_a_long_word_the_first_letters_count() -> None:
    long = "internationalization"
    assert max(words_in(long), key=len) == long[:MAX_TERM_LENGTH]
    assert terms_of(long) == Terms((long[:MAX_TERM_LENGTH],), ())


@pytest.mark.parametrize(
    ("one", "other"),
    [("ＴＡＰ　１２", "tap 12"), ("ﾊﾟｲﾌﾟ", "パイプ"), ("STRASSE", "straße"), ("㍿", "株式会社"), ("①", "1"), ("İ", "i̇")],
)
def test_what_reads_the_same_is_the_same(one: str, other: str) -> None:
    assert words_in(one) == words_in(other) != set()
    assert terms_of(one) == terms_of(other) != NOTHING


@pytest.mark.parametrize(
    "typed", ["", " ", "\u3000", "...", "%_", "*", '"', "+-~<>()@", "，。！", "\\", "\u200b\ufe0f"]
)
def test_punctuation_alone_looks_for_nothing(typed: str) -> None:
    assert terms_of(typed) == NOTHING
    assert not terms_of(typed)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("水", Terms((), ("水",))),
        ("a", Terms(("a",), ())),
        ("3号楼", Terms(("3", "号楼"), ())),
        ("修tap水管", Terms(("tap", "水管"), ("修",))),
        ("😀", Terms((), ("😀",))),
        ("水管 水管", Terms(("水管",), ())),
        ('+tap -"pipe*" OR NEAR(x)', Terms(("tap", "pipe", "or", "near", "x"), ())),
        ("a_b", Terms(("a", "b"), ())),
        ("\U0003ffff", Terms((), ("\U0003ffff",))),
    ],
)
def test_whatever_is_typed_is_words(typed: str, terms: Terms) -> None:
    assert terms_of(typed) == terms


@pytest.mark.parametrize("character", ["水", "\ud7a3", "\U0003ffff", "☀"])
def test_a_single_character_is_the_words_that_it_begins(character: str) -> None:
    begin, end = words_beginning_with(character)
    assert all(begin <= word < end for word in words_in(f"{character}龙 {character}") - {"龙"})
    assert end.encode()


def test_a_text_fits_when_all_terms_are_in_it() -> None:
    text = "保洁服务 Cleaning"
    assert all(fits(terms_of(typed), text) for typed in ("保洁", "服", "clean", "CLEANING 洁服"))
    assert not any(fits(terms_of(typed), text) for typed in ("洁保", "leaning", "c", "cleaning水"))
