"""Form field for photos and videos: each file is uploaded when it is chosen, and the field's value is their names.

`assets/js/file-field.js` uploads them, shows their progress, and reports the names of the uploaded files to the server.
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
    """The value of the field: names of files, separated by commas."""

    def __init__(self, value: str) -> None:
        self.value = value
        self.sending = self.failed = 0

    @property
    def value(self) -> str:
        return ",".join(filter(None, [*self.shown, self._others]))

    @value.setter
    def value(self, names: str) -> None:
        self.shown = own_names(names)
        self._others = foreign_names(names)  # of an earlier system: kept, never shown

    def unfinished(self) -> Sentence | None:
        """Why the form cannot be sent yet: an upload is in progress or has failed."""
        if self.sending:
            return Sentence(STILL_SENDING)
        return Sentence(NOT_SENT) if self.failed else None

    def update_from_browser(self, detail: object) -> bool:
        """Validate what the browser reports, and store it. Returns `False`, and changes nothing, if it is invalid."""
        detail = detail if isinstance(detail, dict) else {}
        names, sending, failed = detail.get("names"), detail.get("sending"), detail.get("failed")
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
    """The field itself: previews, and the button that adds files. `on_change` is called after each valid report."""
    holder = Attached(value)

    def changed(event: GenericEventArguments) -> None:
        detail = event.args.get("detail") if isinstance(event.args, dict) else None
        if holder.update_from_browser(detail):
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
    """The translated messages for the browser, with placeholders for values that only it knows."""
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
