"""Enums and constants of the domain, for all layers. The numbers are those stored in existing databases."""

from enum import IntEnum, StrEnum
from typing import Any

from gsapp.i18n import N_, Translate


class Role(IntEnum):
    """The role of an account, which decides its permissions; stored in `userlvl`."""

    MEMBER = 0
    COORDINATOR = 1


ROLE_WORDS = {Role.MEMBER: N_("Member"), Role.COORDINATOR: N_("Coordinator")}

FORMER = "left-"
"""Prefix, before the user id, of the username of an anonymized account, whose owner has left."""


def is_former(username: str) -> bool:
    """Whether a username is that of an anonymized account, whose owner has left."""
    return username.startswith(FORMER) and username.removeprefix(FORMER).isdecimal()


class IdType(StrEnum):
    """The kind of identity document; the Chinese name is stored and sent in JSON."""

    ID_CARD = "身份证"
    PASSPORT = "护照"
    TRAVEL_PERMIT = "港澳居民来往内地通行证"
    OTHER = "其他"


class NeedState(IntEnum):
    """The stored state of a need. Users see `NeedStatus`, which is derived from it."""

    ACTIVE = 0
    CANCELLED = -1


class NeedStatus(StrEnum):
    """The status of a need as users see it, derived from its state, places and dates."""

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
    """The state of an offer; stored in `response_state`."""

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
    """The state of a match. In the first three it takes a place of its need, in the others it does not."""

    RUNNING = 0
    REPORTED = 1
    CONFIRMED = 2
    DROPPED = -1
    NO_SHOW = -2


class Reportable(StrEnum):
    """The kinds of records that a member may report to the coordinators."""

    NEED = "need"
    OFFER = "offer"
    USER = "user"


REPORTABLE_WORDS = {Reportable.NEED: N_("Need"), Reportable.OFFER: N_("Offer"), Reportable.USER: N_("Person")}


class AdminArea(StrEnum):
    """The areas in the onboarding list of a coordinator; stored in `User.first_steps` once opened."""

    DASHBOARD = "dashboard"
    CALLS = "calls"
    REPORTS = "reports"
    WALL = "wall"


COUNTING_MATCHES = (MatchState.RUNNING, MatchState.REPORTED, MatchState.CONFIRMED)
"""Matches that take a place and count as completed (响应成功)."""

OPEN_MATCHES = (MatchState.RUNNING, MatchState.REPORTED)
"""Matches that are not confirmed yet: the two sides see each other's phone number."""

ACTIVE_OFFERS = (OfferState.PENDING, OfferState.ACCEPTED)
"""A volunteer may have at most one offer in these states for a need."""


BUSY_FROM = 3
"""A volunteer with this many running matches is not recommended for another need."""

MAX_ASKED_PER_NEED = 5
"""Volunteers who may be asked about one need."""

MAX_ASKED_A_WEEK = 3
"""Requests to one volunteer within 7 days, for all needs together."""


class ReasonCode(StrEnum):
    """System reasons: why the program did something. Stored in `reason_code`, beside `reason`, which a user typed."""

    DROPPED_OUT = "dropped_out"
    DID_NOT_COME = "did_not_come"
    NEED_CANCELLED = "need_cancelled"
    NEED_EXPIRED = "need_expired"
    RESERVE_OVER = "reserve_over"
    COMMAND_LINE = "command_line"


REASON_WORDS = {
    ReasonCode.DROPPED_OUT: N_("The neighbour could not come after all."),
    ReasonCode.DID_NOT_COME: N_("The neighbour did not come."),
    ReasonCode.NEED_CANCELLED: N_("The need was called off."),
    ReasonCode.NEED_EXPIRED: N_("The need has passed its end without a match."),
    ReasonCode.RESERVE_OVER: N_("The need has passed its end; another neighbour came."),
    ReasonCode.COMMAND_LINE: N_("The operator of this site did this on the command line."),
}

Reason = str | ReasonCode
"""A reason as use cases pass it: the text that a user typed, or the code of a system reason."""


def reason_columns(reason: Reason) -> dict[str, Any]:
    """Split a reason into the values of its two columns, of which at most one is filled."""
    if isinstance(reason, ReasonCode):
        return {"reason": "", "reason_code": reason}
    return {"reason": reason, "reason_code": None}


def reason_text(reason: str, reason_code: ReasonCode | None, t: Translate) -> str:
    """The text of a reason from its two columns: a system reason is translated, text typed by a user is not."""
    return reason if reason_code is None else t(REASON_WORDS[reason_code])


class NotificationKind(StrEnum):
    """The kind of a notification; its text is rendered when it is read, in the reader's language."""

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
    COORDINATOR_ADDED = "coordinator_added"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - not a password
    PASSWORD_LINK_ISSUED = "password_link_issued"  # noqa: S105 - not a password
    EMAIL_CHANGED = "email_changed"
    PHONE_CHANGED = "phone_changed"
    NEW_BROWSER = "new_browser"
    LINK_CONSENT_ASKED = "link_consent_asked"
    DETAILS_TRIED = "details_tried"
    REPORT_HANDLED = "report_handled"
    CONFIRM_ADDRESS = "confirm_address"
    """Sent by e-mail only, to an address that is not confirmed; never in the inbox."""


class NotificationTopic(StrEnum):
    """Groups of notification kinds; each has one preference."""

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
    NotificationKind.COORDINATOR_ADDED: NotificationTopic.ACCOUNT,
    NotificationKind.SUSPENDED: NotificationTopic.ACCOUNT,
    NotificationKind.RESTORED: NotificationTopic.ACCOUNT,
    NotificationKind.PASSWORD_CHANGED: NotificationTopic.ACCOUNT,
    NotificationKind.PASSWORD_LINK_ISSUED: NotificationTopic.ACCOUNT,
    NotificationKind.EMAIL_CHANGED: NotificationTopic.ACCOUNT,
    NotificationKind.PHONE_CHANGED: NotificationTopic.ACCOUNT,
    NotificationKind.DETAILS_TRIED: NotificationTopic.ACCOUNT,
    NotificationKind.LINK_CONSENT_ASKED: NotificationTopic.ACCOUNT,
    NotificationKind.NEW_BROWSER: NotificationTopic.ACCOUNT,
    NotificationKind.REPORT_HANDLED: NotificationTopic.ACCOUNT,
    NotificationKind.CONFIRM_ADDRESS: NotificationTopic.ACCOUNT,
}

SECURITY_KINDS = frozenset(
    {
        NotificationKind.MADE_COORDINATOR,
        NotificationKind.MADE_MEMBER,
        NotificationKind.COORDINATOR_ADDED,
        NotificationKind.SUSPENDED,
        NotificationKind.RESTORED,
        NotificationKind.PASSWORD_CHANGED,
        NotificationKind.PASSWORD_LINK_ISSUED,
        NotificationKind.EMAIL_CHANGED,
        NotificationKind.PHONE_CHANGED,
        NotificationKind.NEW_BROWSER,
        NotificationKind.LINK_CONSENT_ASKED,
        NotificationKind.DETAILS_TRIED,
    }
)
"""Security notifications: about who can use an account. Its owner always gets them, also as the one who acted, in the
inbox and by e-mail, regardless of the preferences: the step may have been taken by another person. Their e-mails are
never delayed, gathered or limited."""


class OutboxState(IntEnum):
    """The state of an e-mail in the outbox. After `SENDING` it is retried only if the server has not accepted it."""

    WAITING = 0
    SENDING = 1
    SENT = 2
    GIVEN_UP = 3


class MetricKey(StrEnum):
    """The keys of the metrics; defined in `gsapp.metrics`."""

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
