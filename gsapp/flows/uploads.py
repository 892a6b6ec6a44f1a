"""From a finished upload to a stored file: the flow in which a decoder stands between the sender and the database.

And the sweep: whatever broke off in between, at whatever point, is found by comparing disk and database.
"""

import logging
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.logs import Failures
from gsapp.media.kinds import prepare
from gsapp.media.storage import changed_at, found_in, place
from gsapp.queries import files as file_queries
from gsapp.schemas.files import Attachment
from gsapp.services import files

log = logging.getLogger(__name__)
T = TypeVar("T", str, Path)

KEPT_UNUSED = timedelta(hours=24)


class Swept(NamedTuple):
    """What a sweep found: file names, and of what broke off the names of its parts."""

    broken_off: list[str]
    without_row: list[str]
    unused: list[str]
    missing: list[str]
    """Belong to something, but are not on the disk. Only told: a back-up may have them."""
    failed: tuple[str, ...] = ()
    """What raised, and was passed over until the next sweep."""


def take_in(actor: Actor, part: Path) -> Attachment:
    """Check a finished upload, and keep it for its sender to use.

    Takes a core and up to 200 MB for a second: the caller lets few in at once, and removes the part. Raises the
    refusals of `media.prepared`, `files.TooManyUnused`, `Busy`.
    """
    prepared = prepare(part)
    name = f"{secrets.token_hex(16)}.{prepared.ending}"
    file = Attachment(name=name, width=prepared.width, height=prepared.height)
    size = part.stat().st_size
    try:
        place().keep(name, part, prepared.small)
        db.run(files.store_file, actor=actor, file=file, size=size)
    except Exception:
        _forget_unless_stored(name)
        raise
    return file


def _forget_unless_stored(name: str) -> None:
    """A step that failed may have been committed all the same, if the connection broke just then."""
    try:
        if not db.ask(file_queries.names_known, names=[name]):
            place().remove(name)
    except Exception:
        log.exception("file %s was not deleted; the next sweep removes it", name)


def sweep(*, older_than: timedelta = KEPT_UNUSED, dry_run: bool = False, by_itself: bool = False) -> Swept:
    """Remove what no one can use: parts and files of uploads that broke off, and uploads that became part of nothing.

    What is younger may be under way still. Several may sweep at once. `by_itself`, with nobody watching, it leaves the
    files of what looks like another database. What raises is logged and passed over, so that the rest is still swept.
    """
    moment = clock.now() - older_than
    failures = Failures(log)

    def removed(paths: Iterable[Path]) -> list[str]:
        return [path.name for path in _those(failures, paths, partial(_removed, moment=moment, dry_run=dry_run))]

    swept = Swept([], [], [], [])
    with failures.isolated("unfinished uploads"):
        swept.broken_off.extend(removed(place().leftovers()))
    with failures.isolated("files without a row"):
        swept.without_row.extend(removed(_without_row(failures, moment, by_itself=by_itself)))
    with failures.isolated("unused uploads"):
        unused = db.ask(file_queries.unused_since, moment=moment)
        swept.unused.extend(_those(failures, unused, lambda name: dry_run or _forgotten(name)))
    with failures.isolated("missing files"):
        swept.missing.extend(_those(failures, _used(), lambda name: not place().has(name)))
    swept = swept._replace(failed=tuple(failures.names))
    if any(swept):
        log.info("file sweep found: %s", ", ".join(f"{len(names)} {what}" for what, names in swept._asdict().items()))
    return swept


def _those(failures: Failures, found: Iterable[T], condition: Callable[[T], bool]) -> Iterator[T]:
    """Those that the condition, which may act, holds for; one that raises is passed over."""
    for one in found:
        holds = False
        with failures.isolated(Path(one).name):
            holds = condition(one)
        if holds:
            yield one


def _removed(path: Path, moment: datetime, *, dry_run: bool) -> bool:
    try:
        old = changed_at(path) < moment
        if old and not dry_run:
            path.unlink()
    except FileNotFoundError:
        return False
    return old


def _without_row(failures: Failures, moment: datetime, *, by_itself: bool) -> list[Path]:
    unknown: list[Path] = []
    any_known = False
    for directory in place().directories():
        with failures.isolated(directory.name):
            old = [file for file in found_in(directory) if file.changed_at < moment]
            known = db.ask(file_queries.names_known, names=sorted({file.name for file in old}))
            any_known = any_known or bool(known)
            unknown += [file.path for file in old if file.name not in known]
    if by_itself and unknown and not any_known:
        log.warning("none of %d files is in this database; kept them, because it may be the wrong one", len(unknown))
        return []
    return unknown


def _forgotten(name: str) -> bool:
    return db.run(files.forget_unused, name=name)


def _used() -> Iterator[str]:
    name = ""
    while names := db.ask(file_queries.used_after, name=name):
        yield from names
        name = names[-1]
