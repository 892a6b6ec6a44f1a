"""Cities: adding, enabling and disabling them. All prefecture-level cities are there from the start."""

from functools import partial

from gsapp.errors import Taken
from gsapp.queries.admin_places import all_cities
from gsapp.schemas.admin import CityFilter, CityForm
from gsapp.schemas.admin_rows import CityAdminRow
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.read_models import Page
from gsapp.services import admin_places as admin
from pages.components import admin_layout
from pages.components.admin_layout import Column
from pages.components.basics import box, button, card, text
from pages.components.dialogs import confirm
from pages.components.fields import FormFields
from pages.components.lists import find_field, more_filters, select_field
from pages.core.actions import do, errors_shown
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell.routes import Redirect, View, last_page


async def load(ctx: Ctx) -> View | Redirect:
    reload_on(ctx, all_cities)
    filter, left_out = parse_filter(CityFilter, ctx.query)
    found = await fetch(all_cities, actor=ctx.me, filter=filter)
    if beyond := last_page(ctx, found):
        return beyond
    return View(ctx.t("Cities"), lambda: _build(ctx, found, filter, bool(left_out)))


def _build(ctx: Ctx, found: Page[CityAdminRow], filter: CityFilter, refused: bool) -> None:
    t = ctx.t
    admin_layout.head(ctx, t("Cities"), refused=refused)
    with admin_layout.filters(ctx):
        find_field(ctx, t("City or province"), "q", filter.q, maxlength="50")
        with more_filters(ctx, "enabled", "sort"):
            states = [("yes", t("Can be chosen")), ("no", t("Switched off"))]
            select_field(t("State"), "enabled", states, filter.enabled, first=t("All"))
            sorts = [("name", t("By name")), ("province", t("By province"))]
            select_field(t("Order"), "sort", sorts, filter.sort, first=t("As in the national list"))
    admin_layout.shown(ctx, found, "cities", filter, lambda: _table(ctx, found))
    _add(ctx)


def _table(ctx: Ctx, found: Page[CityAdminRow]) -> None:
    t = ctx.t
    columns = [Column(t("City")), Column(t("Province")), Column(t("State")), Column(t("Change"))]
    with admin_layout.table_of_elements(t("Cities"), columns):
        for city in found.items:
            with admin_layout.row():
                with admin_layout.row_head():
                    text(city.name, tag="span")
                with admin_layout.cell(columns[1]):
                    text(city.province, tag="span")
                with admin_layout.cell(columns[2]):
                    text(t("Can be chosen") if city.enabled else t("Switched off"), tag="span")
                with admin_layout.cell(columns[3]), box("gs-acts"):
                    if city.enabled:
                        admin_layout.row_button(t, t("Switch off"), city.name, partial(_disable, ctx, city), kind="bad")
                    else:
                        admin_layout.row_button(t, t("Switch on"), city.name, partial(_enable, ctx, city))


def _add(ctx: Ctx) -> None:
    t = ctx.t
    with card("gs-desk-form"), box("gs-form", data_guard=""):
        text(t("Add a city"), tag="h2")
        fields = FormFields(ctx, CityForm)
        fields.summary()
        with box("gs-pair"):
            fields.line("name", t("City"), maxlength="50")
            fields.line("province", t("Province"), maxlength="50", hint=t("As in the list, or a new one."))
        button(t("Add it"), partial(_save_new, ctx, fields), kind="ask", symbol="add")


async def _save_new(ctx: Ctx, fields: FormFields[CityForm]) -> None:
    t = ctx.t
    form = fields.check()
    if form is None:
        return
    what = t("Members can choose {city} ({province}) at once.", city=form.name, province=form.province)
    if not await confirm(ctx, t("Add this city?"), what=what, yes=t("Yes, add it")):
        return
    with errors_shown(ctx):
        try:
            await do(ctx, admin.add_city, form=form)
        except Taken as taken:
            fields.refuse(taken.field, taken)
            return
        ctx.show_message(t("“{name}” has been added.", name=form.name))


async def _disable(ctx: Ctx, city: CityAdminRow) -> None:
    t = ctx.t
    what = t("Nobody can choose it for new needs. Old needs keep it.")
    question = t("Switch “{name}” off?", name=city.name)
    if await confirm(ctx, question, what=what, yes=t("Yes, switch it off"), danger=True):
        with errors_shown(ctx):
            await do(ctx, admin.disable_city, city_id=city.id)
            ctx.show_message(t("“{name}” is switched off.", name=city.name))


async def _enable(ctx: Ctx, city: CityAdminRow) -> None:
    t = ctx.t
    with errors_shown(ctx):
        await do(ctx, admin.enable_city, city_id=city.id)
        ctx.show_message(t("“{name}” can be chosen again.", name=city.name))
