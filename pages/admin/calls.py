"""The call-back list: residents without internet access to be called, the longest wait first."""

from collections.abc import Sequence
from functools import partial

from gsapp import clock
from gsapp.i18n import Translator
from gsapp.queries.on_behalf import call_list
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.on_behalf import Call, CallFilter, CallForm, ResidentRow, Waiting, Waits
from gsapp.schemas.read_models import Page
from gsapp.services import admin_people, reading
from gsapp.services.on_behalf import note_call
from pages.components import admin_layout
from pages.components.basics import box, button, icon, link, link_button, text
from pages.components.lists import empty, filter_chip, pager
from pages.components.questions import ask
from pages.components.shown_once import show_phone
from pages.core.actions import do, errors_shown, try_to_save
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell.routes import Redirect, View, last_page


async def load(ctx: Ctx) -> View | Redirect:
    reload_on(ctx, call_list)
    filter, left_out = parse_filter(CallFilter, ctx.query)
    found = await fetch(call_list, actor=ctx.me, filter=filter)
    if beyond := last_page(ctx, found):
        return beyond
    await try_to_save(reading.record_people_listed, ctx.me)
    return View(ctx.t("Call-back list"), lambda: _build(ctx, found, filter, bool(left_out)))


def _build(ctx: Ctx, found: Page[ResidentRow], filter: CallFilter, refused: bool) -> None:
    t = ctx.t

    def new() -> None:
        link_button(t("Record a resident"), "/admin/residents/new", kind="ask", symbol="person_add")

    admin_layout.head(ctx, t("Call-back list"), refused=refused, action=new)
    text(t("Residents without the internet. You ring them up and act for them; every step carries both names."))
    with box("gs-filters gs-scroll", tag="nav", aria_label=t("State")):
        filter_chip(ctx, t("To ring up"), name="which", value=None)
        filter_chip(ctx, t("Everybody"), name="which", value="all")
    if not found.items:
        nobody = t("Nobody has been recorded yet") if filter.which else t("Nobody is waiting for a call")
        drawing = "empty-offers" if filter.which else "finished"
        empty(drawing, nobody, t("As soon as something waits for a resident, you see it here by itself."))
        return
    text(t.n("{n} resident", "{n} residents", found.total), "gs-meta gs-found", role="status")
    with box("gs-cards"):
        for resident in found.items:
            _card(ctx, resident)
    pager(ctx, found)


def _card(ctx: Ctx, resident: ResidentRow) -> None:
    t = ctx.t
    with box("gs-offer", tag="article", id=f"gs-resident-{resident.id}"):
        with box("gs-offer-head"):
            icon("phone_in_talk")
            with box("gs-offer-who"):
                with box("gs-offer-title", tag="h2"):
                    link(resident.name, f"/admin/residents/{resident.id}")
                text(f"{resident.username} · {resident.phone}", "gs-meta")
        waiting_list(ctx, resident.waiting)
        if resident.last_call:
            text(t("Last call: {call}", call=call_words(t, resident.last_call)), "gs-meta")
        call_buttons(ctx, resident)


def waiting_list(ctx: Ctx, waiting: Sequence[Waiting]) -> None:
    """The topics of a call, each linked to its need."""
    t, now = ctx.t, clock.local_now()
    with box("gs-facts", tag="ul"):
        for one in waiting:
            with box(tag="li"):
                icon("schedule")
                text(_why(t, one), tag="strong")
                link(one.title or t("Without words"), f"/needs/{one.need_id}")
                text(t.when(clock.to_local(one.since), now), "gs-meta", tag="span")
        if not waiting:
            text(t("Nothing waits"), "gs-meta", tag="li")


def call_buttons(ctx: Ctx, resident: ResidentRow) -> None:
    """The buttons to show the phone number and to record the result of a call."""
    t, name = ctx.t, resident.name
    with box("gs-offer-actions"):
        button(
            t("Show the phone number"),
            partial(_show_phone, ctx, resident),
            symbol="call",
            aria_label=t("Show the phone number: {name}", name=name),
        )
        reached = partial(_record_call, ctx, resident, True)
        button(t("Reached"), reached, kind="ask", symbol="check", aria_label=t("Reached: {name}", name=name))
        missed = partial(_record_call, ctx, resident, False)
        button(t("Not reached"), missed, aria_label=t("Not reached: {name}", name=name))


def call_words(t: Translator, call: Call) -> str:
    """A recorded call as a sentence."""
    when = t.when(clock.to_local(call.at), clock.local_now())
    reached = t("reached") if call.reached else t("not reached")
    sentence = t("{when}, {reached} (by {name})", when=when, reached=reached, name=call.by)
    return f"{sentence}: {call.note}" if call.note else sentence


def _why(t: Translator, one: Waiting) -> str:
    if one.what is Waits.CHOOSE:
        return t.n("{n} offer to decide on", "{n} offers to decide on", one.offers)
    return {
        Waits.CONFIRM: t("Help to confirm"),
        Waits.DROPPED_OUT: t("The helper cannot come"),
        Waits.EXPIRED: t("Nobody came in time"),
        Waits.TAKEN_DOWN: t("The need was taken down"),
    }[one.what]


async def _show_phone(ctx: Ctx, resident: ResidentRow) -> None:
    with errors_shown(ctx):
        show_phone(ctx, resident.name, await do(ctx, admin_people.show_phone, user_id=resident.id))


async def _record_call(ctx: Ctx, resident: ResidentRow, reached: bool) -> None:
    t, name = ctx.t, resident.name
    if await ask(
        ctx,
        t("Have you talked to {name}?", name=name) if reached else t("{name} did not answer?", name=name),
        CallForm,
        lambda fields: fields.line("note", t("A note for the other coordinators (if you like)"), maxlength="500"),
        lambda form: do(ctx, note_call, user_id=resident.id, reached=reached, form=form),
        what=t("What you only had to tell waits no more. What is to be decided, you decide on the page of the need.")
        if reached
        else t("{name} stays on the list.", name=name),
        yes=t("Note the call"),
    ):
        ctx.show_message(t("The call is noted."))
