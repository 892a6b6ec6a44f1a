"""Simulates one need of the sample town, from its publication to the thanks. Pure: deterministic for its `rng`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from itertools import count
from random import Random
from typing import Any, TypeVar

from gsapp.demo import content_words as words
from gsapp.demo import steps
from gsapp.demo.content import ENGLISH, Kind, NeedText, Person

T = TypeVar("T")


class Ending(Enum):
    """How a need ends; the last three are states of current needs."""

    DONE = auto()
    DONE_AUTOMATICALLY = auto()
    NOBODY_CAME_FORWARD = auto()
    NOBODY_CHOSEN = auto()
    CANCELLED = auto()
    REPLACED = auto()
    DROPPED = auto()
    NO_SHOW = auto()
    OPEN = auto()
    RUNNING = auto()
    REPORTED = auto()


@dataclass(frozen=True)
class Plot:
    """The parameters of one need; `volunteers` offer help in this order."""

    number: int
    author: Person
    kind: Kind
    text: NeedText
    published: datetime
    starts: datetime
    ends: datetime
    ending: Ending
    volunteers: tuple[Person, ...] = ()


def awake(moment: datetime) -> datetime:
    """Move a time between 21:00 and 7:00 before 22:30. Keeps the order of times."""
    evening = moment.replace(hour=21, minute=0, second=0, microsecond=0)
    if moment.hour < 7:
        evening -= timedelta(days=1)
    elif moment.hour < 21:
        return moment.replace(microsecond=0)
    return (evening + (moment - evening) * 0.15).replace(microsecond=0)


@dataclass
class NeedSimulator:
    """Simulates needs up to `now`. No text is used twice while others are left."""

    rng: Random
    now: datetime
    _decks: dict[tuple[int, Kind | None], list[Any]] = field(default_factory=dict)
    _offers: "count[int]" = field(default_factory=lambda: count(1))

    def simulate(self, plot: Plot) -> list[steps.Step]:
        """All steps of one need in order, none after `now`."""
        recorded: list[steps.Step] = [
            steps.Publishes(plot.published, plot.author, plot.number, plot.kind, plot.text, plot.starts, plot.ends)
        ]
        offers = self._offers_of(plot, recorded)
        match plot.ending:
            case Ending.CANCELLED:
                self._cancel(plot, recorded)
            case Ending.NOBODY_CHOSEN if len(offers) > 1:
                recorded.append(steps.Withdraws(self._after(plot, 0.8), offers[0].who, offers[0].offer))
            case Ending.REPLACED | Ending.DROPPED:
                self._drop_out(plot, recorded, offers)
            case Ending.NO_SHOW:
                self._no_show(plot, recorded, offers[0])
            case Ending.OPEN:
                for offer in offers[: plot.text.helpers - 1]:
                    self._accept(plot, recorded, offer, 0.6, 0.8)
            case Ending.DONE | Ending.DONE_AUTOMATICALLY | Ending.RUNNING | Ending.REPORTED:
                self._help(plot, recorded, offers)
        # `awake` is applied only here: applied twice, it would change the order.
        return [replace(step, at=awake(step.at)) for step in recorded if step.at <= self.now]

    def _offers_of(self, plot: Plot, recorded: list[steps.Step]) -> list[steps.Offers]:
        """Record the offers, and return them with the one that the author prefers first."""
        moments = sorted(self._between(plot.published, self._after(plot, 0.55)) for _ in plot.volunteers)
        offers: list[steps.Offers] = []
        for who, moment in zip(plot.volunteers, moments, strict=True):
            english = _in_english(plot, who)
            message = self._draw_text(words.OFFERS_ENGLISH if english else words.OFFERS, plot.kind)
            offers.append(steps.Offers(moment, who, plot.number, next(self._offers), message))
        recorded.extend(offers)
        self.rng.shuffle(offers)
        return offers

    def _accept(self, plot: Plot, recorded: list[steps.Step], offer: steps.Offers, since: float, until: float) -> None:
        moment = self._between(self._after(plot, since), self._after(plot, until))
        recorded.append(steps.Accepts(moment, plot.author, offer.offer))

    def _decide_other_offers(self, plot: Plot, recorded: list[steps.Step], others: Sequence[steps.Offers]) -> None:
        """Half of the other offers are rejected, a few withdrawn, the rest remain as a reserve."""
        for offer in others:
            moment = self._between(self._after(plot, 0.76), self._after(plot, 0.95))
            chance = self.rng.random()
            if chance < 0.5:
                recorded.append(steps.Rejects(moment, plot.author, offer.offer))
            elif chance < 0.65:
                recorded.append(steps.Withdraws(moment, offer.who, offer.offer))

    def _help(self, plot: Plot, recorded: list[steps.Step], offers: list[steps.Offers]) -> None:
        for offer in offers[: plot.text.helpers]:
            self._accept(plot, recorded, offer, 0.6, 0.75)
            if plot.ending is not Ending.RUNNING:
                self._finish(plot, recorded, offer)
        self._decide_other_offers(plot, recorded, offers[plot.text.helpers :])

    def _cancel(self, plot: Plot, recorded: list[steps.Step]) -> None:
        reasons = words.CANCEL_REASONS_ENGLISH if plot.text.voice is ENGLISH else words.CANCEL_REASONS
        moment = self._between(self._after(plot, 0.7), self._after(plot, 0.9))
        recorded.append(steps.Cancels(moment, plot.author, plot.number, self._draw_text(reasons, plot.kind)))

    def _drop_out(self, plot: Plot, recorded: list[steps.Step], offers: list[steps.Offers]) -> None:
        """The accepted volunteer drops out; with `REPLACED` another one is accepted."""
        self._accept(plot, recorded, offers[0], 0.6, 0.7)
        moment = self._between(self._after(plot, 0.75), self._after(plot, 0.85))
        reason = self._draw_text(words.DROP_REASONS, plot.kind)
        recorded.append(steps.DropsOut(moment, offers[0].who, offers[0].offer, reason))
        if plot.ending is Ending.REPLACED:
            self._accept(plot, recorded, offers[1], 0.86, 0.95)
            self._finish(plot, recorded, offers[1])

    def _no_show(self, plot: Plot, recorded: list[steps.Step], offer: steps.Offers) -> None:
        self._accept(plot, recorded, offer, 0.6, 0.8)
        seen = self._between(plot.starts + timedelta(minutes=40), plot.starts + timedelta(minutes=90))
        reason = self._draw_text(words.NO_SHOW_REASONS, plot.kind)
        recorded.append(steps.ReportsNoShow(seen, plot.author, offer.offer, reason))

    def _finish(self, plot: Plot, recorded: list[steps.Step], offer: steps.Offers) -> None:
        """The help took place: reported, confirmed and thanked for, as far as the ending allows."""
        reported = self._between(plot.ends + timedelta(minutes=5), plot.ends + timedelta(hours=3))
        recorded.append(steps.ReportsDone(reported, offer.who, offer.offer))
        if plot.ending in (Ending.DONE_AUTOMATICALLY, Ending.REPORTED):
            return
        confirmed = self._between(reported + timedelta(minutes=15), reported + timedelta(hours=30))
        recorded.append(steps.ConfirmsDone(confirmed, plot.author, offer.offer))
        if self.rng.random() < 0.8:
            self._thank(plot, recorded, plot.author, offer, confirmed)
        if self.rng.random() < 0.5:
            self._thank(plot, recorded, offer.who, offer, confirmed)

    def _thank(self, plot: Plot, recorded: list[steps.Step], who: Person, offer: steps.Offers, since: datetime) -> None:
        thanks = words.thanks(from_author=who is plot.author, english=_in_english(plot, who))
        stars, text = self._draw_text(thanks, plot.kind)
        moment = self._between(since + timedelta(minutes=2), since + timedelta(hours=6))
        recorded.append(steps.GivesThanks(moment, who, offer.offer, stars, text))

    def _after(self, plot: Plot, share: float) -> datetime:
        """The time at this share of the interval from publication to the start, or to now."""
        return plot.published + (min(plot.starts, self.now) - plot.published) * share

    def _between(self, first: datetime, last: datetime) -> datetime:
        return first + (last - first) * self.rng.random()

    def _draw_text(self, texts: Mapping[str, tuple[T, ...]], kind: Kind) -> T:
        """Draw from a shuffled deck of suitable texts; an empty deck is filled and shuffled again."""
        specific, general = list(texts.get(kind, ())), texts[words.ANY_KIND]
        deck: list[T] = self._decks.setdefault((id(texts), kind if specific else None), [])
        if not deck:
            # About as many general texts as specific ones, so that these are not rare.
            count = min(len(general), len(specific) + 2) if specific else len(general)
            deck.extend(specific + self.rng.sample(general, count))
            self.rng.shuffle(deck)
        return deck.pop()


def _in_english(plot: Plot, who: Person) -> bool:
    """Whether a person writes about a need in English: always, or in answer to an English text if they speak it."""
    return who.voice is ENGLISH or (plot.text.voice is ENGLISH and who.english)
