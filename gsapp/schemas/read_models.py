"""Base of all read models, pagination of lists, and the display forms of usernames, need numbers and phone numbers."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from gsapp.i18n import N_, Translate
from gsapp.vocabulary import is_former

T = TypeVar("T")
FORMER_MEMBER = N_("a former member")


class ReadModel(BaseModel):
    """Immutable plain values, without a database session, safe to pass to pages and threads."""

    model_config = ConfigDict(frozen=True)


class Page(ReadModel, Generic[T]):
    """One page of a list. `total` is the exact number of rows of the filter; if `capped`, further rows match that are
    not counted and not shown."""

    items: tuple[T, ...]
    total: int
    page: int
    size: int
    capped: bool = False

    @property
    def pages(self) -> int:
        """The number of pages, at least 1."""
        return max(1, -(-self.total // self.size))


def display_name(t: Translate, username: str) -> str:
    """The username to show; "a former member" if its owner has left."""
    return t(FORMER_MEMBER) if is_former(username) else username


def need_number(need_id: int) -> str:
    """The id of a need with leading zeros: 0042."""
    return f"{need_id:04d}"


def need_label(t: Translate, need_id: int) -> str:
    """The number of a need with its label: No. 0042."""
    return t("No. {number}", number=need_number(need_id))


def masked_phone(number: str) -> str:
    """A phone number with its middle hidden: 138****5678."""
    return f"{number[:3]}****{number[-4:]}"
