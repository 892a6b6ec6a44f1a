"""The member's own profile: personal data, forms to change it, sessions, and display preferences."""

from functools import partial

from gsapp import clock
from gsapp.errors import Invalid, Taken
from gsapp.flows import authentication, details
from gsapp.queries import accounts as account_queries
from gsapp.queries.calendars import calendar_address
from gsapp.schemas.accounts import (
    MAX_BIO,
    NameForm,
    OwnProfile,
    PasswordForm,
    PasswordPageForm,
    ProfileForm,
    SessionRow,
)
from gsapp.schemas.calendars import CalendarAddress
from gsapp.schemas.forms import Form
from gsapp.schemas.password_rules import weakness
from gsapp.schemas.personal_data import seen_by
from gsapp.services import accounts
from pages.account.calendar_links import calendar_card
from pages.account.leaving import data_export_card, leaving_card
from pages.account.registration import ID_TYPES
from pages.account.sessions import browsers_card
from pages.components import drafts
from pages.components.account_tabs import account_tabs
from pages.components.basics import box, button, card, heading, link, once, text
from pages.components.dialogs import confirm
from pages.components.fields import FormFields
from pages.components.password_again import password_given
from pages.core.actions import do, errors_shown, run_flow
from pages.core.actions import load as fetch
from pages.core.js import js_call
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell import layout
from pages.shell.notification_badge import mark_read
from pages.shell.routes import View


async def load(ctx: Ctx) -> View:
    reload_on(ctx, account_queries.own_profile, account_queries.own_sessions, calendar_address, actor=ctx.me)
    profile = await fetch(account_queries.own_profile, actor=ctx.me)
    browsers = await fetch(account_queries.own_sessions, actor=ctx.me)
    address = await fetch(calendar_address, actor=ctx.me)
    await mark_read(ctx, need_id=None)
    return View(ctx.t("My profile"), lambda: _build(ctx, profile, browsers, address))


def _build(ctx: Ctx, profile: OwnProfile, browsers: tuple[SessionRow, ...], address: CalendarAddress | None) -> None:
    t = ctx.t
    with box("gs-page-head"):
        heading(t("My profile"))
        with box("gs-heads"):
            link(t("What others see of me"), f"/users/{profile.id}", "q-btn gs-btn gs-linkbtn")
            link(t("What I want to hear"), "/inbox/settings", "q-btn gs-btn gs-linkbtn")
    account_tabs(ctx)
    forms = _Forms(ctx)
    with box("gs-me-page"):
        with box("gs-column"):
            _about(ctx, profile)
            _editing(ctx, profile, forms)
            _names(ctx, profile, forms)
            calendar_card(ctx, address)
        with box("gs-column"):
            _password(ctx, profile, forms)
            _looks(ctx)
            browsers_card(ctx, browsers)
        with box("gs-column gs-me-last"):
            data_export_card(ctx)
            leaving_card(ctx)


def _about(ctx: Ctx, profile: OwnProfile) -> None:
    t = ctx.t
    kind = t(ID_TYPES[profile.id_type])
    rows = [
        (t("Username"), profile.username, "username"),
        (t("Your name"), profile.name, "name"),
        (t("Mobile number"), profile.phone, "phone"),
        (kind, profile.id_number_masked, "id_number"),
        (t("Here since"), t.date(clock.to_local(profile.registered_at).date()), "since"),
    ]
    with card():
        text(t("What we know about you"), tag="h2")
        with box("gs-known", tag="dl"):
            for name, value, rule in rows:
                with box():
                    text(name, tag="dt")
                    text(value, tag="dd")
                    text(t("Seen by {whom}", whom=seen_by(t, rule)), "gs-description", tag="dd")
        if ctx.me.is_coordinator:
            text(t("You are a coordinator."), "gs-role")


def _editing(ctx: Ctx, profile: OwnProfile, forms: "_Forms") -> None:
    t = ctx.t
    with card(), box("gs-form", tag="form", data_guard="") as form:
        text(t("Change what can change"), tag="h2")
        fields = FormFields(ctx, ProfileForm)
        fields.summary()
        fields.line("phone", t("Mobile number"), value=profile.phone)
        fields.long_text(
            "bio",
            t("About you"),
            value=profile.bio,
            hint=t("What you can help with, or where you live. Members can read it."),
            maxlength=str(MAX_BIO),
        )
        drafts.keep(ctx, fields, form, "profile", record=True)
        button(t("Save the changes"), kind="ask", symbol="check", type="submit")
    forms.add(fields)
    form.on("submit.prevent", once(partial(_save, ctx, profile, fields, forms)), args=[])


