"""The inbox: pending decisions of a member, then their notifications."""

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from gsapp import clock
from gsapp.effects.notification_texts import notification_text
from gsapp.i18n import Translator
from gsapp.queries import inbox as inbox_queries
from gsapp.queries.need_facts import need_facts
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.inbox import Decision, NotificationFilter, NotificationPage, NotificationRow
from gsapp.services import inbox
from gsapp.vocabulary import TOPICS, NotificationTopic, reason_text
from pages.components.account_tabs import account_tabs
from pages.components.basics import box, button, heading, link_button, text
from pages.components.decisions import decision_card
from pages.components.lists import empty, filter_chip, pager
from pages.components.markup import icon, joined, put
from pages.core.actions import do, errors_shown
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell.routes import Redirect, View, last_page

ICONS = {
    NotificationTopic.MY_NEEDS: "volunteer_activism",
    NotificationTopic.MY_OFFERS: "handshake",
    NotificationTopic.QUESTIONS: "waving_hand",
    NotificationTopic.HELP: "home_repair_service",
    NotificationTopic.THANKS: "favorite",
    NotificationTopic.ACCOUNT: "account_circle",
}
LIST = Markup('<ul class="gs-news" aria-label="{label}">{rows}</ul>')
ROW = Markup(
    '<li class="{state}">{symbol}<div><a href="{to}">{said}</a>{reason}'
    '<span class="gs-meta">{mark}{when}</span></div></li>'
)
REASON = Markup('<p class="gs-why">{words}</p>')
MARK = Markup('<b class="gs-new">{words}</b> ')


async def load(ctx: Ctx) -> View | Redirect:
    shown: set[int | None] = set()
    reload_on(ctx, inbox_queries.decisions, inbox_queries.notifications, need_facts, actor=ctx.me, need_ids=shown)
    filter, left_out = parse_filter(NotificationFilter, ctx.query, only=("unread", "page"))
    if left_out:
        return Redirect("/inbox")
    waiting = await fetch(inbox_queries.decisions, actor=ctx.me)
    notifications = await fetch(inbox_queries.notifications, actor=ctx.me, filter=filter)
    if beyond := last_page(ctx, notifications):
        return beyond
    shown.update(decision.need_id for decision in waiting)
    shown.update(row.need_id for row in notifications.items)
    return View(ctx.t("News"), lambda: _build(ctx, waiting, notifications))


def _build(ctx: Ctx, waiting: Sequence[Decision], notifications: NotificationPage) -> None:
    t = ctx.t
    with box("gs-page-head"):
        heading(t("News"))
        link_button(t("What I want to hear"), "/inbox/settings", symbol="tune")
    account_tabs(ctx)
    if waiting:
        with box("gs-waiting", tag="section", aria_labelledby="gs-waiting"):
            text(t("Waiting for you"), tag="h2", id="gs-waiting")
            for each in waiting:
                decision_card(ctx, each)
    text(t("What happened"), tag="h2")
    with box("gs-inboxbar"):
        with box("gs-filters gs-scroll", tag="nav", aria_label=t("Which news")):
            filter_chip(ctx, t("All"), name="unread", value=None)
            filter_chip(ctx, t("Unread ({n})", n=t.number(notifications.unread)), name="unread", value="true")
        if notifications.unread:
            up_to = notifications.items[0].id if notifications.items and notifications.page == 1 else None
            button(t("Mark all read"), partial(_read_all, ctx, up_to), symbol="done_all")
    if notifications.items:
        put(LIST.format(label=t("What happened"), rows=joined(_row(t, row) for row in notifications.items)))
        pager(ctx, notifications)
    elif ctx.query.get("unread"):
        empty("finished", t("Nothing unread"), t("You know all that happened."), to="/inbox", button=t("Show all"))
    else:
        empty(
            "empty-news",
            t("No news yet"),
            t("When a neighbour offers to help or answers you, you see it here."),
            to="/board",
            button=t("To the board"),
        )


def _row(t: Translator, row: NotificationRow) -> Markup:
    unread = row.read_at is None
    why = reason_text(row.reason, row.reason_code, t)
    return ROW.format(
        state="gs-unread" if unread else "",
        symbol=icon(ICONS[TOPICS[row.kind]]),
        to=row.path,
        said=notification_text(t, row),
        reason=REASON.format(words=t("Reason: {reason}", reason=why)) if why else "",
        mark=MARK.format(words=t("New")) if unread else "",
        when=t.when(clock.to_local(row.at), clock.local_now()),
    )


async def _read_all(ctx: Ctx, up_to: int | None) -> None:
    with errors_shown(ctx):
        await do(ctx, inbox.mark_all_read, up_to=up_to)
