"""Something to see at every address of the site map, and a quick way from page to page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from pages import site_map
from pages.shell.routes import Route
from tests.support import server
from tests.support.browser.acts import Wish, offer, password_link, publish, record_resident, report, wall_link
from tests.support.browser.email_links import paths_in_emails
from tests.support.browser.people import PASSWORD, ready, register, sign_in, somebody

LONG = "一句很长很长的话" * 12 + " averyveryverylongwordwithoutanyblank" * 2
# Goes there as a click does; afterwards `arrived` is no longer false, in this document or in a new one.
GO = """path => {
    window.arrived = false;
    const done = gs.navigation.loaded;
    gs.navigation.loaded = n => {
        gs.navigation.loaded = done;
        done(n);
        requestAnimationFrame(() => { window.arrived = true; });  // by then the heading has the focus
    };
    gs.navigation.go(path);
}"""
ARRIVED = "window.arrived !== false && window.did_handshake === true && !!document.getElementById('gs-h1')"


@dataclass(frozen=True)
class Sights:
    """Where to look: `paths` has the records that stand for {need_id} and so on; the author sees all of it."""

    url: str
    author: str
    helper: str
    paths: dict[str, str]

    def path(self, route: Route) -> str:
        path = self.paths.get(route.pattern, route.pattern)
        assert "{" not in path, (
            f"{route.pattern} is new: say in tests/support/browser/sights.py which record to look at"
        )
        return path

    def walk(self, member: Page, stranger: Page) -> Iterator[tuple[Page, str]]:
        """Every page of the site map, one after the other, in the browser of whom it is made for.

        The author is signed in by this, as the member.
        """
        sign_in(member, self.author, PASSWORD)
        stranger.goto("/")
        ready(stranger)
        yield stranger, "/"
        for route in site_map():
            page = member if route.members_only or route.pattern == "/" else stranger
            path = self.path(route)
            visit(page, path)
            yield page, path


def visit(page: Page, path: str) -> None:
    """Go to another page without loading it anew, and wait until it is there."""
    page.evaluate(GO, path)
    page.wait_for_function(ARRIVED)


def make(site: server.Server, person: Callable[[], Page]) -> Sights:
    """A need with an offer, one without, and two people; the author looks at every page, also as a coordinator."""
    author, helper = person(), person()
    paths = {"/dashboard/rows": "/dashboard/rows?metric=open"}
    name = register(author, somebody("looks_author", bio=LONG)).username
    site.promote(name)
    helping = register(helper, somebody("looks_helper", bio=LONG)).username
    answered = publish(author, Wish(LONG[:250], "西宁", description=LONG), photos=3)
    offer(helper, answered, LONG, photos=1)
    editable = publish(author, Wish("Windows too high for me", "西宁", kind="保洁服务", helpers=3), photos=2)
    author.goto(answered)
    helper.goto("/my/offers")
    paths["/needs/{need_id}"] = answered
    paths["/needs/{need_id}/edit"] = f"{editable}/edit"
    paths["/offers/{offer_id}"] = helper.locator("a[href^='/offers/']").first.get_attribute("href") or ""
    paths["/users/{user_id}"] = author.locator("a[href^='/users/']").first.get_attribute("href") or ""
    paths["/admin/users/{user_id}"] = f"/admin{paths['/users/{user_id}']}"
    paths["/password/{token}"] = password_link(author, paths["/admin/users/{user_id}"])
    paths |= paths_in_emails(site.data_dir)
    paths["/dashboard/wall"] = wall_link(author, LONG[:100])
    report(helper, answered, LONG)
    resident = record_resident(author, LONG[:50], "13955509876")
    paths["/admin/residents/{user_id}"] = resident
    paths["/admin/residents/{user_id}/needs/new"] = f"{resident}/needs/new"
    return Sights(site.url, name, helping, paths)
