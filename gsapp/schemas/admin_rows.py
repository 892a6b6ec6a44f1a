"""Administration: read models for coordinators."""

from datetime import datetime

from gsapp.schemas.accounts import OwnProfile
from gsapp.schemas.needs import NeedFacts
from gsapp.schemas.read_models import ReadModel
from gsapp.vocabulary import MatchState, OfferState, ReasonCode, Reportable, Role


class Overview(ReadModel):
    """Counts for the start page of the coordinators."""

    open_reports: int
    people: int
    suspended: int
    coordinators: int
    types: int
    cities: int
    open_needs: int
    pending_offers: int


class Due(ReadModel):
    """Open work of the coordinators that the board of needs does not show."""

    open_reports: int
    calls: int


class UserRow(ReadModel):
    id: int
    username: str
    name: str
    role: Role
    registered_at: datetime
    suspended_at: datetime | None


class UserDetail(OwnProfile):
    """An account for coordinators. `phone` is masked; `services.admin_people.show_phone` returns the whole number."""

    suspended_at: datetime | None
    is_managed: bool
    consent_asked_by: int | None = None
    """The coordinator who waits for consent to a password link for this one, within the last day."""
    consent_given: bool = False
    left_at: datetime | None
    suspended_because: str
    needs: int
    offers: int
    matches: int
    reports: int


class AdminNeedRow(NeedFacts):
    author_name: str


class TakenDown(ReadModel):
    """The text of a need before it was taken down."""

    title: str
    description: str
    at: datetime


class AdminOfferRow(ReadModel):
    id: int
    need_id: int
    need_title: str
    author_id: int
    author: str
    volunteer_id: int
    volunteer: str
    volunteer_name: str
    message: str
    state: OfferState
    created_at: datetime
    decided_at: datetime | None
    reason: str
    reason_code: ReasonCode | None


class MatchRow(ReadModel):
    id: int
    need_id: int
    need_title: str
    state: MatchState
    accepted_at: datetime
    reason: str
    volunteer_id: int
    volunteer: str
    author_id: int
    author: str


class TypeAdminRow(ReadModel):
    id: int
    name: str
    icon: str
    enabled: bool
    target_hours: int
    first: bool
    last: bool


class CityAdminRow(ReadModel):
    id: int
    name: str
    province: str
    enabled: bool


class ReportFacts(ReadModel):
    """An abuse report; `person` is the author of the reported record, or the reported member."""

    id: int
    kind: Reportable
    thing_id: int
    person_id: int
    person: str
    reporter_id: int
    reporter: str
    reason: str
    created_at: datetime
    handled_at: datetime | None
    handled_by: str
    note: str


class ReportRow(ReportFacts):
    """An abuse report with the title of the reported record."""

    title: str


class AdminHistoryRow(ReadModel):
    """One event of the history: its actor, the resident represented (`behalf`), the user affected (`subject`)."""

    id: int
    at: datetime
    action: str
    actor_id: int | None
    actor: str
    behalf_id: int | None
    behalf: str
    subject_id: int | None
    subject: str
    need_id: int | None
    need_title: str
    offer_id: int | None
    old: str
    new: str
    reason: str
    reason_code: ReasonCode | None


class HistoryPage(ReadModel):
    """One page of the history; `newer` and `older` are true if there are further pages in that direction."""

    items: tuple[AdminHistoryRow, ...]
    newer: bool
    older: bool
