"""The shape of every answer, and what the schema says of refusals."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from gsapp.schemas.api import Answered, Listed
from gsapp.schemas.read_models import Page

T = TypeVar("T")
A = TypeVar("A", bound=Answered)


class Answer(BaseModel, Generic[T]):
    """Success. `code` is 200 even where HTTP says 201."""

    code: Literal[200] = 200
    message: str = "OK"
    data: T


class FieldProblem(BaseModel):
    """What is wrong with one field of what was sent."""

    field: str
    reason: str


class Fault(BaseModel):
    """The number under which the fault stands in our log."""

    request_id: str


class Rule(BaseModel):
    """Which rule refused: its name, for programs to tell the cases apart."""

    model_config = ConfigDict(extra="allow")

    error: str


class Refused(BaseModel, Generic[T]):
    """An error: the HTTP status once more and one sentence in the caller's language."""

    code: int
    message: str
    detail: T


def answer(model: type[A], value: Any) -> Answer[A]:
    """A read model as the answer of an endpoint."""
    return Answer[model](data=model.model_validate(value))  # type: ignore[valid-type]


def answer_page(model: type[A], page: Page[Any]) -> Answer[Listed[A]]:
    """A page of read models as the answer of an endpoint."""
    return Answer[Listed[model]](data=Listed[model].model_validate(page))  # type: ignore[valid-type]


WHY = {
    400: (
        "A rule forbids it; `detail.error` names the rule.",
        "This need is no longer open.",
        {"error": "NeedNotOpen"},
    ),
    401: ("No token, or one that is forged, over or ended.", "Please sign in first.", {"error": "NotSignedIn"}),
    403: ("It belongs to somebody else.", "This is not yours to change.", {"error": "NotAllowed"}),
    404: ("There is no such record.", "We could not find that. It may have been removed.", {"error": "NotFound"}),
    413: ("The body is too long.", "That is more than we can take at once.", {"error": "TooLarge"}),
    422: (
        "What was sent cannot be taken; `detail` lists each field and the reason.",
        "Something is missing or not right. Please look at the marked fields.",
        [{"field": "ps_title", "reason": "Please fill this in."}],
    ),
    429: ("Too many tries.", "Too many tries. Please wait 60 seconds and try again.", {"error": "TooMany"}),
    500: (
        "A fault on our side.",
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
HEADERS = {
    401: {"WWW-Authenticate": {"description": "Always `Bearer`.", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string", "pattern": "^[0-9]+$"}}},
}
ALWAYS = (500, 503)
BODY = (400, 413, 422)
"""What any endpoint can refuse that reads a body."""


def refuses(*statuses: int, public: bool = False) -> dict[int | str, dict[str, Any]]:
    """For the schema: the errors that an endpoint can give, besides those of all that need a token (not `public`)."""
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
