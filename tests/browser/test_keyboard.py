"""Everything by keyboard alone: every page of the site map, questions and menus, and the whole life of a need."""

import re
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visitor
from tests.support.browser.acts import Wish, fill_need
from tests.support.browser.keyboard import Hands, focus_each, tab_through
from tests.support.browser.people import Person, ready, register, somebody
from tests.support.browser.sights import Sights

NUMBERS = count(1)
INSIDE = "dialog => dialog.contains(document.activeElement)"


def test_tab_reaches_everything_once_in_order_and_shows_where_it_is(sights: Sights, visitor: Visitor) -> None:
    found = []
    for page, path in sights.walk(visitor(language="en"), visitor(language="en")):
        found += [f"{path}: {problem}" for problem in tab_through(page)]
    assert not found, "\n".join(found)


def test_on_a_phone_the_focus_is_never_under_the_bars(sights: Sights, visitor: Visitor) -> None:
    found = []
    for page, path in sights.walk(visitor(size=PHONE), visitor(size=PHONE)):
        found += [f"{path}: {problem}" for problem in focus_each(page)]
    assert not found, "\n".join(found)


@pytest.fixture
def member(visitor: Visitor) -> Page:
    page = visitor(language="en")
    register(page, somebody(f"keys_{next(NUMBERS)}"))
    return page


@pytest.fixture
def form(member: Page) -> Page:
    """The form for a need, filled in."""
    member.goto("/needs/new")
    fill_need(member, Wish("Carry a box upstairs", "西宁"))
    return member


def test_the_link_to_the_content_is_first_and_leads_there(page: Page) -> None:
    page.goto("/login")
    ready(page)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#gs-main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("用户名")).to_be_focused()
    assert page.url.endswith("/login")  # no step in the history, no new page


def test_a_question_keeps_the_focus_until_escape_and_gives_it_back(form: Page) -> None:
    hands = Hands(form)
    hands.press("Publish")
    question = form.get_by_role("dialog", name="Publish this need?")
    expect(question).to_be_visible()
    form.wait_for_function("document.activeElement?.closest('.q-dialog')")
    for _ in range(5):
        form.keyboard.press("Tab")
        assert question.evaluate(INSIDE)
    form.keyboard.press("Shift+Tab")
    assert question.evaluate(INSIDE)
    form.keyboard.press("Escape")
    expect(question).to_be_hidden()
    expect(form.get_by_role("button", name="Publish", exact=True)).to_be_focused()
    # The page behind is shown anew while the question goes away, and the button is not there any more.
    form.evaluate(
        "() => { const button = document.activeElement;"
        " gs.dialog.opened(); button.blur(); gs.focus.save(); button.remove(); gs.focus.restore(); }"
    )
    expect(form.get_by_role("heading", level=1)).to_be_focused()


def test_the_question_before_leaving_keeps_the_focus_and_gives_it_back(form: Page) -> None:
    hands = Hands(form)
    hands.press("Board", role="link")
    question = form.get_by_role("dialog", name="Leave this page?")
    expect(question).to_be_visible()
    assert question.evaluate(INSIDE)
    form.keyboard.press("Escape")
    expect(question).to_be_hidden()
    assert form.evaluate("document.activeElement.textContent") == "Board"


def test_the_menu_opens_and_closes_by_keyboard(member: Page) -> None:
    member.goto("/board")
    ready(member)
    hands = Hands(member)
    button = member.locator(".gs-me")
    hands.reach(button)
    member.keyboard.press("Enter")
    menu = member.locator(".gs-menu")
    expect(menu).to_be_visible()
    hands.reach(menu.get_by_role("link", name="My profile"))
    member.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()


def test_a_filter_is_pressed_by_the_space_bar(member: Page) -> None:
    member.goto("/board")
    ready(member)
    Hands(member).press("Plumbing", key="Space")
    expect(member.get_by_role("button", name="Plumbing", exact=True)).to_have_attribute("aria-pressed", "true")


