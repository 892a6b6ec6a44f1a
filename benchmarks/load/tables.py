"""Writes simulated needs as rows of the database tables."""

from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from benchmarks.load.days import DAY, HOUR, Timestamps
from benchmarks.load.people import registration_times
from benchmarks.load.plan import ACCEPTED, Match, Need, Offer, Plan
from benchmarks.load.rows import NULL, Rows, line
from gsapp.search_terms import words_in
from gsapp.vocabulary import NeedState

HISTORY_DAYS = 30
"""All events of needs that were published in these days are in the history. Of older needs it only has the publication:
a history row costs as much as an offer, and there would be six of them for each need."""

NEEDS = (
    "id", "psr_userid", "ps_title", "ps_desc", "ps_begindate", "ps_enddate", "file_list", "ps_state", "stype_id",
    "cityID", "helpers_wanted", "places_taken", "places_done", "offers_pending", "published_at", "closed_reason",
    "phase",
)  # fmt: skip
OFFERS = (
    "id", "srid", "response_userid", "response_desc", "file_list", "response_state", "response_date", "decided_at",
    "reason", "reason_code", "active",
)  # fmt: skip
MATCHES = (
    "id", "srid", "response_id", "accept_date", "state", "reported_at", "confirmed_at", "ended_at", "reason",
)  # fmt: skip
THANKS = ("id", "match_id", "from_user_id", "to_user_id", "stars", "text", "created_at")
HISTORY = (
    "id", "at", "action", "actor_id", "subject_id", "need_id", "offer_id", "match_id", "old", "new", "reason",
    "reason_code",
)  # fmt: skip
WORDS = ("word", "need_id")
CANCELLED = int(NeedState.CANCELLED)


@dataclass(frozen=True)
class Ids:
    """The last ids used by a batch, from which the next one continues. A need's id is its position in the plan."""

    offer: int = 0
    match: int = 0
    thanks: int = 0
    history: int = 0


def registrations(plan: Plan) -> tuple[Rows, Ids]:
    """The history rows of all registrations, which have the first ids."""
    stamp = Timestamps(plan.calendar)
    lines = [
        line(person, stamp(at), "UserRegistered", NULL, person, NULL, NULL, NULL, "", "", "", NULL)
        for person, at in registration_times(plan.people, plan.calendar)
    ]
    return Rows.of("history", HISTORY, lines), Ids(history=len(lines))


class Parts(NamedTuple):
    """The parts of a need's title and description. No search term spans two parts, so terms are cached per part."""

    title: str
    ending: str
    description: str
    where: str


class RowWriter:
    """Collects the rows of a batch of needs, and assigns their ids."""

    def __init__(self, stamp: Timestamps, ids: Ids, *, history_since: int) -> None:
        self._stamp, self._since = stamp, history_since
        self.offer_id, self.match_id, self._thanks_id, self._history_id = ids.offer, ids.match, ids.thanks, ids.history
        self._events: list[tuple[int, str]] = []
        self._needs: list[str] = []
        self._offers: list[str] = []
        self._matches: list[str] = []
        self._thanks: list[str] = []
        self._history: list[str] = []
        self._needs_by_part: dict[str, list[int]] = {}

    def rows(self) -> list[Rows]:
        """The rows of all tables, each after those that it references."""
        return [
            Rows.of("sr_info", NEEDS, self._needs),
            Rows.of("need_words", WORDS, self._words()),
            Rows.of("response_info", OFFERS, self._offers),
            Rows.of("accept_info", MATCHES, self._matches),
            Rows.of("thanks", THANKS, self._thanks),
            Rows.of("history", HISTORY, self._history),
        ]

    def ids(self) -> Ids:
        return Ids(self.offer_id, self.match_id, self._thanks_id, self._history_id)

    def need(self, need: Need, parts: Parts, *, phase: str) -> None:
        stamp, text = self._stamp, need.text
        starts = need.day * DAY + text.hour * HOUR
        ends = starts + (text.days - 1) * DAY + text.hours * HOUR
        description = (parts.description + parts.where).lstrip()
        self._needs.append(
            f"{need.id}\t{need.author}\t{parts.title}{parts.ending}\t{description}\t{stamp(starts)}\t{stamp(ends)}"
            f"\t\t{CANCELLED if need.cancelled else 0}\t{need.type_id}\t{need.city_id}\t{text.helpers}\t{need.taken}"
            f"\t{need.done}\t{need.pending}\t{stamp(need.published)}\t{need.cancelled}\t{phase}"
        )
        for part in parts:
            self._needs_by_part.setdefault(part, []).append(need.id)

    def offer(self, need: Need, offer: Offer, message: str) -> None:
        stamp = self._stamp
        self._offers.append(
            f"{offer.id}\t{need.id}\t{offer.volunteer}\t{message}\t\t{offer.state}\t{stamp(offer.made)}"
            f"\t{stamp(offer.decided) if offer.decided else NULL}\t{offer.reason}\t{offer.reason_code}"
            f"\t{'1' if offer.state <= ACCEPTED else NULL}"
        )

    def match(self, need: Need, match: Match) -> None:
        stamp = self._stamp
        self._matches.append(
            f"{match.id}\t{need.id}\t{match.offer_id}\t{stamp(match.accepted)}\t{match.state}"
            f"\t{stamp(match.reported) if match.reported else NULL}"
            f"\t{stamp(match.confirmed) if match.confirmed else NULL}"
            f"\t{stamp(match.ended) if match.ended else NULL}\t{match.reason}"
        )

    def thanks(self, match: Match, giver: int, taker: int, stars_and_text: tuple[int, str], at: int) -> None:
        self._thanks_id += 1
        stars, text = stars_and_text
        self._thanks.append(f"{self._thanks_id}\t{match.id}\t{giver}\t{taker}\t{stars}\t{text}\t{self._stamp(at)}")

    def add_event(
        self,
        at: int,
        action: str,
        need: Need,
        actor: int | None,
        *,
        offer: int | str = NULL,
        match: int | str = NULL,
        old: str = "",
        new: str = "",
        reason: str = "",
        reason_code: str = NULL,
    ) -> None:
        """Add an event of the current need for the history; `actor` is `None` for the scheduler."""
        if need.published >= self._since or action == "NeedPublished":
            who = NULL if actor is None else actor
            row = f"{action}\t{who}\t{NULL}\t{need.id}\t{offer}\t{match}\t{old}\t{new}\t{reason}\t{reason_code}"
            self._events.append((at, row))

    def write_history(self) -> None:
        """Write the added events of one need in chronological order."""
        self._events.sort(key=itemgetter(0))
        for at, text in self._events:
            self._history_id += 1
            self._history.append(f"{self._history_id}\t{self._stamp(at)}\t{text}")
        self._events.clear()

    def _words(self) -> list[str]:
        """The rows of the search index, in the order of its primary key."""
        found: dict[str, list[list[int]]] = {}
        for part, needs in self._needs_by_part.items():
            for word in words_of(part):
                found.setdefault(word, []).append(needs)
        return [f"{word}\t{need}" for word in sorted(found) for need in sorted(set().union(*found[word]))]


@cache
def words_of(part: str) -> frozenset[str]:
    """The search terms of a part, cached: parts are reused in many needs."""
    return frozenset(words_in(part.replace("\\'", "'")))
