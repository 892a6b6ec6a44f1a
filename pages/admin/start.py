"""The admin overview: all sections with their numbers of open tasks."""

from dataclasses import dataclass

from gsapp.queries.admin_overview import overview
from gsapp.queries.on_behalf import waiting_residents
from gsapp.schemas.admin_rows import Overview
from pages.components import admin_layout
from pages.components.basics import box, icon, text
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell.routes import View


@dataclass(frozen=True)
class Section:
    """A link on the overview; `due` marks open tasks."""

    to: str
    name: str
    icon: str
    count: str
    what: str
    due: bool = False


async def load(ctx: Ctx) -> View:
    reload_on(ctx, overview, waiting_residents)
    counts, calls = await fetch(overview), await fetch(waiting_residents)
    return View(ctx.t("Administration"), lambda: _build(ctx, counts, calls))


def _build(ctx: Ctx, counts: Overview, calls: int) -> None:
    admin_layout.head(ctx, ctx.t("Administration"))
    with box("gs-sections"):
        for section in _sections(ctx, counts, calls):
            classes = "gs-section gs-section--due" if section.due else "gs-section"
            with box(classes, tag="a", href=section.to):
                with box("gs-section-name", tag="span"):
                    icon(section.icon)
                    text(section.name, tag="span")
                text(section.count, "gs-section-count", tag="span")
                text(section.what, "gs-meta", tag="span")


def _sections(ctx: Ctx, counts: Overview, calls: int) -> list[Section]:
    return [*_waiting(ctx, counts, calls), *_lists(ctx, counts), *_settings(ctx, counts)]


def _waiting(ctx: Ctx, counts: Overview, calls: int) -> list[Section]:
    """Sections with tasks for coordinators."""
    t = ctx.t
    return [
        Section(
            "/admin/reports",
            t("Reports"),
            "flag",
            t.n("{n} waits", "{n} wait", counts.open_reports) if counts.open_reports else t("Nothing waits"),
            t("What neighbours find wrong with a need, an offer or a person."),
            due=counts.open_reports > 0,
        ),
        Section(
            "/admin/calls",
            t("Call-back list"),
            "phone_in_talk",
            t.n("{n} to ring up", "{n} to ring up", calls) if calls else t("Nobody is waiting for a call"),
            t("Residents without the internet: record them, ring them up, act for them."),
            due=calls > 0,
        ),
    ]


def _lists(ctx: Ctx, counts: Overview) -> list[Section]:
    """Lists of users, needs and offers."""
    t = ctx.t
    people = t.n("{n} person", "{n} people", counts.people)
    suspended = t.n("{n} suspended", "{n} suspended", counts.suspended)
    coordinators = t.n("{n} coordinator", "{n} coordinators", counts.coordinators)
    return [
        Section(
            "/admin/users",
            t("People"),
            "group",
            f"{people} · {suspended} · {coordinators}",
            t("Find somebody, help with a lost password, suspend and restore, make coordinators."),
        ),
        Section(
            "/admin/needs",
            t("Needs"),
            "front_hand",
            t.n("{n} is waiting for help", "{n} are waiting for help", counts.open_needs),
            t("All needs by condition, with the person behind them; take down what should not be there."),
        ),
        Section(
            "/admin/offers",
            t("Offers"),
            "volunteer_activism",
            t.n("{n} waits for an answer", "{n} wait for an answer", counts.pending_offers),
            t("All offers by condition, with both sides."),
        ),
    ]


def _settings(ctx: Ctx, counts: Overview) -> list[Section]:
    """Kinds of help, cities, and the history of all changes."""
    t = ctx.t
    return [
        Section(
            "/admin/types",
            t("Kinds of help"),
            "category",
            t.n("{n} can be chosen", "{n} can be chosen", counts.types),
            t("Add, rename and order them; say how soon somebody should be found."),
        ),
        Section(
            "/admin/cities",
            t("Cities"),
            "location_city",
            t.n("{n} can be chosen", "{n} can be chosen", counts.cities),
            t("Add places, switch them off and on."),
        ),
        Section(
            "/admin/history",
            t("History"),
            "history",
            t("Every step"),
            t("Who did what, when and why. No step is ever erased."),
        ),
        Section(
            "/admin/unusual",
            t("Unusual things"),
            "shield_person",
            t("Guesses and refusals"),
            t("Failed sign-ins, what was refused, odd usernames, new coordinators."),
        ),
    ]
