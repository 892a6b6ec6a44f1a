"""Reports of abuse, and closing them with a note."""

from functools import partial

from gsapp import clock
from gsapp.queries.admin_reports import reports
from gsapp.schemas.admin import NoteForm, ReportFilter
from gsapp.schemas.admin_rows import ReportRow
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.read_models import Page
from gsapp.services.reports import handle_report
from gsapp.vocabulary import REPORTABLE_WORDS, Reportable
from pages.components import admin_layout
from pages.components.basics import box, icon, link, text
from pages.components.lists import empty, more_filters, select_field
from pages.components.questions import ask
from pages.core.actions import do
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell.routes import Redirect, View, last_page

PLACES = {Reportable.NEED: "/needs", Reportable.OFFER: "/offers", Reportable.USER: "/admin/users"}


async def load(ctx: Ctx) -> View | Redirect:
    reload_on(ctx, reports)
    # The default is the open reports, which wait for a coordinator.
    filter, left_out = parse_filter(ReportFilter, {"state": "open", **ctx.query})
    found = await fetch(reports, actor=ctx.me, filter=filter)
    if beyond := last_page(ctx, found):
        return beyond
    return View(ctx.t("Reports"), lambda: _build(ctx, found, filter, bool(left_out)))


def _build(ctx: Ctx, found: Page[ReportRow], filter: ReportFilter, refused: bool) -> None:
    t = ctx.t
    admin_layout.head(ctx, t("Reports"), refused=refused)
    with admin_layout.filters(ctx), more_filters(ctx, "state", "kind", "sort"):
        states = [("open", t("Waiting")), ("handled", t("Handled")), ("all", t("All"))]
        select_field(t("State"), "state", states, filter.state or "open")
        kinds = [(kind.value, t(REPORTABLE_WORDS[kind])) for kind in Reportable]
        select_field(t("About"), "kind", kinds, filter.kind, first=t("All"))
        select_field(t("Order"), "sort", [("oldest", t("Oldest first"))], filter.sort, first=t("Newest first"))
    if not found.items and filter.state == "open":
        empty("finished", t("Nothing waits"), t("As soon as somebody reports something, you see it here by itself."))
        return
    admin_layout.shown(ctx, found, "reports", filter, lambda: _cards(ctx, found))


def _cards(ctx: Ctx, found: Page[ReportRow]) -> None:
    with box("gs-cards"):
        for report in found.items:
            _card(ctx, report)


def _card(ctx: Ctx, report: ReportRow) -> None:
    t, now = ctx.t, clock.local_now()
    with box("gs-offer", tag="article", id=f"gs-report-{report.id}"):
        with box("gs-offer-head"):
            icon("flag")
            with box("gs-offer-who"):
                text(t(REPORTABLE_WORDS[report.kind]), "gs-meta")
                with box("gs-offer-title", tag="h2"):
                    link(report.title or t("Without words"), f"{PLACES[report.kind]}/{report.thing_id}")
            text(t("Handled") if report.handled_at else t("Waiting"), "gs-meta", tag="strong")
        text(report.reason, "gs-quote")
        with box("gs-facts", tag="ul"):
            with box(tag="li"):
                icon("person")
                text(t("Behind it:"), tag="span")
                link(report.person, f"/admin/users/{report.person_id}")
            with box(tag="li"):
                icon("campaign")
                text(t("Reported by"), tag="span")
                link(report.reporter, f"/admin/users/{report.reporter_id}")
                text(t.when(clock.to_local(report.created_at), now), tag="span")
        if report.handled_at:
            when = t.when(clock.to_local(report.handled_at), now)
            text(t("{name}, {when}: {note}", name=report.handled_by, when=when, note=report.note), "gs-meta")
        else:
            with box("gs-owner-actions"):
                handle = partial(_handle, ctx, report)
                admin_layout.row_button(t, t("It has been handled"), report.title, handle, kind="ask", symbol="check")


async def _handle(ctx: Ctx, report: ReportRow) -> None:
    t = ctx.t
    if await ask(
        ctx,
        t("What came of it?"),
        NoteForm,
        lambda fields: fields.long_text("note", t("A sentence"), maxlength="500"),
        lambda form: do(ctx, handle_report, report_id=report.id, form=form),
        what=t("{name} reads this sentence.", name=report.reporter),
        yes=t("Close this report"),
    ):
        ctx.show_message(t("The report is closed."))
