"""The start page of a member: pending decisions, agreed help, suggested needs, and the community's totals."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from gsapp import clock
from gsapp.schemas.inbox import Decision
from gsapp.schemas.needs import RunningHelp, Suggestion
from gsapp.schemas.onboarding import FirstSteps
from gsapp.services import accounts
from pages.components.basics import box, button, heading, link_button, once, text
from pages.components.decisions import decision_card
from pages.components.dialogs import note
from pages.components.markup import icon, joined, put
from pages.core.actions import do, errors_shown
from pages.core.session import Ctx
from pages.home.figures import Figures, kinds, so_far
from pages.needs.suggestions import fitting_list
from pages.shell.onboarding import first_steps_card

TODAY = Markup('<ul class="gs-home-today" aria-labelledby="gs-home-today">{rows}</ul>')
ROW = Markup(
    '<li class="q-card gs-card">{icon}<div><a href="/needs/{id}">{said}</a>'
    '<span class="gs-meta">{when}<span>{city}</span></span></div></li>'
)
WHEN = Markup("<span>{when}</span>")


@dataclass(frozen=True)
class MemberData:
    """The data of the page."""

    figures: Figures
    decisions: Sequence[Decision]
    today: Sequence[RunningHelp]
    fitting: Sequence[Suggestion]
    steps: FirstSteps | None
    notice_due: bool


def member_page(ctx: Ctx, data: MemberData) -> None:
    """Build the page."""
    t = ctx.t
    with box("gs-wrap"):
        if ctx.query.get("welcome"):
            note(t("Welcome, {name}. Your account is ready.", name=ctx.me.username), "ok")
        with box("gs-page-head"):
            heading(t("Hello, {name}", name=ctx.me.username))
            with box("gs-cta"):
                link_button(t("I need help"), "/needs/new", kind="ask lg", symbol="waving_hand")
                link_button(t("I want to help"), "/board", kind="help lg", symbol="volunteer_activism")
        if data.notice_due:
            _privacy_notice(ctx)
        first_steps_card(ctx, data.steps)
        _waiting(ctx, data.decisions)
        _today(ctx, data.today)
        fitting_list(ctx, data.fitting)
        kinds(ctx, data.figures)
        so_far(ctx, data.figures)


def _privacy_notice(ctx: Ctx) -> None:
    t = ctx.t

    async def seen() -> None:
        with errors_shown(ctx):
            await do(ctx, accounts.see_privacy_notice)
            row.delete()

    with box("gs-part") as row:
        note(t("Please read what we store about you, and who sees it."))
        with box("gs-cta"):
            link_button(t("Privacy"), "/privacy")
            button(t("I have read it"), once(seen), symbol="check")


def _waiting(ctx: Ctx, decisions: Sequence[Decision]) -> None:
    if not decisions:
        return
    with box("gs-part gs-waiting", tag="section", aria_labelledby="gs-home-waiting"):
        text(ctx.t("Waiting for you"), "gs-h2", tag="h2", id="gs-home-waiting")
        for each in decisions:
            decision_card(ctx, each)


def _today(ctx: Ctx, agreed: Sequence[RunningHelp]) -> None:
    if not agreed:
        return
    t = ctx.t
    with box("gs-part", tag="section"):
        text(t("What you have agreed"), "gs-h2", tag="h2", id="gs-home-today")
        put(TODAY.format(rows=joined(_row(ctx, each) for each in agreed)))


def _row(ctx: Ctx, each: RunningHelp) -> Markup:
    t, now = ctx.t, clock.local_now()
    names = {"name": each.name, "title": each.title}
    helping, helped = t("You help {name}: “{title}”", **names), t("{name} helps you: “{title}”", **names)
    begun = each.starts_at <= now
    when = t("until {when}", when=t.when(each.ends_at, now)) if begun else t.when(each.starts_at, now)
    return ROW.format(
        id=each.need_id,
        icon=icon("volunteer_activism" if each.helping else "handshake"),
        said=helping if each.helping else helped,
        when=WHEN.format(when=when),
        city=each.city_name,
    )
