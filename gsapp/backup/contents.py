"""The archive format: names of the members, header and manifest, and rows as JSON lines.

Members, in this order:

    header.json                   what is needed before anything is restored: schema revision, key ids
    keys.json                     DATA_KEY and SECRET_KEY, only in an encrypted archive and on request
    files/ab/ab12....jpg          the photos and videos; .small: thumbnails
    tables/sr_info/000001.gz      rows: a line with the names of the columns, then one line for each row
    checksums/000001.sha256       SHA-256 of the members before it, in the format of sha256sum
    manifest.json                 the header again, rows of each table, and the checksum of all lists of checksums
    manifest.json.sha256          its checksum
"""

import base64
import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from gsapp.backup import DamagedBackup
from gsapp.schemas.files import NAME

FORMAT = 1
HEADER, KEYS, MANIFEST = "header.json", "keys.json", "manifest.json"
MANIFEST_CHECKSUM = f"{MANIFEST}.sha256"
FILE = re.compile(rf"files/([0-9a-f]{{2}})/({NAME.pattern})(\.small)?")
PART = re.compile(r"tables/([A-Za-z_]\w*)/\d{6}\.gz")
CHECKSUMS = re.compile(r"checksums/\d{6}\.sha256")
PART_BYTES = 2 * 1024 * 1024
MAX_BYTES = 64 * 1024 * 1024
"""No member is longer, compressed or not: neither side needs more memory than a few of them."""

Row = Sequence[Any]


class Header(BaseModel):
    """What a restore must know first. `created_at` is the instant before the snapshot of the database was taken."""

    format: int = FORMAT
    program: str
    revision: str
    database: str
    time_zone: str
    created_at: AwareDatetime
    key_ids: list[str]
    """The keys of DATA_KEY that protect ID numbers and passwords of these rows."""


class Manifest(Header):
    """The last member; an archive without it is incomplete."""

    rows: dict[str, int]
    next_ids: dict[str, int] = Field(default_factory=dict)
    """Auto-increment counters of MariaDB: no id of a deleted row is given a second time."""
    files: int
    file_bytes: int
    missing: list[str]
    """The first names of files that a row mentions and that were not on the disk."""
    missing_count: int
    members: int
    checksums: str


class SecretKeys(BaseModel):
    """The secrets of the site, as in the settings."""

    data_key: str
    secret_key: str


def packed(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[tuple[bytes, int]]:
    """Compressed parts of a table and the number of rows in each; at least one part, so that columns are known."""
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_as_json).encode
    head = encode(list(columns))
    lines, length, parts = [head], 0, 0
    for row in rows:
        line = encode(tuple(row))
        lines.append(line)
        length += len(line)
        if length >= PART_BYTES:
            yield _compressed(lines), len(lines) - 1
            lines, length, parts = [head], 0, parts + 1
    if len(lines) > 1 or not parts:
        yield _compressed(lines), len(lines) - 1


def unpacked(content: bytes) -> tuple[list[str], list[Row]]:
    """The names of the columns and the rows of one part. Raises `DamagedBackup`."""
    try:
        unzip = zlib.decompressobj(wbits=31)
        text = unzip.decompress(content, MAX_BYTES)
        if not unzip.eof:
            raise DamagedBackup("a part of a table is too long or incomplete")
        # Not splitlines(), which also splits at characters that JSON strings may contain.
        columns, *rows = map(json.loads, text.decode().split("\n"))
    except (zlib.error, ValueError) as error:
        raise DamagedBackup("a part of a table cannot be read") from error
    if any(len(row) != len(columns) for row in rows):
        raise DamagedBackup("a row does not have the columns of its table")
    if any(type(value) is dict for value in chain.from_iterable(rows)):
        rows = [[_from_json(value) for value in row] for row in rows]
    return columns, rows


def _compressed(lines: list[str]) -> bytes:
    return gzip.compress("\n".join(lines).encode(), compresslevel=1, mtime=0)


def _as_json(value: object) -> object:
    """What JSON has no form for: dates and times as SQLite stores them, so that both databases take them; bytes."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(f"a column of {type(value).__name__} cannot be backed up")


def _from_json(value: object) -> object:
    return base64.b64decode(str(value["base64"])) if isinstance(value, dict) else value
