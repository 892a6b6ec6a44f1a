"""Gallery: thumbnails that open in a lightbox, videos, and the small picture in a row of a list."""

import json
from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from gsapp.i18n import Translator
from gsapp.schemas.files import Attachment
from pages.components.basics import box, icon
from pages.core import theme
from pages.core.session import Ctx

SMALL_PICTURE = Markup(
    '<span class="gs-need-pic"><img src="{small}" alt="" loading="lazy" decoding="async" width="88" height="66"></span>'
)


def gallery(ctx: Ctx, files: Sequence[Attachment], title: str) -> None:
    """The files in their order; nothing if there are none. `title` names what they belong to, for screen readers."""
    if not files:
        return
    wide = across([file.kind for file in files])
    with box("gs-pics", tag="ul", role="list", data_pics=_words(ctx.t)):
        for number, file in enumerate(files, 1):
            with box("gs-pics--across" if number - 1 in wide else "", tag="li"):
                _one(ctx, file, _description(ctx.t, file, number, len(files), title), first=number == 1)


def across(kinds: Sequence[str]) -> set[int]:
    """Indices of files that span both columns, so that no gap remains: videos, the first of an odd run of photos."""
    found: set[int] = set()
    start = 0
    for kind, run in groupby(kinds):
        end = start + len(list(run))
        if kind == "video":
            found.update(range(start, end))
        elif (end - start) % 2:
            found.add(start)
        start = end
    return found


def small_picture(address: str | None) -> Markup:
    """The small picture in a row of a list, without alternative text: the row names the need."""
    return SMALL_PICTURE.format(small=address) if address else Markup("")


def _one(ctx: Ctx, file: Attachment, words: str, *, first: bool) -> None:
    if file.kind == "video":
        video = box(tag="video", src=file.url, controls="", preload="metadata", playsinline="", aria_label=words)
        video.on("play", ctx.touched, args=[])  # a reload of the view would start the video again
        return
    size = {"data_width": str(file.width or ""), "data_height": str(file.height or "")}
    with box("gs-pic", tag="a", href=file.url, data_pic="", data_full="", aria_haspopup="dialog", **size):
        box(tag="img", src=file.small or file.url, alt=words, loading="eager" if first else "lazy", decoding="sync")
        icon("zoom_in")


def _description(t: Translator, file: Attachment, number: int, count: int, title: str) -> str:
    if file.kind == "video":
        return t("Video {n} of {all} of: {title}", n=number, all=count, title=title)
    return t("Photo {n} of {all} of: {title}", n=number, all=count, title=title)


def _words(t: Translator) -> str:
    """Labels and icons of the lightbox, as JSON."""
    icons = {name: theme.icon_address(name) for name in ("close", "arrow_back", "arrow_forward")}
    words = {"close": t("Close"), "previous": t("Previous photo"), "next": t("Next photo"), "icons": icons}
    return json.dumps(words, ensure_ascii=False)
