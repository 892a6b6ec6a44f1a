"""People, their accounts and sessions: made by request where a test is about something else, on the pages where not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import APIResponse, BrowserContext, FilePayload, Page, expect

from gsapp.i18n import Translator, translator
from gsapp.schemas.id_cards import check_digit
from gsapp.vocabulary import IdType

PASSWORD = "Spring2026rain"
_numbers = count(1)
_signed_in: WeakKeyDictionary[BrowserContext, tuple[str, str]] = WeakKeyDictionary()  # name and password


@dataclass(frozen=True)
class Person:
    """What was typed at registration."""

    username: str
    name: str
    phone: str
    id_number: str
    password: str = PASSWORD
    bio: str = ""


def somebody(username: str, *, bio: str = "") -> Person:
    """A person whose phone and ID number nobody else has; the username must be the test's own."""
    number = next(_numbers)
    return Person(username, f"{username} Wang"[:50], f"137{number:08d}", id_card(number), bio=bio)


def id_card(number: int) -> str:
    """A well-formed ID card number for each number below 10 ** 8, of a person born between 1950 and 1990."""
    rest, serial = divmod(number, 1000)
    region, days = divmod(rest, 14_000)
    body = f"1101{region:02d}{date(1950, 1, 1) + timedelta(days=days):%Y%m%d}{serial:03d}"
    return body + check_digit(body)


def words(page: Page) -> Translator:
    """The translator of the language in which a page stands: `words(page)("Sign in")`."""
    language = page.locator("html").get_attribute("lang")
    assert language, "no page is open, so there is no language"
    return translator("zh-CN" if language.startswith("zh") else "en")


def ready(page: Page) -> None:
    """Wait until the page listens: what is typed or pressed before that may go to nobody."""
    page.wait_for_function("window.did_handshake === true")


def fill_registration(page: Page, person: Person) -> None:
    """Fill the form on `/register`, and send nothing."""
    ready(page)
    t = words(page)
    for label, value in {
        "Username": person.username,
        "About you (if you like)": person.bio,
        "Your name": person.name,
        "Mobile number": person.phone,
        "Its number": person.id_number,
        "Password": person.password,
        "The same password again": person.password,
    }.items():
        page.get_by_label(t(label), exact=True).fill(value)


def register(page: Page, person: Person, *, then: str = "") -> Person:
    """Make an account without the form; afterwards the browser is signed in, and shows `then` if that is given."""
    shown = {"uname": person.username, "desc": person.bio, "bname": person.name, "phoneNo": person.phone}
    hidden = {"ctype": IdType.ID_CARD, "idno": person.id_number, "bpwd": person.password}
    _data(page.request.post("/api/v1/auth/register", data=shown | hidden))
    _enter(page, person.username, person.password, "/board")
    if then:
        page.goto(then)
        ready(page)
    return person


def send_registration(page: Page) -> None:
    """Send the form on `/register`, and say yes."""
    page.get_by_role("button", name=words(page)("Make my account")).click()
    page.locator("[data-yes]").click()


def sign_in(page: Page, username: str, password: str = PASSWORD, *, then: str = "/board") -> None:
    """Sign in by the form's own request, without its page, and go to a local address."""
    _enter(page, username, password, then)
    page.goto(then)
    ready(page)


def _enter(page: Page, username: str, password: str, then: str) -> None:
    site = page.request.get("/health").url.removesuffix("/health")
    form: dict[str, str | float | bool] = {"username": username, "password": password, "next": then}
    answer = page.request.post("/auth/login", form=form, headers={"Origin": site}, max_redirects=0)
    assert answer.headers["location"] == then, "wrong name or password"
    _signed_in[page.context] = (username, password)


class Api:
    """The REST API, for whoever was signed in here by `register` or `sign_in`."""

    def __init__(self, page: Page) -> None:
        self._request, self._headers = page.request, {"Authorization": ""}
        username, password = _signed_in[page.context]
        token = self.post("/auth/login", {"username": username, "password": password})["token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:
        return _data(self._request.get(f"/api/v1{path}", headers=self._headers))

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        return _data(self._request.post(f"/api/v1{path}", data=body, headers=self._headers))

    def upload(self, file: FilePayload) -> str:
        """Send a file, and return its name there."""
        answer = self._request.post("/api/v1/files/upload", multipart={"file": file}, headers=self._headers)
        name: str = _data(answer)["filename"]
        return name


def _data(answer: APIResponse) -> Any:
    assert answer.ok, answer.text()
    return answer.json()["data"]


def type_sign_in(page: Page, username: str, password: str) -> None:
    """Fill the form on `/login` and press Enter."""
    t = words(page)
    page.get_by_label(t("Username"), exact=True).fill(username)
    page.get_by_label(t("Password"), exact=True).fill(password)
    page.get_by_label(t("Password"), exact=True).press("Enter")


def sign_out(page: Page) -> None:
    """Sign out by the button on the profile, which leads to the start page."""
    page.goto("/profile")
    page.locator(".gs-main").get_by_role("button", name=words(page)("Sign out"), exact=True).click()
    expect(page).to_have_url(re.compile(r"[^/]/$"))
