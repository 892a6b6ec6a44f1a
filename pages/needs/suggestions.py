"""Suggestions: volunteers for a need, and needs for a volunteer, each with its reasons."""

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from gsapp import clock
from gsapp.errors import Sentence
from gsapp.i18n import Translator
from gsapp.i18n.kinds import kind_name
from gsapp.queries.suggestions import suggestions
from gsapp.schemas.needs import NeedDetail, Suggestion
from gsapp.schemas.offers import Volunteer
from gsapp.services.asking import ask_volunteer
from pages.components.badges import avatar, kind_markup, plate_markup
from pages.components.basics import box, button, card, link, text
from pages.components.dialogs import confirm
from pages.components.markup import joined, put
from pages.core.actions import do, errors_shown
from pages.core.actions import load as fetch
from pages.core.session import Ctx

VOLUNTEERS = 3
NEEDS = 3
FITTING = Markup('<ul class="gs-fitting" aria-labelledby="gs-fitting">{rows}</ul>')
ROW = Markup(
    '<li class="q-card gs-card">{plate}<div><a class="gs-need-title" href="/needs/{id}">{title}</a>'
    '<span class="gs-meta">{kind}<span>{city}</span><span>{when}</span></span><p class="gs-why">{why}</p></div></li>'
)


async def fitting_needs(ctx: Ctx) -> tuple[Suggestion, ...]:
    """The best suggestions for the reader; empty for visitors."""
    if ctx.actor is None:
        return ()
    return (await fetch(suggestions, actor=ctx.actor, page=1, size=NEEDS)).items


def fitting_list(ctx: Ctx, found: Sequence[Suggestion]) -> None:
    """The list "Needs that fit you"; nothing if it is empty."""
    if not found:
        return
    t, now = ctx.t, clock.local_now()
    with box("gs-part gs-fits", tag="section"):
        text(t("Needs that fit you"), "gs-h2", tag="h2", id="gs-fitting")
        put(
            FITTING.format(
                rows=joined(
                    ROW.format(
                        id=need.id,
                        plate=plate_markup(t, need.id),
                        title=need.title,
                        kind=kind_markup(t, need.type_icon, need.type_name),
                        city=need.city_name,
                        when=t.when(need.starts_at, now),
                        why=_why(ctx, each.reasons),
                    )
                    for each in found
                    for need in (each.need,)
                )
            )
        )


def volunteers_card(ctx: Ctx, need: NeedDetail, found: Sequence[Volunteer]) -> None:
    """The card "Neighbours who could help", with buttons to ask them; nothing if there are none."""
    if not found:
        return
    t = ctx.t
    with card("gs-could"):
        text(t("Neighbours who could help"), tag="h2")
        text(t("They have answered needs like this one. Whoever has not been asked for the longest comes first."))
        with box("gs-could-list", tag="ul"):
            for each in found:
                _volunteer(ctx, need, each)


def _volunteer(ctx: Ctx, need: NeedDetail, each: Volunteer) -> None:
    t = ctx.t
    with box(tag="li"):
        with box("gs-offer-head"):
            avatar(each.username)
            with box("gs-offer-who"):
                link(each.username, f"/users/{each.user_id}", "gs-offer-name")
                text(_why(ctx, each.reasons), "gs-meta")
        if each.asked_at is not None:
            when = t.when(clock.to_local(each.asked_at), clock.local_now())
            text(t("Asked {when}; no answer yet.", when=when), "gs-could-asked")
        else:
            words = t("Ask {name}", name=each.username)
            button(words, partial(_ask, ctx, need, each), symbol="waving_hand")


async def _ask(ctx: Ctx, need: NeedDetail, each: Volunteer) -> None:
    t, name = ctx.t, each.username
    what = t("We ask {name} for you whether they can help. No phone number is shown yet.", name=name)
    if not await confirm(ctx, t("Ask {name}?", name=name), what=what, yes=t("Yes, ask {name}", name=name)):
        return
    with errors_shown(ctx):
        await do(ctx, ask_volunteer, need_id=need.id, volunteer_id=each.user_id)
        ctx.show_message(t("We have asked {name}.", name=name))


def _why(ctx: Ctx, reasons: Sequence[Sentence]) -> str:
    return "\n".join(_reason(ctx.t, reason) for reason in reasons)


def _reason(t: Translator, reason: Sentence) -> str:
    kind = reason.values.get("name")  # the only name in a reason is that of a kind of help
    return t(reason.msgid, **(reason.values if kind is None else {**reason.values, "name": kind_name(t, kind)}))
