"""The audit log: the append-only history of who did what, to which user or need, when and why."""

from markupsafe import Markup

from gsapp import clock
from gsapp.effects import event_words
from gsapp.i18n import Translator
from gsapp.queries.admin_history import history
from gsapp.schemas.admin import HistoryFilter
from gsapp.schemas.admin_rows import AdminHistoryRow, HistoryPage
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.read_models import need_label
from gsapp.vocabulary import reason_text
from pages.components import admin_layout
from pages.components.admin_layout import Column
from pages.components.basics import box, link_button, text
from pages.components.exports import export_links
from pages.components.lists import address, find_field, more_filters, select_field, text_field
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell.routes import View


async def load(ctx: Ctx) -> View:
    filter, left_out = parse_filter(HistoryFilter, ctx.query)
    if filter.before is None and filter.after is None:
        reload_on(ctx, history)  # older pages never change
    found = await fetch(history, actor=ctx.me, filter=filter)
    return View(ctx.t("History"), lambda: _build(ctx, found, filter, bool(left_out)))


def _build(ctx: Ctx, found: HistoryPage, filter: HistoryFilter, refused: bool) -> None:
    t = ctx.t
    admin_layout.head(ctx, t("History"), refused=refused)
    with admin_layout.filters(ctx):
        find_field(
            ctx, t("Who did it, or whom it was done to"), "who", filter.who, maxlength="50", autocapitalize="none"
        )
        with more_filters(ctx, "need", "step", "first", "last", "sort"):
            text_field(t("Number of a need"), "need", str(filter.need or ""), inputmode="numeric", maxlength="10")
            names = sorted(
                ((name, t(words.name)) for name, words in event_words.BY_ACTION.items()), key=lambda item: item[1]
            )
            select_field(t("Step"), "step", names, filter.step, first=t("All"))
            text_field(t("On or after"), "first", admin_layout.day(filter.first), type_="date")
            text_field(t("On or before"), "last", admin_layout.day(filter.last), type_="date")
            select_field(t("Order"), "sort", [("oldest", t("Oldest first"))], filter.sort, first=t("Newest first"))
    if not found.items:
        text(t("Nothing found."), "gs-meta", role="status")
        admin_layout.nothing_found(ctx)
        return
    history_list(ctx, found, ctx_sort=filter.sort)
    export_links(ctx, "history", filter)


def history_list(ctx: Ctx, found: HistoryPage, *, ctx_sort: str = "") -> None:
    """A page of the history as a table, with keyset pagination. `ctx_sort` is "oldest" or empty."""
    t = ctx.t
    columns = [Column(t("When")), Column(t("Step")), Column(t("By")), Column(t("About")), Column(t("Reason"))]
    admin_layout.table(t("History"), columns, [_row(t, step) for step in found.items])
    _pager(ctx, found, oldest_first=ctx_sort == "oldest")


def _pager(ctx: Ctx, found: HistoryPage, *, oldest_first: bool) -> None:
    t = ctx.t
    if not (found.newer or found.older):
        return
    first, last = found.items[0].id, found.items[-1].id
    newest, oldest = max(first, last), min(first, last)
    ways = [
        (t("Newer steps"), found.newer, {"after": newest, "before": None}),
        (t("Older steps"), found.older, {"before": oldest, "after": None}),
    ]
    with box("gs-pager", tag="nav", aria_label=t("Pages")):
        for words, more, where in reversed(ways) if oldest_first else ways:
            if more:
                link_button(words, address(ctx, **where))


def _row(t: Translator, step: AdminHistoryRow) -> list[Markup | str]:
    return [
        t.datetime(clock.to_local(step.at)),
        admin_layout.with_small(event_words.event_name(t, step.action), _change(t, step)),
        _by(t, step),
        _about(t, step),
        reason_text(step.reason, step.reason_code, t),
    ]


def _by(t: Translator, step: AdminHistoryRow) -> Markup | str:
    if step.actor_id is None:
        return t("the system")
    by = admin_layout.linked(step.actor, f"/admin/users/{step.actor_id}")
    if step.behalf_id is None:
        return by
    return admin_layout.with_small(by, t("for {name}", name=step.behalf))


def _about(t: Translator, step: AdminHistoryRow) -> Markup | str:
    if step.need_id is not None:
        number = need_label(t, step.need_id)
        return admin_layout.with_small(admin_layout.linked(number, f"/needs/{step.need_id}"), step.need_title)
    if step.subject_id is not None:
        return admin_layout.linked(step.subject, f"/admin/users/{step.subject_id}")
    return ""


def _change(t: Translator, step: AdminHistoryRow) -> str:
    words = [t(event_words.STATES[state]) for state in (step.old, step.new) if state in event_words.STATES]
    return " → ".join(words)
