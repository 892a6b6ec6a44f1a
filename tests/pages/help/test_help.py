"""Help pages: links have targets, pictures exist in both languages."""

import pytest

from gsapp.i18n import LANGUAGES, translator
from pages import site_map
from pages.core import theme
from pages.help.answers import PICTURES, Answer, picture_name, size_of
from pages.help.chapters import CHAPTERS, ON_THE_START_PAGE, answers, chapters
from pages.help.page import fits

ALL = [answer for chapter in CHAPTERS for answer in chapter.answers]
KIB = 1024


def test_every_question_has_a_name_of_its_own() -> None:
    assert len({answer.key for answer in ALL}) == len(ALL)
    assert [answer.key for answer in answers(*ON_THE_START_PAGE)] == list(ON_THE_START_PAGE)


@pytest.mark.parametrize("answer", ALL, ids=lambda answer: answer.key)
def test_every_link_leads_to_a_page_that_its_reader_may_see(answer: Answer) -> None:
    for_coordinators = all(answer not in chapter.answers for chapter in chapters(coordinator=False))
    for _, to in answer.links:
        route = next((route for route in site_map() if route.match(to) is not None), None)
        assert route, to
        assert for_coordinators or not route.coordinators_only, to


@pytest.mark.parametrize("answer", [answer for answer in ALL if answer.picture], ids=lambda answer: answer.key)
def test_every_picture_is_there_in_both_languages_and_is_told_in_words(answer: Answer) -> None:
    assert answer.shows
    for language in LANGUAGES:
        width, height = size_of(picture_name(answer, language))
        assert 300 <= width <= 1000
        assert 60 <= height <= 1200


def test_no_picture_lies_about_and_all_are_light() -> None:
    named = {
        theme.ASSETS / picture_name(answer, language) for answer in ALL if answer.picture for language in LANGUAGES
    }
    kept = set((theme.ASSETS / PICTURES).iterdir())
    assert kept == named
    assert sum(file.stat().st_size for file in kept) < 600 * KIB


@pytest.mark.parametrize(
    ("language", "typed", "key"),
    [
        ("zh-CN", "换手机号", "change"),
        ("zh-CN", "改电话号码", "change"),
        ("zh-CN", "字太小", "letters"),
        ("zh-CN", "注销账号", "leave"),
        ("zh-CN", "删除账号", "leave"),
        ("zh-CN", "打电话给谁", "smartphone"),
        ("en", "change phone number", "change"),
        ("en", "bigger letters", "letters"),
        ("en", "Delete account", "leave"),
    ],
)
def test_an_answer_is_found_by_the_words_that_people_have(language: str, typed: str, key: str) -> None:
    t = translator(language)
    found = [answer.key for answer in ALL if fits(t, answer, typed)]
    assert key in found
    assert len(found) <= 4, "an answer among many is not found"


def test_only_coordinators_are_told_about_their_desk() -> None:
    assert [chapter.for_coordinators for chapter in chapters(coordinator=False)] == [False] * 3
    assert any(chapter.for_coordinators for chapter in chapters(coordinator=True))
