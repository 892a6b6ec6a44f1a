"""Garbage collection of uploads: compares disk and database, and moves what no record uses into quarantine.

Nothing that a database may mention is deleted before it was in quarantine for `quarantine.KEPT`: the database may be an
older one that was restored over newer files. What a row mentions again is put back.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from gsapp import clock, db
from gsapp.media import quarantine
from gsapp.media.storage import SMALL, changed_at, found_in, storage
from gsapp.queries import files as file_queries
from gsapp.services import files
from gsapp.workers.failures import Failures

log = logging.getLogger(__name__)
T = TypeVar("T", str, Path)

KEPT_UNUSED = timedelta(hours=24)
MANY_FILES = 20
MANY_OF_ALL = 0.05
BATCH = 1_000

_refusal = ""


class Swept(NamedTuple):
    """The result of a sweep: file names, and for unfinished uploads the names of their temporary files."""

    broken_off: list[str]
    without_row: list[str]
    unused: list[str]
    missing: list[str]
    """Used by a record, but not on the disk. Only reported, because a backup may have them."""
    failed: tuple[str, ...] = ()
    """Raised an exception and were skipped until the next sweep."""
    put_back: tuple[str, ...] = ()
    """Were in quarantine, and a row mentions them again."""
    expired: tuple[str, ...] = ()
    """Were in quarantine long enough and were deleted."""
    refused: str = ""
    """Why the background job moved and deleted nothing."""


class _Candidates(NamedTuple):
    """What a sweep would move: files without a row, and unused uploads; and how many uploads are on the disk."""

    without_row: list[Path]
    unused: list[str]
    uploads: int
    known: int
    """How many of them have a row."""


def refusal() -> str:
    """Why the last sweep of this process by the background job moved nothing, for monitoring; empty if it did not."""
    return _refusal


def sweep(
    *, older_than: timedelta = KEPT_UNUSED, dry_run: bool = False, by_itself: bool = False, at_once: bool = False
) -> Swept:
    """Remove unfinished uploads, and move files without a database row and unused uploads into quarantine.

    Only those `older_than`, because younger ones may still be in progress. `dry_run` lists and changes nothing.
    `by_itself` (the background job) refuses if much would go or the database seems to be the wrong one. `at_once`
    deletes without quarantine. Several processes may sweep concurrently. A file that raises is logged and skipped.
    """
    moment = clock.now() - older_than
    failures = Failures(log)
    put_back = tuple(_put_back(failures, dry_run=dry_run))
    swept = Swept([], [], [], [])

    def removed(paths: Iterable[Path], remove: Callable[[Path], None]) -> list[str]:
        condition = partial(_removed, remove=remove, moment=moment, dry_run=dry_run)
        return [path.name for path in _matching(failures, paths, condition)]

    with failures.isolated("unfinished uploads"):
        swept.broken_off.extend(removed(storage().leftovers(), Path.unlink))
    found = _candidates(failures, moment)
    refused = _reason_to_refuse(found) if by_itself else ""
    if not refused:
        swept.without_row.extend(removed(found.without_row, Path.unlink if at_once else quarantine.move))
        forgotten = partial(_forgotten, dry_run=dry_run, at_once=at_once)
        swept.unused.extend(_matching(failures, found.unused, forgotten))
    with failures.isolated("missing files"):
        swept.missing.extend(_matching(failures, missing_files(), lambda name: name not in put_back))
    expired = () if refused else tuple(_expired(failures, dry_run=dry_run))
    swept = swept._replace(failed=tuple(failures.names), put_back=put_back, expired=expired, refused=refused)
    _report(swept, by_itself=by_itself)
    return swept


def missing_files() -> Iterator[str]:
    """Names of files that a record uses and that are not on the disk."""
    name = ""
    while names := db.read(file_queries.used_after, name=name):
        yield from (each for each in names if not storage().has(each))
        name = names[-1]


def _report(swept: Swept, *, by_itself: bool) -> None:
    global _refusal
    if by_itself:
        _refusal = swept.refused
    if swept.refused:
        log.warning("file sweep refused: %s", swept.refused)
    found = {what: len(names) for what, names in swept._asdict().items() if what != "refused"}
    if any(found.values()):
        log.info("file sweep found: %s", ", ".join(f"{number} {what}" for what, number in found.items()))


def _candidates(failures: Failures, moment: datetime) -> _Candidates:
    without_row: list[Path] = []
    unused: list[str] = []
    uploads = known_uploads = 0
    for directory in storage().directories():
        with failures.isolated(directory.name):
            files_here = list(found_in(directory))
            known = db.read(file_queries.names_known, names=sorted({file.name for file in files_here}))
            without_row += [file.path for file in files_here if file.changed_at < moment and file.name not in known]
            uploads += len({file.name for file in files_here})
            known_uploads += len(known)
    with failures.isolated("unused uploads"):
        unused += db.read(file_queries.unused_since, moment=moment)
    return _Candidates(without_row, unused, uploads, known_uploads)


def _reason_to_refuse(found: _Candidates) -> str:
    """Why the background job must not move these files, as a sentence for the operator; empty if it may."""
    going = len({path.name.removesuffix(SMALL) for path in found.without_row}) + len(found.unused)
    check = "check DATABASE_URL and DATA_DIR, then run: python -m gsapp files sweep"
    if found.without_row and not found.known:
        return f"none of {going} files is in this database, which may be the wrong one; {check}"
    if going > MANY_FILES and going > MANY_OF_ALL * found.uploads:
        return f"{going} of {found.uploads} files would go, which may be the fault of the database; {check}"
    newest_file = max((changed_at(path) for path in found.without_row), default=None)
    newest_row = db.read(file_queries.newest_row_at)
    if newest_file and (newest_row is None or newest_row < newest_file):
        return f"a file is newer than all rows of this database, which may be an old backup; {check}"
    return ""


def _matching(failures: Failures, found: Iterable[T], condition: Callable[[T], bool]) -> Iterator[T]:
    """The items for which the condition, which may have side effects, holds; an item that raises is skipped."""
    for one in found:
        holds = False
        with failures.isolated(Path(one).name):
            holds = condition(one)
        if holds:
            yield one


def _removed(path: Path, remove: Callable[[Path], None], moment: datetime, *, dry_run: bool) -> bool:
    try:
        old = changed_at(path) < moment
        if old and not dry_run:
            remove(path)
    except FileNotFoundError:
        return False
    return old


def _forgotten(name: str, *, dry_run: bool = False, at_once: bool = False) -> bool:
    return dry_run or db.write(files.forget_unused, name=name, at_once=at_once)


def _put_back(failures: Failures, *, dry_run: bool) -> Iterator[str]:
    for directory in quarantine.days():
        with failures.isolated(f"quarantine {directory.name}"):
            there = list(found_in(directory, anywhere=True))
            names = sorted({file.name for file in there})
            known: set[str] = set()
            for start in range(0, len(names), BATCH):
                known |= db.read(file_queries.names_known, names=names[start : start + BATCH])
            for file in there:
                if file.name in known:
                    if not dry_run:
                        quarantine.put_back(file.path, file.name)
                    yield file.path.name


def _expired(failures: Failures, *, dry_run: bool) -> Iterator[str]:
    for path in list(quarantine.expired(clock.now())):
        with failures.isolated(path.name):
            if not dry_run:
                path.unlink(missing_ok=True)
            yield path.name
    if not dry_run:
        quarantine.remove_empty_days()
