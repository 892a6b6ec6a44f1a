"""One page of a list."""

from typing import Generic, TypeVar

from gsapp.schemas.views import View

T = TypeVar("T")


class Page(View, Generic[T]):
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
