"""Recording a resident without internet access; the form for their first need follows."""

from functools import partial

from nicegui.element import Element

from gsapp import clock
from gsapp.schemas.on_behalf import ResidentForm
from gsapp.services.on_behalf import PhoneKnown, record_resident
from pages.admin.resident_fields import resident_fields
from pages.components import admin_layout
from pages.components.basics import box, button, card, link_button, text
from pages.components.dialogs import confirm
from pages.components.fields import FormFields
from pages.core.actions import do, errors_shown
from pages.core.session import Ctx
from pages.shell.routes import View


async def load(ctx: Ctx) -> View:
    return View(ctx.t("Record a resident"), lambda: _build(ctx))


def _build(ctx: Ctx) -> None:
    t = ctx.t
    admin_layout.head(ctx, t("Record a resident"))
    fields = FormFields(ctx, ResidentForm)
    with card("gs-desk-form"):
        text(t("For somebody without the internet. You ring them up and act for them; nobody signs in as them."))
        with box("gs-form", data_guard=""):
            fields.summary()
            resident_fields(fields, at=clock.local_now())
            known = box()
            send = partial(_record, ctx, fields, known)
            button(t("Record, and go on to the need"), send, kind="ask lg block", symbol="person_add")
            link_button(t("Back"), "/admin/calls", kind="block")


async def _record(ctx: Ctx, fields: FormFields[ResidentForm], known: Element) -> None:
    t = ctx.t
    known.clear()
    form = fields.check()
    if form is None:
        return
    what = t("Members read only a made-up username. Name and number are shown to whom you choose for them.")
    if not await confirm(ctx, t("Record {name}?", name=form.name), what=what, yes=t("Yes, they agreed")):
        return
    with errors_shown(ctx):
        try:
            user_id = await do(ctx, record_resident, form=form)
        except PhoneKnown as error:
            fields.refuse("phone", error)
            with known:
                link_button(t("Open the account with this number"), f"/admin/users/{error.user_id}", symbol="person")
            return
        ctx.show_message(t("{name} is recorded. What do they need?", name=form.name))
        ctx.go(f"/admin/residents/{user_id}/needs/new", instead=True)
