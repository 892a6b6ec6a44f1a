"""Dialogs that show a coordinator a secret once. They stay open when the page behind them is reloaded."""

from collections.abc import Callable

from nicegui import ui

from pages.components.basics import box, button, link, text
from pages.core.session import Ctx


def show_phone(ctx: Ctx, name: str, phone: str) -> None:
    """The phone number of a member."""

    def body() -> None:
        link(phone, f"tel:{phone}", "gs-big", data_full="")

    _show(ctx, ctx.t("Phone number of {name}", name=name), ctx.t("Please use it only to help."), body)


def show_link(ctx: Ctx, username: str, address: str) -> None:
    """A one-time link for a new password. It is not stored and cannot be shown again."""
    t = ctx.t

    def body() -> None:
        text(t("The link"), "gs-label", tag="label", for_="gs-once-link")
        box(tag="input", id="gs-once-link", type="text", readonly="", value=address)

    what = t("Hand this link to {name} yourself. It is shown only now, and works once, for an hour.", name=username)
    _show(ctx, t("A new password for {name}", name=username), what, body)


def show_wall_link(ctx: Ctx, label: str, address: str) -> None:
    """The link of a wall display. Only the hash of its token is stored, so it cannot be shown again."""
    t = ctx.t

    def body() -> None:
        text(t("The link"), "gs-label", tag="label", for_="gs-once-link")
        box(tag="input", id="gs-once-link", type="text", readonly="", value=address)

    what = t("Open this link on the screen. It is shown only now; if it gets lost, make a new one.")
    _show(ctx, t("The wall: {label}", label=label), what, body)


def _show(ctx: Ctx, title: str, what: str, body: Callable[[], None]) -> None:
    # Created outside the view, which may be replaced while the dialog is open.
    with ctx.client.content, box("hidden") as place:
        dialog = ui.dialog(value=True).props("persistent transition-duration=120 no-route-dismiss").classes("gs-sheet")

    def close() -> None:
        dialog.close()  # returns the dialog; a button would await that, which opens it again

    with dialog, box("q-card gs-dialog", role="document"):
        text(title, tag="h2", id=f"gs-q{dialog.id}")
        text(what, "gs-dialog-what")
        with box("gs-once"):
            body()
        with box("gs-actions"):
            button(ctx.t("Close"), close, data_yes="")
    dialog.props["aria-labelledby"] = f"gs-q{dialog.id}"

    def end() -> None:
        if not place.is_deleted:
            place.delete()

    dialog.on("hide", end, args=[])
    ctx.tab.questions.add(end)
