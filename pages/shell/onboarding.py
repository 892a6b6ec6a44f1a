"""Onboarding: the first steps of a new member as a checklist that ticks itself off and can be put away."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nicegui.element import Element

from gsapp.queries import onboarding as step_queries
from gsapp.schemas.onboarding import FirstSteps
from gsapp.services import onboarding
from gsapp.vocabulary import AdminArea
from pages.components.basics import box, button, card, icon, link, text
from pages.core.actions import do, errors_shown, try_to_save
from pages.core.actions import load as fetch
from pages.core.js import js_call
from pages.core.session import Ctx

# A coordinator who opens one of these addresses has seen the area.
ADMIN_AREAS = {
    "/dashboard": AdminArea.DASHBOARD,
    "/admin/calls": AdminArea.CALLS,
    "/admin/reports": AdminArea.REPORTS,
    "/dashboard/links": AdminArea.WALL,
}


@dataclass(frozen=True)
class Step:
    done: bool
    words: str
    why: str
    to: str


async def mark_area_seen(ctx: Ctx) -> None:
    """Record that a coordinator has opened one of `ADMIN_AREAS` for the first time."""
    place = ADMIN_AREAS.get(ctx.path)
    if place is None or ctx.actor is None or not ctx.actor.is_coordinator or place in ctx.actor.first_steps:
        return
    if await try_to_save(onboarding.look_at, ctx.actor, place=place):
        ctx.actor = replace(ctx.actor, first_steps=ctx.actor.first_steps | {place.value})


async def steps_of(ctx: Ctx) -> FirstSteps | None:
    """The reader's progress; `None` for visitors, when all is done, or (without a query) when it was put away."""
    if ctx.actor is None or onboarding.AWAY in ctx.actor.first_steps:
        return None
    found = await fetch(step_queries.first_steps, actor=ctx.actor)
    return None if found.done else found


def first_steps_card(ctx: Ctx, found: FirstSteps | None) -> None:
    """The checklist as a card; nothing if `found` is `None`."""
    if found is not None:
        with card("gs-first-steps") as place:
            with box("gs-first-steps-head"):
                text(ctx.t("First steps"), tag="h2")
                link(ctx.t("All questions and answers"), "/help")
            _steps(ctx, found, place)


def first_steps_folded(ctx: Ctx, found: FirstSteps | None) -> None:
    """The checklist folded to one line, above a list that it must not push off the screen."""
    if found is not None:
        with box("gs-help-q gs-first-steps-fold", tag="details") as place:
            with box(tag="summary"):
                text(ctx.t("First steps"), tag="h2")
                icon("expand_more")
            with box("gs-help-answer gs-first-steps"):
                _steps(ctx, found, place)


def _steps(ctx: Ctx, found: FirstSteps, place: Element) -> None:
    t = ctx.t
    if found.looked_at is not None:
        _list(ctx, t("What there is for you as a coordinator"), _admin_steps(ctx, found.looked_at))
    else:
        with box("gs-first-steps-ways"):
            if found.asked or not found.offered:
                _list(ctx, t("When you need help"), _asking(ctx, found))
            if found.offered or not found.asked:
                _list(ctx, t("When you want to help"), _helping(ctx, found))

    async def put_away() -> None:
        with errors_shown(ctx):
            await do(ctx, onboarding.put_away)
            ctx.show_message(t("Good. You will find the first steps again under “Help and answers”."))
            place.delete()
            ctx.client.run_javascript(js_call("gs.focus.element", "gs-h1"))

    button(t("I know my way"), put_away, symbol="check")


def _list(ctx: Ctx, title: str, steps: Sequence[Step]) -> None:
    t = ctx.t
    following = next((step for step in steps if not step.done), None)
    with box("gs-first-steps-way"):
        text(title, tag="h3")
        with box("gs-first-steps-list", tag="ol"):
            for step in steps:
                with box("gs-is-done" if step.done else "gs-is-current" if step is following else "", tag="li"):
                    icon("check_circle" if step.done else "arrow_forward")
                    with box():
                        link(step.words, step.to)
                        text(t("Done") if step.done else step.why, "gs-meta")


def _asking(ctx: Ctx, found: FirstSteps) -> list[Step]:
    t = ctx.t
    return [
        Step(found.asked, t("Say what you need"), t("Kind of help, one sentence, your city."), "/needs/new"),
        Step(found.chosen, t("Choose a neighbour"), t("Whoever offers to come is listed with your need."), "/my/needs"),
        Step(found.confirmed, t("Confirm that it is done"), t("Then you can say thank you, too."), "/my/needs"),
    ]


def _helping(ctx: Ctx, found: FirstSteps) -> list[Step]:
    t = ctx.t
    return [
        Step(found.introduced, t("Say what you can do"), t("Two sentences about you: people like that."), "/profile"),
        Step(found.offered, t("Offer your help"), t("The board shows who needs a hand."), "/board"),
        Step(found.helped, t("Help, and report it done"), t("There you see who has chosen you."), "/my/offers"),
    ]


def _admin_steps(ctx: Ctx, seen: frozenset[AdminArea]) -> list[Step]:
    t = ctx.t
    words = {
        AdminArea.DASHBOARD: (t("Dashboard"), t("What waits too long, at one glance.")),
        AdminArea.CALLS: (t("Call-back list"), t("Residents without the internet who wait for your call.")),
        AdminArea.REPORTS: (t("Reports"), t("What members want you to look at.")),
        AdminArea.WALL: (t("Show on the wall"), t("The numbers on a large screen, without names.")),
    }
    return [Step(place in seen, *words[place], to) for to, place in ADMIN_AREAS.items()]
