"""Texts of a load-test town, composed from those of the sample town and escaped for a line of `Rows`."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from benchmarks.load.rows import safe
from gsapp.demo import content_words as words
from gsapp.demo.content import ANY, ELDER, ENGLISH, FAMILY, Kind, Voice
from gsapp.demo.script import NEEDS

MAX_HELPERS = 3

ENDINGS = ("", "", "", "", "，先谢谢了", "，请帮忙", "，谁住得近", "，好商量", "，等回信", "，一趟就好")
ENGLISH_ENDINGS = ("", "", "", ", please", ", thank you", " (tea included)")
# The search index has a row for every word of a need, which is most of the work of loading: short texts keep it fast.
PLACES = ("东门", "西门", "南门", "河边", "学校", "市场", "车站", "公园", "老厂", "医院")
ENGLISH_PLACES = ("East gate", "West gate", "By the school", "By the market", "By the river")
BUILDINGS = 60


class Text(NamedTuple):
    """The text of a need, and the times that it mentions."""

    title: str
    description: str
    hour: int
    hours: int
    weekday: int | None
    days: int
    helpers: int


class Phrases:
    """All texts of one language, by kind of help."""

    def __init__(self, *, english: bool) -> None:
        self.endings = _safe(ENGLISH_ENDINGS if english else ENDINGS)
        self.where = tuple(_where_in_english() if english else _where())
        voices = ((ENGLISH,),) if english else ((ELDER, ANY), (FAMILY, ANY))
        self.needs = {kind: tuple(_texts(kind, each) for each in voices) for kind in Kind}
        self.offers = _by_kind(words.OFFERS_ENGLISH if english else words.OFFERS)
        self.cancelled = _by_kind(words.CANCEL_REASONS_ENGLISH if english else words.CANCEL_REASONS)
        self.to_volunteer = _thanks_by_kind(words.thanks(from_author=True, english=english))
        self.to_resident = _thanks_by_kind(words.thanks(from_author=False, english=english))


DROPPED = tuple(map(safe, words.DROP_REASONS[words.ANY_KIND]))
DID_NOT_COME = tuple(map(safe, words.NO_SHOW_REASONS[words.ANY_KIND]))


def _texts(kind: Kind, voices: Sequence[Voice]) -> tuple[Text, ...]:
    return tuple(
        Text(
            safe(text.title), safe(text.description), text.hour, text.hours, text.weekday, text.days,
            min(text.helpers, MAX_HELPERS),
        )
        for text in NEEDS[kind]
        if text.voice in voices
    )  # fmt: skip


def _where() -> list[str]:
    return [f"{place}{building}号楼。" for place in PLACES for building in range(1, BUILDINGS + 1)]


def _where_in_english() -> list[str]:
    return [f" {place} {building}." for place in ENGLISH_PLACES for building in range(1, BUILDINGS + 1)]


def _by_kind(texts: Mapping[str, tuple[str, ...]]) -> dict[Kind, tuple[str, ...]]:
    """The texts for each kind of help: specific ones, and those for any kind."""
    return {kind: _safe((*texts.get(kind, ()), *texts[words.ANY_KIND])) for kind in Kind}


def _thanks_by_kind(thanks: words.Thanks) -> dict[Kind, tuple[tuple[int, str], ...]]:
    return {
        kind: tuple((stars, safe(text)) for stars, text in (*thanks.get(kind, ()), *thanks[words.ANY_KIND]))
        for kind in Kind
    }


def _safe(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(safe, texts))
