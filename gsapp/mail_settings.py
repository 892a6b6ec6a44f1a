"""Parsing of the mail settings SMTP_URL, MAIL_FROM and MAIL_REPLY_TO: the server, TLS, and an address for headers.

The settings are validated by these functions at the start, and delivery uses what they return: a value that passes
never makes a message fail.
"""

import re
from email.errors import InvalidHeaderDefect
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class Server(NamedTuple):
    """The parts of SMTP_URL."""

    host: str
    port: int
    encrypted: bool
    user: str
    password: str
    tls_required: bool = True
    """Whether STARTTLS is required on a connection that is not encrypted from the start; not on this machine."""

    @classmethod
    def of(cls, url: str) -> "Server":
        """Parse SMTP_URL; the default port is 465 for smtps and 587 for smtp. Raises `ValueError`."""
        parts = urlsplit(url)
        encrypted = parts.scheme == "smtps"
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/"):
            raise ValueError("must be smtp://user:password@host:port or smtps://...")
        options = parse_qsl(parts.query, keep_blank_values=True)
        if options not in ([], [("tls", "off")]) or (options and encrypted):
            raise ValueError("the only option is ?tls=off, of an address that begins with smtp://")
        if options and parts.username and parts.hostname not in LOOPBACK:
            raise ValueError("a password is not sent unencrypted: remove ?tls=off, or the user")
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if encrypted else 587),
            encrypted=encrypted,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls_required=not options and parts.hostname not in LOOPBACK,
        )


def mailbox(text: str) -> Address:
    """Parse one address with an optional display name, as the header From gets it. Raises `ValueError`."""
    message = EmailMessage(policy=SMTP)
    message["From"] = text  # raises ValueError for a line break
    header = message["From"]
    if len(header.addresses) != 1 or any(type(defect) is InvalidHeaderDefect for defect in header.defects):
        raise ValueError('must be one address; a name with , ; : or brackets needs quotes: "Town, Help" <help@a.org>')
    [found] = header.addresses
    if not PLAIN_ADDRESS.fullmatch(found.addr_spec):
        raise ValueError("must be an address such as GoodServices <help@example.org>")
    return Address(display_name=header_value(found.display_name), addr_spec=found.addr_spec)


def header_value(text: str) -> str:
    """One line without control characters: text after a line break would be read as another header."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
