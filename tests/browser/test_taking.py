"""Share text and printed notice of a need, calendar feed of matches, and closing an account."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visitor
from tests.support.browser.acts import Wish, publish, say_yes
from tests.support.browser.people import ready, register, sign_in, somebody, type_sign_in
from tests.support.server import Server

WITHOUT_CLIPBOARD = (
    "Object.defineProperty(navigator, 'clipboard', { value: undefined }); document.execCommand = () => false; 0"
)
PRINTED = "window.printed = 0; window.print = () => { window.printed += 1 }; 0"
CLIPBOARD = "navigator.clipboard.readText()"


def at(page: Page, path: str) -> None:
    page.goto(path)
    ready(page)


def test_a_need_goes_to_the_chat_group_and_to_the_door(visitor: Visitor, site: Server) -> None:
    page = visitor(language="en")
    author = register(page, somebody("takes along"))
    path = publish(page, Wish("A shelf has come down", "杭州"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    at(page, path)
    page.get_by_role("button", name="Copy as text").click()
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    copied = page.evaluate(CLIPBOARD)
    number = int(path.rsplit("/", 1)[1])
    assert copied.splitlines()[0] == f"No. {number:04d} · A shelf has come down"
    assert copied.splitlines()[-1] == f"{site.url}{path}"
    assert author.username not in copied
    assert not page.get_by_role("button", name="Share").is_visible()  # this browser cannot

    page.evaluate(PRINTED)
    page.get_by_role("button", name="Print for the door").click()
    assert page.evaluate("window.printed") == 1
    page.emulate_media(media="print")
    for gone in ("header", "footer", ".gs-bottom", ".gs-share", ".gs-detail-offers", ".gs-asked"):
        expect(page.locator(f"{gone} >> visible=true")).to_have_count(0)
    expect(page.get_by_text(f"{site.url}{path}, as of")).to_be_visible()
    # "tomorrow" would be wrong on a door
    assert copied.splitlines()[2] in page.locator(".gs-detail-facts").inner_text()
    assert page.locator(".gs-detail .gs-plate").bounding_box()["height"] > 100  # type: ignore[index]
    colour = page.locator("h1").evaluate("(one) => getComputedStyle(one).color")
    assert colour == "rgb(0, 0, 0)"


def test_where_the_clipboard_is_closed_the_text_stands_there_marked(visitor: Visitor) -> None:
    page = visitor(language="en", colours="dark", size=PHONE)
    register(page, somebody("old browser"))
    at(page, publish(page, Wish("A lamp to change", "杭州")))
    page.evaluate(WITHOUT_CLIPBOARD)
    page.get_by_role("button", name="Copy as text").click()
    box = page.get_by_role("textbox", name="This need as text")
    expect(box).to_be_focused()
    expect(page.get_by_text("Please copy it by hand")).to_be_visible()
    assert "A lamp to change" in page.evaluate("String(getSelection())") or box.evaluate(
        "(one) => one.selectionEnd - one.selectionStart === one.value.length"
    )


def test_a_member_takes_the_calendar_and_the_data_and_leaves(visitor: Visitor, site: Server) -> None:
    page, elsewhere = visitor(language="en"), visitor(language="en", size=PHONE)
    leaver = register(page, somebody("moving away"))
    sign_in(elsewhere, leaver.username)
    at(elsewhere, "/my/needs")
    at(page, "/profile")

    page.get_by_role("button", name="Make my calendar address").click()
    say_yes(page)
    field = page.get_by_label("Or copy your address")
    expect(field).to_have_value(re.compile(rf"{re.escape(site.url)}/calendar/.+\.ics"))
    first = field.input_value()
    assert page.request.get(first).text().startswith("BEGIN:VCALENDAR")
    webcal = page.get_by_role("link", name="Put it into the calendar of this device").get_attribute("href")
    assert webcal == first.replace("http://", "webcal://")
    page.get_by_role("button", name="Make a new address").click()
    say_yes(page)
    expect(field).not_to_have_value(first)
    assert page.request.get(first).status == 410

    with page.expect_download() as download:
        page.get_by_role("link", name="Download what we keep about you").click()
    assert leaver.phone in download.value.path().read_text(encoding="utf-8")

    page.get_by_label("About you", exact=True).fill("Never sent")
    page.wait_for_function("Object.keys(localStorage).some((name) => name.startsWith('gsDraft:'))")
    page.get_by_role("button", name="Leave GoodServices").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your password", exact=True).fill("wrong")
    say_yes(page)
    expect(dialog.get_by_text("This is not your current password.").first).to_be_visible()
    dialog.get_by_label("Your password", exact=True).fill(leaver.password)
    say_yes(page)
    page.wait_for_url("**/goodbye")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for having been here")
    page.wait_for_function("!Object.keys(localStorage).some((name) => name.startsWith('gsDraft:'))")
    elsewhere.wait_for_url("**/login*")
    type_sign_in(elsewhere, leaver.username, leaver.password)
    expect(elsewhere.get_by_text("The username or the password is not right.")).to_be_visible()
