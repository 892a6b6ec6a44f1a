"""The community as a stranger sees it."""

from collections.abc import Mapping

from gsapp.schemas.accounts import View


class Community(View):
    """Figures for the start page: numbers only, nothing about anybody."""

    open_needs: int
    open_by_type: Mapping[int, int]
    needs_done: int
