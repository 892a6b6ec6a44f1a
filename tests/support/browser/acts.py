"""What people do: publish, offer, choose, confirm, thank; `type_` is by the form, in the language of their browser."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from gsapp.i18n.kinds import kind_name
from tests.support import server
from tests.support.browser.people import Api, ready, words
from tests.support.browser.pictures import photo


@dataclass(frozen=True)
class Wish:
    """A need to publish, with the words a test looks for."""

    title: str
    city: str
    kind: str = "管道维修"
    description: str = ""
    helpers: int = 1


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


def publish(page: Page, wish: Wish, *, photos: int = 0) -> str:
    """Publish a need, from now on for a week, and return its path, `/needs/7`; the page shows it."""
    api, begin = Api(page), datetime.now(ZoneInfo(server.ZONE)).replace(tzinfo=None, microsecond=0)
    need = {
        "ps_title": wish.title,
        "ps_desc": wish.description,
        "stype_id": _named(wish.kind, api.get("/service-types")),
        "cityID": _named(wish.city, api.get("/cities")),
        "ps_begindate": begin.isoformat(),
        "ps_enddate": (begin + timedelta(days=7)).isoformat(),
        "helpers_wanted": wish.helpers,
        "file_list": _upload(api, photos),
    }
    path = f"/needs/{api.post('/service-requests', need)['id']}"
    page.goto(path)
    ready(page)
    return path


def _named(name: str, rows: list[dict[str, Any]]) -> int:
    number: int = next(row["id"] for row in rows if row["name"] == name)
    return number


def _upload(api: Api, photos: int) -> str:
    return ",".join(api.upload(photo(f"{number}.jpg")) for number in range(photos))


def type_need(page: Page, wish: Wish) -> str:
    """The same by the form."""
    page.goto("/needs/new")
    fill_need(page, wish)
    page.get_by_role("button", name=words(page)("Publish")).click()
    say_yes(page)
    page.wait_for_url(re.compile(r"/needs/\d+$"))
    expect(page.get_by_role("heading", level=1, name=wish.title)).to_be_visible()
    path: str = page.evaluate("location.pathname")
    return path


def offer(page: Page, need: str, message: str, *, photos: int = 0) -> None:
    """Offer to help with the need at this path; the page shows it."""
    api, need_id = Api(page), int(need.rpartition("/")[2])
    about = {"srid": need_id, "response_desc": message, "file_list": _upload(api, photos)}
    api.post("/service-responses", about)
    page.goto(need)
    ready(page)


def type_offer(page: Page, need: str, message: str) -> None:
    """The same by the form."""
    page.goto(need)
    ready(page)
    t = words(page)
    page.locator(".gs-detail-form textarea").fill(message)
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
