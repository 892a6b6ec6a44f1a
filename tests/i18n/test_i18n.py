"""Words, dates and numbers in the reader's language, and which language that is."""

from datetime import date, datetime, timedelta

import pytest
from markupsafe import Markup

from gsapp.errors import Invalid, NotFound, Sentence, TooMany
from gsapp.i18n import LANGUAGES, N_, best_language, isolated, translator

zh, en = translator("zh-CN"), translator("en")
NOW = datetime(2026, 11, 23, 12, 0)  # a Monday


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "zh-CN"),
        ("*", "zh-CN"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh", "zh-CN"),
        ("zh-TW,en;q=0.5", "zh-CN"),
        ("zh-Hans-CN", "zh-CN"),
        ("ZH-cn", "zh-CN"),
        ("fr,en;q=0.2", "en"),
        ("fr", "zh-CN"),
        ("en;q=0.1,zh;q=0.2", "zh-CN"),
        ("en;q=0,fr", "zh-CN"),
        ("en;q=lots, zh", "zh-CN"),
        (";;;,,,q=1", "zh-CN"),
        ("x" * 10_000, "zh-CN"),
        ("\u0000\U0001f600", "zh-CN"),
    ],
)
def test_the_language_a_browser_prefers_is_chosen(header: str, expected: str) -> None:
    assert best_language(header, "zh-CN") == expected


def test_who_prefers_no_language_of_ours_gets_the_default() -> None:
    assert best_language("fr", "en") == "en"


def test_there_is_one_translator_a_language_and_chinese_for_any_other() -> None:
    assert {language: translator(language).language for language in LANGUAGES} == {"zh-CN": "zh-CN", "en": "en"}
    assert translator("en") is en
    assert translator("tlh").language == "zh-CN"


def test_english_is_the_message_itself_and_chinese_stands_in_the_catalogue() -> None:
    message = N_("Please sign in first.")
    assert en(message) == message
    assert zh(message) != message
    assert zh("A sentence that nobody has translated.") == "A sentence that nobody has translated."


def test_values_fill_a_message_and_braces_in_them_stay() -> None:
    sentence = "At least {min_length} characters, please."
    assert en(sentence, min_length="{0}{x}") == "At least {0}{x} characters, please."
    assert "6" in zh(sentence, min_length=6)
    assert en("100 % {literally}") == "100 % {literally}"


def test_numbers_take_their_form() -> None:
    assert en.n("{n} need found", "{n} needs found", 1) == "1 need found"
    assert en.n("{n} need found", "{n} needs found", 0) == "0 needs found"
    assert en.n("{n} need found", "{n} needs found", 12_345) == "12,345 needs found"
    assert zh.n("{n} need found", "{n} needs found", 1) == "找到 1 件"
    assert (en.number(1234.5), zh.percent(0.844), en.percent(1)) == ("1,234.5", "84%", "100%")


def test_dates_are_written_as_people_write_them() -> None:
    day, moment = date(2026, 11, 26), datetime(2026, 11, 26, 9, 5)
    assert (zh.date(day), en.date(day)) == ("2026年11月26日", "26 November 2026")
    assert (zh.datetime(moment), en.datetime(moment)) == ("2026年11月26日 9:05", "26 November 2026 9:05")
    assert (zh.month(day), en.month(day)) == ("2026年11月", "Nov 2026")


@pytest.mark.parametrize(
    ("moment", "chinese", "english"),
    [
        (NOW, "今天 12:00", "today 12:00"),
        (datetime(2026, 11, 22, 23, 59), "昨天 23:59", "yesterday 23:59"),
        (datetime(2026, 11, 24, 0, 0), "明天 0:00", "tomorrow 0:00"),
        (datetime(2026, 11, 26, 9, 0), "周四 9:00", "Thu 9:00"),
        (datetime(2026, 11, 29, 9, 0), "周日 9:00", "Sun 9:00"),
        (datetime(2026, 11, 30, 9, 0), "11月30日 9:00", "30 Nov 9:00"),
        (datetime(2027, 1, 2, 9, 0), "2027年1月2日 9:00", "2 Jan 2027 9:00"),
    ],
)
def test_a_moment_is_told_from_today(moment: datetime, chinese: str, english: str) -> None:
    assert zh.when(moment, NOW) == chinese
    assert en.when(moment, NOW) == english


def test_how_long_ago_is_rounded_and_never_in_the_future() -> None:
    assert en.ago(NOW - timedelta(days=3), NOW) == "3 days ago"
    assert en.ago(NOW - timedelta(minutes=59), NOW) == "1 hour ago"
    assert "2" in zh.ago(NOW - timedelta(hours=2), NOW)
    assert zh.ago(NOW - timedelta(hours=2), NOW).endswith("前")
    for moment in (NOW, NOW + timedelta(minutes=5)):
        assert (en.ago(moment, NOW), zh.ago(moment, NOW)) == ("1 second ago", "1秒钟前")


def test_an_error_speaks_the_readers_language() -> None:
    assert NotFound().text(en) == str(NotFound())
    assert NotFound().text(zh) != str(NotFound())
    error = TooMany(retry_after=30)
    assert (error.retry_after, "30" in error.text(zh), "30" in str(error)) == (30, True, True)
    invalid = Invalid({"title": Sentence("Please fill this in.")})
    assert (invalid.status, list(invalid.fields)) == (422, ["title"])


def test_names_from_right_to_left_do_not_reorder_the_sentence() -> None:
    david, ali = "\u05d3\u05d5\u05d3 1", "\u0639\u0644\u064a"
    assert en("{name} offers to help.", name=david) == f"\u2068{david}\u2069 offers to help."
    assert en.n("{name}: {n} day", "{name}: {n} days", 2, name=ali) == f"\u2068{ali}\u2069: 2 days"
    assert en("{name} offers to help.", name="\u738b\u5c0f\u660e") == "\u738b\u5c0f\u660e offers to help."
    assert isinstance(isolated(Markup("<b>\u05d3</b>")), Markup)
