"""Looking into people's inboxes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from gsapp import db, events
from gsapp.access import Actor
from gsapp.models import OutboxMessage, User
from gsapp.queries import inbox as inbox_queries
from gsapp.schemas.inbox import NotificationFilter, NotificationPreferencesForm, NotificationRow
from gsapp.services import inbox
from gsapp.vocabulary import NotificationKind, NotificationTopic


def news(reader: Actor) -> list[NotificationRow]:
    """All that a member finds in the inbox, the oldest first."""
    return list(db.read(inbox_queries.notifications, actor=reader, filter=NotificationFilter(size=100)).items)[::-1]


def kinds(reader: Actor) -> list[NotificationKind]:
    return [row.kind for row in news(reader)]


def last(reader: Actor) -> NotificationRow:
    return news(reader)[-1]


def told(*readers: Actor) -> list[NotificationKind | None]:
    """The last thing that each of them was told."""
    return [kinds(reader)[-1] if kinds(reader) else None for reader in readers]


def letters() -> list[Any]:
    with db.current().read_only() as session:
        return list(session.exec(select(OutboxMessage).order_by(col(OutboxMessage.notification_id))).all())


def set_email_address(reader: Actor) -> None:
    def write(session: Session) -> None:
        session.exec(update(User).where(col(User.id) == reader.user_id).values(email=f"{reader.username}@example.org"))

    db.write(write)


def wish(reader: Actor, *, in_inbox: list[NotificationTopic], by_mail: list[NotificationTopic]) -> None:
    db.write(
        inbox.set_notification_preferences,
        actor=reader,
        form=NotificationPreferencesForm(in_inbox=in_inbox, by_mail=by_mail),
    )


@contextmanager
def rung() -> Iterator[list[int]]:
    """Whose bells ring meanwhile."""
    heard: list[int] = []

    def note(fact: events.Event) -> None:
        if isinstance(fact, events.InboxChanged):
            heard.append(fact.user_id)

    end = events.subscribe(note)
    yield heard
    end()
