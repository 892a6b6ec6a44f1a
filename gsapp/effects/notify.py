"""Notifications of an event: recipients, their preferences, inbox rows and queued e-mails (fan-out on write).

Called by `record_event`, so that no use case can forget it. The acting user gets none, except for `SECURITY_KINDS`.
Stored are kind, users and record ids; the texts are rendered when it is read (`effects.notification_texts`).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import and_
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, select

from gsapp import clock, db, events
from gsapp.access import Actor
from gsapp.events import Event, InboxChanged
from gsapp.models import AbuseReport, Match, Need, Notification, NotificationPreference, Offer, OutboxMessage, User
from gsapp.vocabulary import (
    SECURITY_KINDS,
    TOPICS,
    NeedState,
    NotificationKind,
    NotificationTopic,
    OfferState,
    Reason,
    Role,
    reason_columns,
)

Recipients = list[tuple[int, NotificationKind]]
"""User ids, each with the kind of its notification."""

Rule = Callable[[Session, Any, object], Recipients]
"""Returns the recipients of an event; the third argument is the new state of the record."""


class Delivery(NamedTuple):
    in_inbox: bool
    by_mail: bool


class Channels(NamedTuple):
    """The channels of one user: the `chosen` ones for each topic, and all that there are, for `SECURITY_KINDS`."""

    all: Delivery
    email: str | None
    chosen: dict[NotificationTopic, Delivery]

    def delivery(self, kind: NotificationKind) -> Delivery:
        return self.all if kind in SECURITY_KINDS else self.chosen.get(TOPICS[kind], self.all)


def notify(session: Session, actor: Actor | None, event: Event, *, new: object, reason: Reason) -> None:
    """Store the notifications of an event and queue their e-mails: one query for all preferences, one INSERT."""
    candidates = RECIPIENTS_BY_EVENT.get(type(event), _no_recipients)(session, event, new)
    acting = (actor.user_id, actor.real_user_id) if actor else ()
    recipients = [(to, kind) for to, kind in candidates if to not in acting or kind in SECURITY_KINDS]
    if not recipients:
        return
    channels = _channels(session, recipients)
    now = clock.now()
    rows: list[tuple[Notification, Delivery]] = []
    for to, kind in recipients:
        delivery = channels[to].delivery(kind)
        if delivery.in_inbox or delivery.by_mail:
            row = Notification(
                user_id=to,
                kind=kind.value,
                actor_id=actor.user_id if actor else None,
                need_id=getattr(event, "need_id", None),
                offer_id=getattr(event, "offer_id", None),
                match_id=getattr(event, "match_id", None),
                **reason_columns(reason),
                at=now,
                read_at=None if delivery.in_inbox else now,
                shown=delivery.in_inbox,
            )
            rows.append((row, delivery))
    session.add_all([row for row, _ in rows])
    _queue_emails(session, [row for row, delivery in rows if delivery.by_mail], channels)
    for to in dict.fromkeys(to for to, _ in recipients):
        # Also for recipients without a stored notification: what waits for their decision may have changed.
        db.publish_after_commit(session, InboxChanged(to))


def _channels(session: Session, recipients: Recipients) -> dict[int, Channels]:
    """The channels of each recipient; e-mail only for users with an address."""
    topics, chosen = {TOPICS[kind] for _, kind in recipients}, NotificationPreference
    of_user = and_(col(chosen.user_id) == col(User.id), col(chosen.topic).in_(topics))
    found = session.execute(
        wide_select(
            *map(col, (User.id, User.email, User.recorded_by)),
            *map(col, (chosen.topic, chosen.in_inbox, chosen.by_mail)),
        )
        .outerjoin(chosen, of_user)
        .where(col(User.id).in_({to for to, _ in recipients}))
    )
    channels: dict[int, Channels] = {}
    for user_id, email, recorded_by, topic, in_inbox, by_mail in found:
        # Residents without the internet are rung up instead: the call-back list is derived from their needs.
        known = channels.setdefault(user_id, Channels(Delivery(recorded_by is None, bool(email)), email, {}))
        if topic is not None:
            known.chosen[NotificationTopic(topic)] = Delivery(in_inbox, by_mail and bool(email))
    return channels


def _queue_emails(session: Session, rows: list[Notification], channels: dict[int, Channels]) -> None:
    if rows:
        session.flush()  # assigns the ids of the notifications
    for row in rows:
        message = OutboxMessage(notification_id=row.id or 0, next_try_at=row.at)
        if row.kind in SECURITY_KINDS:
            # A person who has taken over the account must not divert the news of it by changing the address.
            message.address = channels[row.user_id].email
        session.add(message)


def _no_recipients(session: Session, event: Event, new: object) -> Recipients:
    return []


def _author(kind: NotificationKind) -> Rule:
    def rule(session: Session, event: events.NeedChanged, new: object) -> Recipients:
        return [(_need(session, event).author_id, kind)]

    return rule


def _volunteer(kind: NotificationKind) -> Rule:
    def rule(session: Session, event: events.OfferChanged | events.MatchChanged, new: object) -> Recipients:
        return [(_helper(session, event), kind)]

    return rule


def _both(kind: NotificationKind) -> Rule:
    def rule(session: Session, event: events.MatchChanged, new: object) -> Recipients:
        return [(_need(session, event).author_id, kind), (_helper(session, event), kind)]

    return rule


def _accepted(session: Session, event: events.OfferAccepted, new: object) -> Recipients:
    """The chosen volunteer; if the last place is taken, also the volunteers who become reserves."""
    full = col(Need.places_taken) >= col(Need.helpers_wanted)
    others = _reserve(session, event, NotificationKind.STANDING_BY, full)
    return [(_helper(session, event), NotificationKind.OFFER_ACCEPTED), *others]


def _place_freed(first: Rule) -> Rule:
    """The recipients of `first`; if the need was full, also the reserves, because a place is free again."""

    def rule(session: Session, event: events.MatchChanged, new: object) -> Recipients:
        was_full = col(Need.places_taken) == col(Need.helpers_wanted) - 1
        running = and_(was_full, col(Need.state) == NeedState.ACTIVE, col(Need.ends_at) >= clock.local_now())
        return [*first(session, event, new), *_reserve(session, event, NotificationKind.PLACE_FREE, running)]

    return rule


def _asked(session: Session, event: events.VolunteerAsked, new: object) -> Recipients:
    return [(event.volunteer_id, NotificationKind.ASKED)]


def _user(kind: NotificationKind) -> Rule:
    def rule(session: Session, event: events.UserChanged, new: object) -> Recipients:
        return [(event.user_id, kind)]

    return rule


def _role(session: Session, event: events.RoleChanged, new: object) -> Recipients:
    if new is not Role.COORDINATOR:
        return [(event.user_id, NotificationKind.MADE_MEMBER)]
    others = select(User.id).where(User.role == Role.COORDINATOR, col(User.suspended_at).is_(None))
    found = session.exec(others.where(User.id != event.user_id).order_by(col(User.id))).all()
    informed = [(to, NotificationKind.COORDINATOR_ADDED) for to in found if to is not None]
    return [(event.user_id, NotificationKind.MADE_COORDINATOR), *informed]


def _coordinators(session: Session, event: events.UserChanged, new: object) -> Recipients:
    active = select(User.id).where(User.role == Role.COORDINATOR, col(User.suspended_at).is_(None))
    found = session.exec(active.order_by(col(User.id))).all()
    return [(to, NotificationKind.LINK_CONSENT_ASKED) for to in found if to is not None]


def _reporter(session: Session, event: events.ReportHandled, new: object) -> Recipients:
    return [(session.get_one(AbuseReport, event.report_id).reporter_id, NotificationKind.REPORT_HANDLED)]


RECIPIENTS_BY_EVENT: dict[type[Event], Rule] = {
    events.NeedPublished: _no_recipients,
    events.NeedEdited: _no_recipients,  # only possible without offers
    events.NeedDeleted: _no_recipients,  # only possible without offers
    # Volunteers whose offers end with the need are notified by `OfferRejected` of each, with the reason.
    events.NeedCancelled: _author(NotificationKind.NEED_CANCELLED),
    events.NeedTakenDown: _author(NotificationKind.NEED_TAKEN_DOWN),
    events.NeedExpired: _author(NotificationKind.NEED_EXPIRED),
    events.VolunteerAsked: _asked,
    events.OfferMade: _author(NotificationKind.OFFER_MADE),
    events.OfferEdited: _author(NotificationKind.OFFER_EDITED),
    events.OfferWithdrawn: _author(NotificationKind.OFFER_WITHDRAWN),
    events.OfferAccepted: _accepted,
    events.OfferRejected: _volunteer(NotificationKind.OFFER_REJECTED),
    events.VolunteerDroppedOut: _place_freed(_author(NotificationKind.DROPPED_OUT)),
    events.VolunteerDidNotCome: _place_freed(_volunteer(NotificationKind.DID_NOT_COME)),
    events.MatchCalledOff: _volunteer(NotificationKind.CALLED_OFF),  # the author gets `NeedTakenDown`
    events.HelpReported: _author(NotificationKind.HELP_REPORTED),
    events.HelpConfirmed: _both(NotificationKind.HELP_CONFIRMED),  # both only if the scheduler confirmed
    events.ThanksGiven: _both(NotificationKind.THANKED),
    events.UserRegistered: _no_recipients,
    events.ProfileChanged: _no_recipients,
    events.PhoneChanged: _user(NotificationKind.PHONE_CHANGED),
    events.DetailsTried: _user(NotificationKind.DETAILS_TRIED),
    events.EmailChanged: _user(NotificationKind.EMAIL_CHANGED),
    events.NewBrowserSeen: _user(NotificationKind.NEW_BROWSER),
    events.NameChanged: _no_recipients,
    events.PasswordChanged: _user(NotificationKind.PASSWORD_CHANGED),
    events.RoleChanged: _role,
    events.UserSuspended: _user(NotificationKind.SUSPENDED),
    events.UserRestored: _user(NotificationKind.RESTORED),
    events.SessionsEnded: _no_recipients,  # the pages of these sessions close
    events.UserLeft: _no_recipients,  # the ended offers and needs have notifications
    events.CalendarLinkMade: _no_recipients,
    events.CalendarLinkEnded: _no_recipients,
    events.PeopleListed: _no_recipients,  # recorded in the history
    events.PersonSeen: _no_recipients,
    events.Exported: _no_recipients,
    events.PhoneSeen: _no_recipients,  # recorded in the history
    events.LinkConsentAsked: _coordinators,
    events.LinkConsentGiven: _no_recipients,  # its use is news for the owner
    events.PasswordLinkIssued: _user(NotificationKind.PASSWORD_LINK_ISSUED),
    # The resident was on the phone.
    events.ResidentRecorded: _no_recipients,
    events.ResidentEdited: _no_recipients,
    events.ResidentCalled: _no_recipients,
    # Shown on the coordinators' own pages.
    events.TypeAdded: _no_recipients,
    events.TypeEdited: _no_recipients,
    events.TypeMoved: _no_recipients,
    events.TypeEnabled: _no_recipients,
    events.TypeDisabled: _no_recipients,
    events.CityAdded: _no_recipients,
    events.CityEnabled: _no_recipients,
    events.CityDisabled: _no_recipients,
    events.AbuseReported: _no_recipients,
    events.ReportHandled: _reporter,
    events.WallLinkMade: _no_recipients,
    events.WallLinkRevoked: _no_recipients,
}
"""The rule for the recipients of each event class. A test fails for a new event that has no line here."""


def _reserve(session: Session, event: events.NeedChanged, kind: NotificationKind, when: Any) -> Recipients:
    """The volunteers with a pending offer, if the stored need fulfils the condition `when`."""
    pending = select(Offer.volunteer_id).join(Need, col(Need.id) == col(Offer.need_id))
    where = (Offer.need_id == event.need_id, Offer.state == OfferState.PENDING, when)
    return [(volunteer, kind) for volunteer in session.exec(pending.where(*where).order_by(col(Offer.id))).all()]


def _need(session: Session, event: events.NeedChanged) -> Need:
    return session.get_one(Need, event.need_id)


def _helper(session: Session, event: events.OfferChanged | events.MatchChanged) -> int:
    """The volunteer of an offer or of a match. It never changes, so rows in the session are not refreshed."""
    if isinstance(event, events.OfferChanged):
        offer_id = event.offer_id
    else:
        offer_id = session.get_one(Match, event.match_id).offer_id
    return session.get_one(Offer, offer_id).volunteer_id
