"""The words every layer may use. The numbers are what existing databases store."""

from enum import IntEnum, StrEnum


class Role(IntEnum):
    """What an account may do; stored in `userlvl`."""

    MEMBER = 0
    COORDINATOR = 1


class IdType(StrEnum):
    """The kind of identity document; stored, and sent in JSON, as people write it."""

    ID_CARD = "身份证"
    PASSPORT = "护照"
    TRAVEL_PERMIT = "港澳居民来往内地通行证"
    OTHER = "其他"


class NeedState(IntEnum):
    """What is stored of a need. What people see is `NeedStatus`, derived from it."""

    ACTIVE = 0
    CANCELLED = -1


class NeedStatus(StrEnum):
    """What people see of a need: derived from state, places and dates in `models.need` only."""

    OPEN = "open"
    MATCHED = "matched"
    DONE = "done"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class OfferState(IntEnum):
    """Where an offer stands; stored in `response_state`."""

    PENDING = 0
    ACCEPTED = 1
    REJECTED = 2
    WITHDRAWN = 3


class MatchState(IntEnum):
    """Where a match stands. The first three count as a place taken, the others do not."""

    RUNNING = 0
    REPORTED = 1
    CONFIRMED = 2
    DROPPED = -1
    NO_SHOW = -2


COUNTING_MATCHES = (MatchState.RUNNING, MatchState.REPORTED, MatchState.CONFIRMED)
"""Matches that take a place and count as completed (响应成功)."""

OPEN_MATCHES = (MatchState.RUNNING, MatchState.REPORTED)
"""Matches whose help is still to be confirmed: the two sides see each other's phone number."""

ACTIVE_OFFERS = (OfferState.PENDING, OfferState.ACCEPTED)
"""Offers of which a volunteer may have one at a time for a need."""
