"""The board, needs and offers as people use them, and as an enemy would."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visitor
from tests.support.browser.acts import Wish, fill_need, offer, press, publish, say_yes
from tests.support.browser.chromium import Watch
from tests.support.browser.people import Person, ready, register, sign_in, somebody, words

HOSTILE = "<img src=x onerror=window.pwned=1> {{7*7}} \"'><script>window.pwned=1</script> javascript:window.pwned=1 🙂"


@pytest.fixture(scope="module")
def known() -> dict[str, Person]:
    """The two members of this module, registered by the first test that asks."""
    return {}


@pytest.fixture
def two(visitor: Visitor, known: dict[str, Person]) -> tuple[Page, Page]:
    """A resident and a volunteer, each signed in in a browser of their own."""
    pages = visitor(language="en", size=PHONE), visitor(language="en")
    for page, name in zip(pages, ("needs_resident", "needs_volunteer"), strict=True):
        if name in known:
            sign_in(page, name)
        else:
            known[name] = register(page, somebody(name, bio=HOSTILE))
    return pages


def test_hostile_words_appear_as_the_text_they_are(two: tuple[Page, Page]) -> None:
    resident, volunteer = two
    need = publish(resident, Wish(HOSTILE, "海口", description=HOSTILE))
    offer(volunteer, need, HOSTILE)
    expect(resident.get_by_text(HOSTILE).filter(visible=True).nth(2)).to_be_visible()
    for page, path in ((resident, "/board"), (resident, "/my/needs"), (volunteer, "/my/offers"), (volunteer, need)):
        page.goto(path)
        expect(page.get_by_text(HOSTILE).filter(visible=True).first).to_be_visible()
        assert page.evaluate("window.pwned") is None


def test_a_double_click_publishes_once(two: tuple[Page, Page]) -> None:
    resident, _ = two
    resident.goto("/needs/new")
    fill_need(resident, Wish("Only once, please", "三亚"))
    resident.get_by_role("button", name="Publish").dblclick()
    resident.locator(".gs-sheet [data-yes]").dblclick()
    resident.wait_for_url(re.compile(r"/needs/\d+$"))
    resident.goto("/board?q=Only once, please")
    expect(resident.locator("tr.gs-need")).to_have_count(1)


def test_what_is_missing_is_said_at_the_fields_and_nothing_typed_is_lost(two: tuple[Page, Page]) -> None:
    resident, _ = two
    resident.goto("/needs/new")
    ready(resident)
    resident.get_by_label("More about it (if you like)").fill("Kept")
    resident.get_by_label("Until").fill("2020-01-01T10:00")
    resident.get_by_role("button", name="Publish").click()
    summary = resident.locator(".gs-summary")
    expect(summary).to_be_focused()
    for sentence in ("1. Kind of help: Please choose one.", "2. One sentence: Please fill this in."):
        expect(summary.get_by_text(sentence)).to_be_visible()
    resident.get_by_label("Plumbing").check()
    resident.get_by_label("2. One sentence").fill("Now complete")
    resident.get_by_label("3. City").fill("三亚")
    resident.get_by_role("option", name=re.compile("^三亚 ·")).click()
    resident.get_by_role("button", name="Publish").click()
    expect(summary.get_by_text("Until: The end is before the start.")).to_be_visible()
    expect(resident.get_by_label("More about it (if you like)")).to_have_value("Kept")


def test_the_address_of_a_filtered_board_shows_the_same_again(two: tuple[Page, Page]) -> None:
    resident, volunteer = two
    publish(resident, Wish("100% wool _blanket_ to wash", "三亚", kind="保洁服务"))
    resident.goto("/board")
    ready(resident)
    resident.get_by_role("button", name="Cleaning").click()
    # Not before the new list is there: what is typed into the old one goes with it.
    expect(resident.get_by_role("button", name="Cleaning")).to_have_attribute("aria-pressed", "true")
    resident.get_by_label("Search", exact=True).fill("100% wool _bl")
    resident.get_by_label("Search", exact=True).press("Enter")
    resident.wait_for_url(re.compile(r"q=100"))
    expect(resident.locator("tr.gs-need")).to_have_count(1)
    address = resident.url
    volunteer.goto(address)
    expect(volunteer.locator("tr.gs-need")).to_have_count(1)
    expect(volunteer.get_by_label("Search", exact=True)).to_have_value("100% wool _bl")
    resident.go_back()
    resident.wait_for_url(re.compile(r"board\?type=3$"))
    expect(resident.get_by_label("Search", exact=True)).to_have_value("")


@pytest.mark.parametrize(
    "query", ["page=999999999", "page=-1", "type=abc", "status=zzz", "sort=id;drop", "q=%25_%5C", "place=9999999999"]
)
def test_a_senseless_address_of_the_board_is_answered_politely(two: tuple[Page, Page], query: str) -> None:
    resident, _ = two
    response = resident.goto(f"/board?{query}")
    assert response is not None
    assert response.status == 200
    expect(resident.get_by_role("heading", level=1)).to_be_visible()


def test_a_need_can_be_changed_and_taken_back_until_somebody_answers(two: tuple[Page, Page], watch: Watch) -> None:
    resident, volunteer = two
    need = publish(resident, Wish("Soup on Sunday", "三亚", kind="营养餐服务"))
    resident.get_by_role("link", name="Change it").click()
    resident.get_by_label("2. One sentence").fill("Soup on Monday")
    press(resident, "Save the change")
    expect(resident.get_by_role("heading", level=1, name="Soup on Monday")).to_be_visible()
    resident.go_back()  # never to a form that has been sent
    assert resident.url.endswith(need)
    expect(resident.get_by_role("heading", level=1, name="Soup on Monday")).to_be_visible()
    offer(volunteer, need, "I cook")
    expect(resident.get_by_role("link", name="Change it")).to_have_count(0)
    watch.allow("status of 400")
    resident.goto(f"{need}/edit")
    expect(resident.get_by_text("A neighbour has already answered")).to_be_visible()
    press(volunteer, "Take my offer back")
    expect(volunteer.locator(".gs-notices .gs-note")).to_contain_text(["Your offer has been taken back."])
    resident.goto(need)
    press(resident, "Take it back")
    expect(resident.get_by_text("Called off", exact=True).first).to_be_visible()


def test_what_belongs_to_somebody_else_stays_closed(two: tuple[Page, Page], visitor: Visitor, watch: Watch) -> None:
    resident, volunteer = two
    need = publish(resident, Wish("Mine alone", "三亚"))
    offer(volunteer, need, "Seen by two")
    volunteer.goto("/my/offers")
    path = volunteer.locator("a[href^='/offers/']").first.get_attribute("href") or ""
    stranger = visitor(language="en")
    register(stranger, somebody("needs_stranger"))
    stranger.goto(need)
    expect(stranger.get_by_text("Seen by two")).to_have_count(0)
    watch.allow("status of 403")
    for closed in (f"{need}/edit", path):
        response = stranger.goto(closed)
        assert response is not None
        assert response.status == 403


def test_two_tabs_that_choose_the_same_neighbour_both_show_the_match(two: tuple[Page, Page]) -> None:
    resident, volunteer = two
    need = publish(resident, Wish("Two tabs", "三亚"))
    offer(volunteer, need, "Here I am")
    t = words(resident)
    choose = t("Choose {name}", name="needs_volunteer")
    resident.goto(need)
    ready(resident)
    other = resident.context.new_page()
    other.goto(need)
    ready(other)
    for tab in (resident, other):
        tab.get_by_role("button", name=choose, exact=True).click()
    say_yes(other)
    expect(other.get_by_text("is coming")).to_be_visible()
    say_yes(resident)
    expect(resident.get_by_text("is coming")).to_be_visible()


def test_when_the_helper_does_not_come_the_need_is_open_again(two: tuple[Page, Page]) -> None:
    resident, volunteer = two
    need = publish(resident, Wish("Come, please", "三亚"))
    offer(volunteer, need, "Surely")
    press(resident, words(resident)("Choose {name}", name="needs_volunteer"))
    press(volunteer, "I cannot come")
    expect(resident.get_by_text("Waiting for help", exact=True)).to_be_visible()
    offer(volunteer, need, "Now really")
    press(resident, words(resident)("Choose {name}", name="needs_volunteer"))
    press(resident, "needs_volunteer did not come")
    expect(resident.get_by_text("Your need is open again.")).to_be_visible()
    expect(volunteer.get_by_text("The neighbour did not come.").first).to_be_visible()
