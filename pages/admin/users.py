"""The list of users, with a prefix search that is fast for a million of them."""

from markupsafe import Markup

from gsapp import clock
from gsapp.i18n import N_, Translator
from gsapp.queries.admin_people import users
from gsapp.schemas.admin import UserFilter
from gsapp.schemas.admin_rows import UserRow
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.read_models import Page
from gsapp.services import reading
from gsapp.vocabulary import ROLE_WORDS, Role
from pages.components import admin_layout
from pages.components.admin_layout import Column
from pages.components.lists import find_field, more_filters, select_field
from pages.core.actions import load as fetch
from pages.core.actions import try_to_save
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell.routes import Redirect, View, last_page

SORTS = {"oldest": N_("Oldest first"), "username": N_("By username"), "name": N_("By full name")}


async def load(ctx: Ctx) -> View | Redirect:
    reload_on(ctx, users)
    filter, left_out = parse_filter(UserFilter, ctx.query)
    found = await fetch(users, actor=ctx.me, filter=filter)
    if beyond := last_page(ctx, found):
        return beyond
    await try_to_save(reading.record_people_listed, ctx.me)
    return View(ctx.t("People"), lambda: _build(ctx, found, filter, bool(left_out)))


def _build(ctx: Ctx, found: Page[UserRow], filter: UserFilter, refused: bool) -> None:
    t = ctx.t
    admin_layout.head(ctx, t("People"), refused=refused)
    with admin_layout.filters(ctx):
        find_field(ctx, t("Username, name or whole phone number"), "q", filter.q, maxlength="100")
        with more_filters(ctx, "role", "suspended", "sort"):
            roles = [("member", t("Members")), ("coordinator", t("Coordinators"))]
            select_field(t("Role"), "role", roles, filter.role, first=t("All"))
            states = [("yes", t("Suspended")), ("no", t("Not suspended"))]
            select_field(t("Account"), "suspended", states, filter.suspended, first=t("All"))
            sorts = [(key, t(words)) for key, words in SORTS.items()]
            select_field(t("Order"), "sort", sorts, filter.sort, first=t("Newest first"))
    columns = [Column(t("Username")), Column(t("Full name")), Column(t("Role")), Column(t("Here since"))]
    columns.append(Column(t("Account")))
    admin_layout.shown(
        ctx,
        found,
        "people",
        filter,
        lambda: admin_layout.table(t("People"), columns, [_row(t, user) for user in found.items]),
    )


def _row(t: Translator, user: UserRow) -> list[Markup | str]:
    return [
        admin_layout.linked(user.username, f"/admin/users/{user.id}"),
        user.name,
        t(ROLE_WORDS[user.role])
        if user.role is Role.COORDINATOR
        else admin_layout.switched_off(t(ROLE_WORDS[user.role])),
        t.date(clock.to_local(user.registered_at).date()),
        t("Suspended") if user.suspended_at else "",
    ]
