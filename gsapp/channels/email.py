"""Send e-mail by SMTP, and distinguish temporary, permanent and unknown outcomes.

smtplib speaks the protocol, one command at a time. Why not its `sendmail` or aiosmtplib's: both raise the same
`SMTPServerDisconnected` before and after the message was sent, so a retry might deliver it twice.
"""

import contextlib
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage

from gsapp.mail_settings import Server

TIMEOUT = 10.0  # seconds that the server may be silent


class NotDelivered(Exception):
    """The server has certainly not accepted the message."""


class TemporaryFailure(NotDelivered):
    """The server may accept it later."""


class PermanentFailure(NotDelivered):
    """The server will never accept it."""


class Unreachable(TemporaryFailure):
    """The server currently accepts no message at all."""


class DeliveryUnknown(Exception):
    """The connection broke after the message was sent and before the server's answer."""


class SmtpConnection:
    """A connection to the mail server, opened for the first message and reused. A context manager.

    `sender` is the envelope sender, `greeting` the host name sent in EHLO.
    """

    def __init__(self, server: Server, *, sender: str, greeting: str) -> None:
        self._server, self._sender = server, sender
        self._greeting = greeting  # smtplib would look up a name in the DNS, which may take long
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> "SmtpConnection":
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._client.quit()
            self._disconnect()

    def send(self, message: EmailMessage, address: str) -> None:
        """Send a message. Raises `TemporaryFailure`, `PermanentFailure`, `Unreachable` or `DeliveryUnknown`."""
        content = message.as_bytes()
        client = self._client or self._open()
        try:
            for step in (lambda: client.mail(self._sender), lambda: client.rcpt(address)):
                self._expect(step)
        except (OSError, smtplib.SMTPException) as error:
            self._disconnect()
            raise TemporaryFailure(type(error).__name__) from error
        try:
            code, _ = client.data(content)
        except smtplib.SMTPDataError as error:  # before any content was sent
            code = error.smtp_code
        except (OSError, smtplib.SMTPException) as error:
            self._disconnect()
            raise DeliveryUnknown from error
        self._check(code)

    def check(self) -> None:
        """Connect and sign in without sending a message. Raises `Unreachable`."""
        self._client = self._client or self._open()

    def close(self) -> None:
        """Close the connection; the next message opens another."""
        self._disconnect()

    def _expect(self, step: Callable[[], tuple[int, bytes]]) -> None:
        code, _ = step()
        self._check(code)

    def _check(self, code: int) -> None:
        # The server's text is not logged, because it often repeats the address.
        if code >= 400:
            self._reset()
            raise (PermanentFailure if code >= 500 else TemporaryFailure)(f"the server replied {code}")

    def _reset(self) -> None:
        """Discard the current message on the server, so that the next one starts clean."""
        try:
            if self._client is not None:
                self._client.rset()
        except (OSError, smtplib.SMTPException):
            self._disconnect()

    def _disconnect(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None

    def _open(self) -> smtplib.SMTP:
        host, port, name = self._server.host, self._server.port, self._greeting
        client: smtplib.SMTP
        try:
            if self._server.encrypted:
                client = smtplib.SMTP_SSL(host, port, name, timeout=TIMEOUT, context=ssl.create_default_context())
            else:
                client = smtplib.SMTP(host, port, name, timeout=TIMEOUT)
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(type(error).__name__) from error
        try:
            self._authenticate(client)
        except (OSError, smtplib.SMTPException) as error:
            client.close()
            raise Unreachable(type(error).__name__) from error
        self._client = client
        return client

    def _authenticate(self, client: smtplib.SMTP) -> None:
        server = self._server
        client.ehlo_or_helo_if_needed()
        if not server.encrypted and server.tls_required:
            # Also without a password: usernames, titles and links that confirm an address would be readable on the way.
            if not client.has_extn("starttls"):
                client.close()
                raise Unreachable("no STARTTLS offered; use smtps://, or allow unencrypted mail by ?tls=off")
            client.starttls(context=ssl.create_default_context())
        if server.user:
            client.login(server.user, server.password)
