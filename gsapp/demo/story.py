"""How one need of the sample town goes, from its publication to the thanks. Pure: one draw, one story."""

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

Said = TypeVar("Said")


class Ending(Enum):
    """How a need ends; the last three are how it stands today."""

    DONE = auto()
    DONE_BY_ITSELF = auto()
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
    """One need and those who will offer to help with it, in the order in which they see it."""

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
    """The same order of moments without the night: what falls between 21:00 and 7:00 moves before 22:30."""
    evening = moment.replace(hour=21, minute=0, second=0, microsecond=0)
    if moment.hour < 7:
        evening -= timedelta(days=1)
    elif moment.hour < 21:
        return moment.replace(microsecond=0)
    return (evening + (moment - evening) * 0.15).replace(microsecond=0)


@dataclass
class Teller:
    """Tells stories up to `now`, never using the same words twice while others are left."""

    rng: Random
    now: datetime
    _decks: dict[tuple[int, Kind | None], list[Any]] = field(default_factory=dict)
    _offers: "count[int]" = field(default_factory=lambda: count(1))

    def tell(self, plot: Plot) -> list[steps.Step]:
        """All steps of one need, in order, none after `now`."""
        told: list[steps.Step] = [
            steps.Publishes(plot.published, plot.author, plot.number, plot.kind, plot.text, plot.starts, plot.ends)
        ]
        offers = self._offers_of(plot, told)
        match plot.ending:
            case Ending.CANCELLED:
                self._cancel(plot, told)
            case Ending.NOBODY_CHOSEN if len(offers) > 1:
                told.append(steps.Withdraws(self._after(plot, 0.8), offers[0].who, offers[0].offer))
            case Ending.REPLACED | Ending.DROPPED:
                self._drop_out(plot, told, offers)
            case Ending.NO_SHOW:
                self._no_show(plot, told, offers[0])
            case Ending.OPEN:
                for offer in offers[: plot.text.helpers - 1]:
                    self._accept(plot, told, offer, 0.6, 0.8)
            case Ending.DONE | Ending.DONE_BY_ITSELF | Ending.RUNNING | Ending.REPORTED:
                self._help(plot, told, offers)
        # Moved into the day only here: moving twice would change the order.
        return [replace(step, at=awake(step.at)) for step in told if step.at <= self.now]

    def _offers_of(self, plot: Plot, told: list[steps.Step]) -> list[steps.Offers]:
        """The offers, the one that the author will prefer first."""
        moments = sorted(self._between(plot.published, self._after(plot, 0.55)) for _ in plot.volunteers)
        offers: list[steps.Offers] = []
        for who, moment in zip(plot.volunteers, moments, strict=True):
            english = _in_english(plot, who)
            message = self._say(words.OFFERS_ENGLISH if english else words.OFFERS, plot.kind)
            offers.append(steps.Offers(moment, who, plot.number, next(self._offers), message))
        told.extend(offers)
        self.rng.shuffle(offers)
        return offers

    def _accept(self, plot: Plot, told: list[steps.Step], offer: steps.Offers, since: float, until: float) -> None:
        moment = self._between(self._after(plot, since), self._after(plot, until))
        told.append(steps.Accepts(moment, plot.author, offer.offer))

    def _answer_the_others(self, plot: Plot, told: list[steps.Step], others: Sequence[steps.Offers]) -> None:
        """Half of the others hear "not this time", a few think better of it, the rest stay as stand-by."""
        for offer in others:
            moment = self._between(self._after(plot, 0.76), self._after(plot, 0.95))
            chance = self.rng.random()
            if chance < 0.5:
                told.append(steps.Rejects(moment, plot.author, offer.offer))
            elif chance < 0.65:
                told.append(steps.Withdraws(moment, offer.who, offer.offer))

    def _help(self, plot: Plot, told: list[steps.Step], offers: list[steps.Offers]) -> None:
        for offer in offers[: plot.text.helpers]:
            self._accept(plot, told, offer, 0.6, 0.75)
            if plot.ending is not Ending.RUNNING:
                self._finish(plot, told, offer)
        self._answer_the_others(plot, told, offers[plot.text.helpers :])

    def _cancel(self, plot: Plot, told: list[steps.Step]) -> None:
        reasons = words.CANCEL_REASONS_ENGLISH if plot.text.voice is ENGLISH else words.CANCEL_REASONS
        moment = self._between(self._after(plot, 0.7), self._after(plot, 0.9))
        told.append(steps.Cancels(moment, plot.author, plot.number, self._say(reasons, plot.kind)))

    def _drop_out(self, plot: Plot, told: list[steps.Step], offers: list[steps.Offers]) -> None:
        """The chosen one cannot come after all; in one of the two stories another takes the place."""
        self._accept(plot, told, offers[0], 0.6, 0.7)
        moment = self._between(self._after(plot, 0.75), self._after(plot, 0.85))
        reason = self._say(words.DROP_REASONS, plot.kind)
        told.append(steps.DropsOut(moment, offers[0].who, offers[0].offer, reason))
        if plot.ending is Ending.REPLACED:
            self._accept(plot, told, offers[1], 0.86, 0.95)
            self._finish(plot, told, offers[1])

    def _no_show(self, plot: Plot, told: list[steps.Step], offer: steps.Offers) -> None:
        self._accept(plot, told, offer, 0.6, 0.8)
        seen = self._between(plot.starts + timedelta(minutes=40), plot.starts + timedelta(minutes=90))
        reason = self._say(words.NO_SHOW_REASONS, plot.kind)
        told.append(steps.ReportsNoShow(seen, plot.author, offer.offer, reason))

    def _finish(self, plot: Plot, told: list[steps.Step], offer: steps.Offers) -> None:
        """The help happened: reported, confirmed, thanked for, as far as that goes in this story."""
        reported = self._between(plot.ends + timedelta(minutes=5), plot.ends + timedelta(hours=3))
        told.append(steps.ReportsDone(reported, offer.who, offer.offer))
        if plot.ending in (Ending.DONE_BY_ITSELF, Ending.REPORTED):
            return
        confirmed = self._between(reported + timedelta(minutes=15), reported + timedelta(hours=30))
        told.append(steps.ConfirmsDone(confirmed, plot.author, offer.offer))
        if self.rng.random() < 0.8:
            self._thank(plot, told, plot.author, offer, confirmed)
        if self.rng.random() < 0.5:
            self._thank(plot, told, offer.who, offer, confirmed)

    def _thank(self, plot: Plot, told: list[steps.Step], who: Person, offer: steps.Offers, since: datetime) -> None:
        stars, text = self._say(words.thanks(from_author=who is plot.author, english=_in_english(plot, who)), plot.kind)
        moment = self._between(since + timedelta(minutes=2), since + timedelta(hours=6))
        told.append(steps.GivesThanks(moment, who, offer.offer, stars, text))

    def _after(self, plot: Plot, share: float) -> datetime:
        """The moment when this share of the time from publishing to the start, or to now, has passed."""
        return plot.published + (min(plot.starts, self.now) - plot.published) * share

    def _between(self, first: datetime, last: datetime) -> datetime:
        return first + (last - first) * self.rng.random()

    def _say(self, said: Mapping[str, tuple[Said, ...]], kind: Kind) -> Said:
        """Draw from a shuffled deck of what fits; a used-up deck is shuffled again."""
        made_for_it, general = list(said.get(kind, ())), said[words.ANY_KIND]
        deck: list[Said] = self._decks.setdefault((id(said), kind if made_for_it else None), [])
        if not deck:
            # About as many general words as words made for this kind, or these would drown.
            fitting = min(len(general), len(made_for_it) + 2) if made_for_it else len(general)
            deck.extend(made_for_it + self.rng.sample(general, fitting))
            self.rng.shuffle(deck)
        return deck.pop()


def _in_english(plot: Plot, who: Person) -> bool:
    """English is answered in English by those who can; some write nothing else."""
    return who.voice is ENGLISH or (plot.text.voice is ENGLISH and who.english)
