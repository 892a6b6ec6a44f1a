"""What people do on the pages, in the language of their browser: publish, offer, choose, confirm, thank."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from gsapp.i18n.kinds import kind_name
from tests.browser.people import ready, words
from tests.browser.pictures import photo


@dataclass(frozen=True)
class Wish:
    """A need to publish, with the words a test looks for."""

    title: str
    city: str
    kind: str = "管道维修"
    description: str = ""
    helpers: int = 1
    photos: int = 0


def say_yes(page: Page) -> None:
    """Answer the open question with its act."""
    page.locator(".gs-sheet [data-yes]").click()


def fill_need(page: Page, wish: Wish) -> None:
    """Fill the form on `/needs/new`, and send nothing."""
    ready(page)
    t = words(page)
    page.get_by_label(kind_name(t, wish.kind)).check()
    page.get_by_label(t("2. One sentence")).fill(wish.title)
    page.get_by_label(t("More about it (if you like)")).fill(wish.description)
    city = page.get_by_label(t("3. City"))
    city.fill(wish.city)
    page.get_by_role("option", name=re.compile(rf"^{wish.city} ·")).click()
    page.get_by_label(t("How many helpers?")).fill(str(wish.helpers))
    if wish.photos:
        add_photos(page, wish.photos)


def add_photos(page: Page, number: int) -> None:
    """Choose so many photos in the form that is open, and wait until they have arrived."""
    files = [photo(f"{each}.jpg") for each in range(number)]
    page.get_by_label(words(page)("Add a photo or video")).set_input_files(files)
    expect(page.locator(".gs-sent--sent")).to_have_count(number)


def publish(page: Page, wish: Wish) -> str:
    """Publish a need and return its path, `/needs/7`; the page shows it."""
    page.goto("/needs/new")
    fill_need(page, wish)
    page.get_by_role("button", name=words(page)("Publish")).click()
    say_yes(page)
    page.wait_for_url(re.compile(r"/needs/\d+$"))
    expect(page.get_by_role("heading", level=1, name=wish.title)).to_be_visible()
    path: str = page.evaluate("location.pathname")
    return path


def offer(page: Page, need: str, message: str, *, photos: int = 0) -> None:
    """Offer to help with the need at this path."""
    page.goto(need)
    ready(page)
    t = words(page)
    page.locator(".d-form textarea").fill(message)
    if photos:
        add_photos(page, photos)
    page.get_by_role("button", name=t("I can help")).click()
    say_yes(page)
    expect(page.get_by_role("button", name=t("Take my offer back"))).to_be_visible()


def press(page: Page, button: str) -> None:
    """Press a button and say yes to its question."""
    page.get_by_role("button", name=button, exact=True).click()
    say_yes(page)


def password_link(page: Page, account: str) -> str:
    """Make a link for a new password on the page of an account, as a coordinator, and return its path."""
    page.goto(account)
    ready(page)
    press(page, words(page)("Make a link for a new password"))
    address = page.locator("#gs-once-link").input_value()
    page.get_by_role("button", name=words(page)("Close"), exact=True).last.click()
    return urlsplit(address).path


def report(page: Page, thing: str, reason: str) -> None:
    """Report the need at this path."""
    page.goto(thing)
    ready(page)
    t = words(page)
    page.get_by_role("button", name=t("Report this need")).click()
    page.locator(".gs-sheet textarea").fill(reason)
    say_yes(page)
    expect(page.get_by_text(t("Thank you. A coordinator will look at it."))).to_be_visible()


def wall_link(page: Page, label: str) -> str:
    """Make a link to the wall, as a coordinator, and return its path."""
    page.goto("/dashboard/links")
    ready(page)
    t = words(page)
    page.get_by_label(t("Where does the screen hang?")).fill(label)
    page.get_by_role("button", name=t("Make a link")).click()
    address = page.locator("#gs-once-link").input_value()
    page.locator("[data-yes]").click()
    expect(page.locator("#gs-once-link")).to_be_hidden()
    return address[address.index("/dashboard/wall") :]


def record_resident(page: Page, name: str, phone: str, *, known: bool = False) -> str:
    """Record somebody without the internet, as a coordinator, and return the path of their page.

    Afterwards the form for their first need is open; where the number is `known`, still the one of the record.
    """
    page.goto("/admin/residents/new")
    ready(page)
    t = words(page)
    page.get_by_label(t("Their name"), exact=True).fill(name)
    page.get_by_label(t("Mobile number"), exact=True).fill(phone)
    page.get_by_label(t("How they agreed")).click()
    page.get_by_role("option", name=t("In person")).click()
    press(page, t("Record, and go on to the need"))
    if known:
        return ""
    page.wait_for_url(re.compile(r"/admin/residents/\d+/needs/new$"))
    path: str = page.evaluate("location.pathname")
    return path.removesuffix("/needs/new")
