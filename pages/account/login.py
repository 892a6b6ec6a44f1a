"""The sign-in page: a native form, so that password managers and Enter work, with or without the websocket."""

from urllib.parse import quote

from gsapp.i18n import Translator
from gsapp.security import vault
from gsapp.security.paths import home, local_path
from pages.components.basics import box, button, heading, illustration, link, text
from pages.components.dialogs import note
from pages.components.fields import eye
from pages.components.helpline import helpline
from pages.core.session import Ctx
from pages.shell.routes import Redirect, View

WRONG = "gs-login-wrong"


async def load(ctx: Ctx) -> View | Redirect:
    cookies = vault().cookies
    flash = cookies.read_flash(ctx.tab.cookies)
    to = local_path(ctx.query.get("next"), "") or (flash["next"] if flash else "")
    invited = cookies.invite_token(ctx.tab.cookies) is not None
    if ctx.actor and not invited:
        return Redirect(to or home(coordinator=ctx.actor.is_coordinator))
    # A user who is signed in and opens an invitation link must sign in again, which redeems the link.
    known = flash["username"] if flash else ctx.actor.username if ctx.actor else ""
    return View(ctx.t("Sign in"), lambda: _build(ctx, flash["error"] if flash else "", known, to, invited), wide=True)


def register_address(to: str) -> str:
    """The address of the registration page, which then redirects to the local address `to`."""
    return f"/register?next={quote(to, safe='')}" if to else "/register"


def _build(ctx: Ctx, error: str, username: str, to: str, invited: bool) -> None:
    t = ctx.t
    with box("gs-sign"):
        plate_side(ctx)
        with box("gs-sign-form"), box():
            heading(t("Hello, please sign in"))
            why = t("That page is for members. It opens as soon as you have signed in.")
            text(why if to else t("With your username and your password."), "gs-meta")
            if invited:
                note(t("Your link makes you a coordinator as soon as you sign in."))
            if error:
                with box(role="alert", id=WRONG):
                    note(error, "bad")
            with box("gs-form", tag="form", method="post", action="/auth/login", id="gs-login"):
                box(tag="input", type="hidden", name="next", value=to)
                wrong = bool(error)
                _field(t, "username", t("Username"), value=username, autocomplete="username", wrong=wrong)
                _field(t, "password", t("Password"), type_="password", autocomplete="current-password", wrong=wrong)
                button(t("Sign in"), kind="ask lg block", symbol="login", type="submit")
            with box("gs-other"):
                text(t("New here?"))
                link(t("Make an account"), register_address(to), "q-btn gs-btn gs-linkbtn")
            link(t("I forgot my password"), "/help?about=password", "gs-forgot")
            helpline(ctx, t("Cannot get in? Ring us:"))


def plate_side(ctx: Ctx) -> None:
    """The decoration beside the form: a door plate with two screws."""
    with box("gs-sign-plate"):
        box("gs-screw", tag="span", aria_hidden="true")
        box("gs-screw gs-right", tag="span", aria_hidden="true")
        with box("gs-brand gs-brand--plate", aria_hidden="true"):
            illustration("logo-mark")
            with box(tag="span"):
                text("好服务", tag="b", lang="zh-CN")
                text("GoodServices", tag="small", lang="en")
        text(ctx.t("Two strokes that hold each other up."), "gs-saying")


def _field(
    t: Translator, name: str, label: str, *, value: str = "", type_: str = "text", autocomplete: str, wrong: bool
) -> None:
    with box("gs-field gs-native"):
        text(label, "gs-label", tag="label", for_=f"gs-login-{name}")
        with box("gs-secret"):
            typed = box(
                tag="input",
                id=f"gs-login-{name}",
                name=name,
                type=type_,
                autocomplete=autocomplete,
                required="",
                autocapitalize="none",
                spellcheck="false",
                enterkeyhint="go" if type_ == "password" else "next",
            )
            if type_ == "password":
                eye(t, f"gs-login-{name}")
        # Not `value`: Vue would set that again at each update of the page, and overwrite what has been typed.
        typed.props["defaultValue"] = value
        if wrong:
            typed.props["aria-invalid"] = "true"
            typed.props["aria-describedby"] = WRONG
