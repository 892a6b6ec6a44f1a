"""The dialog that asks for the password once more (re-authentication), before a step that needs it."""

from gsapp.flows import authentication
from gsapp.schemas.accounts import PasswordAgainForm
from pages.components.basics import box
from pages.components.fields import FormFields
from pages.components.questions import ask
from pages.core.actions import errors_shown, recently_authenticated, run_flow
from pages.core.session import Ctx


async def password_given(ctx: Ctx) -> bool:
    """Ask for the password unless it was given recently. Returns whether the step may continue."""
    signed_in = False
    with errors_shown(ctx):
        if await recently_authenticated(ctx):
            return True
        signed_in = True
    return signed_in and await _ask(ctx)


async def _ask(ctx: Ctx) -> bool:
    t = ctx.t

    def fill(fields: FormFields[PasswordAgainForm]) -> None:
        # For password managers: the user whose password it is.
        box(tag="input", type="hidden", autocomplete="username", value=ctx.me.username)
        fields.password("password", t("Your password"), autocomplete="current-password")

    return await ask(
        ctx,
        t("Is it really you?"),
        PasswordAgainForm,
        fill,
        lambda form: run_flow(ctx, authentication.confirm_password, form=form),
        what=t("This step needs your password once more. Then you are not asked again for ten minutes."),
        yes=t("Go on"),
    )
