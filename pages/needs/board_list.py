"""The live list of the board: rows are updated in place; new needs are only counted, until the reader loads them."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from markupsafe import Markup

from gsapp import clock
from gsapp.events.invalidation import invalidates
from gsapp.i18n import Translator
from gsapp.queries import needs as need_queries
from gsapp.queries.need_facts import need_facts
from gsapp.queries.need_search import TooManyFit
from gsapp.queries.status import open_by_type
from gsapp.schemas.needs import NeedFacts, NeedFilter, NeedRow
from gsapp.schemas.read_models import Page
from pages.components.lists import address
from pages.components.markup import icon
from pages.components.needs import needs_markup
from pages.core.actions import load as fetch
from pages.core.actions import load_shared as shared
from pages.core.session import Ctx
from pages.live.regions import LiveQuery, subscribe_private
from pages.live.reload import on_loop

NEWS = Markup('<a class="q-btn gs-btn gs-linkbtn" data-stay href="{to}">{icon}<span>{words}</span></a>')
COUNT = Markup("<span>{words}</span>")


@dataclass(frozen=True)
class Listed:
    """The data of the list. `news` is the number of needs published since that a reload would add."""

    rows: tuple[NeedRow, ...]
    page: Page[NeedFacts]
    news: int
    waiting: int
    now: datetime
    too_many: TooManyFit | None


class ListState:
    """Which needs one reader sees: new ones must not move the rows under their finger."""

    def __init__(self, ctx: Ctx, filter: NeedFilter) -> None:
        self._ctx, self._filter = ctx, filter
        self._ids: tuple[int, ...] = ()
        self._opened = clock.now()
        self._total = 0
        self._too_many: TooManyFit | None = None

    def reload_if_empty(self) -> None:
        """Reload the view if it shows the empty state, because its first need changes more than the list."""
        if not self._ids and self._too_many is None:
            self._ctx.tab.refresh()

    async def load(self) -> Listed:
        """The current data of the rows that the reader sees. New rows only if there were none, or if one is theirs."""
        now = clock.now()
        page = await self._found()
        waiting = sum((await shared(open_by_type)).values())
        new = [need for need in page.items if need.id not in self._ids and need.published_at >= self._opened]
        if not self._ids or any(need.author_id == self._ctx.me.user_id for need in new):
            self._ids, self._opened, self._total = need_queries.ids_of(page), now, page.total
            new = []
        news = len(new)
        if new and news == len(page.items):
            news = max(news, page.total - self._total)  # more than fit on this page
        rows = await self._rows(page)
        return Listed(rows, page, news if page.page == 1 else 0, waiting, clock.local_now(), self._too_many)

    async def _found(self) -> Page[NeedFacts]:
        """The needs that match the filter. A search that hit its limit is not repeated after each event."""
        if self._too_many is None:
            try:
                return await shared(need_queries.found_needs, filter=self._filter)
            except TooManyFit as error:
                self._too_many = error
        return Page(items=(), total=0, page=1, size=self._filter.size)

    async def _rows(self, page: Page[NeedFacts]) -> tuple[NeedRow, ...]:
        known = {need.id: need for need in page.items}
        gone = [need_id for need_id in self._ids if need_id not in known]
        if gone:
            known |= {need.id: need for need in await fetch(need_facts, need_ids=gone)}
        ids = [need_id for need_id in self._ids if need_id in known]
        offers = await fetch(need_queries.my_answers, actor=self._ctx.me, need_ids=ids)
        return tuple(need_queries.need_row(known[need_id], self._ctx.me, offers) for need_id in ids)


async def subscribe_needs(ctx: Ctx, filter: NeedFilter) -> LiveQuery[Listed]:
    """Subscribe to the needs that match the filter."""
    state = ListState(ctx, filter)
    invalidated = invalidates(need_queries.found_needs, open_by_type, need_queries.my_answers)
    on_loop(ctx.scope, invalidated, state.reload_if_empty)
    return await subscribe_private(ctx, state.load, invalidated=invalidated)


def how_many_wait(t: Translator, listed: Listed) -> Markup:
    return COUNT.format(words=t.n("{n} is waiting for help", "{n} are waiting for help", listed.waiting))


def how_many_found(t: Translator, listed: Listed) -> Markup:
    total = listed.page.total
    if listed.page.capped:
        more = t("More than {n} needs found; you see {n} of them. Another word or a place helps.", n=t.number(total))
        return COUNT.format(words=more)
    return COUNT.format(words=t.n("{n} need found", "{n} needs found", total))


def news(ctx: Ctx, t: Translator, listed: Listed) -> Markup:
    """The link that reloads the list, with the number of new needs."""
    if not listed.news:
        return Markup("")
    words = t.n("{n} new, show it", "{n} new, show them", listed.news)
    return NEWS.format(to=address(ctx), icon=icon("expand_less"), words=words)


def rows(t: Translator, listed: Listed) -> Markup:
    return needs_markup(t, listed.rows, now=listed.now, label=t("Needs"))


def put_list(ctx: Ctx, live: LiveQuery[Listed]) -> None:
    """Add the regions of the list."""
    live.region("news", partial(news, ctx), classes="gs-newcomers", data_aloud="newcomers")
    live.region("rows", rows)
