"""The words every layer may use. The numbers are what existing databases store."""

from enum import IntEnum, StrEnum
from typing import Any

from gsapp.i18n import N_, Translate


class Role(IntEnum):
    """What an account may do; stored in `userlvl`."""

    MEMBER = 0
    COORDINATOR = 1


ROLE_WORDS = {Role.MEMBER: N_("Member"), Role.COORDINATOR: N_("Coordinator")}

FORMER = "left-"
"""So begins, before a number, the username of an account whose owner has left."""


def is_former(username: str) -> bool:
    """Whether this is what stands in place of the username of somebody who has left."""
    return username.startswith(FORMER) and username.removeprefix(FORMER).isdecimal()


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
    """What people see of a need, derived from its state, places and dates."""

    OPEN = "open"
    MATCHED = "matched"
    DONE = "done"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


NEED_WORDS = {
    NeedStatus.OPEN: N_("Waiting for help"),
    NeedStatus.MATCHED: N_("Helper found"),
    NeedStatus.DONE: N_("Done"),
    NeedStatus.EXPIRED: N_("Expired"),
    NeedStatus.CANCELLED: N_("Called off"),
}


class OfferState(IntEnum):
    """Where an offer stands; stored in `response_state`."""

    PENDING = 0
    ACCEPTED = 1
    REJECTED = 2
    WITHDRAWN = 3


OFFER_WORDS = {
    OfferState.PENDING: N_("Waiting for an answer"),
    OfferState.ACCEPTED: N_("Chosen"),
    OfferState.REJECTED: N_("Not this time"),
    OfferState.WITHDRAWN: N_("Taken back"),
}


class MatchState(IntEnum):
    """Where a match stands. The first three count as a place taken, the others do not."""

    RUNNING = 0
    REPORTED = 1
    CONFIRMED = 2
    DROPPED = -1
    NO_SHOW = -2


class Reportable(StrEnum):
    """What a member may report to the coordinators."""

    NEED = "need"
    OFFER = "offer"
    USER = "user"


REPORTABLE_WORDS = {Reportable.NEED: N_("Need"), Reportable.OFFER: N_("Offer"), Reportable.USER: N_("Person")}


class AdminArea(StrEnum):
    """What a new coordinator looks at first; stored in `User.first_steps` once it has been seen."""

    DASHBOARD = "dashboard"
    CALLS = "calls"
    REPORTS = "reports"
    WALL = "wall"


COUNTING_MATCHES = (MatchState.RUNNING, MatchState.REPORTED, MatchState.CONFIRMED)
"""Matches that take a place and count as completed (响应成功)."""

OPEN_MATCHES = (MatchState.RUNNING, MatchState.REPORTED)
"""Matches whose help is still to be confirmed: the two sides see each other's phone number."""

ACTIVE_OFFERS = (OfferState.PENDING, OfferState.ACCEPTED)
"""Offers of which a volunteer may have one at a time for a need."""


BUSY_FROM = 3
"""Who helps with so many needs at a time is not suggested for another one."""

MAX_ASKED_PER_NEED = 5
"""So many volunteers may be asked, by name, about one need."""

MAX_ASKED_A_WEEK = 3
"""So often one volunteer is asked within a week, about all needs together."""


class ReasonCode(StrEnum):
    """System reasons: why the program did something. Stored in `reason_code`, beside `reason`, which a person typed."""

    DROPPED_OUT = "dropped_out"
    DID_NOT_COME = "did_not_come"
    NEED_CANCELLED = "need_cancelled"
    NEED_EXPIRED = "need_expired"
    RESERVE_OVER = "reserve_over"


REASON_WORDS = {
    ReasonCode.DROPPED_OUT: N_("The neighbour could not come after all."),
    ReasonCode.DID_NOT_COME: N_("The neighbour did not come."),
    ReasonCode.NEED_CANCELLED: N_("The need was called off."),
    ReasonCode.NEED_EXPIRED: N_("The need has passed its end without a match."),
    ReasonCode.RESERVE_OVER: N_("The need has passed its end; another neighbour came."),
}

Reason = str | ReasonCode
"""What use cases pass on: the text that a person typed, or the code of a system reason."""


def reason_columns(reason: Reason) -> dict[str, Any]:
    """Split a reason into the values of its two columns, of which at most one is filled."""
    if isinstance(reason, ReasonCode):
        return {"reason": "", "reason_code": reason}
    return {"reason": reason, "reason_code": None}


def reason_text(reason: str, reason_code: ReasonCode | None, t: Translate) -> str:
    """Render the two columns of a reason: a system reason is translated, the text of a person never is."""
    return reason if reason_code is None else t(REASON_WORDS[reason_code])


