"""Badges: state chips, number plates, kinds of help, avatars, progress steps."""

from collections.abc import Sequence

from markupsafe import Markup
from nicegui.element import Element

from gsapp.i18n import N_, Translator
from gsapp.i18n.kinds import kind_name
from gsapp.schemas.read_models import need_label
from gsapp.vocabulary import NEED_WORDS, OFFER_WORDS, NeedStatus, OfferState
from pages.components.basics import box, text
from pages.components.markup import put, symbol

STAR_WORDS = {5: N_("Wonderful"), 4: N_("Good"), 3: N_("All right"), 2: N_("So so"), 1: N_("Not good")}
PLATE = Markup('<span class="gs-plate {size}">{words}</span>')
CHIP = Markup(
    '<span class="q-chip gs-chip gs-{state}"><span class="q-chip__content">{symbol}<span>{words}</span></span></span>'
)
KIND = Markup('<span class="gs-type {size}"><i class="gs-kind-{icon}">{glyph}</i><span>{name}</span></span>')
LETTER = Markup('<b aria-hidden="true">{letter}</b>')


def need_chip_markup(t: Translator, status: NeedStatus) -> Markup:
    return CHIP.format(state=status.value, symbol=symbol(f"state-{status.value}"), words=t(NEED_WORDS[status]))


def need_chip(t: Translator, status: NeedStatus) -> Element:
    return put(need_chip_markup(t, status), tag="span")


def offer_chip_markup(t: Translator, state: OfferState) -> Markup:
    name = state.name.lower()
    return CHIP.format(state=name, symbol=symbol(f"state-{name}"), words=t(OFFER_WORDS[state]))


def offer_chip(t: Translator, state: OfferState) -> Element:
    return put(offer_chip_markup(t, state), tag="span")


def plate_markup(t: Translator, need_id: int, *, large: bool = False) -> Markup:
    """The number of a need, drawn like the number plate of a house."""
    return PLATE.format(size="gs-plate--lg" if large else "", words=need_label(t, need_id))


def plate(t: Translator, need_id: int, *, large: bool = False) -> Element:
    return put(plate_markup(t, need_id, large=large), tag="span")


def kind_markup(t: Translator, icon: str, stored: str, *, large: bool = False) -> Markup:
    """A kind of help: coloured tile, glyph and name, always together. The glyph may be the name's first letter."""
    name = kind_name(t, stored)
    glyph = symbol(f"type-{icon}") or LETTER.format(letter=name[:1])
    return KIND.format(size="gs-type--lg" if large else "", icon=icon or "other", glyph=glyph, name=name)


def kind_of_help(t: Translator, icon: str, stored: str, *, large: bool = False) -> Element:
    return put(kind_markup(t, icon, stored, large=large), tag="span")


def avatar(name: str) -> Element:
    return text(name[:1].upper(), "gs-ava", tag="span", aria_hidden="true")


def steps(t: Translator, words: Sequence[str], now: int) -> None:
    """Progress steps; `now` is the index of the current one, `len(words)` when all are done."""
    with box("gs-steps", tag="ol", aria_label=t("Steps")):
        for index, word in enumerate(words):
            state = "gs-is-passed" if index < now else "gs-is-current" if index == now else ""
            with box(state, tag="li", data_n=str(index + 1)) as step:
                text(word, tag="span")
            if index == now:
                step.props["aria-current"] = "step"
