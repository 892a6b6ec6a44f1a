"""Calendar subscription of a member: making the private address, using it, and revoking it."""

from functools import partial

from gsapp.schemas.calendars import CalendarAddress
from gsapp.security.tokens import new_token
from gsapp.services import calendar_links
from pages.components.basics import box, button, card, link_button, text
from pages.components.dialogs import confirm
from pages.components.sharing import copy_line
from pages.core.actions import do_outside_form, errors_shown
from pages.core.session import Ctx


def calendar_card(ctx: Ctx, address: CalendarAddress | None) -> None:
    """The card on the profile; `address` is `None` if there is no subscription."""
    t = ctx.t
    with card("gs-taking"):
        text(t("Your help in your calendar"), tag="h2")
        text(t("Your own calendar can show when you help and when somebody comes. It keeps itself up to date."))
        if address is None:
            button(t("Make my calendar address"), partial(_make, ctx, again=False), symbol="event")
            return
        site = ctx.tab.settings.base_url
        url = f"{site}/calendar/{address.token}.ics"
        subscribe = f"webcal{url.removeprefix('https').removeprefix('http')}"
        link_button(t("Put it into the calendar of this device"), subscribe, symbol="event")
        copy_line(ctx, "gs-calendar-address", url, t("Or copy your address"))
        with box(tag="ul"):
            text(t("iPhone: Settings, Calendar, Accounts, Add subscribed calendar."), tag="li")
            text(t("Android and Google: calendar.google.com on a computer, Other calendars, From URL."), tag="li")
            text(t("Outlook: Add calendar, Subscribe from web."), tag="li")
        text(t("Whoever has the address sees when and where you help. Phone numbers are never in it."), "gs-meta")
        button(t("Make a new address (the old one ends)"), partial(_make, ctx, again=True), symbol="refresh")
        button(t("Switch the calendar off"), partial(_end, ctx), kind="bad", symbol="link_off")


async def _make(ctx: Ctx, *, again: bool) -> None:
    t = ctx.t
    what = t("Whoever has the address sees when and where you help. Phone numbers are never in it.")
    question = t("Make an address for your calendar?")
    if again:
        what = t("Calendars that use the old address get nothing more: give them the new one.")
        question = t("Make a new address?")
    if not await confirm(ctx, question, what=what, yes=t("Yes, make it")):
        return
    with errors_shown(ctx):
        await do_outside_form(ctx, calendar_links.make_address, key=new_token())
        ctx.show_message(t("Your calendar address is ready."))


async def _end(ctx: Ctx) -> None:
    t = ctx.t
    what = t("Calendars that use this address get nothing more.")
    if not await confirm(ctx, t("Switch the calendar off?"), what=what, yes=t("Yes, switch it off"), danger=True):
        return
    with errors_shown(ctx):
        await do_outside_form(ctx, calendar_links.end_address)
        ctx.show_message(t("Your calendar address has been switched off."))