class NotificationKind(StrEnum):
    """What a notification says; its words are made when it is read, in the reader's language."""

    ASKED = "asked"
    OFFER_MADE = "offer_made"
    OFFER_EDITED = "offer_edited"
    OFFER_WITHDRAWN = "offer_withdrawn"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_REJECTED = "offer_rejected"
    STANDING_BY = "standing_by"
    PLACE_FREE = "place_free"
    DROPPED_OUT = "dropped_out"
    DID_NOT_COME = "did_not_come"
    CALLED_OFF = "called_off"
    HELP_REPORTED = "help_reported"
    HELP_CONFIRMED = "help_confirmed"
    THANKED = "thanked"
    NEED_CANCELLED = "need_cancelled"
    NEED_TAKEN_DOWN = "need_taken_down"
    NEED_EXPIRED = "need_expired"
    MADE_COORDINATOR = "made_coordinator"
    MADE_MEMBER = "made_member"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - not a password
    REPORT_HANDLED = "report_handled"


class NotificationTopic(StrEnum):
    """Kinds of news that one wants or does not want together; preferences are kept for each."""

    MY_NEEDS = "my_needs"
    MY_OFFERS = "my_offers"
    QUESTIONS = "questions"
    HELP = "help"
    THANKS = "thanks"
    ACCOUNT = "account"


TOPICS = {
    NotificationKind.OFFER_MADE: NotificationTopic.MY_NEEDS,
    NotificationKind.OFFER_EDITED: NotificationTopic.MY_NEEDS,
    NotificationKind.OFFER_WITHDRAWN: NotificationTopic.MY_NEEDS,
    NotificationKind.NEED_CANCELLED: NotificationTopic.MY_NEEDS,
    NotificationKind.NEED_TAKEN_DOWN: NotificationTopic.MY_NEEDS,
    NotificationKind.NEED_EXPIRED: NotificationTopic.MY_NEEDS,
    NotificationKind.OFFER_ACCEPTED: NotificationTopic.MY_OFFERS,
    NotificationKind.OFFER_REJECTED: NotificationTopic.MY_OFFERS,
    NotificationKind.STANDING_BY: NotificationTopic.MY_OFFERS,
    NotificationKind.PLACE_FREE: NotificationTopic.MY_OFFERS,
    NotificationKind.ASKED: NotificationTopic.QUESTIONS,
    NotificationKind.DROPPED_OUT: NotificationTopic.HELP,
    NotificationKind.DID_NOT_COME: NotificationTopic.HELP,
    NotificationKind.CALLED_OFF: NotificationTopic.HELP,
    NotificationKind.HELP_REPORTED: NotificationTopic.HELP,
    NotificationKind.HELP_CONFIRMED: NotificationTopic.HELP,
    NotificationKind.THANKED: NotificationTopic.THANKS,
    NotificationKind.MADE_COORDINATOR: NotificationTopic.ACCOUNT,
    NotificationKind.MADE_MEMBER: NotificationTopic.ACCOUNT,
    NotificationKind.SUSPENDED: NotificationTopic.ACCOUNT,
    NotificationKind.RESTORED: NotificationTopic.ACCOUNT,
    NotificationKind.PASSWORD_CHANGED: NotificationTopic.ACCOUNT,
    NotificationKind.REPORT_HANDLED: NotificationTopic.ACCOUNT,
}


class OutboxState(IntEnum):
    """Where the e-mail of a notification stands. From `SENDING` on it is never sent again, whatever happened."""

    WAITING = 0
    SENDING = 1
    SENT = 2
    GIVEN_UP = 3


class MetricKey(StrEnum):
    """What the dashboard counts; defined in `metrics`."""

    OPEN = "open"
    BEYOND_TARGET = "beyond_target"
    TO_DECIDE = "to_decide"
    MATCHED_TODAY = "matched_today"
    FULFILLED_THIS_MONTH = "fulfilled_this_month"
    FIRST_OFFER = "first_offer"
    WITHOUT_OFFER = "without_offer"
    FIRST_MATCH = "first_match"
    WITHOUT_MATCH = "without_match"
    FILL_RATE = "fill_rate"
    FILLED = "filled"
    CALLED_OFF_EARLY = "called_off_early"
    ACTIVE_VOLUNTEERS = "active_volunteers"
    NEVER_ASKED = "never_asked"
    UNMET = "unmet"
    PUBLISHED = "published"
    MATCHED = "matched"
    FULFILLED = "fulfilled"
