"""Simulates each need of a load-test town, from its publication to the thanks. Pure and deterministic for the plan.

The rows follow all rules of the services: who may offer when, number of helpers, what the scheduler has closed. Written
for speed: numbers instead of objects, and each need is simulated once, in order.
"""

from bisect import bisect
from collections.abc import Sequence
from random import Random

from benchmarks.load.days import DAY, HOUR, PublicationTimes, Timestamps
from benchmarks.load.people import speaks_english
from benchmarks.load.plan import (
    ACCEPTED,
    CONFIRMED,
    DROPPED_OUT,
    NO_SHOW,
    PENDING,
    REJECTED,
    REPORTED,
    WITHDRAWN,
    Match,
    Need,
    Offer,
    Plan,
)
from benchmarks.load.rows import NULL, Rows
from benchmarks.load.tables import HISTORY_DAYS, Ids, Parts, RowWriter
from benchmarks.load.words import DID_NOT_COME, DROPPED, Phrases
from gsapp.services.matches import CONFIRM_AFTER
from gsapp.vocabulary import NeedStatus, ReasonCode

BLOCK = 500
"""Needs that share one random number generator; a batch consists of complete blocks."""
LEAD_DAYS = (1, 2, 3, 3, 4, 5, 7, 7, 9, 10, 12, 14, 16, 20, 24, 28)
"""Days from the publication to the start, drawn with equal probability."""
OFFERS = (0,) * 15 + (1,) * 58 + (2,) * 20 + (3,) * 7
CANCELLED, NOBODY_CHOSEN, ENDED_EARLY, NEVER_REPORTED, AUTO_CONFIRMED = 0.05, 0.05, 0.04, 0.01, 0.03
WITHDRAWN_BELOW, REJECTED_BELOW = 0.1, 0.25
WITHOUT_DESCRIPTION = 0.5
THANKS_TO_VOLUNTEER, THANKS_TO_RESIDENT = 0.7, 0.4
MINUTE = 60
AUTO_CONFIRM_DELAY = int(CONFIRM_AFTER.total_seconds()) + MINUTE
EXPIRED, RESERVE_OVER = ReasonCode.NEED_EXPIRED.value, ReasonCode.RESERVE_OVER.value


