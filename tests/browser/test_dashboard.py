"""The dashboard and the wall, as coordinators and passers-by see them."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.support import server
from tests.support.browser.acts import Wish, offer, publish, wall_link
from tests.support.browser.chromium import Watch
from tests.support.browser.people import ready, register, somebody, words

WALL = (1920, 1080)
# What is drawn before any script has run; it is gone by now, so it is put back for a moment.
FIRST = """() => {
    const first = document.body.appendChild(Object.assign(document.createElement('div'), {id: 'esm-fallback'}));
    const drawn = getComputedStyle(first).backgroundImage;
    first.remove();
    return drawn;
}"""


def chief(site: server.Server, page: Page, name: str) -> Page:
    """A coordinator at the dashboard."""
    register(page, somebody(name))
    site.promote(name)
    page.goto("/dashboard")
    ready(page)
    return page


def number(page: Page, key: str) -> int:
    return int(page.locator(f"#gs-metric-{key} .gs-dashboard-value").inner_text().replace(",", ""))


def test_a_change_moves_the_numbers_at_once_and_each_leads_to_its_rows(site: server.Server, visitor: Visitor) -> None:
    desk, author, helper = chief(site, visitor(language="en"), "desk_chief"), visitor(), visitor()
    register(author, somebody("desk_author"))
    register(helper, somebody("desk_helper"))
    before = number(desk, "open"), number(desk, "to_decide")
    need = publish(author, Wish("Desk needs a lamp", "西宁"))
    expect(desk.locator("#gs-metric-open .gs-dashboard-value")).to_have_text(str(before[0] + 1))
    expect(desk.locator(".gs-dashboard-feed")).to_contain_text("Desk needs a lamp")
    expect(desk.locator("#gs-said")).to_contain_text(f"Waiting for help now: {before[0] + 1}")
    expect(desk.get_by_role("img", name=re.compile(r"^In the last 30 days [1-9]\d* needs? began"))).to_be_visible()
    offer(helper, need, "I have one")
    expect(desk.locator("#gs-metric-to_decide .gs-dashboard-value")).to_have_text(str(before[1] + 1))
    shown = number(desk, "open")
    desk.locator("#gs-metric-open .gs-dashboard-number").click()
    expect(desk.locator(".gs-dashboard-count")).to_have_text(re.compile(rf"^{shown} "))
    with desk.expect_download() as download:
        desk.get_by_role("link", name="CSV").click()
    assert re.fullmatch(r"open-\d{4}-\d{2}-\d{2}\.csv", download.value.suggested_filename)
    rows = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == shown + 1
    assert sum("Desk needs a lamp" in row for row in rows) == 1


def test_members_find_nothing_here(visitor: Visitor, watch: Watch) -> None:
    page = visitor(language="en")
    watch.allow("status of 403")
    register(page, somebody("desk_member"))
    for path in ("/dashboard", "/dashboard/rows?metric=open", "/dashboard/links", "/export/dashboard.csv?metric=open"):
        answer = page.request.get(path)
        assert answer.status == 403, path
    page.goto("/board")
    expect(page.get_by_role("link", name="Dashboard")).to_have_count(0)


def test_a_link_opens_the_wall_without_names_until_it_is_switched_off(
    site: server.Server, visitor: Visitor, watch: Watch
) -> None:
    watch.allow("status of 403")
    person = somebody("wall_author")
    desk, author, passer = chief(site, visitor(), "wall_chief"), visitor(), visitor(language="en", size=WALL)
    register(author, person)
    t = words(desk)
    address = wall_link(desk, "Wall of the hall")

    heard: list[str] = []
    passer.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    answer = passer.goto(address)
    assert answer
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    ready(passer)
    expect(passer.locator(".gs-wall-tiles li")).to_have_count(4)
    expect(passer.locator(".gs-wall-clock")).to_have_text(re.compile(r"^\d\d?:\d\d$"))
    assert passer.locator("a, button, input").count() == 0, "no controls"
    assert passer.evaluate(FIRST) == "none", "the header of the usual pages while the wall loads"
    need = publish(author, Wish(f"Ring {person.name} at {person.phone}", "西宁"))
    news = f"No. {int(need.rsplit('/', 1)[1]):04d}: Plumbing, 西宁"
    expect(passer.locator(".gs-wall-card").last).to_contain_text(news)
    seen = answer.text() + passer.content() + "".join(heard)
    for secret in (person.name, person.username, person.phone, "wall_chief", "Ring "):
        assert secret not in seen, secret

    desk.get_by_role("button", name=t("Switch off: {label}", label="Wall of the hall")).click()
    desk.locator(".gs-sheet [data-yes]").click()
    expect(passer.locator(".gs-wall-tiles")).to_have_count(0)
    again = passer.goto(address)
    assert again
    assert again.status == 403
    forged = passer.goto(address[:-2] + "xx")
    assert forged
    assert forged.status == 403
