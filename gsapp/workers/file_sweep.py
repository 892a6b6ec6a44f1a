"""Garbage collection of uploads: compares disk and database, and removes what an interrupted upload left behind."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from gsapp import clock, db
from gsapp.media.storage import changed_at, found_in, storage
from gsapp.queries import files as file_queries
from gsapp.services import files
from gsapp.workers.failures import Failures

log = logging.getLogger(__name__)
T = TypeVar("T", str, Path)

KEPT_UNUSED = timedelta(hours=24)


class Swept(NamedTuple):
    """The result of a sweep: file names, and for unfinished uploads the names of their temporary files."""

    broken_off: list[str]
    without_row: list[str]
    unused: list[str]
    missing: list[str]
    """Used by a record, but not on the disk. Only reported, because a backup may have them."""
    failed: tuple[str, ...] = ()
    """Raised an exception and were skipped until the next sweep."""


def sweep(*, older_than: timedelta = KEPT_UNUSED, dry_run: bool = False, by_itself: bool = False) -> Swept:
    """Remove unfinished uploads, files without a database row, and uploads that no record uses.

    Only those `older_than`, because younger ones may still be in progress. `dry_run` lists and removes nothing.
    `by_itself` (the background job) keeps all files if the database knows none of them, because it may be the wrong
    database. Several processes may sweep concurrently. A file that raises is logged and skipped.
    """
    moment = clock.now() - older_than
    failures = Failures(log)

    def removed(paths: Iterable[Path]) -> list[str]:
        return [path.name for path in _matching(failures, paths, partial(_removed, moment=moment, dry_run=dry_run))]

    swept = Swept([], [], [], [])
    with failures.isolated("unfinished uploads"):
        swept.broken_off.extend(removed(storage().leftovers()))
    with failures.isolated("files without a row"):
        swept.without_row.extend(removed(_without_row(failures, moment, by_itself=by_itself)))
    with failures.isolated("unused uploads"):
        unused = db.read(file_queries.unused_since, moment=moment)
        swept.unused.extend(_matching(failures, unused, lambda name: dry_run or _deleted(name)))
    with failures.isolated("missing files"):
        swept.missing.extend(_matching(failures, _used(), lambda name: not storage().has(name)))
    swept = swept._replace(failed=tuple(failures.names))
    if any(swept):
        log.info("file sweep found: %s", ", ".join(f"{len(names)} {what}" for what, names in swept._asdict().items()))
    return swept


def _matching(failures: Failures, found: Iterable[T], condition: Callable[[T], bool]) -> Iterator[T]:
    """The items for which the condition, which may have side effects, holds; an item that raises is skipped."""
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
    for directory in storage().directories():
        with failures.isolated(directory.name):
            old = [file for file in found_in(directory) if file.changed_at < moment]
            known = db.read(file_queries.names_known, names=sorted({file.name for file in old}))
            any_known = any_known or bool(known)
            unknown += [file.path for file in old if file.name not in known]
    if by_itself and unknown and not any_known:
        log.warning("none of %d files is in this database; kept them, because it may be the wrong one", len(unknown))
        return []
    return unknown


def _deleted(name: str) -> bool:
    return db.write(files.forget_unused, name=name)


def missing_files() -> Iterator[str]:
    """Names of files that a record uses and that are not on the disk."""
    return (name for name in _used() if not storage().has(name))


def _used() -> Iterator[str]:
    name = ""
    while names := db.read(file_queries.used_after, name=name):
        yield from names
        name = names[-1]
