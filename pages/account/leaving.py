"""Export of one's personal data, and closing the account for good."""

from functools import partial

from gsapp.flows import authentication
from gsapp.schemas.accounts import LeaveForm
from pages.components.basics import box, button, card, heading, illustration, link_button, text
from pages.components.fields import FormFields
from pages.components.questions import ask
from pages.core.actions import run_flow
from pages.core.js import js_call
from pages.core.session import Ctx
from pages.shell.routes import View

GOODBYE = "/goodbye"


def data_export_card(ctx: Ctx) -> None:
    """The card with the download of all personal data."""
    t = ctx.t
    with card("gs-taking"):
        text(t("What we keep about you"), tag="h2")
        text(t("Your account, needs, offers, thanks, news and every step, in one file. Your ID number is masked."))
        link_button(t("Download what we keep about you"), "/my-data.json", symbol="download", download="")


def leaving_card(ctx: Ctx) -> None:
    """The card with the button that closes the account."""
    t = ctx.t
    with card("gs-taking"):
        text(t("Leave GoodServices"), tag="h2")
        text(t("You can end your account at any time. This cannot be undone."))
        button(t("Leave GoodServices"), partial(_leave, ctx), kind="bad", symbol="person_remove")


async def _leave(ctx: Ctx) -> None:
    t = ctx.t

    def fill(fields: FormFields[LeaveForm]) -> None:
        with box("gs-what", tag="ul"):
            text(t("Your open needs are called off, and your open offers are taken back."), tag="li")
            text(t("Your name, phone number, ID number, pictures and every word you wrote are removed."), tag="li")
            text(t("What was reported to the coordinators stays with them."), tag="li")
            text(t("The help you got and gave still counts, without your name."), tag="li")
            text(t("Nobody else can take your username. With your phone number you may join again."), tag="li")
        box(tag="input", type="hidden", autocomplete="username", value=ctx.me.username)
        fields.password("password", t("Your password"), autocomplete="current-password")

    async def send(form: LeaveForm) -> None:
        ctx.tab.after_session = GOODBYE
        try:
            await run_flow(ctx, authentication.leave, form=form)
        except BaseException:
            ctx.tab.after_session = ""
            raise

    what = t("This is for good. We cannot bring your account back.")
    await ask(
        ctx, t("Leave GoodServices for good?"), LeaveForm, fill, send, what=what, yes=t("Yes, I leave"), danger=True
    )


async def load_goodbye(ctx: Ctx) -> View:
    """The page that is shown after the account was closed."""
    return View(ctx.t("Goodbye"), lambda: _goodbye(ctx))


def _goodbye(ctx: Ctx) -> None:
    t = ctx.t
    if ctx.actor is None:
        ctx.client.run_javascript(js_call("gs.drafts.discardAll"))  # texts of forms that were never sent
    with box("gs-empty gs-error"):
        illustration("finished")
        heading(t("Thank you for having been here"))
        text(t("Your account has ended, and nothing here tells who you were. You are welcome back at any time."))
        with box("gs-cta"):
            link_button(t("To the start page"), "/", kind="ask", symbol="home")
