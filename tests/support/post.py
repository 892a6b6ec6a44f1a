"""A mail server for tests that accepts, rejects, delays or drops messages, and records them."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from gsapp.config import Settings

TAKEN = "250 OK"


class Office:
    """Answers to RCPT and DATA: the next of `rcpt` and `data`, then "250 OK"."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.to: list[str] = []
        self.rcpt: list[str] = []
        self.data: list[str] = []
        self.pause = 0.0
        self.hang_up_after_data = False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.pop(0) if self.rcpt else TAKEN
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        time.sleep(self.pause)  # noqa: ASYNC251 - the whole office dawdles
        answer = self.data.pop(0) if self.data else TAKEN
        if answer == TAKEN:
            content = envelope.content
            assert isinstance(content, bytes)
            message: Any = message_from_bytes(content, policy=policy.default)
            self.letters.append(message)
            self.to.extend(envelope.rcpt_tos)
        if self.hang_up_after_data:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return answer

    def text(self) -> str:
        """What the last letter says."""
        content: str = self.letters[-1].get_content()
        return content


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def post_office(port: int | None = None) -> Iterator[tuple[Office, str]]:
    """The office, and the SMTP_URL at which it is open."""
    office, port = Office(), port or free_port()
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield office, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


def settings_for(smtp_url: str, **changes: Any) -> Settings:
    given = {
        "smtp_url": SecretStr(smtp_url),
        "mail_from": "GoodServices <help@example.org>",
        "base_url": "https://help.example.org",
        "language": "en",
    }
    return Settings.model_validate(given | changes)
