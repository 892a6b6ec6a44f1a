"""Questions before something is created, changed or deleted, and the messages afterwards."""

from collections.abc import Awaitable, Callable

from nicegui import ui
from nicegui.element import Element

from pages.components.basics import box, button, icon, text
from pages.core import theme
from pages.core.js import js_call
from pages.core.session import Ctx

NOTICE_ICONS = {"ok": "check_circle", "info": "info", "bad": "error"}
MAX_NOTICES = 3


async def confirm(
    ctx: Ctx,
    question: str,
    *,
    what: str,
    yes: str,
    danger: bool = False,
    body: Callable[[], None] | None = None,
    act: Callable[[], Awaitable[bool]] | None = None,
) -> bool:
    """Ask before an act: a question, what will happen, the act first and the way back below.

    `body` may add fields. `act` is done while the question stands, which stays open if it answers `False`. Answers
    `False` when the reader goes back or leaves. The question outlives a quiet refresh of the view behind it.
    """
    # NiceGUI deletes a dialog with the place that it was made in: that must not be the view, which may be replaced.
    with ctx.client.content, box("hidden") as place:
        dialog = ui.dialog().props("transition-duration=120 no-route-dismiss").classes("gs-sheet")

    async def agreed() -> None:
        if act is None or await act():
            dialog.submit(True)

    with dialog:
        if body is not None:
            dialog.props("persistent")  # something may be typed: an outside tap must not lose it
        with box("q-card gs-dialog", role="document"):
            text(question, tag="h2", id=f"gs-q{dialog.id}")
            text(what, "gs-dialog-what")
            if body is not None:
                body()
            with box("gs-actions"):
                button(yes, agreed, kind="bad" if danger else "ask", data_yes="")
                button(ctx.t("Think again"), lambda: dialog.submit(False))
    dialog.props["aria-labelledby"] = f"gs-q{dialog.id}"

    def end() -> None:
        if not place.is_deleted:
            place.delete()

    ctx.tab.questions.add(end)
    ctx.client.run_javascript(js_call("gs.dialog.opened"))
    answer = await dialog
    ctx.client.run_javascript(js_call("gs.dialog.closed"))
    end()
    return bool(answer)


def messages(close: str) -> tuple[Element, Callable[[str, str], None], Callable[[], None]]:
    """The place for messages, how to show one there, and how to take all away.

    Read aloud politely. They stay until closed or until the reader moves on, what an act was answered until the next
    one; the latest few are kept.
    """
    place = box("gs-notices", role="status", aria_live="polite")
    answers: list[Element] = []  # what the reader was told about the own acts

    def show(words: str, kind: str) -> None:
        if kind != "info":
            # "We tell them that you would come" is no longer true beside "Your offer has been taken back".
            for answer in answers:
                if not answer.is_deleted:
                    answer.delete()
            answers.clear()
        while len(place.default_slot.children) >= MAX_NOTICES:
            place.remove(0)
        with place, box(f"q-banner gs-note gs-note--{kind}") as notice:
            icon(NOTICE_ICONS[kind])
            text(words)
            closer = ui.button(icon=theme.icon("close"), color=None, on_click=notice.delete)
            closer.props("unelevated no-caps :ripple=false").classes("gs-btn gs-close")
            closer.props["aria-label"] = close
        if kind != "info":
            answers.append(notice)

    def forget() -> None:
        place.clear()

    return place, show, forget


def note(words: str, kind: str = "info") -> Element:
    """A remark that belongs to the page."""
    with box(f"q-banner gs-note gs-note--{kind}") as banner:
        icon(NOTICE_ICONS[kind])
        text(words)
    return banner
