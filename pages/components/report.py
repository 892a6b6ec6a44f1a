"""The button to report abuse to the coordinators."""

from functools import partial

from gsapp.schemas.admin import ReportForm
from gsapp.services.reports import report_abuse
from gsapp.vocabulary import Reportable
from pages.components.basics import box, button
from pages.components.questions import ask
from pages.core.actions import do
from pages.core.session import Ctx


def report_button(ctx: Ctx, kind: Reportable, thing_id: int, words: str) -> None:
    """The report button; `words` name what is reported."""
    with box("gs-quiet"):
        button(words, partial(_report, ctx, kind, thing_id), symbol="flag")


async def _report(ctx: Ctx, kind: Reportable, thing_id: int) -> None:
    t = ctx.t
    if await ask(
        ctx,
        t("Report this to the coordinators?"),
        ReportForm,
        lambda fields: fields.long_text("reason", t("What is wrong?"), maxlength="500"),
        lambda form: do(ctx, report_abuse, kind=kind, thing_id=thing_id, form=form),
        what=t("Only coordinators read it. They look at it and tell you what came of it."),
        yes=t("Send the report"),
        danger=True,
    ):
        ctx.show_message(t("Thank you. A coordinator will look at it."))
