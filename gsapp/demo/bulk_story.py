"""The needs of a load-test town with everything that came of them, as rows. Pure, and the same for the same plan.

Every rule holds for the rows as if people had taken each step: who may offer when, how many places there are, what the
clock has closed. It is written for speed: numbers instead of objects, and each need told once, in order.
"""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from gsapp.demo.bulk_calendar import DAY, HOUR, Calendar, Published, Stamps
from gsapp.demo.bulk_people import People, arrivals, speaks_english
from gsapp.demo.bulk_rows import NULL, Rows, line, safe
from gsapp.demo.bulk_words import DID_NOT_COME, DROPPED, Talk, Text
from gsapp.demo.content import Kind
from gsapp.services.matching import CONFIRM_AFTER
from gsapp.services.needs import NEED_CANCELLED
from gsapp.services.timekeeper import NEED_EXPIRED, RESERVE_OVER
from gsapp.vocabulary import MatchState, NeedState, NeedStatus, OfferState

BLOCK = 500
"""Needs that share one source of chance."""
LEAD_DAYS = (1, 2, 3, 3, 4, 5, 7, 7, 9, 10, 12, 14, 16, 20, 24, 28)
"""From publishing to the day of the help."""
OFFERS = (0,) * 15 + (1,) * 58 + (2,) * 20 + (3,) * 7
CANCELLED, NOBODY_CHOSEN, FALLS_OUT, NEVER_REPORTED, BY_ITSELF = 0.05, 0.05, 0.04, 0.01, 0.03
WITHDRAWN, REJECTED = 0.1, 0.25
THANKS_TO_VOLUNTEER, THANKS_TO_RESIDENT = 0.7, 0.4
REMEMBERED = 60
"""Days of which the history tells every step. Of what was published earlier it tells only that: each step costs as
much as an offer."""
MINUTE = 60
CONFIRMED_BY_ITSELF = int(CONFIRM_AFTER.total_seconds()) + MINUTE

NEEDS = (
    "id", "psr_userid", "ps_title", "ps_desc", "ps_begindate", "ps_enddate", "file_list", "ps_state", "stype_id",
    "cityID", "helpers_wanted", "places_taken", "places_done", "offers_pending", "published_at", "closed_reason",
    "phase",
)  # fmt: skip
OFFER_COLUMNS = (
    "id", "srid", "response_userid", "response_desc", "file_list", "response_state", "response_date", "decided_at",
    "reason", "active",
)  # fmt: skip
MATCHES = (
    "id", "srid", "response_id", "accept_date", "state", "reported_at", "confirmed_at", "ended_at", "reason",
)  # fmt: skip
THANKS = ("id", "match_id", "from_user_id", "to_user_id", "stars", "text", "created_at")
HISTORY = ("id", "at", "action", "actor_id", "subject_id", "need_id", "offer_id", "match_id", "old", "new", "reason")

EXPIRED_REASON, STANDBY_REASON, CANCELLED_REASON = safe(NEED_EXPIRED), safe(RESERVE_OVER), safe(NEED_CANCELLED)
# Enums are slow to compare and to write; here are their numbers.
PENDING, ACCEPTED, TURNED_DOWN, TAKEN_BACK = (int(state) for state in OfferState)
RUNNING, REPORTED, CONFIRMED = int(MatchState.RUNNING), int(MatchState.REPORTED), int(MatchState.CONFIRMED)
DROPPED_OUT, NO_SHOW = int(MatchState.DROPPED), int(MatchState.NO_SHOW)
WORDS = {int(state): state.name.lower() for state in MatchState}


@dataclass(frozen=True)
class Plan:
    """All that a town follows from. `kinds` are the ids of the kinds of help."""

    needs: int
    seed: int
    calendar: Calendar
    people: People
    kinds: tuple[tuple[int, Kind], ...]


@dataclass(frozen=True)
class Ids:
    """The last numbers given, so that the next rows go on from there."""

    offer: int = 0
    match: int = 0
    thanks: int = 0
    history: int = 0


def registrations(plan: Plan) -> tuple[Rows, Ids]:
    """The history of everybody's registration, with which the numbers of the history begin."""
    stamp = Stamps(plan.calendar)
    lines = [
        line(person, stamp(at), "UserRegistered", NULL, person, NULL, NULL, NULL, "", "", "")
        for person, at in arrivals(plan.people, plan.calendar)
    ]
    return Rows("history", HISTORY, lines), Ids(history=len(lines))


@dataclass(slots=True)
class _Offer:
    """An offer on its way; `decided` is 0 while it is pending."""

    id: int
    volunteer: int
    made: int
    state: int = PENDING
    decided: int = 0
    reason: str = ""


