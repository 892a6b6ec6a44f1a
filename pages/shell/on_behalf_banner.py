"""A coordinator who acts for a resident without the internet: as whom a page is read, and how it says so."""

from gsapp.access import Actor
from gsapp.queries.on_behalf import author_or_reader
from pages.components.basics import box, icon, link, text
from pages.core.actions import load as fetch
from pages.core.session import Ctx


async def reader_of(ctx: Ctx, need_id: int) -> Actor:
    """As whom the reader looks at a need: oneself, or the resident for whom a coordinator acts."""
    if not ctx.me.is_coordinator:
        return ctx.me
    return await fetch(author_or_reader, actor=ctx.me, need_id=need_id)


def resident_of(reader: Actor) -> int | None:
    """For whom the reader acts; `None` for oneself."""
    return reader.user_id if reader.by is not None else None


def acting_note(ctx: Ctx, reader: Actor) -> None:
    """Says whose page this is; nothing where the reader is there for oneself."""
    if reader.by is None:
        return
    t = ctx.t
    with box("q-banner gs-note gs-note--info"):
        icon("phone_in_talk")
        with box():
            text(t("{name} has no internet. You act for them.", name=reader.name), tag="strong")
            link(t("Phone number, calls and needs"), f"/admin/residents/{reader.user_id}")
