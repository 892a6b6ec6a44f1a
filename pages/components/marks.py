"""The product's own signs: state chips, number plates, kinds of help, avatars, steps."""

from collections.abc import Sequence

from nicegui.element import Element

from gsapp.i18n import N_, Translator
from gsapp.vocabulary import NeedStatus, OfferState
from pages.components.basics import box, symbol, text

NEED_WORDS = {
    NeedStatus.OPEN: N_("Waiting for help"),
    NeedStatus.MATCHED: N_("Somebody is coming"),
    NeedStatus.DONE: N_("Done"),
    NeedStatus.EXPIRED: N_("Expired"),
    NeedStatus.CANCELLED: N_("Called off"),
}
OFFER_WORDS = {
    OfferState.PENDING: N_("Waiting for an answer"),
    OfferState.ACCEPTED: N_("Chosen"),
    OfferState.REJECTED: N_("Not this time"),
    OfferState.WITHDRAWN: N_("Taken back"),
}


def need_chip(t: Translator, status: NeedStatus) -> Element:
    return _chip(status.value, t(NEED_WORDS[status]))


def offer_chip(t: Translator, state: OfferState) -> Element:
    return _chip(state.name.lower(), t(OFFER_WORDS[state]))


def _chip(state: str, words: str) -> Element:
    with box(f"q-chip gs-chip gs-{state}", tag="span") as chip, box("q-chip__content", tag="span"):
        symbol(f"state-{state}")
        text(words, tag="span")
    return chip


def plate(t: Translator, need_id: int, *, large: bool = False) -> Element:
    """The number of a need on its door plate."""
    words = t("No. {number}", number=f"{need_id:04d}")
    return text(words, "gs-plate gs-plate--lg" if large else "gs-plate", tag="span")


def kind_of_help(icon: str, name: str, *, large: bool = False) -> Element:
    """Tile, glyph and word, never one without the others; a kind without a drawing shows its first letter."""
    with box(f"gs-type {'gs-type--lg' if large else ''}", tag="span") as kind:
        with box(f"gs-kind-{icon or 'other'}", tag="i"):
            if symbol(f"type-{icon}") is None:
                text(name[:1], tag="b", aria_hidden="true")
        text(name, tag="span")
    return kind


def avatar(name: str) -> Element:
    return text(name[:1].upper(), "gs-ava", tag="span", aria_hidden="true")


def steps(t: Translator, words: Sequence[str], now: int) -> None:
    """Where we are on the lane from published to thanks; `now` counts from 0, `len(words)` means all is done."""
    with box("gs-steps", tag="ol", aria_label=t("Steps")):
        for index, word in enumerate(words):
            state = "ok" if index < now else "now" if index == now else ""
            with box(state, tag="li", data_n=str(index + 1)) as step:
                text(word, tag="span")
            if state == "now":
                step.props["aria-current"] = "step"
