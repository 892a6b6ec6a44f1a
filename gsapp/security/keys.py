"""Keys that protect stored data, derived from DATA_KEY by HKDF, with key rotation. SECRET_KEY is separate: it signs."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gsapp.config import UnsafeSettings


@dataclass(frozen=True)
class DataKey:
    """Three independent keys derived from one DATA_KEY. `id` is public: it is the prefix of the values they protect."""

    id: str
    pepper: bytes = field(repr=False)
    encryption: bytes = field(repr=False)
    index: bytes = field(repr=False)

    @classmethod
    def derive(cls, secret: str) -> "DataKey":
        def key(purpose: bytes) -> bytes:
            # The purposes are part of what is stored: renaming one makes every stored value unreadable.
            hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"goodservices " + purpose)
            return hkdf.derive(secret.encode())

        return cls(
            id=hashlib.sha256(key(b"key id")).hexdigest()[:8],
            pepper=key(b"password pepper"),
            encryption=key(b"field encryption"),
            index=key(b"blind index"),
        )


class KeyRing:
    """All keys of DATA_KEY (comma separated, newest first). The active key protects new values, all others still read.

    The active key is the one that the database names (`gsapp.sealing`), so that all processes use the same; until then
    it is the newest.
    """

    def __init__(self, data_key: str) -> None:
        secrets = separate(data_key)
        if not secrets:
            raise UnsafeSettings("DATA_KEY is empty")
        self._keys = {key.id: key for key in map(DataKey.derive, secrets)}
        self.newest = self.active = DataKey.derive(secrets[0])

    def find(self, key_id: str) -> DataKey | None:
        return self._keys.get(key_id)

    def activate(self, key_id: str | None) -> None:
        """Protect new values with this key from now on; does nothing if DATA_KEY does not hold it."""
        self.active = self._keys.get(key_id or "", self.active)

    def __iter__(self) -> Iterator[DataKey]:
        return iter(self._keys.values())


def separate(secrets: str) -> list[str]:
    """The keys of a comma-separated setting, newest first."""
    return [part for part in (piece.strip() for piece in secrets.split(",")) if part]
