"""Plans a year of the sample town: all steps in order. Pure and deterministic for `seed` and `now`."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from gsapp.demo import steps
from gsapp.demo.content import ANY, ENGLISH, Kind, NeedText, Person
from gsapp.demo.content_people import PEOPLE
from gsapp.demo.script import DAYS, ENDINGS, MONTHS, NEEDS, TODAY, Today
from gsapp.demo.story import Ending, NeedSimulator, Plot

MAY_HAVE_NO_OFFERS = (Ending.NOBODY_CAME_FORWARD, Ending.CANCELLED, Ending.OPEN)


def plan_town(*, seed: int, now: datetime) -> tuple[steps.Step, ...]:
    """All steps up to `now` (local wall-clock time) in order; the same for the same arguments."""
    rng = Random(seed)  # noqa: S311 - not for secrets
    planner = _Planner(rng, now)
    simulator = NeedSimulator(rng, now)
    registrations = [steps.Joins(planner.joined(person), person) for person in PEOPLE]
    return tuple(sorted((*registrations, *_all_steps(planner, simulator)), key=lambda step: step.at))


def _all_steps(planner: "_Planner", simulator: NeedSimulator) -> Iterator[steps.Step]:
    for plot in planner.plots():
        yield from simulator.simulate(plot)


class _Planner:
    """Draws the needs: author, text, time, ending and volunteers."""

    def __init__(self, rng: Random, now: datetime) -> None:
        self.rng, self.now = rng, now
        self._uses: Counter[str] = Counter()
        self._used_today: set[str] = set()
        self._needs_today: Counter[str] = Counter()

    def joined(self, person: Person) -> datetime:
        return self._daytime(self.now - timedelta(days=person.joined), offset=PEOPLE.index(person))

    def plots(self) -> Iterator[Plot]:
        number = 0
        for month, needs in enumerate(MONTHS):
            for _ in range(needs):
                number += 1
                yield self._past(number, month)
        for today in TODAY:
            number += 1
            yield self._present(number, today)

    def _past(self, number: int, month: int) -> Plot:
        """A need of this twelfth of the year that has ended at least two days ago, which leaves time for the thanks."""
        length = DAYS / len(MONTHS)
        since = self.now - timedelta(days=DAYS)
        ending = self.rng.choices(list(ENDINGS), list(ENDINGS.values()))[0]
        while True:
            published = self._daytime(since + timedelta(days=(month + self.rng.random()) * length))
            author = self._author(published)
            kind = self.rng.choices(list(NEEDS), [len(_suitable_texts(kind, author)) for kind in NEEDS])[0]
            text = self._text(kind, author, lambda text: ending is Ending.DONE or text.helpers == 1)
            day = published + timedelta(days=self.rng.choice((1, 1, 2, 2, 3, 4, 5)))
            if text.weekday is not None:
                day += timedelta(days=(text.weekday - day.weekday()) % 7)
            starts, ends = _times(text, day)
            if ends <= self.now - timedelta(hours=48):
                break
        plot = Plot(number, author, kind, text, published, starts, ends, ending)
        return self._with_volunteers(plot, self._number_of_offers(text, ending))

    def _present(self, number: int, today: Today) -> Plot:
        """A current need: open, running, or reported as done."""
        published = self.now - timedelta(hours=today.hours)
        day = self.now + timedelta(days=today.begins)
        author = self._author_today(published, today)
        over = today.ending is Ending.REPORTED

        def fits(text: NeedText) -> bool:
            right_day = text.weekday in (None, day.weekday())
            return right_day and (text.helpers > 1) is today.several and not (over and text.days > 1)

        text = self._text(today.kind, author, fits)
        self._used_today.add(text.title)
        starts, ends = _times(text, day)
        return self._with_volunteers(
            Plot(number, author, today.kind, text, published, starts, ends, today.ending), today.offers
        )

    def _with_volunteers(self, plot: Plot, count: int) -> Plot:
        """The plot with its volunteers; the ending changes if the city has too few."""
        self._uses[plot.text.title] += 1
        volunteers = self._volunteers(plot, count)
        if plot.ending is Ending.REPLACED and len(volunteers) < 2:
            return replace(
                plot, volunteers=volunteers, ending=Ending.DONE if volunteers else Ending.NOBODY_CAME_FORWARD
            )
        if not volunteers and plot.ending not in MAY_HAVE_NO_OFFERS:
            return replace(plot, ending=Ending.NOBODY_CAME_FORWARD)
        return replace(plot, volunteers=volunteers)

    def _number_of_offers(self, text: NeedText, ending: Ending) -> int:
        drawn = max(text.helpers, self.rng.choices((1, 2, 3), (5, 4, 2))[0])
        if ending is Ending.NOBODY_CAME_FORWARD:
            return 0
        if ending is Ending.CANCELLED:
            return drawn - 1
        return max(drawn, 2) if ending is Ending.REPLACED else drawn

    def _author(self, published: datetime) -> Person:
        known = self._authors(published)
        return self.rng.choices(known, [person.asks for person in known])[0]

    def _author_today(self, published: datetime, today: Today) -> Person:
        """An author without a current need, in a city with enough volunteers for its offers."""

        def unfit(person: Person) -> tuple[bool, int, int, float]:
            helpers = len(self._volunteers_for(person, today.kind, published))
            alone = today.offers > 0 and not helpers
            return alone, self._needs_today[person.username], max(0, today.offers - helpers), self.rng.random()

        chosen = min(self._authors(published), key=unfit)
        self._needs_today[chosen.username] += 1
        return chosen

    def _authors(self, at: datetime) -> list[Person]:
        return [person for person in PEOPLE if person.asks and self.joined(person) < at]

    def _volunteers_for(self, author: Person, kind: Kind, at: datetime) -> list[Person]:
        """The volunteers for this kind of help in the author's city."""
        able = [person for person in PEOPLE if person.helps and kind in person.good_at and self.joined(person) < at]
        return [person for person in able if person.city == author.city and person is not author]

    def _text(self, kind: Kind, author: Person, fits: Callable[[NeedText], bool]) -> NeedText:
        """A text that suits the author, one of the least used."""
        suitable = _suitable_texts(kind, author)
        texts = [text for text in suitable if fits(text)] or suitable
        return min(texts, key=lambda text: (text.title in self._used_today, self._uses[text.title], self.rng.random()))

    def _volunteers(self, plot: Plot, count: int) -> tuple[Person, ...]:
        """Draw volunteers, weighted by how much they help; for an English need, English speakers are preferred."""
        known = self._volunteers_for(plot.author, plot.kind, plot.published)
        english = plot.text.voice is ENGLISH
        chosen: list[Person] = []
        while known and len(chosen) < count:
            weights = [person.helps * (40 if english and person.english else 1) for person in known]
            chosen.append(self.rng.choices(known, weights)[0])
            known.remove(chosen[-1])
        return tuple(chosen)

    def _daytime(self, moment: datetime, *, offset: int | None = None) -> datetime:
        """A time between 7:00 and 20:00 of that day: random, or derived from `offset`."""
        minutes = 97 * offset % 780 if offset is not None else self.rng.randrange(780)
        return moment.replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(minutes=minutes)


def _suitable_texts(kind: Kind, author: Person) -> list[NeedText]:
    voices = (ENGLISH,) if author.voice is ENGLISH else (author.voice, ANY)
    return [text for text in NEEDS[kind] if text.voice in voices]


def _times(text: NeedText, day: datetime) -> tuple[datetime, datetime]:
    starts = day.replace(hour=text.hour, minute=0, second=0, microsecond=0)
    return starts, starts + timedelta(days=text.days - 1, hours=text.hours)
