"""Responses of `/api/v1`: read models under the JSON names of existing clients."""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from gsapp.i18n import Translate
from gsapp.schemas.needs import Suggestion
from gsapp.schemas.statistics import MonthlyReport
from gsapp.vocabulary import IdType, MatchState, NeedState, NeedStatus, OfferState, Role

T = TypeVar("T")

WallClock = Annotated[
    datetime,
    WithJsonSchema(
        {
            "type": "string",
            "description": "Wall-clock time of the platform's TIME_ZONE.",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$",
        }
    ),
]
"""A datetime without an offset, which `date-time` of JSON Schema would require."""


def example(**shown: Any) -> ConfigDict:
    """The configuration of a response model, with an example for the OpenAPI schema."""
    return ConfigDict(from_attributes=True, frozen=True, json_schema_extra={"examples": [shown]})


class Answered(BaseModel):
    """Base of the responses: filled from the attributes of a read model, by their Python names."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Listed(Answered, Generic[T]):
    """One page; `total` counts all pages."""

    items: tuple[T, ...]
    total: int
    page: int
    size: int
    capped: bool = Field(default=False, description="There are more than `total`; only these are counted and shown.")


class Nothing(Answered):
    """An empty response: success without data."""


class Registered(Answered):
    model_config = example(user_id=1)

    user_id: int


class UserInfo(Answered):
    id: int
    username: str = Field(serialization_alias="uname")
    name: str = Field(serialization_alias="bname")
    phone: str = Field(serialization_alias="phoneNo")


USER_INFO = {"id": 1, "uname": "anna", "bname": "安娜", "phoneNo": "13800000001"}


class LoggedIn(Answered):
    model_config = example(token="eyJhbGciOi...", user_info=USER_INFO)  # noqa: S106 - an example

    token: str
    user_info: UserInfo


class OwnAccount(UserInfo):
    """The caller's own account; the ID number is masked."""

    model_config = example(
        **USER_INFO,
        ctype="护照",
        idno="E1*****78",
        desc="I live near the park.",
        psrDate="2026-11-23T04:00:00Z",
        userlvl=0,
    )

    id_type: IdType = Field(serialization_alias="ctype")
    id_number_masked: str = Field(serialization_alias="idno")
    bio: str = Field(serialization_alias="desc")
    registered_at: datetime = Field(serialization_alias="psrDate")
    role: Role = Field(serialization_alias="userlvl", description="0 member, 1 coordinator")


class Kind(Answered):
    model_config = example(id=1, name="管道维修")

    id: int
    name: str


class Place(Answered):
    model_config = example(id=2, name="杭州", province="浙江")

    id: int
    name: str
    province: str


SERVICE_REQUEST = {
    "id": 1,
    "psr_userid": 1,
    "publisher_name": "anna",
    "ps_title": "The kitchen pipe leaks",
    "ps_desc": "Under the sink, since yesterday.",
    "ps_begindate": "2026-11-24T15:00:00",
    "ps_enddate": "2026-11-24T17:00:00",
    "file_list": "",
    "ps_state": 0,
    "status": "open",
    "closed_reason": "",
    "stype_id": 1,
    "service_type_name": "管道维修",
    "cityID": 1,
    "city_name": "北京",
    "province": "北京",
    "helpers_wanted": 1,
    "places_taken": 0,
    "offers_pending": 0,
    "published_at": "2026-11-23T04:00:00Z",
}


class ServiceRequest(Answered):
    """A need. `ps_state` is the stored state, `status` is derived from it, from places and dates."""

    model_config = example(**SERVICE_REQUEST)

    id: int
    author_id: int = Field(serialization_alias="psr_userid")
    author_username: str = Field(serialization_alias="publisher_name")
    title: str = Field(serialization_alias="ps_title")
    description: str = Field(serialization_alias="ps_desc")
    starts_at: WallClock = Field(serialization_alias="ps_begindate")
    ends_at: WallClock = Field(serialization_alias="ps_enddate")
    attachments: str = Field(serialization_alias="file_list")
    state: NeedState = Field(serialization_alias="ps_state", description="0 active, -1 cancelled")
    status: NeedStatus
    closed_reason: str
    type_id: int = Field(serialization_alias="stype_id")
    type_name: str = Field(serialization_alias="service_type_name")
    city_id: int = Field(serialization_alias="cityID")
    city_name: str
    province: str
    helpers_wanted: int
    places_taken: int
    offers_pending: int
    published_at: datetime


