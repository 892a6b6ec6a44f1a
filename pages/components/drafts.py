"""Drafts: `assets/js/drafts.js` stores what is typed in a form on the reader's device until it has been sent."""

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from gsapp.schemas.forms import Form
from pages.components.basics import box, button, icon, text
from pages.components.fields import FormFields
from pages.core.js import js_call
from pages.core.session import Ctx

NEVER_KEPT = frozenset({"id_number", "password", "password_again"})


def keep(ctx: Ctx, fields: FormFields[Form], form: Element, key: str, *, record: bool = False) -> None:
    """Store drafts of `form` under the user's id and `key`. Call it after all fields were added; `sent` ends the draft.

    `record` says that the form edits an existing record: the reader is warned if that has changed since the draft.
    """
    fields.draft = f"{ctx.actor.user_id if ctx.actor else 0}:{key}"
    form.props["data-keep"] = fields.draft
    for name, holder in fields.holders.items():
        if name not in NEVER_KEPT:
            holder.props["data-field"] = name
    with form:
        place = box("gs-kept-place", role="status")
    place.move(form, 0)

    def found(event: GenericEventArguments) -> None:
        # Untrusted input: treated like what is typed.
        detail = event.args.get("detail") if isinstance(event.args, dict) else None
        if not isinstance(detail, dict):
            return
        choices = detail.get("choices")
        for name, value in (choices if isinstance(choices, dict) else {}).items():
            fields.choose(name, value)
        place.clear()
        if detail.get("over"):
            ctx.dirty = False
            ctx.client.run_javascript(js_call("gs.unsaved.clear"))
            sent(ctx, fields)  # again: drafts.js may have stored the choices that were cleared here as a new draft
            return
        ctx.touched()
        with place:
            _note(ctx, fields, changed=record and bool(detail.get("changed")))

    form.on("draft", found, args=["detail"])


def sent(ctx: Ctx, fields: FormFields[Form]) -> None:
    """What was typed has been saved: delete the draft on the device."""
    if fields.draft:
        ctx.client.run_javascript(js_call("gs.drafts.discard", fields.draft))


def _note(ctx: Ctx, fields: FormFields[Form], *, changed: bool) -> None:
    t = ctx.t
    said = [t("We kept what you had typed.")]
    if NEVER_KEPT & fields.inputs.keys():
        said = [t("We kept what you had typed, but neither passwords nor ID numbers.")]
    if changed:
        said.append(t("Meanwhile this was changed elsewhere: please look before you save it."))
    with box("q-banner gs-note gs-note--info gs-kept"):
        icon("history")
        text(" ".join(said))
        words = t("Take what stands there now") if changed else t("Start afresh")
        button(words, data_afresh="", type="button")
