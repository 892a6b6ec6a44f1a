"""The response envelope of the API, and the documentation of its errors in the OpenAPI schema."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from gsapp.schemas.api import Answered, Listed
from gsapp.schemas.read_models import Page

T = TypeVar("T")
A = TypeVar("A", bound=Answered)


class Answer(BaseModel, Generic[T]):
    """Success. `code` is 200 even when the HTTP status is 201."""

    code: Literal[200] = 200
    message: str = "OK"
    data: T


class FieldProblem(BaseModel):
    """A validation error of one field of the request."""

    field: str
    reason: str


class Fault(BaseModel):
    """An internal error; `request_id` identifies it in the log."""

    request_id: str


class Rule(BaseModel):
    """A refusal; `error` is the name of the rule, for programs to distinguish the cases."""

    model_config = ConfigDict(extra="allow")

    error: str


class Refused(BaseModel, Generic[T]):
    """An error: the HTTP status again and one sentence in the caller's language."""

    code: int
    message: str
    detail: T


def answer(model: type[A], value: Any) -> Answer[A]:
    """Wrap a read model in the envelope. `model` selects and names its JSON fields."""
    return Answer[model](data=model.model_validate(value))  # type: ignore[valid-type]


def answer_page(model: type[A], page: Page[Any]) -> Answer[Listed[A]]:
    """Wrap a page of read models in the envelope."""
    return Answer[Listed[model]](data=Listed[model].model_validate(page))  # type: ignore[valid-type]


WHY = {
    400: (
        "A rule forbids it; `detail.error` names the rule.",
        "This need is no longer open.",
        {"error": "NeedNotOpen"},
    ),
    401: ("The token is missing, invalid, expired or revoked.", "Please sign in first.", {"error": "NotSignedIn"}),
    403: ("The record belongs to another user.", "This is not yours to change.", {"error": "NotAllowed"}),
    404: ("The record does not exist.", "We could not find that. It may have been removed.", {"error": "NotFound"}),
    413: ("The body is too long.", "That is more than we can take at once.", {"error": "TooLarge"}),
    422: (
        "The request is invalid; `detail` lists each field and the reason.",
        "Something is missing or not right. Please look at the marked fields.",
        [{"field": "ps_title", "reason": "Please fill this in."}],
    ),
    429: ("Too many attempts.", "Too many tries. Please wait 60 seconds and try again.", {"error": "TooMany"}),
    500: (
        "An internal error.",
        "Something went wrong on our side. If it happens again, please tell us this number: 5f1d7a84c3e2b690",
        {"request_id": "5f1d7a84c3e2b690"},
    ),
    503: (
        "Too busy now; nothing was changed.",
        "We are very busy right now. Nothing was lost; please try again in a moment.",
        {"error": "Busy"},
    ),
}
DETAILS: dict[int, Any] = {422: list[FieldProblem], 500: Fault}
RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string", "pattern": "^[0-9]+$"}}}
HEADERS = {
    401: {"WWW-Authenticate": {"description": "Always `Bearer`.", "schema": {"type": "string"}}},
    429: RETRY_AFTER,
    503: RETRY_AFTER,
}
ALWAYS = (500, 503)
BODY = (400, 413, 422, 429)
"""The errors of every endpoint that reads a body."""


def refuses(*statuses: int, public: bool = False) -> dict[int | str, dict[str, Any]]:
    """`responses` for the schema: the errors of an endpoint, with 500 and 503, and 401 unless it is `public`."""
    signed_in = () if public else (401,)
    return {status: _documented(status) for status in sorted({*statuses, *ALWAYS, *signed_in})}


def _documented(status: int) -> dict[str, Any]:
    description, message, detail = WHY[status]
    shown = {"code": status, "message": message, "detail": detail}
    documented: dict[str, Any] = {
        "model": Refused[DETAILS.get(status, Rule)],  # type: ignore[misc]
        "description": description,
        "content": {"application/json": {"example": shown}},
    }
    if status in HEADERS:
        documented["headers"] = HEADERS[status]
    return documented
