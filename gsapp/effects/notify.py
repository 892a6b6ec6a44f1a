"""Who is told of which step. Called by `history.step`, so that no use case can forget it.

Both sides of a step are told, never the one who took it. What is stored are kind, people and record numbers; the words
are made when somebody reads them (`queries.inbox`).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import and_
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, select

from gsapp import clock, db, events
from gsapp.access import Actor
from gsapp.events import Event, InboxChanged
from gsapp.models import AbuseReport, Letter, Match, Need, NoticePreference, Notification, Offer, User
from gsapp.vocabulary import TOPICS, NeedState, NoticeKind, NoticeTopic, OfferState, Reason, Role, reason_columns

Told = list[tuple[int, NoticeKind]]
Rule = Callable[[Session, Any, object], Told]


class Wish(NamedTuple):
    in_inbox: bool
    by_mail: bool


def tell(session: Session, actor: Actor | None, fact: Event, *, new: object, reason: Reason) -> None:
    """Write down the news of a step for everybody concerned: one look at their wishes, one INSERT."""
    concerned = DECISIONS.get(type(fact), _nobody)(session, fact, new)
    told = [(to, kind) for to, kind in concerned if actor is None or to not in (actor.user_id, actor.real_user_id)]
    if not told:
        return
    wishes = _wishes(session, told)
    now = clock.now()
    rows: list[tuple[Notification, Wish]] = []
    for to, kind in told:
        wish = wishes[to, TOPICS[kind]]
        if wish.in_inbox or wish.by_mail:
            row = Notification(
                user_id=to,
                kind=kind.value,
                actor_id=actor.user_id if actor else None,
                need_id=getattr(fact, "need_id", None),
                offer_id=getattr(fact, "offer_id", None),
                match_id=getattr(fact, "match_id", None),
                **reason_columns(reason),
                at=now,
                read_at=None if wish.in_inbox else now,
                shown=wish.in_inbox,
            )
            rows.append((row, wish))
    session.add_all([row for row, _ in rows])
    _post(session, [row for row, wish in rows if wish.by_mail])
    for to in dict.fromkeys(to for to, _ in told):
        # Also to those who want no such news: what waits for their decision may have changed.
        db.record(session, InboxChanged(to))


def _wishes(session: Session, told: Told) -> dict[tuple[int, NoticeTopic], Wish]:
    """What each of them wants to hear where; by e-mail only those who have an address."""
    topics, said = {TOPICS[kind] for _, kind in told}, NoticePreference
    theirs = and_(col(said.user_id) == col(User.id), col(said.topic).in_(topics))
    found = session.execute(
        wide_select(
            *map(col, (User.id, User.email, User.recorded_by)), *map(col, (said.topic, said.in_inbox, said.by_mail))
        )
        .outerjoin(said, theirs)
        .where(col(User.id).in_({to for to, _ in told}))
    )
    wishes: dict[tuple[int, NoticeTopic], Wish] = {}
    for user_id, email, recorded_by, topic, in_inbox, by_mail in found:
        for each in topics:
            # Whoever has no internet is rung up instead: the call-back list is made of the needs themselves.
            wishes.setdefault((user_id, each), Wish(recorded_by is None, bool(email)))
        if topic is not None:
            wishes[user_id, NoticeTopic(topic)] = Wish(in_inbox, by_mail and bool(email))
    return wishes


def _post(session: Session, rows: list[Notification]) -> None:
    if rows:
        session.flush()  # the letters need the numbers of their notifications
        session.add_all(Letter(notification_id=row.id or 0, next_try_at=row.at) for row in rows)


def _nobody(session: Session, fact: Event, new: object) -> Told:
    return []


def _author(kind: NoticeKind) -> Rule:
    def rule(session: Session, fact: events.NeedChanged, new: object) -> Told:
        return [(_need(session, fact).author_id, kind)]

    return rule


def _volunteer(kind: NoticeKind) -> Rule:
    def rule(session: Session, fact: events.OfferChanged | events.MatchChanged, new: object) -> Told:
        return [(_helper(session, fact), kind)]

    return rule


def _both(kind: NoticeKind) -> Rule:
    def rule(session: Session, fact: events.MatchChanged, new: object) -> Told:
        return [(_need(session, fact).author_id, kind), (_helper(session, fact), kind)]

    return rule


def _accepted(session: Session, fact: events.OfferAccepted, new: object) -> Told:
    """The chosen one; and when the last place is taken, those who from now on stand by."""
    full = col(Need.places_taken) >= col(Need.helpers_wanted)
    others = _told_of_reserve(session, fact, NoticeKind.STANDING_BY, full)
    return [(_helper(session, fact), NoticeKind.OFFER_ACCEPTED), *others]


def _place_freed(first: Rule) -> Rule:
    """Also those who stood by hear that there is a place again."""

    def rule(session: Session, fact: events.MatchChanged, new: object) -> Told:
        was_full = col(Need.places_taken) == col(Need.helpers_wanted) - 1
        running = and_(was_full, col(Need.state) == NeedState.ACTIVE, col(Need.ends_at) >= clock.local_now())
        return [*first(session, fact, new), *_told_of_reserve(session, fact, NoticeKind.PLACE_FREE, running)]

    return rule


def _asked(session: Session, fact: events.VolunteerAsked, new: object) -> Told:
    return [(fact.volunteer_id, NoticeKind.ASKED)]


def _user(kind: NoticeKind) -> Rule:
    def rule(session: Session, fact: events.UserChanged, new: object) -> Told:
        return [(fact.user_id, kind)]

    return rule


def _role(session: Session, fact: events.RoleChanged, new: object) -> Told:
    return [(fact.user_id, NoticeKind.MADE_COORDINATOR if new is Role.COORDINATOR else NoticeKind.MADE_MEMBER)]


def _reporter(session: Session, fact: events.ReportHandled, new: object) -> Told:
    return [(session.get_one(AbuseReport, fact.report_id).reporter_id, NoticeKind.REPORT_HANDLED)]


DECISIONS: dict[type[Event], Rule] = {
    events.NeedPublished: _nobody,
    events.NeedEdited: _nobody,  # only while nobody has answered
    events.NeedDeleted: _nobody,  # the same
    # Neighbours whose offers end with a need hear it, with the reason, by the rejection of each.
    events.NeedCancelled: _author(NoticeKind.NEED_CANCELLED),
    events.NeedTakenDown: _author(NoticeKind.NEED_TAKEN_DOWN),
    events.NeedExpired: _author(NoticeKind.NEED_EXPIRED),
    events.VolunteerAsked: _asked,
    events.OfferMade: _author(NoticeKind.OFFER_MADE),
    events.OfferEdited: _author(NoticeKind.OFFER_EDITED),
    events.OfferWithdrawn: _author(NoticeKind.OFFER_WITHDRAWN),
    events.OfferAccepted: _accepted,
    events.OfferRejected: _volunteer(NoticeKind.OFFER_REJECTED),
    events.VolunteerDroppedOut: _place_freed(_author(NoticeKind.DROPPED_OUT)),
    events.VolunteerDidNotCome: _place_freed(_volunteer(NoticeKind.DID_NOT_COME)),
    events.MatchCalledOff: _volunteer(NoticeKind.CALLED_OFF),  # the author hears that the need was taken down
    events.HelpReported: _author(NoticeKind.HELP_REPORTED),
    events.HelpConfirmed: _both(NoticeKind.HELP_CONFIRMED),  # both only when the clock did it
    events.ThanksGiven: _both(NoticeKind.THANKED),
    events.UserRegistered: _nobody,
    events.ProfileChanged: _nobody,
    events.PasswordChanged: _user(NoticeKind.PASSWORD_CHANGED),
    events.RoleChanged: _role,
    events.UserSuspended: _user(NoticeKind.SUSPENDED),
    events.UserRestored: _user(NoticeKind.RESTORED),
    events.SessionsEnded: _nobody,  # their pages close, which says it
    events.UserLeft: _nobody,  # whose offers and needs end with it hear that
    events.CalendarLinkMade: _nobody,
    events.CalendarLinkEnded: _nobody,
    events.PhoneSeen: _nobody,  # stands in the history
    events.PasswordLinkIssued: _nobody,  # the coordinator hands it over
    # They were on the phone themselves.
    events.ResidentRecorded: _nobody,
    events.ResidentEdited: _nobody,
    events.ResidentCalled: _nobody,
    # What coordinators do to kinds, cities, reports and links to the wall shows on their own pages.
    events.TypeAdded: _nobody,
    events.TypeEdited: _nobody,
    events.TypeMoved: _nobody,
    events.TypeEnabled: _nobody,
    events.TypeDisabled: _nobody,
    events.CityAdded: _nobody,
    events.CityEnabled: _nobody,
    events.CityDisabled: _nobody,
    events.AbuseReported: _nobody,
    events.ReportHandled: _reporter,
    events.WallLinkMade: _nobody,
    events.WallLinkRevoked: _nobody,
}
"""Who is told of each kind of step, and what. A test fails for a new event that has no line here."""


def _told_of_reserve(session: Session, fact: events.NeedChanged, kind: NoticeKind, when: Any) -> Told:
    """News for those whose offers are pending, if the need as it is stored now fulfils the condition."""
    waiting = select(Offer.volunteer_id).join(Need, col(Need.id) == col(Offer.need_id))
    where = (Offer.need_id == fact.need_id, Offer.state == OfferState.PENDING, when)
    return [(volunteer, kind) for volunteer in session.exec(waiting.where(*where).order_by(col(Offer.id))).all()]


def _need(session: Session, fact: events.NeedChanged) -> Need:
    return session.get_one(Need, fact.need_id)


def _helper(session: Session, fact: events.OfferChanged | events.MatchChanged) -> int:
    """The volunteer of an offer or of a match. Who that is never changes, so what is loaded already serves."""
    if isinstance(fact, events.OfferChanged):
        offer_id = fact.offer_id
    else:
        offer_id = session.get_one(Match, fact.match_id).offer_id
    return session.get_one(Offer, offer_id).volunteer_id
