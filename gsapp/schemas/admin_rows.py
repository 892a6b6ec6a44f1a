"""Administration: what coordinators are shown."""

from datetime import datetime

from gsapp.schemas.accounts import OwnProfile
from gsapp.schemas.needs import NeedFacts
from gsapp.schemas.read_models import ReadModel
from gsapp.vocabulary import MatchState, OfferState, ReasonCode, Reportable, Role


class Overview(ReadModel):
    """The counts of the start page."""

    open_reports: int
    people: int
    suspended: int
    coordinators: int
    types: int
    cities: int
    open_needs: int
    pending_offers: int


class Due(ReadModel):
    """What waits for a coordinator apart from the needs themselves."""

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
    """An account as coordinators see it. `phone` keeps its middle to itself until it is asked for."""

    suspended_at: datetime | None
    is_managed: bool
    left_at: datetime | None
    suspended_because: str
    needs: int
    offers: int
    matches: int
    reports: int


class AdminNeedRow(NeedFacts):
    author_name: str


class TakenDown(ReadModel):
    """What stood in a need before it was taken down."""

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
    """A report of abuse; `person` is the author of what is reported."""

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
    """The same with the title of what is reported."""

    title: str


class AdminHistoryRow(ReadModel):
    """One step, by whom, for whom (`behalf`), about whom (`subject`)."""

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
    """Some steps; `newer` and `older` say whether there are more that way."""

    items: tuple[AdminHistoryRow, ...]
    newer: bool
    older: bool
