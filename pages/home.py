"""The start page: what this is, how it works, and what neighbours have done so far."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from gsapp.events import Event, NeedChanged
from gsapp.queries import places
from gsapp.queries.community import community, members_who_helped, thanks_given
from gsapp.schemas.community import Community
from gsapp.schemas.needs import Suggestion, TypeRow
from pages.actions import load_shared as shared
from pages.components.basics import box, heading, icon, illustration, link_button, symbol, text
from pages.components.dialogs import note
from pages.components.helpline import helpline
from pages.components.marks import kind_of_help
from pages.live import keep_fresh
from pages.router import View
from pages.session import Ctx
from pages.suggested import fitting_list, fitting_needs

WELCOME = "/?welcome=1"


@dataclass(frozen=True)
class Figures:
    now: Community
    helpers: int
    thanks: int


async def load(ctx: Ctx) -> View:
    keep_fresh(ctx, _moves_a_figure)
    now, helpers, thanks, types = await asyncio.gather(
        shared(community), shared(members_who_helped), shared(thanks_given), shared(places.service_types)
    )
    figures = Figures(now, helpers, thanks)
    fitting = await fitting_needs(ctx)
    return View(ctx.t("Neighbours help each other"), lambda: _build(ctx, figures, types, fitting), wide=True)


def _moves_a_figure(event: Event) -> bool:
    return isinstance(event, NeedChanged)


def _build(ctx: Ctx, figures: Figures, types: tuple[TypeRow, ...], fitting: Sequence[Suggestion]) -> None:
    _hero(ctx)
    with box("gs-wrap"):
        fitting_list(ctx, fitting)
        _kinds(ctx, figures, types)
        _how(ctx)
        _figures(ctx, figures)
        if ctx.actor is None:
            _join(ctx)


def _hero(ctx: Ctx) -> None:
    t = ctx.t
    with box("hero"), box("gs-wrap heroin"):
        with box():
            if ctx.actor and ctx.query.get("welcome"):
                note(t("Welcome, {name}. Your account is ready.", name=ctx.actor.username), "ok")
            heading("\n".join((t("Need a hand?"), t("A neighbour is near."))), "big")
            text(
                t(
                    "A leaking pipe, a trip to the doctor, a window you cannot reach. "
                    "Write one sentence and a volunteer nearby comes to help. It is free."
                ),
                "lead",
            )
            with box("cta"):
                link_button(t("I need help"), "/needs/new", kind="ask lg", symbol="waving_hand")
                link_button(t("I want to help"), "/board", kind="help lg", symbol="volunteer_activism")
            helpline(ctx, t("No smartphone? Ring us:"))
        illustration("hero", "heroart")


def _kinds(ctx: Ctx, figures: Figures, types: tuple[TypeRow, ...]) -> None:
    t = ctx.t
    with box("gs-part", tag="section"):
        text(t.n("{n} thing neighbours do", "{n} things neighbours do", len(types)), "gs-h2", tag="h2")
        with box("kinds", tag="ul"):
            for row in types:
                waiting = figures.now.open_by_type.get(row.id, 0)
                with box(tag="li"), box("kind", tag="a", href=f"/board?type={row.id}"):
                    kind_of_help(t, row.icon, row.name, large=True)
                    text(t.n("{n} waiting", "{n} waiting", waiting), "gs-meta", tag="span")


def _how(ctx: Ctx) -> None:
    t = ctx.t
    steps = [
        (t("Say what you need"), t("Pick a kind of help and write one sentence.")),
        (t("Choose a neighbour"), t("See who offers and how often they have helped. You decide.")),
        (t("Done, and thank you"), t("It only counts as done when both of you say so.")),
    ]
    with box("gs-part", tag="section"):
        text(t("How it works"), "gs-h2", tag="h2")
        with box("gs-how", tag="ol"):
            for number, (title, words) in enumerate(steps, start=1):
                with box(tag="li"):
                    text(str(number), "gs-plate gs-plate--lg", tag="span", aria_hidden="true")
                    with box():
                        text(title, tag="h3")
                        text(words, "gs-meta")
        text(t("Nobody sees your phone number before you have chosen each other."), "gs-how-private")


def _figures(ctx: Ctx, figures: Figures) -> None:
    t = ctx.t
    tiles = [
        ("state-open", "gs-open", t("Waiting now"), figures.now.open_needs, t("needs that a neighbour could take on")),
        ("state-done", "gs-done", t("Done together"), figures.now.needs_done, t("needs that both sides call done")),
        ("state-matched", "gs-matched", t("Helpers"), figures.helpers, t("neighbours who have helped")),
        ("", "gs-matched", t("Thanks"), figures.thanks, t("words of thanks between neighbours")),
    ]
    with box("gs-part", tag="section"):
        text(t("So far"), "gs-h2", tag="h2")
        if not figures.now.needs_done:
            text(t("We are just beginning. Be the first who helps."), "gs-start")
        with box("gs-tiles", tag="dl"):
            for glyph, colours, name, number, meaning in tiles:
                with box("gs-tile", tag="div"):
                    with box(tag="dt"):
                        with box(f"ic {colours}", tag="span"):
                            _ = symbol(glyph) if glyph else icon("favorite")
                        text(name, tag="span")
                    text(t.number(number), "n", tag="dd")
                    text(meaning, "d", tag="dd")


def _join(ctx: Ctx) -> None:
    t = ctx.t
    with box("gs-join", tag="section"):
        text(t("Two strokes that hold each other up."), "gs-h2", tag="h2")
        text(t("One account for both: today you ask, tomorrow you help."))
        with box("cta"):
            link_button(t("Join your neighbours"), "/register", kind="ask lg", symbol="person_add")
            link_button(t("I have an account"), "/login", kind="lg")
