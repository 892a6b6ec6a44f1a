"""Registering, signing in and out, and one's own and others' profiles."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, Language, Visitor
from tests.support.browser.chromium import Watch
from tests.support.browser.looks import axe
from tests.support.browser.people import (
    PASSWORD,
    Person,
    fill_registration,
    ready,
    register,
    send_registration,
    sign_in,
    sign_out,
    somebody,
    type_sign_in,
    words,
)
from tests.support.server import Server

TWO_SECONDS = 2_000.0
HOSTILE = "<img src=x onerror=\"document.title='broken'\"> {{7*7}} \U0001f9d3\U0001f3fd javascript:alert(1)"


@pytest.fixture(scope="module")
def member(browser: Browser, site: Server) -> Person:
    """Somebody who registered earlier; tests leave the account as it is."""
    with browser.new_context(base_url=site.url, locale="zh-CN") as context:
        return register(context.new_page(), somebody("an old member", bio=HOSTILE))


def error_at(page: Page, label: str) -> str:
    """The sentence that stands with a field."""
    field = page.locator(".gs-field", has=page.get_by_label(label, exact=True))
    return field.locator(".gs-errmsg span").inner_text()


def say_yes(page: Page) -> None:
    page.locator("[data-yes]").click()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_who_registers_has_one_account_and_is_signed_in(visitor: Visitor, watch: Watch, language: Language) -> None:
    page = visitor(language=language)
    person = somebody(f"newcomer {language}")
    page.goto("/register")
    t = words(page)
    assert t.language == language
    fill_registration(page, person)
    page.get_by_role("button", name=t("Make my account")).dblclick()
    page.locator("[data-yes]").dblclick()
    expect(page.get_by_text(t("Welcome, {name}. Your account is ready.", name=person.username))).to_be_visible()
    assert watch.server_log().count(" registered ") == 1
    page.goto("/profile")
    for shown in (person.username, person.name, person.phone):
        expect(page.locator(".gs-known")).to_contain_text(shown)
    expect(page.locator(".gs-known")).not_to_contain_text(person.id_number)


def test_each_error_stands_at_its_field_and_nothing_typed_is_lost(visitor: Visitor) -> None:
    page = visitor(language="en")
    page.goto("/register")
    person = somebody("careless", bio="Two lines\nof words")
    fill_registration(page, person)
    page.get_by_label("Mobile number").fill("12345")
    page.get_by_label("Password", exact=True).fill("abc")
    page.get_by_role("button", name="Make my account").click()
    expect(page.locator(".gs-summary")).to_be_focused()
    assert error_at(page, "Mobile number") == "A mobile number has 11 digits and begins with 13 to 19."
    assert error_at(page, "Password") == "At least 6 characters, please."
    expect(page.locator(".gs-errmsg")).to_have_count(2)
    kept = {"Username": "careless", "Its number": person.id_number, "The same password again": PASSWORD}
    for label, value in (kept | {"Mobile number": "12345", "About you (if you like)": person.bio}).items():
        expect(page.get_by_label(label, exact=True)).to_have_value(value)
    assert axe(page) == []
    page.get_by_label("Mobile number").fill(person.phone)
    expect(page.locator(".gs-summary")).to_contain_text("One thing is missing")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    expect(page.locator(".gs-summary")).to_be_empty()


def test_a_hint_comes_as_soon_as_a_field_is_left_and_goes_when_it_is_mended(visitor: Visitor) -> None:
    page = visitor(language="en")
    page.goto("/register")
    ready(page)
    page.get_by_label("Username").fill("ab")
    page.get_by_label("Username").press("Tab")
    expect(page.get_by_text("At least 3 characters, please.")).to_be_visible()
    page.get_by_label("Username").fill("abc")
    expect(page.get_by_text("At least 3 characters, please.")).to_have_count(0)


def test_what_somebody_else_has_is_refused_at_its_field(visitor: Visitor, member: Person) -> None:
    page = visitor(language="en")
    page.goto("/register")
    fill_registration(page, somebody(member.username))
    send_registration(page)
    expect(page.locator(".gs-summary")).to_contain_text("This username is already taken.")
    assert error_at(page, "Username") == "This username is already taken. Please choose another one."
    page.get_by_label("Username").fill("somebody else")
    page.get_by_label("Mobile number").fill(member.phone)
    send_registration(page)
    expect(page.locator(".gs-summary")).to_contain_text("This phone number already has an account.")
    assert error_at(page, "Mobile number") == "This phone number already has an account. Please sign in instead."
    expect(page.get_by_label("Username")).to_have_value("somebody else")


def test_a_wrong_password_keeps_the_name_and_the_right_one_signs_in(visitor: Visitor, member: Person) -> None:
    page = visitor(language="en")
    page.goto("/login")
    type_sign_in(page, member.username, "Winter2026snow")
    expect(page.get_by_role("alert")).to_contain_text("The username or the password is not right.")
    expect(page.get_by_label("Username")).to_have_value(member.username)
    expect(page.get_by_label("Password")).to_have_value("")
    page.get_by_label("Password").fill(member.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/board")


def test_a_page_for_members_comes_after_signing_in_and_never_one_of_another_site(
    visitor: Visitor, site: Server, member: Person
) -> None:
    page = visitor()
    page.goto("/users/1?from=a&to=b")
    assert "/login?next=" in page.url
    why = words(page)("That page is for members. It opens as soon as you have signed in.")
    expect(page.get_by_text(why)).to_be_visible()
    page.get_by_role("link", name=words(page)("Make an account")).click()
    expect(page.get_by_label(words(page)("Its number"))).to_be_visible()
    page.get_by_role("link", name=words(page)("Sign in")).last.click()
    expect(page.get_by_label(words(page)("Its number"))).to_have_count(0)  # both pages ask for a name and a password
    type_sign_in(page, member.username, member.password)
    page.wait_for_url(site.url + "/users/1?from=a&to=b")
    for elsewhere in ("//evil.example/", "https://evil.example/", "/%5Cevil.example"):
        page.goto(f"/login?next={elsewhere}")
        assert page.url == f"{site.url}/board"


def test_signing_out_closes_the_other_tabs(visitor: Visitor, member: Person) -> None:
    first = visitor()
    sign_in(first, member.username)
    second = first.context.new_page()
    second.goto("/profile")
    ready(second)
    sign_out(first)
    second.wait_for_url("**/login*", timeout=TWO_SECONDS, wait_until="commit")


def test_another_browser_can_be_signed_out_from_the_profile(visitor: Visitor, member: Person) -> None:
    here, there = visitor(language="en"), visitor()
    sign_in(here, member.username)
    sign_in(there, member.username)
    here.goto("/profile")
    ready(here)
    browsers = here.locator(".gs-browsers li").count()
    here.get_by_role("button", name="Sign out Chrome on Linux").first.click()
    say_yes(here)
    there.wait_for_url("**/login*", timeout=TWO_SECONDS, wait_until="commit")
    expect(here.get_by_text("It is signed out.")).to_be_visible()
    expect(here.locator(".gs-browsers li")).to_have_count(browsers - 1)


def test_a_new_password_signs_out_every_other_browser(visitor: Visitor) -> None:
    here, there = visitor(language="en"), visitor()
    person = register(here, somebody("careful"))
    sign_in(there, person.username)
    here.goto("/profile")
    ready(here)
    new = "Autumn2026leaf"
    here.get_by_label("Current password").fill("Wrong2026x")
    here.get_by_label("New password", exact=True).fill(new)
    here.get_by_label("The new password again").fill(new)
    here.get_by_role("button", name="Change the password").click()
    say_yes(here)
    expect(here.get_by_text("Current password: This is not your current password.")).to_be_visible()
    expect(here.get_by_label("New password", exact=True)).to_have_value(new)
    here.get_by_label("Current password").fill(person.password)
    here.get_by_role("button", name="Change the password").click()
    say_yes(here)
    expect(here.get_by_text("Your password is changed.")).to_be_visible()
    there.wait_for_url("**/login*", timeout=TWO_SECONDS, wait_until="commit")
    expect(here.get_by_label("Current password")).to_have_value("")
    sign_in(there, person.username, new)


def test_phone_and_words_about_oneself_can_be_changed_and_are_shown_as_text(visitor: Visitor, member: Person) -> None:
    page = visitor(language="en")
    sign_in(page, member.username, then="/profile")
    phone = somebody("another phone").phone
    page.get_by_label("Mobile number").fill(phone)
    page.get_by_label("About you").fill(f"New: {HOSTILE}")
    page.get_by_role("button", name="Save the changes").click()
    say_yes(page)
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.locator(".gs-known")).to_contain_text(phone)
    page.get_by_role("link", name="What others see of me").click()
    expect(page.locator(".gs-about")).to_contain_text(f"New: {HOSTILE}")
    for hidden in (phone, member.name):
        expect(page.locator(".gs-main")).not_to_contain_text(hidden)
    assert page.title().startswith(member.username)


def test_a_form_begun_comes_along_into_another_language(visitor: Visitor) -> None:
    page = visitor(language="en")
    page.goto("/register?next=/board")
    ready(page)
    page.get_by_label("Username").fill("undecided")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert page.url.endswith("/register?next=/board")
    expect(page.get_by_label("用户名")).to_have_value("undecided")


def test_the_first_link_makes_a_coordinator(visitor: Visitor, site: Server) -> None:
    link = site.logged(r"http://\S+/auth/coordinator/\S+").group()
    page = visitor(language="en")
    page.goto(link)
    expect(page.get_by_text("Your link makes you a coordinator")).to_be_visible()
    fill_registration(page, somebody("the first one here"))
    send_registration(page)
    page.wait_for_url("**/?welcome=1")
    page.goto("/profile")
    expect(page.get_by_text("You are a coordinator.")).to_be_visible()


def test_the_start_page_asks_a_stranger_in(visitor: Visitor, member: Person) -> None:
    page = visitor(language="en", size=PHONE)
    page.goto("/")
    expect(page.locator(".gs-home-kinds a")).to_have_count(6)
    assert axe(page) == []
    page.get_by_role("link", name="I need help").click()
    page.wait_for_url("**/register?next=%2Fneeds%2Fnew")
    page.locator(".gs-sign-form").get_by_role("link", name="Sign in").click()
    page.wait_for_url("**/login?next=%2Fneeds%2Fnew")
    # The address is there before the page is, and both pages ask for a username.
    expect(page.get_by_role("heading", level=1, name="Hello, please sign in")).to_be_visible()
    type_sign_in(page, member.username, member.password)
    page.wait_for_url("**/needs/new")
