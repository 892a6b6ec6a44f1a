"""Translation (gettext) and localized formats of dates and numbers (Babel).

Source messages are English; `zh_CN/messages.po` has the Chinese translations. Catalogues are compiled in memory at
first use, so that no generated file can be out of date.
"""

import datetime as dt
import gettext
import unicodedata
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Any, Protocol

from babel import Locale, dates, numbers
from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("zh-CN", "en")
LANGUAGE_NAMES = {"zh-CN": "中文", "en": "English"}


class Translate(Protocol):
    """The interface of a translator that most callers need: message and named values in, sentence out."""

    def __call__(self, msgid: str, /, **values: Any) -> str: ...


def N_(msgid: str) -> str:
    """Mark a message for extraction; it is translated where it is shown (gettext's `N_`)."""
    return msgid


def isolated(value: Any) -> Any:
    """Text from right to left between isolates (UAX 9), as `<bdi>` does: it must not reorder the sentence around it."""
    if not isinstance(value, str) or value.isascii():
        return value
    from_right = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in value)
    return type(value)("\u2068{}\u2069").format(value) if from_right else value


class Translator:
    """Messages, dates and numbers in one language. Immutable; one instance per language, shared by all threads."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse(language, sep="-")
        self._catalogue = _catalogue(language)

    def __call__(self, msgid: str, /, **values: Any) -> str:
        """The translation of a message, with its placeholders filled; the message itself if there is none."""
        text = self._catalogue.gettext(msgid)
        return text.format(**{name: isolated(value) for name, value in values.items()}) if values else text

    def n(self, singular: str, plural: str, n: int, /, **values: Any) -> str:
        """The plural form for `n`; `{n}` in the message is the localized number."""
        return self._catalogue.ngettext(singular, plural, n).format(
            n=self.number(n), **{name: isolated(value) for name, value in values.items()}
        )

    def number(self, value: float) -> str:
        return numbers.format_decimal(value, locale=self.locale)

    def percent(self, share: float) -> str:
        """A share (0.84) as a whole percentage (84%)."""
        return numbers.format_percent(share, "#,##0%", locale=self.locale)

    def month(self, first_day: dt.date) -> str:
        return dates.format_skeleton("yMMM", first_day, locale=self.locale)

    def short_month(self, first_day: dt.date) -> str:
        return dates.format_skeleton("MMM", first_day, locale=self.locale)

    def short_date(self, day: dt.date) -> str:
        """A day of this year: 11月26日, 26 Nov."""
        return dates.format_skeleton("MMMd", day, locale=self._day_first)

    def weekday_date(self, day: dt.date) -> str:
        """A day of this year with its weekday: 11月26日周四, Thu 26 Nov."""
        return dates.format_skeleton("MMMEd", day, locale=self._day_first)

    def date(self, day: dt.date) -> str:
        """A full date: 2026年11月26日, 26 November 2026."""
        return dates.format_date(day, "long", locale=self._day_first)

    def time(self, moment: dt.datetime) -> str:
        return dates.format_time(moment, "H:mm", locale=self.locale)

    def datetime(self, moment: dt.datetime) -> str:
        """A full date and time; `moment` is a naive local time."""
        return f"{self.date(moment.date())} {self.time(moment)}"

    def when(self, moment: dt.datetime, now: dt.datetime) -> str:
        """A local time relative to `now`: 今天 15:00, 周四 9:00, 11月26日 9:00; with the year if it is another."""
        days = (moment.date() - now.date()).days
        if days in (-1, 0, 1):
            day = self({-1: N_("yesterday"), 0: N_("today"), 1: N_("tomorrow")}[days])
        elif 0 < days < 7:
            day = dates.format_skeleton("E", moment, locale=self.locale)
        elif moment.year == now.year:
            day = dates.format_skeleton("MMMd", moment, locale=self._day_first)
        else:
            day = dates.format_skeleton("yMMMd", moment, locale=self._day_first)
        return f"{day} {self.time(moment)}"

    def ago(self, moment: dt.datetime, now: dt.datetime) -> str:
        """The rounded time from `moment` to `now`: 2 小时前, 3 days ago. A future moment counts as 1 second ago."""
        delta = min(moment - now, dt.timedelta(seconds=-1))
        return dates.format_timedelta(delta, add_direction=True, locale=self.locale)

    @property
    def _day_first(self) -> Locale:
        # English dates are in British order, as in "Thu 26 Nov"; for Chinese it is the same locale.
        return Locale("en", "GB") if self.locale.language == "en" else self.locale


@cache
def translator(language: str) -> Translator:
    """The translator for one of `LANGUAGES`; for any other value the Chinese one, the platform's first language."""
    return Translator(language if language in LANGUAGES else LANGUAGES[0])


def best_language(accept_language: str, default: str) -> str:
    """The language of `LANGUAGES` that an Accept-Language header prefers, otherwise `default` (content negotiation)."""
    weighted = []
    for part in accept_language.split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if tag and weight > 0:
            weighted.append((weight, tag))
    wanted = [tag for _, tag in sorted(weighted, key=lambda pair: -pair[0])]
    # For zh, zh-TW and zh-Hans-CN, zh-CN is a better match than English.
    wanted = ["zh-CN" if tag.lower().split("-")[0] == "zh" else tag for tag in wanted]
    return negotiate_locale(wanted, LANGUAGES, sep="-", aliases={}) or default


def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    source = resources.files(__package__) / language.replace("-", "_") / "messages.po"
    with source.open("rb") as po:
        catalogue = read_po(po, locale=language.replace("-", "_"))
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