def test_what_is_missing_leads_to_its_field_and_the_field_says_what(member: Page) -> None:
    member.goto("/needs/new")
    ready(member)
    title = member.get_by_label("2. One sentence")
    Hands(member).press("Publish")
    summary = member.get_by_role("group", name=re.compile("not right"))
    expect(summary).to_be_focused()
    Hands(member).press("2. One sentence: Please fill this in.", role="link")
    expect(title).to_be_focused()
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(title).to_have_attribute("aria-required", "true")
    expect(title).to_have_accessible_description(re.compile("Please no phone number.* Please fill this in."))
    kinds = member.get_by_role("radiogroup", name="1. Kind of help")
    expect(kinds).to_have_attribute("aria-invalid", "true")
    expect(kinds).to_have_accessible_description("Please choose one.")


def test_the_password_is_shown_and_hidden_by_keyboard_and_password_managers_know_it(page: Page) -> None:
    page.goto("/login")
    ready(page)
    hands = Hands(page)
    hands.type("密码", "Spring2026")
    field = page.get_by_label("密码", exact=True)
    expect(field).to_have_attribute("autocomplete", "current-password")
    expect(page.get_by_label("用户名")).to_have_attribute("autocomplete", "username")
    eye = page.get_by_role("button", name="显示密码")
    page.keyboard.press("Tab")
    expect(eye).to_be_focused()
    for pressed, kind in (("true", "text"), ("false", "password")):
        page.keyboard.press("Space")
        expect(eye).to_have_attribute("aria-pressed", pressed)
        expect(field).to_have_attribute("type", kind)


def test_the_whole_life_of_a_need_by_keyboard_alone(visitor: Visitor) -> None:
    asking, helping = Hands(visitor(language="en")), Hands(visitor(language="en"))
    author, neighbour = somebody("keys_author"), somebody("keys_neighbour")
    _register(asking, author)
    need = _publish(asking)
    _sign_out(asking)

    _register(helping, neighbour)
    helping.page.goto(need)
    ready(helping.page)
    helping.reach(helping.page.locator(".gs-detail-form textarea"))
    helping.page.keyboard.type("I come at three")
    helping.press("I can help")
    helping.agree()
    expect(helping.page.get_by_role("button", name="Take my offer back")).to_be_visible()

    asking.page.goto(f"/login?next={need}")
    ready(asking.page)
    asking.type("Username", author.username)
    asking.type("Password", author.password)
    asking.page.keyboard.press("Enter")
    asking.arrive(f"{need}$")
    asking.press(f"Choose {neighbour.username}")
    asking.agree()
    helping.press("It is done")
    helping.agree()
    asking.press("Confirm: it is done")
    asking.agree()
    asking.type("A sentence", "Thank you, neighbour")
    asking.agree()
    expect(helping.page.get_by_text("Thank you, neighbour")).to_be_visible()


def _register(hands: Hands, person: Person) -> None:
    hands.page.goto("/register")
    ready(hands.page)
    for label, words in {
        "Username": person.username,
        "Your name": person.name,
        "Mobile number": person.phone,
        "Its number": person.id_number,
        "Password": person.password,
        "The same password again": person.password,
    }.items():
        hands.type(label, words)
    hands.press("Make my account")
    hands.agree()
    hands.arrive("welcome=1$")


def _publish(hands: Hands) -> str:
    hands.press("Board", role="link")
    hands.arrive("/board$")
    hands.press("Ask for help", role="link")
    hands.arrive("/needs/new$")
    page = hands.page
    hands.reach(page.get_by_role("radio").first)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    hands.type("2. One sentence", "Read me a letter")
    hands.type("3. City", "西宁")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    hands.press("Publish")
    hands.agree()
    hands.arrive(r"/needs/\d+$")
    path: str = page.evaluate("location.pathname")
    return path


def _sign_out(hands: Hands) -> None:
    hands.reach(hands.page.locator(".gs-me"))
    hands.page.keyboard.press("Enter")
    hands.press("Sign out")
    hands.arrive("[^/]/$")
