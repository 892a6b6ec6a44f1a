"""The sessions of a member: the browsers that are signed in, and signing them out."""

from functools import partial
from typing import ParamSpec

from gsapp import clock
from gsapp.access import UseCase
from gsapp.schemas.accounts import SessionRow
from gsapp.services import sessions
from pages.components.basics import box, button, card, icon, text
from pages.components.devices import device
from pages.components.dialogs import confirm
from pages.core.actions import do_outside_form, errors_shown
from pages.core.session import Ctx
from pages.shell import layout

P = ParamSpec("P")


def browsers_card(ctx: Ctx, browsers: tuple[SessionRow, ...]) -> None:
    """The card on the profile."""
    t, now = ctx.t, clock.now()
    with card():
        text(t("Where you are signed in"), tag="h2")
        with box("gs-rows gs-browsers", tag="ul"):
            for row in browsers:
                with box(tag="li"):
                    icon("computer" if "Mobile" not in row.user_agent else "smartphone")
                    with box("gs-browser"):
                        text(device(t, row.user_agent), tag="strong")
                        if row.current:
                            text(t("this browser"), "gs-here", tag="span")
                        seen = t("Last here {when}, from {address}", when=t.ago(row.seen_at, now), address=row.address)
                        text(seen, "gs-meta")
                    if not row.current:
                        end = partial(_end_session, ctx, row)
                        button(
                            t("Sign out"),
                            end,
                            kind="sm",
                            aria_label=t("Sign out {device}", device=device(t, row.user_agent)),
                        )
        if len(browsers) > 1:
            button(t("Sign out everywhere else"), partial(_end_others, ctx), kind="bad block", symbol="logout")
        layout.sign_out(ctx)


async def _end_session(ctx: Ctx, row: SessionRow) -> None:
    t = ctx.t
    what = t("Its open pages close at once. Signing in again needs your password.")
    question = t("Sign out {device}?", device=device(t, row.user_agent))
    if await confirm(ctx, question, what=what, yes=t("Yes, sign it out")):
        await _sign_out(ctx, t("It is signed out."), sessions.end_session, session_id=row.id)


async def _end_others(ctx: Ctx) -> None:
    t = ctx.t
    what = t("All other browsers are signed out. This one stays signed in.")
    if await confirm(ctx, t("Sign out everywhere else?"), what=what, yes=t("Yes, sign them out")):
        await _sign_out(ctx, t("Only this browser is signed in now."), sessions.end_other_sessions)


async def _sign_out(ctx: Ctx, message: str, use_case: UseCase[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    with errors_shown(ctx):
        await do_outside_form(ctx, use_case, *args, **kwargs)
        ctx.show_message(message)
