"""How anything that is shown leaves the application: the base of read models, pages of a list, names and numbers."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from gsapp.i18n import N_, Translate
from gsapp.vocabulary import is_former

T = TypeVar("T")
FORMER_MEMBER = N_("a former member")


class ReadModel(BaseModel):
    """Plain frozen values, safe to hand to a page."""

    model_config = ConfigDict(frozen=True)


class Page(ReadModel, Generic[T]):
    """Rows of one page. `total` counts all rows of the filter exactly, or `capped` says that there are more, which
    are neither counted nor shown."""

    items: tuple[T, ...]
    total: int
    page: int
    size: int
    capped: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


def display_name(t: Translate, username: str) -> str:
    """A username, or in its place that its owner has left."""
    return t(FORMER_MEMBER) if is_former(username) else username


def need_number(need_id: int) -> str:
    """The number of a need as people read it: 0042."""
    return f"{need_id:04d}"


def need_label(t: Translate, need_id: int) -> str:
    """The same with the word for it: No. 0042."""
    return t("No. {number}", number=need_number(need_id))


def masked_phone(number: str) -> str:
    """A phone number with its middle hidden: 138****5678."""
    return f"{number[:3]}****{number[-4:]}"
