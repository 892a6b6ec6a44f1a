"""Delivery of the transactional outbox: sends notifications by e-mail, in a thread and outside of transactions.

`OutboxWorker.deliver()` sends all due messages over one connection to SMTP_URL. Why smtplib of the standard library:
only a few messages are sent at a time, and a thread waits for a slow server as well as a coroutine would.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from gsapp import clock, db, events
from gsapp.channels.email import (
    DeliveryUnknown,
    PermanentFailure,
    Server,
    SmtpConnection,
    TemporaryFailure,
    Unreachable,
)
from gsapp.config import Settings
from gsapp.effects.notification_texts import notification_text
from gsapp.errors import Busy
from gsapp.events import Event, InboxChanged, MissedEvents
from gsapp.i18n import Translator, translator
from gsapp.queries import inbox as inbox_queries
from gsapp.schemas.inbox import EmailEnvelope
from gsapp.services import outbox
from gsapp.vocabulary import reason_text

log = logging.getLogger(__name__)
POLL_SECONDS = 30.0  # seconds; finds due retries and messages that other processes left behind
BATCH_SIZE = 20
MAX_SUBJECT_LENGTH = 120


class OutboxWorker:
    """The outbox worker of a process. Several processes share the outbox: each message is claimed by one of them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server = Server.of(settings.smtp_url.get_secret_value())
        self._stop = threading.Event()

    async def work(self) -> None:
        """Deliver until cancelled: after each commit that may have added a message, and every POLL_SECONDS."""
        loop, wake = asyncio.get_running_loop(), asyncio.Event()

        def on_event(event: Event) -> None:  # runs in the thread that committed
            if isinstance(event, InboxChanged | MissedEvents) and not loop.is_closed():
                loop.call_soon_threadsafe(wake.set)

        end = events.subscribe(on_event)
        try:
            while True:
                wake.clear()
                await self._deliver_in_thread()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(wake.wait(), POLL_SECONDS)
        finally:
            end()

    async def _deliver_in_thread(self) -> None:
        """Deliver in a thread. On cancellation it waits for the message in progress, so that its outcome is stored."""
        delivering = asyncio.ensure_future(asyncio.to_thread(self.deliver))
        try:
            await asyncio.shield(delivering)
        except asyncio.CancelledError:
            self._stop.set()
            await asyncio.wait([delivering])
            raise
        except Exception:
            # A short outage of the database must not stop the delivery for good.
            log.exception("e-mail delivery failed")

    def deliver(self) -> int:
        """Send all due messages. Returns how many the server accepted. Raises `Busy`."""
        if ended := db.write(outbox.give_up_stale):
            log.warning("gave up %d e-mails: expired, or interrupted while being sent", ended)
        accepted = 0
        with self._connection() as connection:
            for notification_id in self._claimed():
                try:
                    accepted += self._send(connection, notification_id)
                except Unreachable as error:
                    log.warning("mail server unavailable: %s", error)
                    break
                except Busy:
                    raise
                except Exception:
                    # Given up, because it may have been delivered; the remaining messages are still sent in this run.
                    log.exception("e-mail %d failed, not retried", notification_id)
                    connection.close()
                    db.write(outbox.give_up, notification_id=notification_id)
        return accepted

    def _connection(self) -> SmtpConnection:
        host = urlsplit(self._settings.base_url).hostname or "localhost"
        return SmtpConnection(self._server, sender=parseaddr(self._settings.mail_from)[1], greeting=host)

    def _claimed(self) -> Iterator[int]:
        """Due messages, each claimed immediately before it is sent."""
        while not self._stop.is_set() and (due := db.read(outbox.due_messages, most=BATCH_SIZE)):
            for notification_id in due:
                if not self._stop.is_set() and db.write(outbox.claim, notification_id=notification_id):
                    yield notification_id

    def _send(self, connection: SmtpConnection, notification_id: int) -> bool:
        head = db.read(inbox_queries.email_envelope, notification_id=notification_id)
        if head is None:
            db.write(outbox.give_up, notification_id=notification_id)
            return False
        try:
            connection.send(email_message(head, self._settings, notification_id), head.address)
        except PermanentFailure as error:
            db.write(outbox.give_up, notification_id=notification_id)
            log.warning("e-mail %d rejected, not retried: %s", notification_id, error)
            return False
        except TemporaryFailure as error:
            if not db.write(outbox.postpone, notification_id=notification_id):
                log.warning("e-mail %d not sent, no retries left: %s", notification_id, error)
            if isinstance(error, Unreachable):
                raise
            return False
        except DeliveryUnknown:
            db.write(outbox.give_up, notification_id=notification_id)
            log.warning("e-mail %d may have been delivered, not retried", notification_id)
            return False
        db.write(outbox.mark_sent, notification_id=notification_id)
        return True


def email_message(head: EmailEnvelope, settings: Settings, number: int) -> EmailMessage:
    """A notification as plain text in its recipient's language. User input cannot inject headers or recipients."""
    t = translator(head.language or settings.language)
    text = notification_text(t, head.notification)
    message = EmailMessage(policy=SMTP)
    name, sender = parseaddr(settings.mail_from)
    message["From"] = Address(display_name=_header_value(name), addr_spec=sender)
    message["To"] = Address(display_name=_header_value(head.username), addr_spec=head.address)
    subject = _header_value(text)
    message["Subject"] = subject if len(subject) <= MAX_SUBJECT_LENGTH else subject[: MAX_SUBJECT_LENGTH - 1] + "…"
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<news-{number}@{urlsplit(settings.base_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_body(t, head, text, settings.base_url), cte="base64")
    return message


def _body(t: Translator, head: EmailEnvelope, text: str, site: str) -> str:
    parts = [t("Dear {name},", name=head.username), text]
    if why := reason_text(head.notification.reason, head.notification.reason_code, t):
        parts.append(t("Reason: {reason}", reason=why))
    parts.append(f"{site}{head.notification.path}")
    parts.append(t("You get this letter because you gave us this address. Here you can end it:"))
    return "\n\n".join(parts) + f"\n{site}/inbox/settings\n"


def _header_value(text: str) -> str:
    """One line without control characters: text after a line break would be read as another header."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
