"""Counts for the start page of the coordinators."""

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from gsapp import clock
from gsapp.events import CityChanged, NeedChanged, ReportChanged, TypeChanged, UserChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import AbuseReport, City, Need, ServiceType, User
from gsapp.queries.on_behalf import waiting_residents
from gsapp.queries.status import count_needs
from gsapp.schemas.admin_rows import Due, Overview
from gsapp.vocabulary import NeedStatus, Role


@invalidated_by(NeedChanged, UserChanged, TypeChanged, CityChanged, ReportChanged)
def overview(session: Session) -> Overview:
    """Open work and totals, the same for all coordinators; the page checks the role."""

    def count(where: ColumnElement[bool]) -> int:
        return session.exec(select(func.count()).where(where)).one()

    pending = select(func.coalesce(func.sum(Need.offers_pending), 0)).where(col(Need.offers_pending) > 0)
    return Overview(
        open_reports=_open_reports(session),
        people=session.exec(select(func.count()).select_from(User)).one(),
        suspended=count(col(User.suspended_at).is_not(None)),
        coordinators=count(col(User.role) == Role.COORDINATOR),
        types=count(col(ServiceType.enabled).is_(True)),
        cities=count(col(City.enabled).is_(True)),
        open_needs=count_needs(session, clock.local_now(), statuses=[NeedStatus.OPEN]),
        pending_offers=int(session.exec(pending).one()),
    )


@invalidated_by(NeedChanged, UserChanged, ReportChanged)
def due(session: Session) -> Due:
    """Open work that the board of needs does not show: reports and calls. The same for all coordinators."""
    return Due(open_reports=_open_reports(session), calls=waiting_residents(session))


def _open_reports(session: Session) -> int:
    return session.exec(select(func.count()).where(col(AbuseReport.waiting) == 1)).one()
