"""Sends the news that people want by e-mail, in a thread of its own, outside every transaction.

`Postman.deliver()` sends what is due over one connection to SMTP_URL. With the standard library's smtplib: the work is
a few letters at a time, and a thread waits for a slow server as well as a coroutine would.
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
POLL_SECONDS = 30.0  # seconds: when a try is due again, or another process has left something
BATCH_SIZE = 20
MAX_SUBJECT_LENGTH = 120


class OutboxWorker:
    """One a process. Several processes share the outbox; each letter is claimed by one of them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server = Server.of(settings.smtp_url.get_secret_value())
        self._stop = threading.Event()

    async def work(self) -> None:
        """Deliver while the process serves: after each commit that may have left a letter, and now and then."""
        loop, wake = asyncio.get_running_loop(), asyncio.Event()

        def on_event(event: Event) -> None:  # in the thread that committed
            if isinstance(event, InboxChanged | MissedEvents) and not loop.is_closed():
                loop.call_soon_threadsafe(wake.set)

        end = events.subscribe(on_event)
        try:
            while True:
                wake.clear()
                await self._deliver_to_the_end()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(wake.wait(), POLL_SECONDS)
        finally:
            end()

    async def _deliver_to_the_end(self) -> None:
        """Also when the server stops: a letter in hand is noted as sent before the database goes."""
        delivering = asyncio.ensure_future(asyncio.to_thread(self.deliver))
        try:
            await asyncio.shield(delivering)
        except asyncio.CancelledError:
            self._stop.set()
            await asyncio.wait([delivering])
            raise
        except Exception:
            # A database that is away for a moment must not end the post for good.
            log.exception("e-mail delivery failed")

    def deliver(self) -> int:
        """Send all that is due and return how many letters the server took."""
        if ended := db.write(outbox.give_up_stale):
            log.warning("gave up %d e-mails: expired, or interrupted while being sent", ended)
        taken = 0
        with self._line() as line:
            for notification_id in self._claimed():
                try:
                    taken += self._send(line, notification_id)
                except Unreachable as error:
                    log.warning("mail server unavailable: %s", error)
                    break
                except Busy:
                    raise
                except Exception:
                    # Given up, for it may have gone out; the letters behind it wait for no further look at the outbox.
                    log.exception("e-mail %d failed, not retried", notification_id)
                    line.hang_up()
                    db.write(outbox.give_up, notification_id=notification_id)
        return taken

    def _line(self) -> SmtpConnection:
        here = urlsplit(self._settings.base_url).hostname or "localhost"
        return SmtpConnection(self._server, sender=parseaddr(self._settings.mail_from)[1], greeting=here)

    def _claimed(self) -> Iterator[int]:
        """Letters that are due, each claimed just before it is its turn."""
        while not self._stop.is_set() and (due := db.read(outbox.due_messages, most=BATCH_SIZE)):
            for notification_id in due:
                if not self._stop.is_set() and db.write(outbox.claim, notification_id=notification_id):
                    yield notification_id

    def _send(self, line: SmtpConnection, notification_id: int) -> bool:
        head = db.read(inbox_queries.email_envelope, notification_id=notification_id)
        if head is None:
            db.write(outbox.give_up, notification_id=notification_id)
            return False
        try:
            line.send(email_message(head, self._settings, notification_id), head.address)
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
    """The news as plain text in its reader's language. Nothing in it can become another header or recipient."""
    t = translator(head.language or settings.language)
    said = notification_text(t, head.news)
    message = EmailMessage(policy=SMTP)
    name, sender = parseaddr(settings.mail_from)
    message["From"] = Address(display_name=_line(name), addr_spec=sender)
    message["To"] = Address(display_name=_line(head.username), addr_spec=head.address)
    subject = _line(said)
    message["Subject"] = subject if len(subject) <= MAX_SUBJECT_LENGTH else subject[: MAX_SUBJECT_LENGTH - 1] + "…"
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<news-{number}@{urlsplit(settings.base_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_body(t, head, said, settings.base_url), cte="base64")
    return message


def _body(t: Translator, head: EmailEnvelope, said: str, site: str) -> str:
    parts = [t("Dear {name},", name=head.username), said]
    if why := reason_text(head.news.reason, head.news.reason_code, t):
        parts.append(t("Reason: {reason}", reason=why))
    parts.append(f"{site}{head.news.path}")
    parts.append(t("You get this letter because you gave us this address. Here you can end it:"))
    return "\n\n".join(parts) + f"\n{site}/inbox/settings\n"


def _line(words: str) -> str:
    """One line without control characters: a header ends at a line break, and what follows would be another one."""
    return " ".join("".join(email_message if email_message.isprintable() else " " for email_message in words).split())
