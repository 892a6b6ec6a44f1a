"""The page of a user for coordinators: personal data, activity, history, and actions such as suspending."""

from functools import partial

from gsapp import clock
from gsapp.queries.admin_people import user_detail
from gsapp.schemas.admin import WhyForm
from gsapp.schemas.admin_rows import UserDetail
from gsapp.services import admin_people, reading, suspension
from gsapp.services.leaving import leave_for_resident
from gsapp.vocabulary import ROLE_WORDS, Role
from pages.account.registration import ID_TYPES
from pages.admin.password_link import password_link
from pages.admin.person_lists import PARTS, Part, load_part
from pages.components import admin_layout
from pages.components.basics import box, button, card, link_button, text
from pages.components.dialogs import confirm, note
from pages.components.password_again import password_given
from pages.components.questions import ask
from pages.components.shown_once import show_phone
from pages.core.actions import do, errors_shown, try_to_save
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell.routes import Redirect, View


async def load(ctx: Ctx) -> View | Redirect:
    user_id = ctx.params["user_id"]
    reload_on(ctx, user_detail, user_id=user_id)
    user = await fetch(user_detail, actor=ctx.me, user_id=user_id)
    await try_to_save(reading.record_person_seen, ctx.me, user_id=user_id)
    part = await load_part(ctx, user)
    if isinstance(part, Redirect):
        return part
    return View(user.username, lambda: _build(ctx, user, part))


def _build(ctx: Ctx, user: UserDetail, part: Part) -> None:
    t = ctx.t
    admin_layout.head(ctx, user.username, action=lambda: link_button(t("What others see"), f"/users/{user.id}"))
    if user.left_at:
        note(t("Left on {day}. Only the figures are kept.", day=t.date(clock.to_local(user.left_at).date())))
    elif user.suspended_at:
        since = t.datetime(clock.to_local(user.suspended_at))
        why = user.suspended_because or "—"
        note(t("Suspended since {when}. Reason: {reason}", when=since, reason=why), "bad")
    with box("gs-desk-cols"):
        with card():
            _known(ctx, user)
        if not user.left_at:
            with card("gs-desk-form"):
                _acts(ctx, user)
    with box("gs-filters gs-scroll", tag="nav", aria_label=t("What they do here")):
        counts = {"needs": user.needs, "offers": user.offers, "matches": user.matches}
        for name, words in PARTS.items():
            label = t(words)
            if name in counts:
                label = f"{label} ({t.number(counts[name])})"
            on = part.name == name
            to = f"/admin/users/{user.id}?part={name}"
            tab = text(label, "q-btn gs-btn gs-filter gs-linkbtn", tag="a", href=to, role="button")
            tab.props["aria-pressed"] = "true" if on else "false"
    part.build()


def _known(ctx: Ctx, user: UserDetail) -> None:
    t = ctx.t
    rows = [
        (t("Full name"), user.name),
        (t(ID_TYPES[user.id_type]), user.id_number_masked),
        (t("Mobile number"), user.phone),
        (t("Role"), t(ROLE_WORDS[user.role])),
    ]
    username = (t("Username"), user.username)
    since = (t("Here since"), t.date(clock.to_local(user.registered_at).date()))
    admin_layout.known(ctx, [username, since] if user.left_at else [username, *rows, since])
    if user.bio:
        text(user.bio, "gs-own-words")


