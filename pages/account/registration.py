"""Registration: validated over the websocket, so that nothing typed is lost; then the browser signs in."""

from gsapp.errors import Invalid, Taken
from gsapp.flows import authentication
from gsapp.i18n import N_
from gsapp.schemas.accounts import MAX_BIO, RegisterForm, RegisterPageForm
from gsapp.schemas.personal_data import RULES, VERSION, seen_by
from gsapp.security import vault
from gsapp.security.paths import home, local_path
from gsapp.vocabulary import IdType
from pages.account.login import plate_side
from pages.components import drafts
from pages.components.basics import box, button, heading, link, once, text
from pages.components.dialogs import confirm, note
from pages.components.fields import FormFields
from pages.core.actions import errors_shown, in_thread
from pages.core.js import js_call
from pages.core.session import Ctx
from pages.shell.routes import Redirect, View

WELCOME = "/?welcome=1"
FORM = "gs-register"
ID_TYPES = {
    IdType.ID_CARD: N_("Chinese ID card"),
    IdType.PASSPORT: N_("Passport"),
    IdType.TRAVEL_PERMIT: N_("Travel permit for Hong Kong and Macao residents"),
    IdType.OTHER: N_("Another document"),
}


async def load(ctx: Ctx) -> View | Redirect:
    to = local_path(ctx.query.get("next"), "")
    invited = vault().cookies.invite_token(ctx.tab.cookies) is not None
    if ctx.actor:
        return Redirect("/login" if invited else to or home(coordinator=ctx.actor.is_coordinator))
    return View(ctx.t("Make an account"), lambda: _build(ctx, to, invited), wide=True)


def _build(ctx: Ctx, to: str, invited: bool) -> None:
    t = ctx.t
    with box("gs-sign gs-sign--long"):
        plate_side(ctx)
        with box("gs-sign-form"), box():
            heading(t("Hello, new neighbour"))
            text(t("One account for both: asking for help, and helping."), "gs-meta")
            if invited:
                note(t("Your link makes you a coordinator as soon as your account is ready."))
            with box("gs-form", tag="form", method="post", action="/auth/login", id=FORM, data_guard="") as form:
                box(tag="input", type="hidden", name="next", value=to or WELCOME)
                fields = _fields(ctx)
                drafts.keep(ctx, fields, form, "register")
                _consent(ctx)
                button(t("Make my account"), kind="ask lg block", symbol="person_add", type="submit")
            # `prevent`: the form is posted by `gs.forms.submit`, once the account exists.
            form.on("submit.prevent", once(_Registration(ctx, fields).submit), args=[])
            with box("gs-other"):
                text(t("Been here before?"))
                address = ctx.url.replace("/register", "/login", 1)
                link(t("Sign in"), address, "q-btn gs-btn gs-linkbtn")


def _consent(ctx: Ctx) -> None:
    """The sentence of consent, which the form agrees to; the version is stored with the account."""
    t = ctx.t
    with box("gs-meta"):
        text(
            t(
                "With your account you agree to the privacy notice (version {version}), in particular that the number "
                "of your document is stored. You confirm that you are 14 or older.",
                version=VERSION,
            )
        )
        link(t("Read the privacy notice"), "/privacy", target="_blank")


def _fields(ctx: Ctx) -> FormFields[RegisterPageForm]:
    t = ctx.t
    fields = FormFields(ctx, RegisterPageForm)
    fields.summary()
    _part(t("What neighbours see"))
    username = fields.line(
        "username",
        t("Username"),
        hint=t("3 to 50 letters. Everybody sees this name."),
        autocomplete="username",
        autocapitalize="none",
        spellcheck="false",
        maxlength="50",
    )
    username.props["name"] = "username"  # posted when the browser signs in
    _part(t("For the neighbour you are matched with, and for coordinators"))
    fields.line(
        "name", t("Your name"), hint=t("As neighbours call you, 2 to 50 letters."), autocomplete="name", maxlength="50"
    )
    fields.line(
        "phone",
        t("Mobile number"),
        hint=" ".join((t("11 digits."), t("Seen by {whom}", whom=seen_by(t, "phone")))),
        autocomplete="tel-national",
    )
    _part(t("Only for us"))
    why = RULES["id_number"].why
    kinds = {kind.value: t(words) for kind, words in ID_TYPES.items()}
    fields.choice("id_type", t("Document"), kinds, value=IdType.ID_CARD.value)
    fields.line(
        "id_number",
        t("Its number"),
        hint=" ".join((t(why), t("Seen by {whom}", whom=seen_by(t, "id_number")))),
        autocomplete="off",
        autocapitalize="characters",
        spellcheck="false",
    )
    _part(t("Your password"))
    rule = t("At least 6 characters: two digits, capital and small letters.")
    fields.password("password", t("Password"), hint=rule, autocomplete="new-password", meter=True)
    fields.password("password_again", t("The same password again"), autocomplete="new-password")
    _part(t("Neighbours see this, too"))
    fields.long_text(
        "bio",
        t("About you (if you like)"),
        hint=t("What you can help with, or where you live. Members can read it."),
        maxlength=str(MAX_BIO),
    )
    return fields


def _part(words: str) -> None:
    text(words, "gs-h3", tag="h2")


class _Registration:
    """The form of one visit. Idempotent: makes at most one account, even if it is submitted again."""

    def __init__(self, ctx: Ctx, fields: FormFields[RegisterPageForm]) -> None:
        self.ctx, self.fields, self.made = ctx, fields, False

    async def submit(self) -> None:
        t, form = self.ctx.t, self.fields.check()
        if self.made or form is None:
            return
        what = t(
            "You will be known as {name}. A neighbour you are matched with sees your name and phone number. "
            "Coordinators see your name and a part of your ID number, and can look up your phone number, which is "
            "written down. You agree to the privacy notice, and you are 14 or older.",
            name=form.username,
        )
        if not await confirm(self.ctx, t("Make this account?"), what=what, yes=t("Yes, make my account")):
            return
        with errors_shown(self.ctx):
            await self._register(form)

    async def _register(self, form: RegisterForm) -> None:
        try:
            await in_thread(authentication.register, form=form, address=self.ctx.tab.address)
        except Taken as taken:
            self.fields.refuse(taken.field, taken)
            return
        except Invalid as invalid:
            self.fields.show(invalid.fields)
            return
        self.made = True
        self.ctx.dirty = False
        drafts.sent(self.ctx, self.fields)
        self.ctx.show_message(self.ctx.t("Your account is ready. We are signing you in."))
        self.ctx.client.run_javascript(js_call("gs.forms.submit", FORM))
