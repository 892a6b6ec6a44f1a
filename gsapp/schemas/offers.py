"""Offers and thanks: what is typed, and how one's offers are filtered."""

from typing import Annotated, Literal

from pydantic import BeforeValidator
from sqlmodel import Field

from gsapp.schemas.forms import Form, tidy_line, tidy_text
from gsapp.schemas.needs import BIGGEST_ID

MAX_MESSAGE = 2000


class OfferForm(Form):
    message: Annotated[str, BeforeValidator(tidy_text), Field(max_length=MAX_MESSAGE)] = Field(
        default="", alias="response_desc"
    )


class ThanksForm(Form):
    stars: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[str, BeforeValidator(tidy_line), Field(max_length=500)] = ""


class OfferFilter(Form):
    which: Literal["all", "pending", "accepted"] = "all"
    page: int = Field(default=1, ge=1, le=BIGGEST_ID)
    size: int = Field(default=10, ge=1, le=100)
