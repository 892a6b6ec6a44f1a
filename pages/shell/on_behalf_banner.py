"""Acting on behalf of a resident without internet access: the actor with which a page is loaded, and the banner."""

from gsapp.access import Actor
from gsapp.queries.on_behalf import author_or_reader
from pages.components.basics import box, icon, link, text
from pages.core.actions import load as fetch
from pages.core.session import Ctx


async def reader_of(ctx: Ctx, need_id: int) -> Actor:
    """The actor with which a need is loaded: the reader, or the resident represented by a coordinator."""
    if not ctx.me.is_coordinator:
        return ctx.me
    return await fetch(author_or_reader, actor=ctx.me, need_id=need_id)


def resident_of(reader: Actor) -> int | None:
    """The user id of the resident represented by the reader, or `None`."""
    return reader.user_id if reader.by is not None else None


def acting_note(ctx: Ctx, reader: Actor) -> None:
    """The banner that names the resident; nothing when readers act for themselves."""
    if reader.by is None:
        return
    t = ctx.t
    with box("q-banner gs-note gs-note--info"):
        icon("phone_in_talk")
        with box():
            text(t("{name} has no internet. You act for them.", name=reader.name), tag="strong")
            link(t("Phone number, calls and needs"), f"/admin/residents/{reader.user_id}")
