"""Routes: which address shows which page, and what a page's loader returns."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from gsapp.schemas.read_models import Page
from pages.components.lists import address
from pages.core.session import Ctx

A_WORD = "[A-Za-z0-9_.-]+"


@dataclass(frozen=True)
class View:
    """What to show at an address. `build` creates the elements in the page's main area and must not await."""

    title: str
    build: Callable[[], None]
    status: int = 200
    wide: bool = False  # the view brings its own margins, as the start page does
    bare: bool = False  # without header and footer, such as the wall display; only shown by a full page load


@dataclass(frozen=True)
class Redirect:
    """Go to the local address `to` instead."""

    to: str


def last_page(ctx: Ctx, page: Page) -> Redirect | None:  # type: ignore[type-arg]
    """A redirect to the last page of a list, if the requested page number is beyond it."""
    return Redirect(address(ctx, page=page.pages)) if page.page > page.pages else None


Loader = Callable[[Ctx], Awaitable[View | Redirect]]


class Route:
    """A pattern such as `/needs/{need_id}` with its loader and access rule. Names in braces match whole numbers.

    Only `{token}` matches any word. It is a secret and not among the parameters: its loader reads it from the path.
    """

    def __init__(
        self, pattern: str, loader: Loader, *, members_only: bool = True, coordinators_only: bool = False
    ) -> None:
        self.pattern = pattern
        self.loader = loader
        self.members_only = members_only or coordinators_only
        self.coordinators_only = coordinators_only
        # At most 18 digits: a larger number may not fit a 64-bit column, and no such record exists.
        numbered = re.sub(r"\{(\w+)\}", r"(?P<\1>[0-9]{1,18})", pattern.replace("{token}", A_WORD))
        self._regex = re.compile(numbered)

    def match(self, path: str) -> dict[str, int] | None:
        """The numbers in the path by name, or `None` if the pattern does not match."""
        found = self._regex.fullmatch(path)
        return {name: int(value) for name, value in found.groupdict().items()} if found else None


def pattern_of(routes: Sequence[Route], path: str) -> str | None:
    """The pattern of the page at this address, such as `/needs/{need_id}`; `None` if there is no such page."""
    return next((route.pattern for route in routes if route.match(path) is not None), None)
