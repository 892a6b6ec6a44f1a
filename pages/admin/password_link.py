"""The part of an account's page that makes a password link, with the consent of a second coordinator if needed."""

from functools import partial

from gsapp.flows import password_links
from gsapp.schemas.admin_rows import UserDetail
from gsapp.services import link_consents
from gsapp.vocabulary import Role
from pages.components.basics import button, text
from pages.components.dialogs import confirm
from pages.components.password_again import password_given
from pages.components.shown_once import show_link
from pages.core.actions import do, errors_shown, run_flow
from pages.core.session import Ctx


def password_link(ctx: Ctx, user: UserDetail) -> None:
    """The button for the next step, and for a coordinator's account what the step waits for."""
    t, mine = ctx.t, user.consent_asked_by == ctx.me.user_id
    if user.role is not Role.COORDINATOR or (mine and user.consent_given):
        button(t("Make a link for a new password"), partial(_password_link, ctx, user), symbol="key")
        return
    text(
        t(
            "A link for a coordinator's password needs the consent of a second coordinator. If there is none, the "
            "operator of the site makes it on the command line."
        ),
        "gs-meta",
    )
    if user.consent_asked_by is None:
        button(t("Ask for consent to a link for a new password"), partial(_ask, ctx, user), symbol="key")
    elif mine:
        text(t("You have asked. Another coordinator agrees on this page."), "gs-meta")
    elif not user.consent_given:
        button(t("Agree to a link for a new password"), partial(_agree, ctx, user), symbol="key")


async def _ask(ctx: Ctx, user: UserDetail) -> None:
    if not await password_given(ctx):
        return
    with errors_shown(ctx):
        await do(ctx, link_consents.ask_consent, user_id=user.id)
        ctx.show_message(ctx.t("All coordinators are informed."))


async def _agree(ctx: Ctx, user: UserDetail) -> None:
    t, name = ctx.t, user.username
    if not await password_given(ctx):
        return
    what = t("Have you talked to {name} yourself? Whoever has the link can use the account.", name=name)
    question = t("Agree to a link for {name}?", name=name)
    if not await confirm(ctx, question, what=what, yes=t("Yes, I agree"), danger=True):
        return
    with errors_shown(ctx):
        await do(ctx, link_consents.give_consent, user_id=user.id)
        ctx.show_message(t("You have agreed."))


async def _password_link(ctx: Ctx, user: UserDetail) -> None:
    t, name = ctx.t, user.username
    if not await password_given(ctx):
        return
    what = t("With it {name} sets a new password, once, within an hour. An earlier link works no more.", name=name)
    if not await confirm(ctx, t("Make a link for {name}?", name=name), what=what, yes=t("Make the link")):
        return
    with errors_shown(ctx):
        token = await run_flow(ctx, password_links.issue, user_id=user.id)
        show_link(ctx, name, f"{ctx.tab.settings.base_url}/password/{token}")
