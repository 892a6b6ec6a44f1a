"""Questions with fields: what is typed is checked, and sent, while the question still stands."""

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
    """Ask for a form and send it; whether it was sent. A field at fault is marked, and nothing typed is lost."""
    fields = FormFields(ctx, form)
    before, sent = ctx.dirty, False

    async def act() -> bool:
        nonlocal sent
        checked = fields.check()
        if checked is None:
            return False
        with errors_shown(ctx):  # whatever has nothing to do with what was typed closes the question
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
        ctx.dirty = before  # what was typed here is gone, and nothing else on the page has been touched
        ctx.catch_up()
    return sent
