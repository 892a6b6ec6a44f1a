"""Lines that people type for others: nothing invisible, nothing that cannot be shown; emoji and all scripts stay."""

import sys
import unicodedata

import pytest

from gsapp.errors import Invalid
from gsapp.schemas.admin import CityForm
from gsapp.schemas.forms import Form, parse
from gsapp.schemas.needs import Title


class TitleForm(Form):
    title: Title


def stored(title: str) -> str:
    return parse(TitleForm, {"title": title}).title


@pytest.mark.parametrize(
    "title",
    [
        "需要帮助❤️",
        "👨\u200d👩\u200d👧 接送",
        "👍🏽 谢谢",
        "🏳️\u200d🌈",
        "1️⃣ 楼",
        "क्\u200dष",
        "Nguyễn Văn Đức",
        "שָׁלוֹם",
        "مرحبا",
        "ภาษาไทย ผู้สูงอายุ",
        "\U0001fae8 new emoji",
        "②号楼",
        "a\u0301\u0300",
    ],
)
def test_emoji_and_all_scripts_are_ordinary_text(title: str) -> None:
    assert stored(title) == unicodedata.normalize("NFC", title)


def test_invisible_and_direction_changing_characters_are_removed() -> None:
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        if unicodedata.category(letter) == "Cf":
            assert stored(f"Wasser{letter}hahn") == "Wasserhahn", hex(code)
    assert stored("Leak\u034f\u115f\u3164\ufe0f\U000e0101") == "Leak"
    assert stored("\u202eKO\u202c si gnihtyrevE\u2066") == "KO si gnihtyrevE"
    assert stored("plain\u200d👍") == "plain👍", "a joiner between what does not join"


@pytest.mark.parametrize(
    "odd", ["a\u2028b", "a\u2029b", "a\ue000", "a\u0378", "a\U000f0000", "a\ud800", "a\x07b", "e" + "\u0301" * 9]
)
def test_what_cannot_be_shown_is_refused(odd: str) -> None:
    with pytest.raises(Invalid):
        stored(odd)


@pytest.mark.parametrize("blank", ["\u200b", "\u3164\u3164", "\u2800\u200b"[1:], "\u0301", "\u00ad \u2060"])
def test_a_line_without_ink_is_empty(blank: str) -> None:
    with pytest.raises(Invalid):
        stored(blank)


def test_every_line_for_others_follows_the_rule() -> None:
    assert (
        parse(CityForm, {"name": "Wu\u200bhan", "province": "Hu\u202ebei"}).model_dump().items()
        >= {
            "name": "Wuhan",
            "province": "Hubei",
        }.items()
    )
