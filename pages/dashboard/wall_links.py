"""Links to the wall display: coordinators create and revoke them."""

from functools import partial

from gsapp import clock
from gsapp.queries.walls import wall_links
from gsapp.schemas.walls import WallLinkForm, WallLinkRow
from gsapp.services import walls
from pages.components.admin_layout import Column, cell, row, row_head, table_of_elements
from pages.components.basics import box, button, card, heading, link, text
from pages.components.dialogs import confirm
from pages.components.fields import FormFields
from pages.components.shown_once import show_wall_link
from pages.core.actions import do, errors_shown
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.dashboard.wall import new_key
from pages.live.reload import reload_on
from pages.shell.routes import View


async def load(ctx: Ctx) -> View:
    reload_on(ctx, wall_links)
    found = await fetch(wall_links, actor=ctx.me)
    return View(ctx.t("Show on the wall"), lambda: _build(ctx, found))


def _build(ctx: Ctx, found: tuple[WallLinkRow, ...]) -> None:
    t = ctx.t
    with box("gs-page-head"), box():
        link(t("Back to the dashboard"), "/dashboard", "gs-back-link")
        heading(t("Show on the wall"))
        words = t("For a large screen that everybody may see: the numbers as they move, and no names.")
        text(words, "gs-meta")
    _make(ctx)
    if found:
        _links(ctx, found)


def _make(ctx: Ctx) -> None:
    t = ctx.t
    with card("gs-desk-form"):
        text(t("A link for a screen"), tag="h2")
        fields = FormFields(ctx, WallLinkForm)
        hint = t("Whoever has the link sees the wall without signing in, until you switch it off here.")
        fields.line("label", t("Where does the screen hang?"), hint=hint, maxlength="100")
        button(t("Make a link"), partial(_save_new, ctx, fields), kind="ask", symbol="add_link")


async def _save_new(ctx: Ctx, fields: FormFields[WallLinkForm]) -> None:
    form = fields.check()
    if form is None:
        return
    key, token_hash = new_key()
    with errors_shown(ctx):
        await do(ctx, walls.make_link, form=form, token_hash=token_hash)
        show_wall_link(ctx, form.label, f"{ctx.tab.settings.base_url}/dashboard/wall?key={key}")


def _links(ctx: Ctx, found: tuple[WallLinkRow, ...]) -> None:
    t = ctx.t
    columns = [Column(t("Screen")), Column(t("Made by")), Column(t("Made on")), Column(t("State"))]
    with table_of_elements(t("Links to the wall"), columns):
        for each in found:
            with row():
                with row_head():
                    text(each.label, tag="span")
                with cell(columns[1]):
                    text(each.made_by, tag="span")
                with cell(columns[2]):
                    text(t.when(clock.to_local(each.created_at), clock.local_now()), tag="span")
                with cell(columns[3]):
                    if each.revoked_at:
                        text(t("Switched off"), "gs-is-off", tag="span")
                    else:
                        _switch_off(ctx, each)


def _switch_off(ctx: Ctx, each: WallLinkRow) -> None:
    words = button(ctx.t("Switch off"), partial(_revoke, ctx, each), kind="bad", symbol="link_off")
    words.props["aria-label"] = ctx.t("Switch off: {label}", label=each.label)


async def _revoke(ctx: Ctx, each: WallLinkRow) -> None:
    t = ctx.t
    what = t("Every screen that shows this link goes dark at once. The link never works again.")
    question = t("Switch off “{label}”?", label=each.label)
    if not await confirm(ctx, question, what=what, yes=t("Switch off"), danger=True):
        return
    with errors_shown(ctx):
        await do(ctx, walls.revoke_link, link_id=each.id)
        ctx.show_message(t("The link has been switched off."))
