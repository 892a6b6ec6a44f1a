"""Retention: deletion, in batches, of rows and typed texts whose period in `schemas.retention` is over.

Not deleted: steps of the history, needs, offers, matches, thanks, totals, and the words of closed needs, which stay
searchable. Of old steps only the reasons that users typed are cleared; the codes of reasons stay.
"""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, func, or_, update
from sqlmodel import Session, SQLModel, col, select

from gsapp import clock
from gsapp.events import AbuseReported, NameChanged, ReportHandled
from gsapp.models import (
    AbuseReport,
    History,
    LinkConsent,
    LoginSession,
    Match,
    Need,
    Notification,
    Offer,
    OneTimeLink,
    OutboxMessage,
    SecurityCount,
    TakenDownNeed,
)
from gsapp.schemas import retention
from gsapp.vocabulary import NeedStatus, OutboxState

CLOSED = (NeedStatus.DONE, NeedStatus.EXPIRED, NeedStatus.CANCELLED)
REPORTING = (AbuseReported.__name__, ReportHandled.__name__)

BATCH = 500
"""Rows per transaction, which it locks for some milliseconds."""


class RetentionRule(NamedTuple):
    """Rows of one table past their time: the primary key, and the condition at this moment.

    The rows are deleted, or only their texts cleared, if `texts` names columns.
    """

    name: str
    table: type[SQLModel]
    key: Any
    where: list[ColumnElement[bool]]
    texts: tuple[str, ...] = ()


def rules() -> list[RetentionRule]:
    """The retention rules, with their conditions at this moment. E-mails before the notifications they belong to."""
    return [*_rows(), *_texts()]


def _rows() -> list[RetentionRule]:
    now, message = clock.now(), OutboxMessage
    closed = now - retention.CLOSED_LINKS
    sent = [col(message.state) == OutboxState.SENT, col(message.sent_at) <= now - retention.SENT_EMAILS]
    failed = [col(message.state) == OutboxState.GIVEN_UP, col(message.next_try_at) <= now - retention.FAILED_EMAILS]
    links = [or_(col(OneTimeLink.expires_at) <= closed, col(OneTimeLink.used_at) <= closed)]
    consents = [col(LinkConsent.asked_at) <= closed]
    without_email = col(Notification.id).not_in(select(message.notification_id))
    read = [col(Notification.read_at) <= now - retention.READ_NOTIFICATIONS, without_email]
    unread = [col(Notification.at) <= now - retention.UNREAD_NOTIFICATIONS, without_email]
    unread.append(col(Notification.read_at).is_(None))
    sessions = [col(LoginSession.expires_at) <= now - retention.EXPIRED_SESSIONS]
    taken_down = [col(TakenDownNeed.taken_down_at) <= now - retention.TAKEN_DOWN]
    counted = [col(SecurityCount.day) < (now - retention.SECURITY_COUNTS).date().isoformat()]
    return [
        RetentionRule("expired sessions", LoginSession, LoginSession.id, sessions),
        RetentionRule("closed one-time links", OneTimeLink, OneTimeLink.token_hash, links),
        RetentionRule("consents to password links", LinkConsent, LinkConsent.user_id, consents),
        RetentionRule("sent e-mails", message, message.notification_id, sent),
        RetentionRule("failed e-mails", message, message.notification_id, failed),
        RetentionRule("read notifications", Notification, Notification.id, read),
        RetentionRule("unread notifications", Notification, Notification.id, unread),
        RetentionRule("texts taken down", TakenDownNeed, TakenDownNeed.need_id, taken_down),
        RetentionRule("days of security counts", SecurityCount, SecurityCount.day, counted),
    ]


def _texts() -> list[RetentionRule]:
    now = clock.now()
    ended, handled = now - retention.REASONS, now - retention.REPORTS
    closed = select(Need.id).where(col(Need.phase).in_(CLOSED), col(Need.ends_at) <= clock.to_local(ended))
    old = and_(
        col(History.at) <= ended, or_(col(History.need_id).in_(closed), col(History.action) == NameChanged.__name__)
    )
    reported = and_(col(History.at) <= handled, col(History.action).in_(REPORTING))
    steps = [or_(old, reported), col(History.reason) != ""]
    offered = [col(Offer.need_id).in_(closed), col(Offer.created_at) <= ended, col(Offer.reason) != ""]
    matched = [col(Match.need_id).in_(closed), col(Match.accepted_at) <= ended, col(Match.reason) != ""]
    reports = [col(AbuseReport.handled_at) <= handled, or_(col(AbuseReport.reason) != "", col(AbuseReport.note) != "")]
    needs = [col(Need.id).in_(closed), col(Need.closed_reason) != ""]
    return [
        RetentionRule("reasons in the history", History, History.id, steps, ("reason",)),
        RetentionRule("reasons of offers", Offer, Offer.id, offered, ("reason",)),
        RetentionRule("reasons of matches", Match, Match.id, matched, ("reason",)),
        RetentionRule("reasons of needs", Need, Need.id, needs, ("closed_reason",)),
        RetentionRule("texts of reports", AbuseReport, AbuseReport.id, reports, ("reason", "note")),
    ]


def due(session: Session, rule: RetentionRule) -> int:
    """The number of rows that a rule deletes or clears."""
    return session.exec(select(func.count()).select_from(rule.table).where(*rule.where)).one()


def delete_batch(session: Session, rule: RetentionRule) -> int:
    """Delete or clear the next `BATCH` rows of a rule, and return their number."""
    found = session.exec(select(rule.key).where(*rule.where).order_by(rule.key).limit(BATCH)).all()
    if not found:
        return 0
    these = [col(rule.key).in_(found), *rule.where]  # again: an e-mail may just be sent again
    if rule.texts:
        change: Any = update(rule.table).where(*these).values(dict.fromkeys(rule.texts, ""))
    else:
        change = delete(rule.table).where(*these)
    return int(session.exec(change.execution_options(synchronize_session=False)).rowcount)
