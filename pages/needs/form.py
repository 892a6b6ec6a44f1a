"""The form to publish or edit a need: three required fields, defaults for the others."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from gsapp import clock
from gsapp.access import Actor
from gsapp.errors import Invalid
from gsapp.queries import needs as need_queries
from gsapp.queries import places
from gsapp.queries.need_facts import one_need
from gsapp.queries.on_behalf import resident_actor
from gsapp.schemas.needs import MAX_DESCRIPTION, CityRow, NeedForm, TypeRow
from gsapp.services import needs
from pages.components import drafts
from pages.components.basics import box, button, heading, link_button, text
from pages.components.dialogs import confirm
from pages.components.fields import FormFields
from pages.components.helpline import helpline
from pages.components.moments import moment
from pages.core.actions import do_for, errors_shown
from pages.core.actions import load as fetch
from pages.core.actions import load_shared as shared
from pages.core.session import Ctx
from pages.shell.on_behalf_banner import acting_note, reader_of, resident_of
from pages.shell.routes import Redirect, View

A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class _Page:
    title: str
    types: Sequence[TypeRow]
    cities: Sequence[CityRow]
    start: Mapping[str, object]
    send: Callable[[FormFields[NeedForm], str], Awaitable[None]]
    back: str
    me: Actor
    draft: str  # key of the draft on the reader's device


async def load_new(ctx: Ctx) -> View | Redirect:
    """The form for a new need."""
    return await _load_new(ctx, ctx.me, "/board")


async def load_for_resident(ctx: Ctx) -> View | Redirect:
    """The form for a new need, filled in by a coordinator on behalf of a resident without internet access."""
    me = await fetch(resident_actor, actor=ctx.me, user_id=ctx.params["user_id"])
    return await _load_new(ctx, me, f"/admin/residents/{me.user_id}")


async def _load_new(ctx: Ctx, me: Actor, back: str) -> View:
    types, cities, last = await asyncio.gather(
        shared(places.service_types), shared(places.cities), fetch(need_queries.last_need, actor=me)
    )
    requested = ctx.query.get("type", "")
    begin = _next_quarter(clock.local_now())
    start = {
        "type_id": int(requested) if any(str(kind.id) == requested for kind in types) else None,
        "city_id": last.city_id if last and any(city.id == last.city_id for city in cities) else None,
        "starts_at": begin,
        "ends_at": begin + A_WEEK,
        "helpers_wanted": 1,
        # Only marked, not selected: a wrong kind that goes unnoticed is worse than one more tap.
        "last_type_id": last.type_id if last else None,
    }
    send = partial(_publish, ctx, uuid.uuid4().hex, resident_of(me))
    title = ctx.t("What do you need?") if me.by is None else ctx.t("What does {name} need?", name=me.name)
    draft = "need-new" if me.by is None else f"need-new-for-{me.user_id}"
    page = _Page(title, types, cities, start, send, back, me, draft)
    return View(title, lambda: _build(ctx, page))


async def load_edit(ctx: Ctx) -> View | Redirect:
    """The form to edit a need that has no offers."""
    need_id = ctx.params["need_id"]
    me = await reader_of(ctx, need_id)
    draft = await fetch(need_queries.need_draft, actor=me, need_id=need_id)
    types, cities, now = await asyncio.gather(
        shared(places.service_types), shared(places.cities), fetch(one_need, need_id=need_id)
    )
    # A kind or city that was switched off since can still be kept.
    if all(kind.id != now.type_id for kind in types):
        types = (*types, TypeRow(id=now.type_id, name=now.type_name, icon=now.type_icon))
    if all(city.id != now.city_id for city in cities):
        cities = (*cities, CityRow(id=now.city_id, name=now.city_name, province=now.province))
    send = partial(_change, ctx, need_id, resident_of(me))
    title = ctx.t("Change your need") if me.by is None else ctx.t("Change the need of {name}", name=me.name)
    page = _Page(title, types, cities, draft.model_dump(), send, f"/needs/{need_id}", me, f"need-{need_id}")
    return View(title, lambda: _build(ctx, page))


def _build(ctx: Ctx, page: _Page) -> None:
    t, changing = ctx.t, ctx.path.endswith("/edit")
    fields = FormFields(ctx, NeedForm)
    with box("gs-narrow"):
        heading(page.title)
        acting_note(ctx, page.me)
        enough = t("Three things are enough. You can change them while nobody has answered.")
        text(t("You can change it while nobody has answered.") if changing else enough, "gs-meta")
        with box("gs-form", data_guard="") as form:
            fields.summary()
            _what(ctx, fields, page)
            _where_and_when(ctx, fields, page)
            drafts.keep(ctx, fields, form, page.draft, record=changing)
            words, sign = (t("Save the change"), "check") if changing else (t("Publish"), "send")
            button(words, partial(page.send, fields, words), kind="ask lg block", symbol=sign)
            if page.me.by is None:
                helpline(ctx, t("Rather ring us? We fill it in for you:"))
            link_button(t("Back"), page.back, kind="block")


def _what(ctx: Ctx, fields: FormFields[NeedForm], page: _Page) -> None:
    """Kind of help, title, description, and attachments."""
    t, start = ctx.t, page.start
    fields.kinds(
        "type_id",
        t("1. Kind of help"),
        page.types,
        value=_number(start.get("type_id")),
        last=_number(start.get("last_type_id")),
    )
    fields.line(
        "title",
        t("2. One sentence"),
        value=_value(start.get("title")),
        placeholder=t("For example: come with me to the eye clinic"),
        hint=t("Please no phone number and no door number: everybody can read this."),
        maxlength="255",
    )
    fields.long_text(
        "description",
        t("More about it (if you like)"),
        value=_value(start.get("description")),
        maxlength=str(MAX_DESCRIPTION),
    )
    fields.files(
        "attachments",
        t("Photos or videos (if you like)"),
        value=_value(start.get("attachments")),
        hint=t("Up to 5. Please no faces, papers or door numbers: all members can see them."),
        listed=True,
    )


def _where_and_when(ctx: Ctx, fields: FormFields[NeedForm], page: _Page) -> None:
    """City, begin and end, and the number of helpers."""
    t, start = ctx.t, page.start
    fields.choice(
        "city_id",
        t("3. City"),
        {city.id: f"{city.name} · {city.province}" for city in page.cities},
        value=_number(start.get("city_id")),
        hint=t("Type the first letters of your city."),
    )
    with box("gs-pair"):
        moment(fields, "starts_at", t("From"), value=_value(start.get("starts_at")))
        moment(fields, "ends_at", t("Until"), value=_value(start.get("ends_at")))
    fields.line(
        "helpers_wanted",
        t("How many helpers?"),
        value=_value(start.get("helpers_wanted")),
        type="number",
        inputmode="numeric",
        min="1",
        max="20",
    )


async def _publish(ctx: Ctx, client_key: str, resident: int | None, fields: FormFields[NeedForm], yes: str) -> None:
    t = ctx.t
    form = fields.check()
    if form is None:
        return
    what = t("All members can read it with your username. Your phone number is shown only to whom you choose.")
    if resident is not None:
        what = t("Members read only a made-up username. Name and number are shown to whom you choose for them.")
    if form.ends_at < clock.local_now():
        what = t("Its end is already over, so nobody can offer to help. Publish it anyway?")
    if not await confirm(ctx, t("Publish this need?"), what=what, yes=yes):
        return
    await _send(
        ctx,
        fields,
        do_for(ctx, resident, needs.publish_need, form=form, client_key=client_key),
        t("Published. As soon as a neighbour answers, you see it here."),
    )


async def _change(ctx: Ctx, need_id: int, resident: int | None, fields: FormFields[NeedForm], yes: str) -> None:
    t = ctx.t
    form = fields.check()
    if form is None:
        return
    what = t("Everybody sees the new words at once.")
    if not await confirm(ctx, t("Save the change?"), what=what, yes=yes):
        return

    async def change() -> int:
        await do_for(ctx, resident, needs.edit_need, need_id=need_id, form=form)
        return need_id

    await _send(ctx, fields, change(), t("Your need has been changed."))


async def _send(ctx: Ctx, fields: FormFields[NeedForm], sending: Awaitable[int], message: str) -> None:
    with errors_shown(ctx):
        try:
            need_id = await sending
        except (needs.UnknownType, needs.UnknownCity) as error:
            at_fault = "type_id" if isinstance(error, needs.UnknownType) else "city_id"
            fields.refuse(at_fault, error)
            return
        except Invalid as invalid:
            fields.show(invalid.fields)
            return
        drafts.sent(ctx, fields)
        ctx.show_message(message)
        ctx.go(f"/needs/{need_id}", instead=True)


def _value(given: object) -> str:
    """An initial value in the format of the input."""
    return given.strftime("%Y-%m-%dT%H:%M") if isinstance(given, datetime) else str(given or "")


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _next_quarter(now: datetime) -> datetime:
    return now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0) + timedelta(minutes=15)
