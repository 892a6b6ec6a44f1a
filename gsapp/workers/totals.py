"""Nightly check of the stored totals: recounts them, repairs each that differs, and logs it.

They are correct as long as only this program writes; a partial restore, an import or an edit by hand makes them wrong.
"""

import logging

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from gsapp import clock, db
from gsapp.effects import monthly, need_counts
from gsapp.effects.need_counts import CountKey
from gsapp.models import SiteState
from gsapp.queries import status
from gsapp.workers.failures import Failures

log = logging.getLogger(__name__)
CHECKED_ON = "totals checked on"
NIGHT_ENDS_AT = 3  # o'clock in TIME_ZONE, when few people write; a site that was off then checks when it starts


def check_nightly() -> None:
    """Check and repair the totals once a day, in one of the processes of the site. Called every few minutes."""
    now = clock.local_now()
    if now.hour >= NIGHT_ENDS_AT and db.write(claim, day=f"{now:%Y-%m-%d}"):
        check()


def check() -> int:
    """Recount all totals and repair those that differ, each in its own transaction. Returns how many were wrong.

    Repairs are exact while people write. A total that changed between the statements of the recount is not wrong.
    """
    failures, repaired = Failures(log), list[str]()
    for month in db.read(monthly.differences):
        with failures.isolated(str(month)):
            if db.write(monthly.repair, key=month.key):
                repaired.append(str(month))
    for wrong in db.read(status.wrong_counts):
        with failures.isolated(str(wrong)):
            if isinstance(wrong, status.WrongPhase):
                differed = db.write(need_counts.repair_phase, need_id=wrong.need_id)
            else:
                differed = db.write(need_counts.repair, at=CountKey(*wrong.key))
            if differed:
                repaired.append(str(wrong))
    for line in repaired:
        log.warning("repaired a wrong total: %s", line)
    log.info("check of totals: %d were wrong", len(repaired))
    return len(repaired)


def claim(session: Session, *, day: str) -> bool:
    """Claim the check of this day (YYYY-MM-DD), unless a process has done so already; of concurrent calls one wins."""
    state = session.get(SiteState, CHECKED_ON)
    if state is None:
        try:
            with session.begin_nested():
                session.add(SiteState(name=CHECKED_ON, value=day))
        except IntegrityError:
            return False
        return True
    earlier = update(SiteState).where(col(SiteState.name) == CHECKED_ON, col(SiteState.value) < day)
    return session.exec(earlier.values(value=day).execution_options(synchronize_session=False)).rowcount == 1