async def _save(ctx: Ctx, profile: OwnProfile, fields: FormFields[ProfileForm], forms: "_Forms") -> None:
    t, form = ctx.t, fields.check()
    if form is None or (form.phone != profile.phone and not await password_given(ctx)):
        return
    what = t("Matched neighbours will see {phone}. Members will read what is about you.", phone=form.phone)
    if not await confirm(ctx, t("Save the changes?"), what=what, yes=t("Yes, save them")):
        return
    with errors_shown(ctx):
        try:
            await run_flow(ctx, details.change_profile, form=form, address=ctx.tab.address)
        except Taken as taken:
            fields.refuse(taken.field, taken)
            return
        forms.sent(fields)
        drafts.sent(ctx, fields)
        ctx.show_message(t("Saved."))


def _names(ctx: Ctx, profile: OwnProfile, forms: "_Forms") -> None:
    t = ctx.t
    with card(), box("gs-form", tag="form", data_guard="") as form:
        text(t("Correct your name"), tag="h2")
        fields = FormFields(ctx, NameForm)
        fields.summary()
        fields.line(
            "username",
            t("Username"),
            value=profile.username,
            hint=t("3 to 50 letters. You sign in with it, and every member sees it."),
            autocapitalize="none",
            spellcheck="false",
            maxlength="50",
        )
        fields.line("name", t("Your name"), value=profile.name, autocomplete="name", maxlength="50")
        button(t("Correct the name"), kind="ask", symbol="check", type="submit")
    forms.add(fields)
    form.on("submit.prevent", once(partial(_correct_name, ctx, fields, forms)), args=[])


async def _correct_name(ctx: Ctx, fields: FormFields[NameForm], forms: "_Forms") -> None:
    t, form = ctx.t, fields.check()
    if form is None:
        return
    what = t("You will sign in as {name}. Coordinators can look up earlier names.", name=form.username)
    if not await confirm(ctx, t("Correct the name?"), what=what, yes=t("Yes, correct it")):
        return
    with errors_shown(ctx):
        try:
            await do(ctx, accounts.change_name, form=form)
        except Taken as refused:
            fields.refuse(refused.field, refused)
            return
        forms.sent(fields)
        ctx.show_message(t("Saved."))


def _password(ctx: Ctx, profile: OwnProfile, forms: "_Forms") -> None:
    t = ctx.t
    with card(), box("gs-form", tag="form", data_guard="") as form:
        text(t("Change the password"), tag="h2")
        # For password managers: the user whose password it is.
        box(tag="input", type="hidden", autocomplete="username", value=profile.username)
        fields = FormFields(ctx, PasswordPageForm)
        fields.summary()
        rule = t("At least 6 characters: two digits, capital and small letters.")
        fields.password("old_password", t("Current password"), autocomplete="current-password")
        fields.password("new_password", t("New password"), hint=rule, autocomplete="new-password", meter=True)
        fields.password("new_password_again", t("The new password again"), autocomplete="new-password")
        button(t("Change the password"), kind="ask", symbol="key", type="submit")
    forms.add(fields)
    form.on("submit.prevent", once(partial(_change_password, ctx, profile, fields, forms)), args=[])


async def _change_password(
    ctx: Ctx, profile: OwnProfile, fields: FormFields[PasswordPageForm], forms: "_Forms"
) -> None:
    t, form = ctx.t, fields.check()
    if form is None:
        return
    own = (profile.username, profile.name, profile.phone)
    if weak := weakness(form.new_password.get_secret_value(), *own):
        fields.show({"new_password": weak})
        return
    what = t("All other browsers are signed out. This one stays signed in.")
    if not await confirm(ctx, t("Change the password?"), what=what, yes=t("Yes, change it")):
        return
    change = PasswordForm(old_password=form.old_password, new_password=form.new_password)
    with errors_shown(ctx):
        try:
            await run_flow(ctx, authentication.change_password, form=change)
        except Invalid as invalid:
            fields.show(invalid.fields)
            return
        for typed in fields.inputs.values():
            typed.value = ""
        forms.sent(fields)
        ctx.show_message(t("Your password is changed."))


def _looks(ctx: Ctx) -> None:
    t = ctx.t
    with card("gs-looks"):
        text(t("How the pages look"), tag="h2")
        layout.language_choice(ctx)
        layout.size_choice(ctx)
        layout.theme_choice(ctx)
        layout.keys_choice(ctx)


class _Forms:
    """Tracks which forms of the page are edited: saving one must not discard what is typed in the other."""

    def __init__(self, ctx: Ctx) -> None:
        self.ctx = ctx
        self._saved_values: dict[FormFields[Form], dict[str, object]] = {}

    def add(self, fields: FormFields[Form]) -> None:
        self._saved_values[fields] = fields.typed()

    def sent(self, fields: FormFields[Form]) -> None:
        """Mark a form as saved. The page may then be reloaded, unless another form is edited."""
        self._saved_values[fields] = fields.typed()
        self.ctx.dirty = any(one.typed() != before for one, before in self._saved_values.items())
        if not self.ctx.dirty:
            self.ctx.client.run_javascript(js_call("gs.unsaved.clear"))
