"""Password meter: says below a new password how easy it is to guess, and why."""

from nicegui import ui

from gsapp.i18n import N_, Translator
from gsapp.schemas.password_rules import STRONG, strength, weakness
from pages.components.basics import box, text

LEVELS = {1: N_("Short. A longer one is harder to guess."), 2: N_("Good."), 3: N_("Very good.")}


def password_meter(t: Translator, field: ui.input) -> None:
    """Add the meter of `field` here; it is empty until something is typed."""
    with box("gs-meter", aria_live="polite") as meter:
        pass

    def show() -> None:
        meter.clear()
        password = str(field.value or "")
        if len(password) < STRONG // 2:
            return
        level, weak = strength(password), weakness(password)
        with meter:
            box(tag="meter", min="0", max="3", low="1", high="2", optimum="3", value=str(level), aria_hidden="true")
            text(t(weak.msgid) if weak else t(LEVELS[level]), tag="span")

    field.on_value_change(lambda _: show())
