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
    """What a sweep found: file names, and of what broke off the names of its parts."""

    broken_off: list[str]
    without_row: list[str]
    unused: list[str]
    missing: list[str]
    """Belong to something, but are not on the disk. They are only reported: a back-up may have them."""
    failed: tuple[str, ...] = ()
    """What raised, and was passed over until the next sweep."""


def sweep(*, older_than: timedelta = KEPT_UNUSED, dry_run: bool = False, by_itself: bool = False) -> Swept:
    """Remove parts and files of uploads that broke off, and uploads that became part of nothing.

    Younger ones may still be in progress. Several processes may sweep at the same time. `by_itself`, as a background
    job, it leaves all files in place if the database knows none of them: it may be the wrong database. A file that
    raises is logged and skipped, so that the rest is still swept.
    """
    moment = clock.now() - older_than
    failures = Failures(log)

    def removed(paths: Iterable[Path]) -> list[str]:
        return [path.name for path in _those(failures, paths, partial(_removed, moment=moment, dry_run=dry_run))]

    swept = Swept([], [], [], [])
    with failures.isolated("unfinished uploads"):
        swept.broken_off.extend(removed(storage().leftovers()))
    with failures.isolated("files without a row"):
        swept.without_row.extend(removed(_without_row(failures, moment, by_itself=by_itself)))
    with failures.isolated("unused uploads"):
        unused = db.read(file_queries.unused_since, moment=moment)
        swept.unused.extend(_those(failures, unused, lambda name: dry_run or _forgotten(name)))
    with failures.isolated("missing files"):
        swept.missing.extend(_those(failures, _used(), lambda name: not storage().has(name)))
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


def _forgotten(name: str) -> bool:
    return db.write(files.forget_unused, name=name)


def _used() -> Iterator[str]:
    name = ""
    while names := db.read(file_queries.used_after, name=name):
        yield from names
        name = names[-1]
