"""Daily deletion of rows past their retention: read notifications, sent e-mails, closed one-time links."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from gsapp import clock, db
from gsapp.models import SiteState
from gsapp.services import pruning
from gsapp.workers.failures import Failures

log = logging.getLogger(__name__)
LAST_RUN = "last_prune"
"""Name of the row of `SiteState` with the instant at which a process last began to prune by itself."""
EVERY = timedelta(hours=24)
TRUSTED_GAP = timedelta(days=7)
"""After a longer gap, or one backwards, the day is noted without pruning: a wrong clock must not age all rows."""


def prune(*, dry_run: bool = False) -> dict[str, int]:
    """Delete, or with `dry_run` count, the rows of every retention rule. A rule that raises does not stop the others.

    Returns the number of rows by the name of the rule; `failed` is the number of rules that raised, if any did.
    """
    failures, deleted = Failures(log), dict[str, int]()
    for rule in pruning.rules():
        deleted[rule.name] = 0
        with failures.isolated(rule.name):
            if dry_run:
                deleted[rule.name] = db.read(pruning.due, rule)
                continue
            while batch := db.write(pruning.delete_batch, rule):
                deleted[rule.name] += batch
    if not dry_run:
        db.current().empty_log()
    if any(deleted.values()) and not dry_run:
        log.info("pruned: %s", ", ".join(f"{count} {name}" for name, count in deleted.items() if count))
    return deleted | ({"failed": len(failures.names)} if failures.names else {})


def prune_when_due() -> None:
    """Prune once a day: of all processes of the site, the one that claims the day. The first day of a site is noted."""
    if db.write(_claim):
        prune()


def _claim(session: Session) -> bool:
    now = clock.now()
    last = session.get(SiteState, LAST_RUN)
    if last is None:
        with suppress(IntegrityError), session.begin_nested():  # another process may be faster
            session.add(SiteState(name=LAST_RUN, value=now.isoformat()))
        return False
    gap = now - datetime.fromisoformat(last.value)
    if timedelta(0) <= gap < EVERY:
        return False
    # Conditional, so that one of several processes wins.
    claimed = update(SiteState).where(col(SiteState.name) == LAST_RUN, col(SiteState.value) == last.value)
    done = session.exec(claimed.values(value=now.isoformat()).execution_options(synchronize_session=False))
    return done.rowcount == 1 and EVERY <= gap <= TRUSTED_GAP
