"""Sharing a need as plain text, without names and phone numbers. `assets/js/share.js` copies and shares it."""

from collections.abc import Callable
from datetime import datetime

from gsapp.i18n import Translator
from gsapp.i18n.kinds import kind_name
from gsapp.schemas.needs import NeedDetail
from gsapp.schemas.read_models import need_label
from gsapp.vocabulary import NeedStatus
from pages.components.basics import box, button, text
from pages.components.exports import print_button
from pages.core.session import Ctx


def need_as_text(t: Translator, need: NeedDetail, *, site: str) -> str:
    """Lines with number, title, kind, place, time and link. `site` is the base URL."""
    lines = [
        f"{need_label(t, need.id)} · {need.title}",
        f"{kind_name(t, need.type_name)} · {need.city_name}",
        days_in_full(t, need),
        f"{site}/needs/{need.id}",
    ]
    return "\n".join(lines)


def days_in_full(t: Translator, need: NeedDetail) -> str:
    """The time of a need with full dates: a chat or a printed sheet may be read next week."""
    return from_to(t, need, t.datetime)


def from_to(t: Translator, need: NeedDetail, say: Callable[[datetime], str]) -> str:
    """The time of a need, formatted by `say`; the date is not repeated if it is one day."""
    one_day = need.starts_at.date() == need.ends_at.date()
    end = t.time(need.ends_at) if one_day else say(need.ends_at)
    return t("{start} to {end}", start=say(need.starts_at), end=end)


def share_need(ctx: Ctx, need: NeedDetail) -> None:
    """Buttons to copy, share or print a need; nothing once it has ended."""
    if need.status not in (NeedStatus.OPEN, NeedStatus.MATCHED):
        return
    t, name = ctx.t, f"gs-as-text-{need.id}"
    words = need_as_text(t, need, site=ctx.tab.settings.base_url)
    with box("gs-share", role="group", aria_label=t("Pass it on")):
        button(t("Copy as text"), kind="text", symbol="content_copy", data_copy=name, type="button")
        share = button(t("Share"), kind="text", symbol="share", data_share=name, type="button")
        share.classes("gs-share-native")
        print_button(ctx, t("Print for the door"))
        _copyable(ctx, name, words, t("This need as text"))


def copy_line(ctx: Ctx, name: str, value: str, label: str) -> None:
    """A read-only field with an address, and a button that copies it."""
    t = ctx.t
    with box("gs-share"):
        text(label, "gs-label", tag="label", for_=name)
        with box("gs-copyline"):
            box(tag="input", id=name, type="text", readonly="", value=value)
            button(t("Copy"), symbol="content_copy", data_copy=name, type="button")
        _copy_status(ctx, name)


def _copyable(ctx: Ctx, name: str, words: str, label: str) -> None:
    text(words, "gs-as-text", tag="textarea", id=name, readonly="", rows="5", hidden="", aria_label=label)
    _copy_status(ctx, name)


def _copy_status(ctx: Ctx, name: str) -> None:
    """The live region that says whether the text was copied."""
    t = ctx.t
    by_hand = t("Please copy it by hand: press it for long, or press Ctrl+C.")
    box("gs-copied", id=f"{name}-said", role="status", data_copied=t("Copied."), data_by_hand=by_hand)
