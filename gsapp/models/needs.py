"""A need, and what people see of it: `NeedStatus` is derived here and nowhere else."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, case, or_
from sqlmodel import Field, SQLModel, col

from gsapp.models.columns import Instant, Number, WallClock, Word, exact_string, long_text
from gsapp.vocabulary import NeedState, NeedStatus


class Need(SQLModel, table=True):
    """What a resident asks for.

    `places_taken` counts the matches that count, `places_done` the confirmed ones among them, `offers_pending` the
    offers that wait for a decision. They move only in `gsapp.guards`, in the transaction of the step that they count.
    `phase` is the status as of the last step or tick of the clock, for lists and totals that must not look at every
    row: behind `status` only by needs that have just ended (`effects.need_counts`, `queries.status`).
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
        """What people see at `now`, a wall-clock time of TIME_ZONE."""
        ended = self.ends_at < now
        if self.state is NeedState.CANCELLED:
            return NeedStatus.CANCELLED
        if self.places_taken >= self.helpers_wanted or (ended and self.places_taken):
            return NeedStatus.DONE if self.places_done == self.places_taken else NeedStatus.MATCHED
        return NeedStatus.EXPIRED if ended else NeedStatus.OPEN

    def may_edit(self) -> bool:
        """Its author may change or delete it while nobody has answered."""
        return self.state is NeedState.ACTIVE and not self.offers_pending and not self.places_taken

    def may_cancel(self, now: datetime) -> bool:
        """Its author may call it off while nobody is on the way, and while there is something left to call off."""
        running = self.places_taken > self.places_done
        return self.state is NeedState.ACTIVE and not running and self.status(now) is not NeedStatus.DONE


def status_at(now: datetime) -> ColumnElement[str]:
    """`Need.status` as SQL, for filters; a property test holds that the two agree."""
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
