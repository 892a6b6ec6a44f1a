"""Types of the personal data inventory: who reads a kind of data, and what happens to it when its owner leaves."""

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from gsapp.i18n import N_


class Reader(StrEnum):
    """Who sees a kind of personal data, besides its owner."""

    MEMBERS = N_("every member")
    MATCHED = N_("neighbours you are matched with")
    CONCERNED = N_("the neighbour it is written to")
    COORDINATORS = N_("coordinators")
    COORDINATORS_MASKED = N_("coordinators, only its first and last characters")
    COORDINATORS_RECORDED = N_("coordinators, in part; for all of it they must ask, and each look is written down")


class Leaving(StrEnum):
    """What happens to a kind of personal data when its owner closes the account."""

    OVERWRITTEN = N_("overwritten")
    DELETED = N_("deleted")
    EMPTIED = N_("the words are deleted, the step stays without them")
    STAYS_ANONYMOUS = N_("stays, without a name")
    STAYS = N_("stays until its time is over")


ALWAYS = timedelta.max
"""`Rule.kept` of what stays as long as the site: after its owner has left, without a name."""


class Rule(NamedTuple):
    """One kind of personal data, what it is needed for, and its columns.

    `kept` is `None` for what is kept until its owner changes it or leaves.
    """

    key: str
    what: str
    why: str
    seen_by: tuple[Reader, ...]
    kept: timedelta | None
    leaving: Leaving
    columns: tuple[str, ...]


def columns_of(table: str, names: str) -> tuple[str, ...]:
    return tuple(f"{table}.{name}" for name in names.split())
