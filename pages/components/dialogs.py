"""Dialogs that confirm an action before it changes something, and messages about its result."""

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
    """Confirmation dialog: asks `question`, explains the consequences (`what`), and returns whether the reader agreed.

    `body` may add fields. `act` runs when `yes` is pressed, and keeps the dialog open by returning `False`. Leaving the
    page counts as no. The dialog stays open when the view behind it is reloaded.
    """
    # NiceGUI deletes a dialog with its parent element: that must not be the view, which may be replaced.
    with ctx.client.content, box("hidden") as place:
        dialog = ui.dialog().props("transition-duration=120 no-route-dismiss").classes("gs-sheet")

    async def agreed() -> None:
        if act is None or await act():
            dialog.submit(True)

    with dialog:
        if body is not None:
            dialog.props("persistent")  # something may have been typed: a tap outside must not discard it
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
    """The live region for messages, the function that shows one, and the function that removes all.

    Messages stay until they are closed or the reader opens another page. The result of an action replaces that of the
    one before. At most `MAX_NOTICES` are shown.
    """
    place = box("gs-notices", role="status", aria_live="polite")
    results: list[Element] = []  # messages about the reader's own actions

    def show(words: str, kind: str) -> None:
        if kind != "info":
            # The result of an earlier action may no longer be true, for example of an offer that was withdrawn since.
            for result in results:
                if not result.is_deleted:
                    result.delete()
            results.clear()
        while len(place.default_slot.children) >= MAX_NOTICES:
            place.remove(0)
        with place, box(f"q-banner gs-note gs-note--{kind}") as notice:
            icon(NOTICE_ICONS[kind])
            text(words)
            closer = ui.button(icon=theme.icon("close"), color=None, on_click=notice.delete)
            closer.props("unelevated no-caps :ripple=false").classes("gs-btn gs-close")
            closer.props["aria-label"] = close
        if kind != "info":
            results.append(notice)

    def clear() -> None:
        place.clear()

    return place, show, clear


def note(words: str, kind: str = "info") -> Element:
    """A note as part of the page, unlike `messages`."""
    with box(f"q-banner gs-note gs-note--{kind}") as banner:
        icon(NOTICE_ICONS[kind])
        text(words)
    return banner