class NeedSimulation:
    """Simulates the needs of a plan in batches."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._calendar, self._now = plan, plan.calendar, plan.calendar.now
        self._stamp = Timestamps(plan.calendar)
        self._published = PublicationTimes(plan.calendar, plan.needs)
        self._neighbours = plan.people.in_cities()
        self._phrases = (Phrases(english=False), Phrases(english=True))

    def simulate(self, first: int, last: int, ids: Ids) -> tuple[list[Rows], Ids]:
        """The rows of the needs from `first`, the start of a block counted from 0, up to but not including `last`."""
        since = self._calendar.instant(self._calendar.today - HISTORY_DAYS, 0)
        self._writer = RowWriter(self._stamp, ids, history_since=since)
        for number in range(first, last):
            if number % BLOCK == 0:
                self._chance = Random(f"{self._plan.seed}/{number}").random  # noqa: S311 - not for secrets
            self._simulate(number)
        return self._writer.rows(), self._writer.ids()

    def _simulate(self, number: int) -> None:
        """Simulate one need up to today."""
        need, known = self._need(number)
        self._writer.add_event(need.published, "NeedPublished", need, need.author, new="active")
        offers = self._offer_help(need, known)
        if self._chance() < CANCELLED:
            self._cancel(need, offers)
        elif offers and self._chance() >= NOBODY_CHOSEN:
            self._accept(need, offers)
        self._decide_remaining_offers(need, offers)
        self._write(need, offers)

    def _need(self, number: int) -> tuple[Need, int]:
        """Draw author, text and times of a need. Returns it with the number of people who had registered by then."""
        chance, calendar = self._chance, self._calendar
        day, second = self._published(number)
        known = self._plan.people.known[day - calendar.first]
        author = 1 + int(chance() * known)
        type_id, kind = self._plan.kinds[int(chance() * len(self._plan.kinds))]
        phrases = self._phrases[speaks_english(author)]
        voices = phrases.needs[kind]
        texts = voices[author % len(voices)]
        text = texts[int(chance() * len(texts))]
        starts_on = day + LEAD_DAYS[int(chance() * len(LEAD_DAYS))]
        if text.weekday is not None:
            starts_on += (text.weekday - starts_on - 3) % 7  # 1 January 1970 was a Thursday
        if starts_on + text.days - 1 == calendar.today:
            starts_on += 7  # a need that ends today would change its state during the day
        starts = calendar.instant(starts_on, text.hour * HOUR)
        ends = calendar.instant(starts_on + text.days - 1, (text.hour + text.hours) * HOUR)
        published, city = calendar.instant(day, second), self._plan.people.cities[author - 1]
        return Need(number + 1, author, type_id, city, kind, phrases, text, starts_on, published, starts, ends), known

    def _offer_help(self, need: Need, known: int) -> list[Offer]:
        """Draw offers of different volunteers between publication and start, in order; none later than now."""
        chance, writer = self._chance, self._writer
        count = OFFERS[int(chance() * len(OFFERS))]
        if count:
            count += need.text.helpers - 1
        neighbours = self._neighbours[need.city_id]
        here = bisect(neighbours, known)
        offers: list[Offer] = []
        asked = {need.author}
        made, before = need.published, need.starts - 2 * HOUR
        for _ in range(count):
            volunteer = neighbours[int(chance() ** 2 * here)]  # some help more than others
            if volunteer in asked:
                volunteer = neighbours[int(chance() * here)]
            made += MINUTE + int((before - made) * 0.5 * chance() ** 2)
            if volunteer not in asked and made < self._now:
                asked.add(volunteer)
                writer.offer_id += 1
                offers.append(Offer(writer.offer_id, volunteer, made))
                writer.add_event(made, "OfferMade", need, volunteer, offer=writer.offer_id, new="pending")
        return offers

    def _cancel(self, need: Need, offers: list[Offer]) -> None:
        """The author cancels the need before an offer was accepted, unless that would be in the future."""
        last = offers[-1].made if offers else need.published
        at = last + MINUTE + int((need.starts - last) * 0.9 * self._chance())
        if at < self._now:
            need.cancelled = self._choice(need.phrases.cancelled[need.kind])
            for offer in offers:
                self._reject(need, offer, at, need.author, reason=need.cancelled)
            self._writer.add_event(
                at, "NeedCancelled", need, need.author, old="active", new="cancelled", reason=need.cancelled
            )

    def _reject(
        self, need: Need, offer: Offer, at: int, actor: int | None, *, reason: str = "", reason_code: str = NULL
    ) -> None:
        offer.state, offer.decided, offer.reason, offer.reason_code = REJECTED, at, reason, reason_code
        self._writer.add_event(
            at, "OfferRejected", need, actor,
            offer=offer.id, old="pending", new="rejected", reason=reason, reason_code=reason_code,
        )  # fmt: skip

    def _accept(self, need: Need, offers: list[Offer]) -> None:
        """The author accepts offers after the last one was made; a volunteer who drops out is replaced by the next."""
        chance, writer = self._chance, self._writer
        last = offers[-1].made
        at = last + MINUTE + int((need.starts - last) * 0.6 * chance())
        for offer in offers:
            if need.taken == need.text.helpers or at >= min(self._now, need.ends - HOUR):
                return
            offer.state, offer.decided = ACCEPTED, at
            writer.match_id += 1
            match = Match(writer.match_id, offer.id, at)
            writer.add_event(
                at, "OfferAccepted", need, need.author, offer=offer.id, match=match.id, old="pending", new="accepted"
            )
            if chance() < ENDED_EARLY:
                self._end_early(need, offer, match)
            if not match.ended:
                need.taken += 1
                self._help(need, offer, match)
            writer.match(need, match)
            at = max(at, match.ended) + 5 * MINUTE

    def _end_early(self, need: Need, offer: Offer, match: Match) -> None:
        """The volunteer drops out or does not come, unless that would be in the future."""
        chance, at = self._chance, match.accepted
        dropped = chance() < 0.6 and at < need.starts
        ended = at + MINUTE + int((need.starts - at) * 0.8 * chance()) if dropped else max(at, need.starts) + HOUR // 2
        if ended >= self._now:
            return
        match.ended = offer.decided = ended
        match.reason = offer.reason = self._choice(DROPPED if dropped else DID_NOT_COME)
        if dropped:
            match.state, offer.state, actor, action, new = (
                DROPPED_OUT, WITHDRAWN, offer.volunteer, "VolunteerDroppedOut", "dropped",
            )  # fmt: skip
        else:
            match.state, offer.state, actor, action, new = (
                NO_SHOW, REJECTED, need.author, "VolunteerDidNotCome", "no_show",
            )  # fmt: skip
        self._writer.add_event(ended, action, need, actor, match=match.id, old="running", new=new, reason=match.reason)

    def _help(self, need: Need, offer: Offer, match: Match) -> None:
        """The help takes place: reported, confirmed, thanked for by both, as far as that is before now."""
        chance, writer = self._chance, self._writer
        reported = need.ends + int(9 * HOUR * chance() ** 2)
        if reported >= self._now or chance() < NEVER_REPORTED:
            return
        match.state, match.reported = REPORTED, reported
        writer.add_event(reported, "HelpReported", need, offer.volunteer, match=match.id, old="running", new="reported")
        automatic = chance() < AUTO_CONFIRMED
        confirmed = reported + (AUTO_CONFIRM_DELAY if automatic else 10 * MINUTE + int(3 * DAY * chance() ** 3))
        if confirmed >= self._now:
            return
        match.state, match.confirmed = CONFIRMED, confirmed
        need.done += 1
        actor = None if automatic else need.author
        writer.add_event(confirmed, "HelpConfirmed", need, actor, match=match.id, old="reported", new="confirmed")
        if chance() < THANKS_TO_VOLUNTEER:
            self._thank(need, match, need.author, offer.volunteer, need.phrases.to_volunteer[need.kind])
        if chance() < THANKS_TO_RESIDENT:
            phrases = self._phrases[speaks_english(offer.volunteer)]
            self._thank(need, match, offer.volunteer, need.author, phrases.to_resident[need.kind])

    def _thank(self, need: Need, match: Match, giver: int, taker: int, words: Sequence[tuple[int, str]]) -> None:
        at = match.confirmed + MINUTE + int(2 * DAY * self._chance() ** 2)
        if at < self._now:
            self._writer.thanks(match, giver, taker, words[int(self._chance() * len(words))], at)
            self._writer.add_event(at, "ThanksGiven", need, giver, match=match.id)

    def _decide_remaining_offers(self, need: Need, offers: list[Offer]) -> None:
        """Withdraw, reject or expire the pending offers."""
        chance, now = self._chance, self._now
        for offer in offers:
            if offer.state != PENDING:
                continue
            drawn = chance()
            at = offer.made + MINUTE + int((need.ends - offer.made) * 0.9 * chance())
            if drawn < WITHDRAWN_BELOW and at < now:
                offer.state, offer.decided = WITHDRAWN, at
                self._writer.add_event(
                    at, "OfferWithdrawn", need, offer.volunteer, offer=offer.id, old="pending", new="withdrawn"
                )
            elif drawn < REJECTED_BELOW and at < now:
                self._reject(need, offer, at, need.author)
            elif need.ends < now:
                code = RESERVE_OVER if need.taken else EXPIRED
                self._reject(need, offer, need.ends + MINUTE, None, reason_code=code)
            else:
                need.pending += 1

    def _write(self, need: Need, offers: list[Offer]) -> None:
        phase = self._status(need)
        if phase is NeedStatus.EXPIRED:
            self._writer.add_event(need.ends + MINUTE, "NeedExpired", need, None, reason_code=EXPIRED)
        phrases = need.phrases
        description = "" if self._chance() < WITHOUT_DESCRIPTION else need.text.description
        parts = Parts(need.text.title, self._choice(phrases.endings), description, self._choice(phrases.where))
        self._writer.need(need, parts, phase=phase.value)
        for offer in offers:
            message = self._choice(self._phrases[speaks_english(offer.volunteer)].offers[need.kind])
            self._writer.offer(need, offer, message)
        self._writer.write_history()

    def _status(self, need: Need) -> NeedStatus:
        """The status, by the rules of `models.Need.status`."""
        ended = need.ends < self._now
        if need.cancelled:
            return NeedStatus.CANCELLED
        if need.taken == need.text.helpers or (ended and need.taken):
            return NeedStatus.DONE if need.done == need.taken else NeedStatus.MATCHED
        return NeedStatus.EXPIRED if ended else NeedStatus.OPEN

    def _choice(self, texts: Sequence[str]) -> str:
        return texts[int(self._chance() * len(texts))]
