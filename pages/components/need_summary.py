"""The card for coordinators on the page of a need: its author, its history, and taking it down."""

from functools import partial

from gsapp import clock
from gsapp.schemas.admin import WhyForm
from gsapp.schemas.admin_rows import TakenDown
from gsapp.schemas.needs import NeedDetail
from gsapp.services.admin_needs import take_down_need
from pages.components.basics import box, button, card, link_button, text
from pages.components.questions import ask
from pages.core.actions import do
from pages.core.session import Ctx


def need_in_admin(ctx: Ctx, need: NeedDetail, kept: TakenDown | None) -> None:
    """`kept` is the original text of a need that was taken down, `None` for others."""
    t = ctx.t
    with card("gs-desk-form"):
        text(t("For coordinators"), tag="h2")
        if kept is not None:
            text(t("Taken down {when}. Only coordinators read this:", when=t.datetime(clock.to_local(kept.at))))
            text(kept.title, "gs-quote")
            if kept.description:
                text(kept.description, "gs-quote")
        with box("gs-owner-actions"):
            who = t("Who is {name}?", name=need.author_username)
            link_button(who, f"/admin/users/{need.author_id}", symbol="person")
            link_button(t("The steps of this need"), f"/admin/history?need={need.id}", symbol="history")
            if kept is None:
                button(t("Take this need down"), partial(_take_down, ctx, need), kind="bad", symbol="delete")


async def _take_down(ctx: Ctx, need: NeedDetail) -> None:
    t = ctx.t
    if await ask(
        ctx,
        t("Take this need down?"),
        WhyForm,
        lambda fields: fields.line("reason", t("Why?"), maxlength="500"),
        lambda form: do(ctx, take_down_need, need_id=need.id, form=form),
        what=t(
            "Its words disappear for everybody but coordinators, and it is called off, even if somebody is on the "
            "way. Those concerned are told why."
        ),
        yes=t("Yes, take it down"),
        danger=True,
    ):
        ctx.show_message(t("The need has been taken down."))