class SuggestedRequest(ServiceRequest):
    """An open need recommended to the caller, with the reasons in the caller's language."""

    model_config = example(**SERVICE_REQUEST, reasons=["You have helped with this before: 管道维修."])

    reasons: tuple[str, ...]

    @classmethod
    def of(cls, suggestion: Suggestion, t: Translate) -> "SuggestedRequest":
        reasons = tuple(t(reason.msgid, **reason.values) for reason in suggestion.reasons)
        return cls.model_validate(suggestion.need.model_dump() | {"reasons": reasons})


class OtherSide(Answered):
    """The other side of a running match."""

    name: str = Field(serialization_alias="bname")
    phone: str = Field(serialization_alias="phoneNo")


class MatchPart(Answered):
    """A match. `contact` is the other side's, for the two sides of a running match, otherwise null."""

    id: int = Field(serialization_alias="accept_id")
    state: MatchState = Field(description="0 running, 1 reported done, 2 confirmed, -1 dropped, -2 nobody came")
    accepted_at: datetime = Field(serialization_alias="accept_date")
    reported_at: datetime | None
    confirmed_at: datetime | None
    reason: str
    contact: OtherSide | None


class ServiceResponse(Answered):
    """An offer, with its match if it was accepted."""

    model_config = example(
        id=1,
        srid=1,
        ps_title="The kitchen pipe leaks",
        request_status="open",
        response_userid=2,
        responder_name="ben",
        response_desc="I can come tomorrow with my tools.",
        file_list="",
        response_state=0,
        response_date="2026-11-23T05:00:00Z",
        reason="",
        match=None,
    )

    id: int
    need_id: int = Field(serialization_alias="srid")
    need_title: str = Field(serialization_alias="ps_title")
    need_status: NeedStatus = Field(serialization_alias="request_status")
    volunteer_id: int = Field(serialization_alias="response_userid")
    volunteer_username: str = Field(serialization_alias="responder_name")
    message: str = Field(serialization_alias="response_desc")
    attachments: str = Field(serialization_alias="file_list")
    state: OfferState = Field(
        serialization_alias="response_state", description="0 pending, 1 accepted, 2 rejected, 3 withdrawn"
    )
    created_at: datetime = Field(serialization_alias="response_date")
    reason: str
    match: MatchPart | None


class Uploaded(Answered):
    """A stored photo or video; `filename` is the value for `file_list`."""

    model_config = example(
        filename="0f9c61d2b8a74e53916ad0c2e57b38f4.jpg",
        url="/api/v1/files/0f9c61d2b8a74e53916ad0c2e57b38f4.jpg",
        type="image/jpeg",
    )

    filename: str
    url: str
    type: str


class Accepted(Answered):
    model_config = example(accept_id=1)

    accept_id: int


class ChartData(Answered):
    months: tuple[str, ...]
    published: tuple[int, ...]
    completed: tuple[int, ...]


class MonthRow(Answered):
    month: str
    published: int = Field(serialization_alias="publishedCount")
    completed: int = Field(serialization_alias="completedCount")


class MonthlyStatistics(Listed[MonthRow]):
    """All months for a chart, and one page of them for a table."""

    model_config = example(
        chart_data={"months": ["2026-10", "2026-11"], "published": [4, 2], "completed": [3, 1]},
        items=[
            {"month": "2026-11", "publishedCount": 2, "completedCount": 1},
            {"month": "2026-10", "publishedCount": 4, "completedCount": 3},
        ],
        total=2,
        page=1,
        size=10,
    )

    chart_data: ChartData

    @classmethod
    def of(cls, report: MonthlyReport) -> "MonthlyStatistics":
        chart = ChartData(
            months=tuple(month.month for month in report.months),
            published=tuple(month.published for month in report.months),
            completed=tuple(month.completed for month in report.months),
        )
        rows = Listed[MonthRow].model_validate(report.page)
        return cls(chart_data=chart, **{name: getattr(rows, name) for name in Listed.model_fields})
