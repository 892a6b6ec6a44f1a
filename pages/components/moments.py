"""Field for date and time, repeated below in the page's language."""

import datetime as dt
from typing import Any

from gsapp.i18n import Translator
from gsapp.schemas.forms import Form
from pages.components.basics import text
from pages.components.fields import FormFields, place_of


def moment(fields: FormFields[Form], name: str, label: str, *, value: str) -> None:
    """A native date and time field. Browsers format it in their own language, which may not be the page's."""
    t = fields.ctx.t
    element = fields.line(name, label, value=value, type="datetime-local")
    with place_of(element):
        said = text(in_words(t, value), "gs-hint", tag="span")
    element.on_value_change(lambda event: said.set_text(in_words(t, event.value)))


def in_words(t: Translator, value: Any) -> str:
    """Such as `Thu 26 Nov 9:00` or `11月26日周四 9:00`; empty if `value` is not a date and time."""
    try:
        at = dt.datetime.fromisoformat(value or "")
    except (TypeError, ValueError):
        return ""
    return f"{t.weekday_date(at.date())} {t.time(at)}"
