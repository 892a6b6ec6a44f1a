"""Dialogs with a form, which is validated and sent while the dialog is open."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from gsapp.errors import Invalid, Taken
from gsapp.schemas.forms import Form
from pages.components.dialogs import confirm
from pages.components.fields import FormFields
from pages.core.actions import errors_shown
from pages.core.session import Ctx

F = TypeVar("F", bound=Form)


async def ask(
    ctx: Ctx,
    question: str,
    form: type[F],
    fill: Callable[[FormFields[F]], object],
    send: Callable[[F], Awaitable[object]],
    *,
    what: str,
    yes: str,
    danger: bool = False,
) -> bool:
    """Show a form in a dialog and pass it to `send`. Returns whether it was sent.

    `fill` adds the fields. After `Taken` or `Invalid` the dialog stays open, with the problems at their fields.
    """
    fields = FormFields(ctx, form)
    before, sent = ctx.dirty, False

    async def act() -> bool:
        nonlocal sent
        checked = fields.check()
        if checked is None:
            return False
        with errors_shown(ctx):  # other errors do not concern the fields, and close the dialog
            try:
                await send(checked)
            except Taken as taken:
                fields.refuse(taken.field, taken)
                return False
            except Invalid as invalid:
                fields.show(invalid.fields)
                return False
            sent = True
        return True

    def body() -> None:
        fill(fields)

    await confirm(ctx, question, what=what, yes=yes, danger=danger, body=body, act=act)
    if not sent:
        ctx.dirty = before  # what was typed in the dialog is discarded, and nothing else on the page was edited
        ctx.reload_if_outdated()
    return sent
