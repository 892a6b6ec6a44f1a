"""Needs, and the only derivation of the `NeedStatus` that users see."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, case, or_
from sqlmodel import Field, SQLModel, col

from gsapp.models.columns import Instant, Number, WallClock, Word, exact_string, long_text
from gsapp.vocabulary import NeedState, NeedStatus


class Need(SQLModel, table=True):
    """A need: the help that a resident asks for.

    `places_taken` is the number of matches that have not failed, `places_done` of the confirmed ones among them,
    `offers_pending` of offers without a decision. They change only in `gsapp.guards`, in the transaction of the event
    that they count. `phase` is the status stored by the last event or run of the scheduler, indexed for lists and
    totals; it differs from `status` only for needs that have just ended (`effects.need_counts`, `queries.status`).
    """

    __tablename__ = "sr_info"
    __table_args__ = (
        CheckConstraint("helpers_wanted BETWEEN 1 AND 20", name="helpers_wanted"),
        CheckConstraint("places_taken BETWEEN 0 AND helpers_wanted", name="places_taken"),
        CheckConstraint("places_done BETWEEN 0 AND places_taken", name="places_done"),
        CheckConstraint("offers_pending >= 0", name="offers_pending"),
        CheckConstraint("ps_enddate >= ps_begindate", name="dates"),
        Index(None, "psr_userid", "id"),
        Index(None, "stype_id", "id"),
        Index(None, "stype_id", "cityID", "id"),
        Index(None, "cityID", "id"),
        Index(None, "ps_begindate", "id"),
        Index(None, "offers_pending", "id"),
        Index(None, "phase", "id"),
        Index(None, "phase", "stype_id", "cityID", "id"),
        Index(None, "phase", "cityID", "id"),
        Index(None, "phase", "ps_enddate"),
        Index(None, "phase", "ps_begindate", "id"),
        Index(None, "phase", "offers_pending", "id", "ps_enddate"),
        Index(None, "phase", "published_at"),
        Index(None, "published_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    author_id: int = Field(foreign_key="buser_table.id", sa_column_kwargs={"name": "psr_userid"})
    title: str = Field(max_length=255, sa_column_kwargs={"name": "ps_title"})
    description: str = Field(default="", sa_type=long_text(), sa_column_kwargs={"name": "ps_desc"})
    starts_at: datetime = Field(sa_type=WallClock, sa_column_kwargs={"name": "ps_begindate"})
    ends_at: datetime = Field(sa_type=WallClock, sa_column_kwargs={"name": "ps_enddate"})
    attachments: str = Field(default="", max_length=1000, sa_column_kwargs={"name": "file_list"})
    state: NeedState = Field(default=NeedState.ACTIVE, sa_type=Number(NeedState), sa_column_kwargs={"name": "ps_state"})
    type_id: int = Field(foreign_key="service_type.id", sa_column_kwargs={"name": "stype_id"})
    city_id: int = Field(foreign_key="city_info.id", sa_column_kwargs={"name": "cityID"})
    helpers_wanted: int = Field(default=1)
    phase: NeedStatus = Field(default=NeedStatus.OPEN, sa_type=Word(NeedStatus))
    places_taken: int = Field(default=0)
    places_done: int = Field(default=0)
    offers_pending: int = Field(default=0)
    published_at: datetime = Field(sa_type=Instant)
    closed_reason: str = Field(default="", max_length=500)
    client_key: str | None = Field(default=None, sa_type=exact_string(64), unique=True)

    def status(self, now: datetime) -> NeedStatus:
        """The status that users see at `now`, a naive local time of TIME_ZONE."""
        ended = self.ends_at < now
        if self.state is NeedState.CANCELLED:
            return NeedStatus.CANCELLED
        if self.places_taken >= self.helpers_wanted or (ended and self.places_taken):
            return NeedStatus.DONE if self.places_done == self.places_taken else NeedStatus.MATCHED
        return NeedStatus.EXPIRED if ended else NeedStatus.OPEN

    def may_edit(self) -> bool:
        """Whether its author may edit or delete it: active, without pending or accepted offers."""
        return self.state is NeedState.ACTIVE and not self.offers_pending and not self.places_taken

    def may_cancel(self, now: datetime) -> bool:
        """Whether its author may cancel it: active, not done, and without a running match."""
        running = self.places_taken > self.places_done
        return self.state is NeedState.ACTIVE and not running and self.status(now) is not NeedStatus.DONE


def status_at(now: datetime) -> ColumnElement[str]:
    """`Need.status` as an SQL expression, for filters; a property test checks that the two agree."""
    ended = col(Need.ends_at) < now
    full = col(Need.places_taken) >= col(Need.helpers_wanted)
    settled = or_(full, and_(ended, col(Need.places_taken) > 0))
    return case(
        (col(Need.state) == NeedState.CANCELLED, NeedStatus.CANCELLED.value),
        (and_(settled, col(Need.places_done) == col(Need.places_taken)), NeedStatus.DONE.value),
        (settled, NeedStatus.MATCHED.value),
        (ended, NeedStatus.EXPIRED.value),
        else_=NeedStatus.OPEN.value,
    )
