"""Password reset by a one-time link from a coordinator."""

from functools import partial

from gsapp.flows import password_links
from gsapp.schemas.accounts import NewPasswordPageForm
from gsapp.schemas.password_rules import weakness
from gsapp.services.accounts import LinkUsed
from pages.components.basics import box, button, card, heading, illustration, link_button, once, text
from pages.components.fields import FormFields
from pages.components.helpline import helpline
from pages.core.actions import errors_shown, in_thread
from pages.core.session import Ctx
from pages.shell.routes import View

PATH = "/password/"


async def load(ctx: Ctx) -> View:
    token = ctx.path.removeprefix(PATH)
    title = ctx.t("A new password")
    try:
        name = await in_thread(password_links.holder, token)
    except LinkUsed as used:
        message = used.text(ctx.t)
        return View(title, lambda: _too_late(ctx, title, message), status=410)
    return View(title, lambda: _build(ctx, title, token, name))


def _build(ctx: Ctx, title: str, token: str, name: str) -> None:
    t = ctx.t
    with box("gs-narrow"):
        heading(title)
        text(t("For {name}. Afterwards you sign in with it.", name=name), "gs-meta")
        with card(), box("gs-form", tag="form", data_guard="") as form:
            # For password managers: the user whose password it is.
            box(tag="input", type="hidden", autocomplete="username", value=name)
            fields = FormFields(ctx, NewPasswordPageForm)
            fields.summary()
            rule = t("At least 6 characters: two digits, capital and small letters.")
            fields.password("new_password", t("New password"), hint=rule, autocomplete="new-password", meter=True)
            fields.password("new_password_again", t("The new password again"), autocomplete="new-password")
            button(t("Set the new password"), kind="ask lg block", symbol="key", type="submit")
        form.on("submit.prevent", once(partial(_save, ctx, fields, token, name)), args=[])
        helpline(ctx, t("Cannot get in? Ring us:"))


async def _save(ctx: Ctx, fields: FormFields[NewPasswordPageForm], token: str, name: str) -> None:
    form = fields.check()
    if form is None:
        return
    if weak := weakness(form.new_password.get_secret_value(), name):
        fields.show({"new_password": weak})
        return
    with errors_shown(ctx):
        await in_thread(password_links.use, token, form=form)
        ctx.dirty = False
        ctx.show_message(ctx.t("Your new password is set. Please sign in with it."))
        ctx.go("/login", instead=True)


def _too_late(ctx: Ctx, title: str, message: str) -> None:
    t = ctx.t
    with box("gs-empty gs-error"):
        illustration("error-moment")
        heading(title)
        text(message, "gs-lead")
        text(t("Ask the coordinator for a new link."), "gs-meta")
        link_button(t("Sign in"), "/login", kind="ask")
        helpline(ctx, t("Cannot get in? Ring us:"))
