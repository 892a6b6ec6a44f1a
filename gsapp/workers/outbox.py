"""Delivery of the transactional outbox: sends notifications by e-mail, in a thread and outside of transactions.

`OutboxWorker.deliver()` sends all due messages over one connection to SMTP_URL. Why smtplib of the standard library:
only a few messages are sent at a time, and a thread waits for a slow server as well as a coroutine would.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from gsapp import db, events
from gsapp.channels.email import (
    DeliveryUnknown,
    PermanentFailure,
    SmtpConnection,
    TemporaryFailure,
    Unreachable,
)
from gsapp.config import Settings
from gsapp.errors import Busy
from gsapp.events import Event, InboxChanged, MissedEvents
from gsapp.mail_settings import Server, mailbox
from gsapp.queries import emails as email_queries
from gsapp.services import outbox
from gsapp.services.outbox import ClaimedEmail
from gsapp.workers.email_message import email_message

log = logging.getLogger(__name__)
POLL_SECONDS = 30.0  # seconds; finds due retries and messages that other processes left behind
BATCH_SIZE = 20


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
        """Send all due messages. Returns how many e-mails the server accepted. Raises `Busy`."""
        if ended := db.write(outbox.give_up_stale):
            log.warning("gave up %d e-mails: expired, or interrupted while being sent", ended)
        accepted = 0
        with self._connection() as connection:
            for claimed in self._claimed():
                ids = claimed.notification_ids
                try:
                    accepted += self._send(connection, claimed)
                except Unreachable as error:
                    log.warning("mail server unavailable: %s", error)
                    break
                except Busy:
                    raise
                except Exception:
                    # Given up, because it may have been delivered; the remaining messages are still sent in this run.
                    log.exception("e-mail %d failed, not retried", ids[0])
                    connection.close()
                    db.write(outbox.give_up, notification_ids=ids)
        return accepted

    def _connection(self) -> SmtpConnection:
        host = urlsplit(self._settings.base_url).hostname or "localhost"
        return SmtpConnection(self._server, sender=mailbox(self._settings.mail_from).addr_spec, greeting=host)

    def _claimed(self) -> Iterator[ClaimedEmail]:
        """E-mails that are due, each claimed immediately before it is sent."""
        while not self._stop.is_set() and (due := db.read(outbox.due_messages, most=BATCH_SIZE)):
            for notification_id in due:
                if not self._stop.is_set() and (found := db.write(outbox.claim, notification_id=notification_id)):
                    yield found

    def _send(self, connection: SmtpConnection, claimed: ClaimedEmail) -> bool:
        ids = claimed.notification_ids
        envelope = db.read(email_queries.email_envelope, notification_ids=ids)
        if envelope is None:
            db.write(outbox.withdraw, notification_ids=ids)
            return False
        sent = [row.id for row in envelope.notifications]
        if unwanted := set(ids).difference(sent):
            db.write(outbox.give_up, notification_ids=unwanted)
        message = email_message(envelope, self._settings, last_today=claimed.last_today)
        try:
            connection.send(message, envelope.address)
        except PermanentFailure as error:
            db.write(outbox.give_up, notification_ids=sent)
            log.warning("e-mail %d rejected, not retried: %s", sent[0], error)
            return False
        except TemporaryFailure as error:
            if db.write(outbox.postpone, notification_ids=sent):
                log.warning("e-mail %d not sent, no retries left: %s", sent[0], error)
            if isinstance(error, Unreachable):
                raise
            return False
        except DeliveryUnknown:
            db.write(outbox.give_up, notification_ids=sent)
            log.warning("e-mail %d may have been delivered, not retried", sent[0])
            return False
        db.write(outbox.mark_sent, notification_ids=sent)
        return True
