"""Pages behind the links in e-mails, without signing in: confirm an address, end e-mails."""

from functools import partial

from gsapp.effects.notification_texts import TOPIC_NAMES
from gsapp.errors import NotFound
from gsapp.flows import email_links
from gsapp.schemas.inbox import PendingAddress, Subscription
from gsapp.services.accounts import LinkUsed
from pages.components.basics import box, button, card, heading, illustration, link_button, once, text
from pages.core.actions import errors_shown, in_thread
from pages.core.session import Ctx
from pages.shell.routes import View

CONFIRM, UNSUBSCRIBE = "/email/", "/unsubscribe/"


async def load_confirm(ctx: Ctx) -> View:
    token, title = ctx.path.removeprefix(CONFIRM), ctx.t("News to this address")
    try:
        pending = await in_thread(email_links.pending_address, token)
    except LinkUsed as used:
        message = used.text(ctx.t)
        return View(title, lambda: _too_late(ctx, title, message), status=410)
    return View(title, lambda: _build_confirm(ctx, title, token, pending))


async def load_unsubscribe(ctx: Ctx) -> View:
    token, title = ctx.path.removeprefix(UNSUBSCRIBE), ctx.t("End letters")
    try:
        subscription = await in_thread(email_links.subscription, token)
    except NotFound:
        message = ctx.t("This link is not complete. Please open it in the letter itself.")
        return View(title, lambda: _too_late(ctx, title, message), status=404)
    return View(title, lambda: _build_unsubscribe(ctx, title, token, subscription))


def _build_confirm(ctx: Ctx, title: str, token: str, pending: PendingAddress) -> None:
    t = ctx.t
    with box("gs-narrow"):
        heading(title)
        with card():
            text(t("Send the news of the account {name} to {address}?", name=pending.username, address=pending.address))
            button(t("Yes, send it here"), once(partial(_confirm, ctx, token)), kind="ask lg block", symbol="check")
            text(t("If this is not your account, simply close this page: nothing is sent."), "gs-meta")


async def _confirm(ctx: Ctx, token: str) -> None:
    with errors_shown(ctx):
        await in_thread(email_links.confirm, token)
        ctx.show_message(ctx.t("The address is confirmed. News comes here from now on."))
        ctx.go("/", instead=True)


def _build_unsubscribe(ctx: Ctx, title: str, token: str, subscription: Subscription) -> None:
    t = ctx.t
    with box("gs-narrow"):
        heading(title)
        with card():
            if not subscription.active:
                text(t("No letters of this kind come to this address."))
                return
            text(t("Letters about the account {name}", name=subscription.username), "gs-meta")
            if subscription.topics:
                topics = " · ".join(t(TOPIC_NAMES[topic]) for topic in subscription.topics)
                label = t("No more letters about: {topics}", topics=topics)
                button(label, once(partial(_end, ctx, token, everything=False)), kind="ask block", symbol="check")
            every = once(partial(_end, ctx, token, everything=True))
            button(t("No more letters at all"), every, kind="" if subscription.topics else "ask block", symbol="check")
            text(t("What happened still shows in the inbox on the site."), "gs-meta")


async def _end(ctx: Ctx, token: str, *, everything: bool) -> None:
    with errors_shown(ctx):
        await in_thread(email_links.unsubscribe, token, everything=everything)
        ctx.show_message(ctx.t("Done. These letters do not come any more."))
        ctx.go(ctx.path, instead=True)


def _too_late(ctx: Ctx, title: str, message: str) -> None:
    with box("gs-empty gs-error"):
        illustration("error-moment")
        heading(title)
        text(message, "gs-lead")
        link_button(ctx.t("What I want to hear"), "/inbox/settings", kind="ask")
