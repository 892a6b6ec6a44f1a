"""The kinds of help: adding, renaming, ordering, enabling and disabling them, and their target times."""

from functools import partial
from typing import Literal

from gsapp.errors import Taken
from gsapp.queries.admin_places import all_types
from gsapp.schemas.admin import TARGET_HOURS, TypeFilter, TypeForm
from gsapp.schemas.admin_rows import TypeAdminRow
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.read_models import Page
from gsapp.services import admin_places as admin
from pages.components import admin_layout
from pages.components.admin_layout import Column
from pages.components.badges import kind_of_help
from pages.components.basics import box, button, card, text
from pages.components.dialogs import confirm
from pages.components.fields import FormFields
from pages.components.lists import more_filters, select_field
from pages.components.questions import ask
from pages.core.actions import do, errors_shown
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell.routes import Redirect, View, last_page


async def load(ctx: Ctx) -> View | Redirect:
    reload_on(ctx, all_types)
    filter, left_out = parse_filter(TypeFilter, ctx.query)
    found = await fetch(all_types, actor=ctx.me, filter=filter)
    if beyond := last_page(ctx, found):
        return beyond
    return View(ctx.t("Kinds of help"), lambda: _build(ctx, found, filter, bool(left_out)))


def _build(ctx: Ctx, found: Page[TypeAdminRow], filter: TypeFilter, refused: bool) -> None:
    t = ctx.t
    admin_layout.head(ctx, t("Kinds of help"), refused=refused)
    text(t("Members choose among them, in this order. What is switched off stays where it was chosen."), "gs-meta")
    with admin_layout.filters(ctx), more_filters(ctx, "enabled", "sort"):
        states = [("yes", t("Can be chosen")), ("no", t("Switched off"))]
        select_field(t("State"), "enabled", states, filter.enabled, first=t("All"))
        sorts = [("name", t("By name")), ("target", t("By target"))]
        select_field(t("Order"), "sort", sorts, filter.sort, first=t("As members see them"))
    admin_layout.shown(ctx, found, "kinds-of-help", filter, lambda: _table(ctx, found, in_order=not filter.sort))
    _add(ctx)


def _table(ctx: Ctx, found: Page[TypeAdminRow], *, in_order: bool) -> None:
    t = ctx.t
    columns = [
        Column(t("Kind of help")),
        Column(t("Target in hours"), "gs-num"),
        Column(t("State")),
        Column(t("Change")),
    ]
    with admin_layout.table_of_elements(t("Kinds of help"), columns):
        for kind in found.items:
            with admin_layout.row():
                with admin_layout.row_head():
                    kind_of_help(t, kind.icon, kind.name)
                with admin_layout.cell(columns[1]):
                    text(t.number(kind.target_hours), tag="span")
                with admin_layout.cell(columns[2]):
                    text(t("Can be chosen") if kind.enabled else t("Switched off"), tag="span")
                with admin_layout.cell(columns[3]), box("gs-acts"):
                    _acts(ctx, kind, in_order=in_order)


def _acts(ctx: Ctx, kind: TypeAdminRow, *, in_order: bool) -> None:
    t, name = ctx.t, kind.name
    admin_layout.row_button(t, t("Change"), name, partial(_edit, ctx, kind), symbol="edit")
    if in_order and not kind.first:
        admin_layout.row_button(t, t("Up"), name, partial(_move, ctx, kind, "up"), symbol="arrow_upward")
    if in_order and not kind.last:
        admin_layout.row_button(t, t("Down"), name, partial(_move, ctx, kind, "down"), symbol="arrow_downward")
    if kind.enabled:
        admin_layout.row_button(t, t("Switch off"), name, partial(_disable, ctx, kind), kind="bad")
    else:
        admin_layout.row_button(t, t("Switch on"), name, partial(_enable, ctx, kind))


def _fill(ctx: Ctx, fields: FormFields[TypeForm], name: str = "", hours: int = TARGET_HOURS) -> None:
    t = ctx.t
    fields.line("name", t("Name"), value=name, maxlength="50")
    hint = t("Within so many hours somebody should be found.")
    number = {"type": "number", "inputmode": "numeric", "min": "1"}
    fields.line("target_hours", t("Target in hours"), value=str(hours), hint=hint, **number)


def _add(ctx: Ctx) -> None:
    t = ctx.t
    with card("gs-desk-form"), box("gs-form", data_guard=""):
        text(t("Add a kind of help"), tag="h2")
        fields = FormFields(ctx, TypeForm)
        fields.summary()
        _fill(ctx, fields)
        button(t("Add it"), partial(_save_new, ctx, fields), kind="ask", symbol="add")


async def _save_new(ctx: Ctx, fields: FormFields[TypeForm]) -> None:
    t = ctx.t
    form = fields.check()
    if form is None:
        return
    what = t("Members can choose “{name}” at once. It cannot be deleted, only switched off.", name=form.name)
    if not await confirm(ctx, t("Add this kind of help?"), what=what, yes=t("Yes, add it")):
        return
    with errors_shown(ctx):
        try:
            await do(ctx, admin.add_type, form=form)
        except Taken as taken:
            fields.refuse(taken.field, taken)
            return
        ctx.show_message(t("“{name}” has been added.", name=form.name))


async def _edit(ctx: Ctx, kind: TypeAdminRow) -> None:
    t = ctx.t
    was = TypeForm(name=kind.name, target_hours=kind.target_hours)
    if await ask(
        ctx,
        t("Change “{name}”?", name=kind.name),
        TypeForm,
        lambda fields: _fill(ctx, fields, kind.name, kind.target_hours),
        lambda form: do(ctx, admin.edit_type, type_id=kind.id, was=was, form=form),
        what=t("The new name shows everywhere, on old needs too."),
        yes=t("Save the change"),
    ):
        ctx.show_message(t("Saved."))


async def _move(ctx: Ctx, kind: TypeAdminRow, direction: Literal["up", "down"]) -> None:
    with errors_shown(ctx):
        await do(ctx, admin.move_type, type_id=kind.id, direction=direction)


async def _disable(ctx: Ctx, kind: TypeAdminRow) -> None:
    t = ctx.t
    what = t("Nobody can choose it for new needs. Old needs keep it.")
    question = t("Switch “{name}” off?", name=kind.name)
    if await confirm(ctx, question, what=what, yes=t("Yes, switch it off"), danger=True):
        with errors_shown(ctx):
            await do(ctx, admin.disable_type, type_id=kind.id)
            ctx.show_message(t("“{name}” is switched off.", name=kind.name))


async def _enable(ctx: Ctx, kind: TypeAdminRow) -> None:
    t = ctx.t
    with errors_shown(ctx):
        await do(ctx, admin.enable_type, type_id=kind.id)
        ctx.show_message(t("“{name}” can be chosen again.", name=kind.name))
