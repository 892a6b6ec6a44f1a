"""Photos and videos in a form: what is chosen is sent at once, and the form holds the names that came back.

The browser's part is `assets/js/file-field.js`: it shows what is on its way, and says here which files are there.
"""

import json
import logging
from collections.abc import Callable
from typing import TypeGuard

from nicegui.events import GenericEventArguments

from gsapp.errors import Sentence
from gsapp.i18n import N_, Translator
from gsapp.media.prepared import PhotoIsHeic
from gsapp.schemas.files import MAX_ATTACHMENTS, MAX_BYTES, MAX_MEGABYTES, NAME, foreign_names, own_names
from pages.components.basics import box
from pages.core import theme
from pages.core.session import Ctx

log = logging.getLogger(__name__)

ICONS = (
    "add_a_photo",
    "photo_camera",
    "arrow_upward",
    "arrow_downward",
    "close",
    "attach_file",
    "error",
    "image",
    "movie",
    "refresh",
    "star",
)
STILL_SENDING = N_("A photo or video is still being sent. Please wait a moment, then press again.")
NOT_SENT = N_("A photo or video was not sent. The reason is beside it; you can also remove it.")


class Attached:
    """The value of the field: names with commas between. `unfinished` says why it cannot be sent yet."""

    def __init__(self, value: str) -> None:
        self.value = value
        self.sending = self.failed = 0

    @property
    def value(self) -> str:
        return ",".join(filter(None, [*self.shown, self._others]))

    @value.setter
    def value(self, names: str) -> None:
        self.shown = own_names(names)
        self._others = foreign_names(names)  # of a former server: kept, never shown

    def unfinished(self) -> Sentence | None:
        if self.sending:
            return Sentence(STILL_SENDING)
        return Sentence(NOT_SENT) if self.failed else None

    def take(self, said: object) -> bool:
        """What the browser says; `False`, and nothing changes, when no browser of ours would say that."""
        said = said if isinstance(said, dict) else {}
        names, sending, failed = said.get("names"), said.get("sending"), said.get("failed")
        if not (isinstance(names, str) and _small(sending) and _small(failed)):
            return False
        listed = names.split(",") if names else []
        if len(listed) > MAX_ATTACHMENTS or len(set(listed)) < len(listed) or not all(map(NAME.fullmatch, listed)):
            return False
        self.shown, self.sending, self.failed = tuple(listed), sending, failed
        return True


def attached_files(
    ctx: Ctx, name: str, value: str, *, described: str, listed: bool, on_change: Callable[[], None]
) -> Attached:
    """The part between label and hint: previews, and the way to choose more."""
    holder = Attached(value)

    def changed(event: GenericEventArguments) -> None:
        detail = event.args.get("detail") if isinstance(event.args, dict) else None
        if holder.take(detail):
            on_change()
        else:
            log.warning("ignored an invalid message about attachments from a browser")

    element = box(
        tag="gs-files",
        data_name=name,
        data_value=",".join(holder.shown),
        data_to="/files",
        data_most=str(MAX_ATTACHMENTS),
        data_bytes=str(MAX_BYTES),
        data_described=described,
        data_icons=json.dumps({name: theme.icon_address(name) for name in ICONS}),
        data_words=json.dumps(_words(ctx.t, listed=listed), ensure_ascii=False),
    )
    element.on("files", changed, args=["detail"])
    return holder


def _small(number: object) -> TypeGuard[int]:
    return type(number) is int and 0 <= number <= MAX_ATTACHMENTS


def _words(t: Translator, *, listed: bool) -> dict[str, str]:
    """All that the browser may have to say, with places for what only it knows."""
    return {
        "add": t("Add a photo or video"),
        "shoot": t("Take a photo now"),
        "photo": t("Photo {n}", n="{n}"),
        "video": t("Video {n}", n="{n}"),
        "first": t("The board shows this one") if listed else "",
        "waiting": t("Waits its turn"),
        "preparing": t("Being made ready …"),
        "sending": t("{done} of {total} MB", done="{done}", total="{total}"),
        "ending": t("Almost there …"),
        "trying": t("We are trying again …"),
        "here": t("{name} has arrived.", name="{name}"),
        "removed": t("{name} has been removed.", name="{name}"),
        "moved": t("{name} is now number {place} of {all}.", name="{name}", place="{place}", all="{all}"),
        "gone": t("A photo or video is no longer there. Please add it again."),
        "big": t("This is larger than {n} MB. A smaller photo or a shorter video fits.", n=MAX_MEGABYTES),
        "refused": t("Only photos (JPG, PNG, WebP, GIF) and videos (MP4, WebM, MOV) can be sent."),
        "heic": t(PhotoIsHeic.sentence),
        "many": t("{n} are the most. The others were left out.", n=MAX_ATTACHMENTS),
        "lost": t("The connection was lost. We try again as soon as it is back."),
        "ended": t("You are no longer signed in. Sign in in another window, then try again."),
        "trouble": t("This did not work just now. Please try again."),
        "retry": t("Try again"),
        "cancel": t("Stop sending"),
        "remove": t("Remove"),
        "earlier": t("Earlier"),
        "later": t("Later"),
    }
