"""Field encryption of ID numbers: AES-GCM at rest, a keyed hash (HMAC) as blind index, masked when shown.

Which key the index uses, and what the ciphertext is bound to: docs/decisions/0004-keys-for-stored-data.md.
"""

import base64
import binascii
import hashlib
import hmac
import os
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gsapp.errors import Invalid, Sentence
from gsapp.i18n import N_
from gsapp.security.keys import DataKey, KeyRing

VERSION = "v1"
SEALED_PREFIX = f"{VERSION}."
NONCE = 12
COLUMN = 255  # length of the column in characters


class Unreadable(Exception):
    """No key of DATA_KEY decrypts a stored value: a key is missing, or the value was changed or moved between rows."""


@dataclass(frozen=True)
class Sealed:
    """The two columns of an ID number: ciphertext and blind index."""

    text: str
    index: str


class IdNumbers:
    """Encrypts, decrypts and indexes ID numbers."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def seal(self, number: str, key: DataKey | None = None) -> Sealed:
        """Encrypt and index `number` with `key`, or the active one. Raises `Invalid` if it does not fit its column."""
        key = key or self._keys.active
        index = self.index(number, key)
        text = sealed_text(key, normalise(number).encode(), _bound_to(index))
        if len(text) > COLUMN:
            raise Invalid({"id_number": Sentence(N_("This does not look right."))})
        return Sealed(text, index)

    def open(self, text: str, index: str) -> str:
        """Decrypt a number to its normalised form. Raises `Unreadable`."""
        return opened(self._keys, text, _bound_to(index)).decode()

    def index(self, number: str, key: DataKey | None = None) -> str:
        """The blind index of `number`: a keyed hash (64 hex characters) for the unique constraint and look-up."""
        message = b"id_number|" + normalise(number).encode()
        return hmac.new((key or self._keys.active).index, message, hashlib.sha256).hexdigest()

    def indexes(self, number: str) -> list[str]:
        """The blind index of `number` under every key: while keys are rotated, its row may have any of them."""
        return [self.index(number, key) for key in self._keys]


def name_hash(index_key: bytes, username: str) -> str:
    """The keyed hash that reserves the username of a closed account; the table does not contain the name."""
    return hmac.new(index_key, b"former_name|" + username.encode(), hashlib.sha256).hexdigest()


def sealed_text(key: DataKey, content: bytes, bound_to: bytes) -> str:
    """`content` encrypted with AES-GCM: version, key id, and base64 of nonce and ciphertext."""
    nonce = os.urandom(NONCE)
    body = AESGCM(key.encryption).encrypt(nonce, content, bound_to)
    return f"{VERSION}.{key.id}.{base64.urlsafe_b64encode(nonce + body).decode()}"


def opened(keys: KeyRing, text: str, bound_to: bytes) -> bytes:
    """The content of a sealed text. Raises `Unreadable`."""
    key_id = key_id_of(text)
    key = keys.find(key_id)
    if key is None:
        raise Unreadable(f"sealed with key {key_id!r}, which DATA_KEY does not hold")
    try:
        raw = base64.b64decode(text.split(".", 2)[2], altchars=b"-_", validate=True)
        return AESGCM(key.encryption).decrypt(raw[:NONCE], raw[NONCE:], bound_to)
    except (IndexError, binascii.Error, ValueError, InvalidTag) as error:
        raise Unreadable("changed, or moved from another row") from error


def key_id_of(text: str) -> str:
    """The id of the key that sealed a text; empty for a text of another format."""
    version, _, rest = text.partition(".")
    return rest.partition(".")[0] if version == VERSION else ""


def normalise(number: str) -> str:
    """One spelling for each number: half-width, upper case (the X of an ID card), without spaces."""
    return "".join(unicodedata.normalize("NFKC", number).upper().split())


def mask(number: str) -> str:
    """The number with at least half of it hidden: 1101**********1234."""
    shown = next(n for n, least in ((4, 16), (3, 12), (2, 8), (1, 4), (0, 0)) if len(number) >= least)
    return number[:shown] + "*" * (len(number) - 2 * shown) + number[len(number) - shown :]


def _bound_to(index: str) -> bytes:
    return b"user.id_number:" + index.encode()