def _acts(ctx: Ctx, user: UserDetail) -> None:
    t = ctx.t
    text(t("What you can do"), tag="h2")
    button(t("Show the phone number"), partial(_show_phone, ctx, user), symbol="call")
    if user.reports:
        words = t.n("{n} report about this person", "{n} reports about this person", user.reports)
        link_button(words, f"/admin/reports?state=all&person={user.id}", symbol="flag")
    if user.id == ctx.me.user_id:
        text(t("This is you. Your own account you change in your profile."), "gs-meta")
        return
    if user.is_managed:
        if not user.suspended_at:
            words = t("No internet: calls and needs")
            link_button(words, f"/admin/residents/{user.id}", symbol="phone_in_talk")
    elif not user.suspended_at:
        password_link(ctx, user)
    if user.is_managed and not user.suspended_at:
        button(t("Remove at their request"), partial(_remove, ctx, user), kind="bad", symbol="person_remove")
    if user.is_managed:
        text(t("Nobody signs in by this account: the coordinators look after it."), "gs-meta")
    elif user.role is Role.MEMBER:
        button(t("Make a coordinator"), partial(_promote, ctx, user), symbol="shield_person")
    else:
        button(t("Take the coordinator's role away"), partial(_demote, ctx, user), kind="bad")
    if user.suspended_at:
        button(t("Restore the account"), partial(_restore, ctx, user), kind="ask", symbol="lock_open")
    else:
        button(t("Suspend the account"), partial(_suspend, ctx, user), kind="bad", symbol="block")


async def _show_phone(ctx: Ctx, user: UserDetail) -> None:
    t = ctx.t
    what = t("The history says that you looked.")
    if not await confirm(ctx, t("See the phone number of {name}?", name=user.username), what=what, yes=t("Show it")):
        return
    with errors_shown(ctx):
        show_phone(ctx, user.name, await do(ctx, admin_people.show_phone, user_id=user.id))


async def _remove(ctx: Ctx, user: UserDetail) -> None:
    t, name = ctx.t, user.name
    what = t("Open needs are called off; name, phone number and every word are removed for good. The figures stay.")
    if not await confirm(ctx, t("Remove {name}?", name=name), what=what, yes=t("Yes, remove"), danger=True):
        return
    with errors_shown(ctx):
        await do(ctx, leave_for_resident, user_id=user.id)
        ctx.show_message(t("{name} is removed.", name=name))


async def _promote(ctx: Ctx, user: UserDetail) -> None:
    t, name = ctx.t, user.username
    if not await password_given(ctx):
        return
    what = t("{name} sees and does all that you do.", name=name)
    if not await confirm(ctx, t("Make {name} a coordinator?", name=name), what=what, yes=t("Yes, a coordinator")):
        return
    with errors_shown(ctx):
        await do(ctx, admin_people.make_coordinator, user_id=user.id)
        ctx.show_message(t("{name} is a coordinator now.", name=name))


async def _demote(ctx: Ctx, user: UserDetail) -> None:
    t, name = ctx.t, user.username
    if not await password_given(ctx):
        return
    what = t("{name} stays a member like everybody else.", name=name)
    question = t("Take the coordinator's role away from {name}?", name=name)
    if not await confirm(ctx, question, what=what, yes=t("Yes, take it away"), danger=True):
        return
    with errors_shown(ctx):
        await do(ctx, admin_people.make_member, user_id=user.id)
        ctx.show_message(t("{name} is a member now.", name=name))


async def _suspend(ctx: Ctx, user: UserDetail) -> None:
    t, name = ctx.t, user.username
    if not await password_given(ctx):
        return
    if await ask(
        ctx,
        t("Suspend {name}?", name=name),
        WhyForm,
        lambda fields: fields.line("reason", t("Why?"), maxlength="500"),
        lambda form: do(ctx, suspension.suspend, user_id=user.id, form=form),
        what=t("{name} is signed out everywhere at once and cannot sign in until you restore the account.", name=name),
        yes=t("Yes, suspend"),
        danger=True,
    ):
        ctx.show_message(t("{name} is suspended.", name=name))


async def _restore(ctx: Ctx, user: UserDetail) -> None:
    t, name = ctx.t, user.username
    if not await password_given(ctx):
        return
    if await ask(
        ctx,
        t("Restore {name}?", name=name),
        WhyForm,
        lambda fields: fields.line("reason", t("Why?"), maxlength="500"),
        lambda form: do(ctx, suspension.restore, user_id=user.id, form=form),
        what=t("{name} can sign in again.", name=name),
        yes=t("Yes, restore"),
    ):
        ctx.show_message(t("{name} is restored.", name=name))
