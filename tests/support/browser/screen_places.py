"""Which records of the sample town stand for `{need_id}` and so on: the first ones that its pages link to."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from gsapp.demo.content_people import PASSWORD
from pages import site_map
from pages.shell.routes import Route
from tests.support.browser.acts import Wish, password_link, record_resident, type_need, wall_link
from tests.support.browser.email_links import paths_in_emails
from tests.support.browser.people import sign_in

HELPLINE = "400-000-0000"
STRANGER = ""
MEMBER = "zhang_min"
COORDINATOR = "lin_zhihui"
WALL = "/dashboard/wall"
RESIDENT = "/admin/residents/{user_id}"
LINKS = "links => [...new Set(links.map(link => new URL(link.href)).map(url => url.pathname + url.search))]"
QUESTIONS = {"/dashboard/rows": "?metric=open"}

Places = dict[str, tuple[str, str]]
"""For each pattern of the site map the address to look at, and who looks."""


def enter(context: BrowserContext, who: str) -> None:
    """Sign this browser in as somebody of the town; a stranger stays one."""
    if who == STRANGER:
        return
    page = context.new_page()
    page.goto("/login")
    sign_in(page, who, PASSWORD)
    page.close()


class Finder:
    """Follows links, as people do, until every address of the site map has something to show."""

    def __init__(self, context: BrowserContext, routes: list[Route], *, data_dir: Path) -> None:
        self._context = context
        self._routes = routes
        self._found: Places = {pattern: (path, STRANGER) for pattern, path in paths_in_emails(data_dir).items()}

    def places(self) -> Places:
        for route in self._routes:
            if "{" not in route.pattern and route.pattern != WALL:
                self._found[route.pattern] = (route.pattern + QUESTIONS.get(route.pattern, ""), _audience(route))
        for who, make in ((MEMBER, self._make_own), (COORDINATOR, self._make_at_the_desk)):
            missing = [route for route in self._routes if self._is_missing(route, who)]
            if missing:
                self._context.clear_cookies(name="gs_session")
                enter(self._context, who)
                page = self._context.new_page()
                self._follow(page, who, missing)
                make(page, {route.pattern for route in missing})
                page.close()
        for route in self._routes:
            assert route.pattern in self._found, f"{route.pattern} is new: no page of the town links to one; make one"
        return self._found

    def _is_missing(self, route: Route, who: str) -> bool:
        return route.pattern not in self._found and (who == COORDINATOR or not route.coordinators_only)

    def _follow(self, page: Page, who: str, missing: list[Route]) -> None:
        every = site_map()
        queue = [
            route.pattern for route in every if "{" not in route.pattern and _audience(route) in (STRANGER, MEMBER, who)
        ]
        for path in queue:
            if not missing:
                return
            page.goto(path)
            page.locator("#gs-h1").wait_for()
            for link in page.locator("a[href^='/']").evaluate_all(LINKS):
                # The first route that fits is the one that answers.
                fits = next((one.pattern for one in every if one.match(link.partition("?")[0]) is not None), None)
                if route := next((one for one in missing if one.pattern == fits), None):
                    self._found[route.pattern] = (link, who)
                    missing.remove(route)
                    queue.append(link)

    def _make_own(self, page: Page, missing: set[str]) -> None:
        if "/needs/{need_id}/edit" in missing:
            path = type_need(
                page, Wish("厨房水管漏水，地上一直有水", "武汉", description="洗碗池下面的管子接头在滴水。")
            )
            self._found["/needs/{need_id}/edit"] = (f"{path}/edit", MEMBER)

    def _make_at_the_desk(self, page: Page, missing: set[str]) -> None:
        """What no page links to: secret addresses, and people without the internet."""
        if "/password/{token}" in missing:
            page.goto("/admin/users")
            account = page.locator("a[href^='/admin/users/']").first.get_attribute("href") or ""
            self._found["/password/{token}"] = (password_link(page, account), STRANGER)
        if WALL in missing:
            self._found[WALL] = (wall_link(page, "居委会大厅"), STRANGER)
        if missing & {RESIDENT, f"{RESIDENT}/needs/new"}:
            resident = record_resident(page, "黄奶奶", "13955509876")
            self._found[RESIDENT] = (resident, COORDINATOR)
            self._found[f"{RESIDENT}/needs/new"] = (f"{resident}/needs/new", COORDINATOR)


def _audience(route: Route) -> str:
    if route.coordinators_only:
        return COORDINATOR
    return MEMBER if route.members_only else STRANGER
