"""ID numbers at rest and when shown."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gsapp.errors import Invalid
from gsapp.security.fields import IdNumbers, Unreadable, mask, normalise
from gsapp.security.keys import KeyRing

KEY = "a key of this installation, 32 characters and more"
NEWER = "another key that took the place of the first one"
NUMBER = "110101199003071234"

numbers = IdNumbers(KeyRing(KEY))
some_numbers = st.text(string.ascii_letters + string.digits + "-() （）号", min_size=6, max_size=50)
any_numbers = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=16)


@given(some_numbers | any_numbers)
def test_what_was_sealed_opens_to_the_same_number(number: str) -> None:
    sealed = numbers.seal(number)
    assert numbers.open(sealed.text, sealed.index) == normalise(number)


@given(some_numbers)
def test_what_is_sealed_fits_its_columns_and_shows_nothing_of_the_number(number: str) -> None:
    sealed = numbers.seal(number)
    assert len(sealed.text) <= 255
    assert re.fullmatch(r"v1\.[0-9a-f]{8}\.[A-Za-z0-9_=-]+", sealed.text)
    assert re.fullmatch(r"[0-9a-f]{64}", sealed.index)


@given(some_numbers, some_numbers)
def test_the_index_is_the_same_for_the_same_number_only(one: str, other: str) -> None:
    assert (numbers.index(one) == numbers.index(other)) == (normalise(one) == normalise(other))


@pytest.mark.parametrize(
    "spelling", ["11010119900307123x", " 110101 19900307 123X ", "１１０１０１１９９００３０７１２３Ｘ"]
)
def test_one_number_in_two_spellings_is_one_number(spelling: str) -> None:
    assert numbers.index(spelling) == numbers.index("11010119900307123X")


def test_sealing_twice_gives_two_texts() -> None:
    assert numbers.seal(NUMBER).text != numbers.seal(NUMBER).text


def test_a_number_too_long_for_its_column_is_refused_with_a_sentence() -> None:
    with pytest.raises(Invalid) as refused:
        numbers.seal("😀" * 50)
    assert "id_number" in refused.value.fields


def test_a_text_moved_to_another_row_does_not_open() -> None:
    mine, other = numbers.seal(NUMBER), numbers.seal("E12345678")
    with pytest.raises(Unreadable):
        numbers.open(mine.text, other.index)


@given(st.integers(0, 300), st.sampled_from("Az0-_.=!é"))
def test_a_changed_text_never_opens_to_another_number(place: int, letter: str) -> None:
    sealed = numbers.seal(NUMBER)
    place %= len(sealed.text)
    changed = sealed.text[:place] + letter + sealed.text[place + 1 :]
    try:
        # The last letter has bits that mean nothing: changing only those changes nothing.
        assert numbers.open(changed, sealed.index) == NUMBER
        assert place >= len(sealed.text) - 3 or changed == sealed.text
    except Unreadable:
        assert changed != sealed.text


@given(st.text(max_size=300))
def test_any_other_text_does_not_open(text: str) -> None:
    with pytest.raises(Unreadable):
        numbers.open(text, numbers.index(NUMBER))


def test_after_a_change_of_keys_old_numbers_open_and_are_still_found() -> None:
    old = numbers.seal(NUMBER)
    ring = KeyRing(f"{NEWER},{KEY}")
    rotated = IdNumbers(ring)
    assert rotated.open(old.text, old.index) == NUMBER
    assert old.index in rotated.indexes(NUMBER)
    new = rotated.seal(NUMBER)
    assert IdNumbers(KeyRing(NEWER)).open(new.text, new.index) == NUMBER
    assert new.index in rotated.indexes(NUMBER)
    ring.activate(KeyRing(KEY).newest.id)
    assert rotated.seal(NUMBER).index == rotated.index(NUMBER) == old.index
    ring.activate("unknown")
    assert rotated.index(NUMBER) == old.index


def test_without_its_key_a_number_stays_closed() -> None:
    old = numbers.seal(NUMBER)
    with pytest.raises(Unreadable, match="does not hold"):
        IdNumbers(KeyRing(NEWER)).open(old.text, old.index)


def test_the_three_keys_of_an_installation_are_different_and_do_not_print() -> None:
    key = KeyRing(KEY).newest
    assert len({key.pepper, key.encryption, key.index}) == 3
    assert repr(key) == f"DataKey(id='{key.id}')"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("110101199003071234", "1101**********1234"),
        ("110101900307123", "110*********123"),
        ("E12345678", "E1*****78"),
        ("123456", "1****6"),
        ("123", "***"),
        ("", ""),
    ],
)
def test_a_masked_number_shows_its_ends(number: str, shown: str) -> None:
    assert mask(number) == shown


@given(st.text(max_size=60))
def test_a_masked_number_hides_at_least_half_and_keeps_its_length(number: str) -> None:
    shown = mask(number)
    assert len(shown) == len(number)
    assert sum(was != now for was, now in zip(number, shown, strict=True)) + number.count("*") >= len(number) / 2
    assert all(now in (was, "*") for was, now in zip(number, shown, strict=True))
