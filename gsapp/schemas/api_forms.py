"""Request bodies and query parameters of `/api/v1`: the forms of the pages, by JSON names only, with strict types.

Pages send numbers as text and accept blanks in phone numbers; the REST API accepts neither.
"""

import re
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Strict, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema
from sqlmodel import Field

from gsapp.i18n import N_
from gsapp.schemas.accounts import LeaveForm, PasswordForm, Phone, ProfileForm, RegisterForm, Secret
from gsapp.schemas.dashboard import DashboardFilter, Day, RowsFilter
from gsapp.schemas.forms import MAX_ID, Form, Id, PageNumber, PageSize, refuse, well_formed
from gsapp.schemas.needs import NeedChanges, NeedFilter, NeedForm, ReasonForm, WallClockTime
from gsapp.schemas.offers import OfferChanges, OfferCriteria, OfferForm, ThanksForm
from gsapp.schemas.statistics import MonthlyFilter
from gsapp.vocabulary import NeedState, NeedStatus, OfferState

DAY = "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
PHONE = "^1[3-9][0-9]{9}$"
NULL = SkipJsonSchema[None]
"""For optional fields: `null` is accepted, but not part of the OpenAPI schema."""


def json_names(**example: Any) -> Any:
    """The configuration of a form that accepts only JSON names (aliases), and reports errors by them."""
    config: dict[str, Any] = {"populate_by_name": False, "loc_by_alias": True, "extra": "ignore"}
    if example:
        config["json_schema_extra"] = {"examples": [example]}
    return config


def _exact_phone(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(PHONE[1:-1], value):
        refuse(N_("A mobile number has 11 digits and begins with 13 to 19."))
    return value


def _whole(value: Any) -> Any:
    # JSON has one number type: 1.0 is 1.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text_of_a_time(value: Any) -> Any:
    # Pydantic would parse numbers as seconds since 1970.
    if not isinstance(value, str) or value.strip().lstrip("+-").replace(".", "").isdigit():
        refuse(N_("Please give a date and a time."))
    return value


# The limits come before the validator: after it, they would be missing from the OpenAPI schema.
ExactId = Annotated[int, Strict(), Field(ge=1, le=MAX_ID), BeforeValidator(_whole)]
FewHelpers = Annotated[int, Strict(), Field(ge=1, le=20), BeforeValidator(_whole)]
Stars = Annotated[int, Strict(), Field(ge=1, le=5), BeforeValidator(_whole)]
ExactPhone = Annotated[Phone, BeforeValidator(_exact_phone), WithJsonSchema({"type": "string", "pattern": PHONE})]
Time = Annotated[
    WallClockTime,
    BeforeValidator(_text_of_a_time),
    WithJsonSchema(
        {
            "type": "string",
            "description": "Wall-clock time of the platform's TIME_ZONE; an offset, when given, is converted.",
            "pattern": f"^{DAY}T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$",
        }
    ),
]


class RegisterBody(RegisterForm):
    model_config = json_names(
        uname="anna",
        ctype="护照",
        idno="E12345678",
        bname="安娜",
        bpwd="Spring2026rain",
        phoneNo="13800000001",
        desc="I live near the park.",
    )

    phone: ExactPhone = Field(alias="phoneNo")


class LoginBody(Form):
    """Usernames are case-sensitive."""

    model_config = json_names(username="anna", password="Spring2026rain")  # noqa: S106 - an example

    username: Annotated[str, BeforeValidator(well_formed)]
    password: Secret


class ProfileBody(ProfileForm):
    model_config = json_names(phoneNo="13800000002", desc="I can repair bicycles.")

    phone: ExactPhone | NULL = Field(default=None, alias="phoneNo")


class PasswordBody(PasswordForm):
    model_config = json_names(old_password="Spring2026rain", new_password="Autumn2026leaf")  # noqa: S106 - an example


class LeaveBody(LeaveForm):
    model_config = json_names(password="Spring2026rain")  # noqa: S106 - an example


class NeedBody(NeedForm):
    model_config = json_names(
        ps_title="The kitchen pipe leaks",
        ps_desc="Under the sink, since yesterday.",
        stype_id=1,
        cityID=1,
        ps_begindate="2026-11-24T15:00:00",
        ps_enddate="2026-11-24T17:00:00",
        helpers_wanted=1,
    )

    type_id: ExactId = Field(alias="stype_id")
    city_id: ExactId = Field(alias="cityID")
    starts_at: Time = Field(alias="ps_begindate")
    ends_at: Time = Field(alias="ps_enddate")
    helpers_wanted: FewHelpers = 1


class NeedChangesBody(NeedChanges):
    model_config = json_names(ps_title="The bathroom pipe leaks")

    type_id: ExactId | NULL = Field(default=None, alias="stype_id")
    city_id: ExactId | NULL = Field(default=None, alias="cityID")
    starts_at: Time | NULL = Field(default=None, alias="ps_begindate")
    ends_at: Time | NULL = Field(default=None, alias="ps_enddate")
    helpers_wanted: FewHelpers | NULL = None


class OfferBody(OfferForm):
    model_config = json_names(srid=1, response_desc="I can come tomorrow with my tools.")

    need_id: ExactId = Field(alias="srid")


class OfferChangesBody(OfferChanges):
    model_config = json_names(response_desc="I can come on Thursday.")


class ReasonBody(ReasonForm):
    model_config = json_names(reason="It has mended itself.")


class ThanksBody(ThanksForm):
    model_config = json_names(stars=5, text="Quick and friendly, thank you!")

    stars: Stars


class PageQuery(Form):
    page: PageNumber = Field(default=1, description="Page number, from 1.")
    size: PageSize = Field(default=10, description="Items per page.")


class NeedQuery(NeedFilter):
    """The filter of needs, by JSON names; `q` searches title and description only."""

    model_config = json_names()
    q_in_type_names: ClassVar[bool] = False

    type_id: Id | NULL = Field(default=None, alias="stype_id")
    city_id: Id | NULL = None
    author_id: Id | NULL = Field(default=None, alias="user_id")
    state: NeedState | NULL = Field(default=None, alias="ps_state")
    status: NeedStatus | NULL = None


class OfferQuery(OfferCriteria):
    model_config = json_names()

    need_id: Id | NULL = Field(default=None, alias="srid")
    state: OfferState | NULL = Field(default=None, alias="response_state")


class MonthlyQuery(MonthlyFilter):
    model_config = json_names()

    city_id: Id | NULL = None
    type_id: Id | NULL = Field(default=None, alias="service_type_id")


class DashboardQuery(DashboardFilter):
    model_config = json_names() | {"frozen": True}

    city_id: Id | NULL = None
    type_id: Id | NULL = Field(default=None, alias="service_type_id")


class RowsQuery(RowsFilter):
    model_config = json_names() | {"frozen": True}

    city_id: Id | NULL = None
    type_id: Id | NULL = Field(default=None, alias="service_type_id")
    day: Day | NULL = None


JSON_NAMES = {
    name: field.alias
    for form in (RegisterBody, PasswordBody, NeedBody, OfferBody, ThanksBody)
    for name, field in form.model_fields.items()
    if field.alias
}
"""The JSON name of each field by its Python name, to translate the fields of errors."""