@dataclass(slots=True)
class _Need:
    """A need on its way, which begins on `day`. `starts` and `ends` are instants."""

    id: int
    author: int
    type_id: int
    kind: Kind
    talk: Talk
    text: Text
    day: int
    wanted: int
    published: int
    starts: int
    ends: int
    taken: int = 0
    done: int = 0
    cancelled: str = ""


class Teller:
    """Tells the needs of a plan, some at a time."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._calendar, self._now = plan, plan.calendar, plan.calendar.now
        self._stamp = Stamps(plan.calendar)
        self._published = Published(plan.calendar, plan.needs)
        self._homes, self._neighbours = plan.people.cities, plan.people.in_cities()
        self._talks = (Talk(english=False), Talk(english=True))
        self._forgotten = plan.calendar.instant(plan.calendar.today - REMEMBERED, 0)
        self._start(Ids())

    def tell(self, first: int, last: int, ids: Ids) -> tuple[list[Rows], Ids]:
        """The rows of the needs `first` (from 0, at the start of a block) to before `last`."""
        self._start(ids)
        for number in range(first, last):
            if number % BLOCK == 0:
                self._rng = Random(f"{self._plan.seed}/{number}")  # noqa: S311 - a story, not a secret
            self._tell(number)
        rows = [
            Rows("sr_info", NEEDS, self._needs),
            Rows("response_info", OFFER_COLUMNS, self._offers),
            Rows("accept_info", MATCHES, self._matches),
            Rows("thanks", THANKS, self._thanks),
            Rows("history", HISTORY, self._history),
        ]
        return rows, Ids(self._offer_id, self._match_id, self._thanks_id, self._history_id)

    def _start(self, ids: Ids) -> None:
        self._needs: list[str] = []
        self._offers: list[str] = []
        self._matches: list[str] = []
        self._thanks: list[str] = []
        self._history: list[str] = []
        self._steps: list[tuple[int, str]] = []
        self._offer_id, self._match_id, self._thanks_id, self._history_id = (
            ids.offer,
            ids.match,
            ids.thanks,
            ids.history,
        )

    def _tell(self, number: int) -> None:
        """One need from its publication to today."""
        chance, calendar = self._rng.random, self._calendar
        day, second = self._published(number)
        known = self._plan.people.known[day - calendar.first]
        author = 1 + int(chance() * known)
        type_id, kind = self._plan.kinds[int(chance() * len(self._plan.kinds))]
        talk = self._talks[speaks_english(author)]
        voices = talk.needs[kind]
        texts = voices[author % len(voices)]
        text = texts[int(chance() * len(texts))]
        start_day = day + LEAD_DAYS[int(chance() * len(LEAD_DAYS))]
        if text.weekday is not None:
            start_day += (text.weekday - start_day - 3) % 7  # 1 January 1970 was a Thursday
        if start_day + text.days - 1 == calendar.today:
            start_day += 7  # what ends today would have changed by the time that somebody looks
        starts = calendar.instant(start_day, text.hour * HOUR)
        ends = calendar.instant(start_day + text.days - 1, (text.hour + text.hours) * HOUR)
        published = calendar.instant(day, second)
        need = _Need(number + 1, author, type_id, kind, talk, text, start_day, text.helpers, published, starts, ends)
        offers = self._offer_help(need, bisect(self._neighbours[self._homes[author - 1]], known))
        self._step(need.published, "NeedPublished", need, author, new="active")
        if chance() < CANCELLED and self._cancel(need, offers):
            pass
        elif offers and chance() >= NOBODY_CHOSEN:
            self._accept(need, offers)
        pending = self._decide_the_others(need, offers)
        self._write(need, pending, offers)

    def _offer_help(self, need: _Need, known: int) -> list[_Offer]:
        """Offers of different neighbours before the help begins, in order; none later than now."""
        chance = self._rng.random
        wanted = OFFERS[int(chance() * len(OFFERS))]
        if wanted and need.wanted > 1:
            wanted += need.wanted - 1
        neighbours = self._neighbours[self._homes[need.author - 1]]
        offers: list[_Offer] = []
        asked = {need.author}
        made, before = need.published, need.starts - 2 * HOUR
        for _ in range(wanted):
            # Some help more than others.
            volunteer = neighbours[int(chance() ** 2 * known)]
            made += MINUTE + int((before - made) * 0.5 * chance() ** 2)
            if volunteer not in asked and made < self._now:
                asked.add(volunteer)
                self._offer_id += 1
                offers.append(_Offer(self._offer_id, volunteer, made))
                self._step(made, "OfferMade", need, volunteer, offer=self._offer_id, new="pending")
        return offers

    def _cancel(self, need: _Need, offers: list[_Offer]) -> bool:
        """Its author calls the need off before anybody was accepted, unless that is still to come."""
        last = offers[-1].made if offers else need.published
        at = last + MINUTE + int((need.starts - last) * 0.9 * self._rng.random())
        if at >= self._now:
            return False
        reasons = need.talk.cancelled[need.kind]
        need.cancelled = reasons[int(self._rng.random() * len(reasons))]
        for offer in offers:
            self._turn_down(need, offer, at, need.author, need.cancelled or CANCELLED_REASON)
        self._step(at, "NeedCancelled", need, need.author, old="active", new="cancelled", reason=need.cancelled)
        return True

    def _turn_down(self, need: _Need, offer: _Offer, at: int, actor: int | None, reason: str) -> None:
        offer.state, offer.decided, offer.reason = TURNED_DOWN, at, reason
        self._step(at, "OfferRejected", need, actor, offer=offer.id, old="pending", new="rejected", reason=reason)

    def _accept(self, need: _Need, offers: list[_Offer]) -> None:
        """Its author chooses among the offers once all are there; who falls out is followed by the next one."""
        chance = self._rng.random
        last = offers[-1].made
        at = last + MINUTE + int((need.starts - last) * 0.6 * chance())
        for offer in offers:
            if need.taken == need.wanted or at >= min(self._now, need.ends - HOUR):
                break
            offer.state, offer.decided = ACCEPTED, at
            self._match_id += 1
            self._step(
                at, "OfferAccepted", need, need.author, offer=offer.id, match=self._match_id, old="pending",
                new="accepted",
            )  # fmt: skip
            fell_out = at
            if chance() < FALLS_OUT:
                fell_out = self._fall_out(need, offer, at)
            if offer.state == ACCEPTED:
                need.taken += 1
                self._help(need, offer, at)
            at = max(at, fell_out) + 5 * MINUTE

    def _fall_out(self, need: _Need, offer: _Offer, at: int) -> int:
        """The volunteer cannot come, or does not; when, unless that is still to come."""
        chance = self._rng.random
        dropped = chance() < 0.6 and at < need.starts
        ended = at + int((need.starts - at) * 0.8 * chance()) if dropped else max(at, need.starts) + HOUR // 2
        if ended >= self._now:
            return at
        reasons = DROPPED if dropped else DID_NOT_COME
        reason = reasons[int(chance() * len(reasons))]
        offer.state, offer.decided = (TAKEN_BACK if dropped else TURNED_DOWN), ended
        offer.reason = reason
        state, action = (DROPPED_OUT, "VolunteerDroppedOut") if dropped else (NO_SHOW, "VolunteerDidNotCome")
        actor = offer.volunteer if dropped else need.author
        self._step(ended, action, need, actor, match=self._match_id, old="running", new=WORDS[state], reason=reason)
        self._match(need, offer, at, state, ended=ended, reason=reason)
        return ended

    def _help(self, need: _Need, offer: _Offer, at: int) -> None:
        """The help happens; both say so; both say thank you. As far as that is before now."""
        chance, match, now = self._rng.random, self._match_id, self._now
        reported = need.ends + int(9 * HOUR * chance() ** 2)
        if reported >= now or chance() < NEVER_REPORTED:
            self._match(need, offer, at, RUNNING)
            return
        self._step(reported, "HelpReported", need, offer.volunteer, match=match, old="running", new="reported")
        by_itself = chance() < BY_ITSELF
        confirmed = reported + (CONFIRMED_BY_ITSELF if by_itself else 10 * MINUTE + int(3 * DAY * chance() ** 3))
        if confirmed >= now:
            self._match(need, offer, at, REPORTED, reported=reported)
            return
        need.done += 1
        actor = None if by_itself else need.author
        self._step(confirmed, "HelpConfirmed", need, actor, match=match, old="reported", new="confirmed")
        self._match(need, offer, at, CONFIRMED, reported=reported, confirmed=confirmed)
        if chance() < THANKS_TO_VOLUNTEER:
            self._thank(need, confirmed, need.author, offer.volunteer, need.talk.to_volunteer[need.kind])
        if chance() < THANKS_TO_RESIDENT:
            talk = self._talks[speaks_english(offer.volunteer)]
            self._thank(need, confirmed, offer.volunteer, need.author, talk.to_resident[need.kind])

    def _thank(self, need: _Need, after: int, giver: int, taker: int, said: Sequence[tuple[int, str]]) -> None:
        at = after + MINUTE + int(2 * DAY * self._rng.random() ** 2)
        if at < self._now:
            stars, text = said[int(self._rng.random() * len(said))]
            self._thanks_id += 1
            self._thanks.append(
                f"{self._thanks_id}\t{self._match_id}\t{giver}\t{taker}\t{stars}\t{text}\t{self._stamp(at)}"
            )
            self._step(at, "ThanksGiven", need, giver, match=self._match_id)

    def _decide_the_others(self, need: _Need, offers: list[_Offer]) -> int:
        """What becomes of the offers that nobody has decided; how many still wait."""
        chance, now, waiting = self._rng.random, self._now, 0
        for offer in offers:
            if offer.state != PENDING:
                continue
            drawn = chance()
            at = offer.made + MINUTE + int((need.ends - offer.made) * 0.9 * chance())
            if drawn < WITHDRAWN and at < now:
                offer.state, offer.decided = TAKEN_BACK, at
                self._step(at, "OfferWithdrawn", need, offer.volunteer, offer=offer.id, old="pending", new="withdrawn")
            elif drawn < REJECTED and at < now:
                self._turn_down(need, offer, at, need.author, "")
            elif need.ends < now:
                reason = STANDBY_REASON if need.taken else EXPIRED_REASON
                self._turn_down(need, offer, need.ends + MINUTE, None, reason)
            else:
                waiting += 1
        return waiting

    def _write(self, need: _Need, pending: int, offers: list[_Offer]) -> None:
        chance, stamp, text = self._rng.random, self._stamp, need.text
        if need.cancelled:
            phase = NeedStatus.CANCELLED.value
        elif need.taken == need.wanted or (need.taken and need.ends < self._now):
            phase = NeedStatus.DONE.value if need.done == need.taken else NeedStatus.MATCHED.value
        elif need.ends < self._now:
            phase = NeedStatus.EXPIRED.value
            self._step(need.ends + MINUTE, "NeedExpired", need, None, reason=EXPIRED_REASON)
        else:
            phase = NeedStatus.OPEN.value
        talk = need.talk
        ending, where = talk.endings[int(chance() * len(talk.endings))], talk.where[int(chance() * len(talk.where))]
        starts = need.day * DAY + text.hour * HOUR
        ends = starts + (text.days - 1) * DAY + text.hours * HOUR
        state = int(NeedState.CANCELLED) if need.cancelled else 0
        self._needs.append(
            f"{need.id}\t{need.author}\t{text.title}{ending}\t{text.description}{where}\t{stamp(starts)}\t"
            f"{stamp(ends)}\t\t{state}\t{need.type_id}\t{self._homes[need.author - 1]}\t{need.wanted}\t{need.taken}\t"
            f"{need.done}\t{pending}\t{stamp(need.published)}\t{need.cancelled}\t{phase}"
        )
        for offer in offers:
            said = self._talks[speaks_english(offer.volunteer)].offers[need.kind]
            message = said[int(chance() * len(said))]
            decided = stamp(offer.decided) if offer.decided else NULL
            active = "1" if offer.state <= ACCEPTED else NULL
            self._offers.append(
                f"{offer.id}\t{need.id}\t{offer.volunteer}\t{message}\t\t{offer.state}\t{stamp(offer.made)}\t{decided}\t"
                f"{offer.reason}\t{active}"
            )
        self._write_steps()

    def _match(
        self,
        need: _Need,
        offer: _Offer,
        accepted: int,
        state: int,
        *,
        reported: int = 0,
        confirmed: int = 0,
        ended: int = 0,
        reason: str = "",
    ) -> None:
        stamp = self._stamp
        self._matches.append(
            f"{self._match_id}\t{need.id}\t{offer.id}\t{stamp(accepted)}\t{state}\t"
            f"{stamp(reported) if reported else NULL}\t{stamp(confirmed) if confirmed else NULL}\t"
            f"{stamp(ended) if ended else NULL}\t{reason}"
        )

    def _step(
        self,
        at: int,
        action: str,
        need: _Need,
        actor: int | None,
        *,
        offer: int | None = None,
        match: int | None = None,
        old: str = "",
        new: str = "",
        reason: str = "",
    ) -> None:
        if need.published < self._forgotten and action != "NeedPublished":
            return
        who, which = NULL if actor is None else actor, NULL if offer is None else offer
        text = (
            f"{action}\t{who}\t{NULL}\t{need.id}\t{which}\t{NULL if match is None else match}\t{old}\t{new}\t{reason}"
        )
        self._steps.append((at, text))

    def _write_steps(self) -> None:
        self._steps.sort(key=lambda step: step[0])
        for at, text in self._steps:
            self._history_id += 1
            self._history.append(f"{self._history_id}\t{self._stamp(at)}\t{text}")
        self._steps.clear()
