"""Words of events: one table, keyed by the event class, with a column for each place where an event is shown.

The sentence of a notification depends on its kind, since one event may notify its two sides in different words: the
column names the kinds, `effects.notification_texts` has their sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gsapp import events
from gsapp.events import Event
from gsapp.i18n import N_, Translate
from gsapp.schemas.history import HistoryRow, Who
from gsapp.schemas.read_models import display_name
from gsapp.vocabulary import NotificationKind


@dataclass(frozen=True)
class FeedWords:
    """The texts of an event in the activity feed of the dashboard, and on the wall display.

    Placeholders: `{need}` is the need's number, `{who}` the acting member, `{title}` what the member wrote. The wall
    has no names and no titles, but `{kind}` and `{city}`; an empty `wall` hides the event there. `icon` is a symbol
    of `pages/assets/img/icons.svg`, `tone` one of the colours of the feed.
    """

    dashboard: str
    wall: str
    icon: str
    tone: str


@dataclass(frozen=True)
class EventWords:
    """The texts of one event class; an empty field means that the event is not shown in that place.

    `name` is for the admin history, as page and as file. `need_history` is for the page of a need, with `{name}` for
    the acting person and `{helper}` for the other one; `need_history_clock` replaces it when the scheduler acted.
    `notifications` are the kinds sent to inbox, e-mail and API.
    """

    name: str
    need_history: str = ""
    need_history_clock: str = ""
    notifications: tuple[NotificationKind, ...] = ()
    feed: FeedWords | None = None


EVENT_WORDS: Mapping[type[Event], EventWords] = {
    events.NeedPublished: EventWords(
        N_("Need published"),
        need_history=N_("{name} asked for help."),
        feed=FeedWords(N_("{need}: {title}"), N_("{need}: {kind}, {city}"), "add_circle", "ask"),
    ),
    events.NeedEdited: EventWords(N_("Need changed"), need_history=N_("{name} changed the need.")),
    events.NeedDeleted: EventWords(N_("Need taken back"), need_history=N_("{name} took the need back.")),
    events.NeedCancelled: EventWords(
        N_("Need called off"),
        need_history=N_("{name} called the need off."),
        notifications=(NotificationKind.NEED_CANCELLED,),
        feed=FeedWords(N_("{need} was called off"), N_("{need} was called off"), "cancel", "mute"),
    ),
    events.NeedTakenDown: EventWords(
        N_("Need taken down"),
        need_history=N_("{name} took the need down."),
        notifications=(NotificationKind.NEED_TAKEN_DOWN,),
    ),
    events.NeedExpired: EventWords(
        N_("Need expired"),
        need_history=N_("The need passed its end."),
        notifications=(NotificationKind.NEED_EXPIRED,),
        feed=FeedWords(
            N_("{need} passed its end, and nobody came"),
            N_("{need} passed its end, and nobody came"),
            "hourglass_bottom",
            "warn",
        ),
    ),
    events.VolunteerAsked: EventWords(
        N_("Volunteer asked"),
        need_history=N_("{name} asked {helper} to help."),
        notifications=(NotificationKind.ASKED,),
    ),
    events.OfferMade: EventWords(
        N_("Offer made"),
        need_history=N_("{name} offered to help."),
        notifications=(NotificationKind.OFFER_MADE,),
        feed=FeedWords(
            N_("{who} offers to help with {need}"),
            N_("A neighbour offers to help with {need}"),
            "volunteer_activism",
            "help",
        ),
    ),
    events.OfferEdited: EventWords(
        N_("Offer changed"),
        need_history=N_("{name} put the offer in other words."),
        notifications=(NotificationKind.OFFER_EDITED,),
    ),
    events.OfferWithdrawn: EventWords(
        N_("Offer taken back"),
        need_history=N_("{name} took the offer back."),
        notifications=(NotificationKind.OFFER_WITHDRAWN,),
        feed=FeedWords(
            N_("{who} took back the offer for {need}"), N_("An offer for {need} was taken back"), "undo", "mute"
        ),
    ),
    events.OfferAccepted: EventWords(
        N_("Offer chosen"),
        need_history=N_("{name} chose {helper}."),
        notifications=(NotificationKind.OFFER_ACCEPTED, NotificationKind.STANDING_BY),
        feed=FeedWords(N_("{need} found somebody"), N_("{need} found somebody"), "handshake", "help"),
    ),
    events.OfferRejected: EventWords(
        N_("Offer not chosen"),
        need_history=N_("{name} said “not this time” to {helper}."),
        need_history_clock=N_("The offer of {helper} was closed."),
        notifications=(NotificationKind.OFFER_REJECTED,),
    ),
    events.VolunteerDroppedOut: EventWords(
        N_("Helper could not come"),
        need_history=N_("{name} could not come after all."),
        notifications=(NotificationKind.DROPPED_OUT, NotificationKind.PLACE_FREE),
        feed=FeedWords(
            N_("{who} cannot come after all; {need} waits again"), N_("{need} waits again"), "person_off", "bad"
        ),
    ),
    events.VolunteerDidNotCome: EventWords(
        N_("Helper did not come"),
        need_history=N_("{name} said that {helper} did not come."),
        notifications=(NotificationKind.DID_NOT_COME, NotificationKind.PLACE_FREE),
        feed=FeedWords(N_("Nobody came to {need}; it waits again"), N_("{need} waits again"), "person_off", "bad"),
    ),
    events.MatchCalledOff: EventWords(
        N_("Help called off"),
        need_history=N_("{name} told {helper} not to come."),
        notifications=(NotificationKind.CALLED_OFF,),
    ),
    events.HelpReported: EventWords(
        N_("Help reported as done"),
        need_history=N_("{name} said that it is done."),
        notifications=(NotificationKind.HELP_REPORTED,),
        feed=FeedWords(N_("{who} says that {need} is done"), N_("{need} is done, says who helped"), "task_alt", "ask"),
    ),
    events.HelpConfirmed: EventWords(
        N_("Help confirmed"),
        need_history=N_("{name} said, too, that it is done."),
        need_history_clock=N_("7 days had passed, so it counts as done."),
        notifications=(NotificationKind.HELP_CONFIRMED,),
        feed=FeedWords(N_("{need} is done"), N_("{need} is done"), "check_circle", "ok"),
    ),
    events.ThanksGiven: EventWords(
        N_("Thanks given"),
        need_history=N_("{name} said thank you."),
        notifications=(NotificationKind.THANKED,),
        feed=FeedWords(
            N_("{who} said thank you for {need}"), N_("Somebody said thank you for {need}"), "favorite", "help"
        ),
    ),
    events.UserRegistered: EventWords(
        N_("Registered"), feed=FeedWords(N_("{who} is new here"), wall="", icon="waving_hand", tone="ask")
    ),
    events.ProfileChanged: EventWords(N_("Profile changed")),
    events.PhoneChanged: EventWords(N_("Phone number changed"), notifications=(NotificationKind.PHONE_CHANGED,)),
    events.DetailsTried: EventWords(
        N_("Phone or ID number tried by another person"), notifications=(NotificationKind.DETAILS_TRIED,)
    ),
    events.EmailChanged: EventWords(N_("E-mail address changed"), notifications=(NotificationKind.EMAIL_CHANGED,)),
    events.NewBrowserSeen: EventWords(
        N_("Signed in from a new browser"), notifications=(NotificationKind.NEW_BROWSER,)
    ),
    events.NameChanged: EventWords(N_("Name changed")),
    events.PasswordChanged: EventWords(N_("Password changed"), notifications=(NotificationKind.PASSWORD_CHANGED,)),
    events.PasswordLinkIssued: EventWords(
        N_("Password link issued"), notifications=(NotificationKind.PASSWORD_LINK_ISSUED,)
    ),
    events.LinkConsentAsked: EventWords(
        N_("Consent to a password link asked"), notifications=(NotificationKind.LINK_CONSENT_ASKED,)
    ),
    events.LinkConsentGiven: EventWords(N_("Consent to a password link given")),
    events.PeopleListed: EventWords(N_("List of people looked at")),
    events.PersonSeen: EventWords(N_("Account looked at")),
    events.Exported: EventWords(N_("List of people downloaded")),
    events.PhoneSeen: EventWords(N_("Phone number looked at")),
    events.RoleChanged: EventWords(
        N_("Role changed"),
        notifications=(
            NotificationKind.MADE_COORDINATOR,
            NotificationKind.MADE_MEMBER,
            NotificationKind.COORDINATOR_ADDED,
        ),
    ),
    events.ResidentRecorded: EventWords(N_("Resident recorded")),
    events.ResidentEdited: EventWords(N_("Resident's data changed")),
    events.ResidentCalled: EventWords(N_("Resident rung up")),
    events.UserSuspended: EventWords(N_("Account suspended"), notifications=(NotificationKind.SUSPENDED,)),
    events.UserRestored: EventWords(N_("Account restored"), notifications=(NotificationKind.RESTORED,)),
    events.UserLeft: EventWords(N_("Left GoodServices")),
    events.CalendarLinkMade: EventWords(N_("Calendar address made")),
    events.CalendarLinkEnded: EventWords(N_("Calendar address ended")),
    events.SessionsEnded: EventWords(N_("Signed out elsewhere")),
    events.TypeAdded: EventWords(N_("Kind of help added")),
    events.TypeEdited: EventWords(N_("Kind of help changed")),
    events.TypeMoved: EventWords(N_("Kind of help moved")),
    events.TypeEnabled: EventWords(N_("Kind of help switched on")),
    events.TypeDisabled: EventWords(N_("Kind of help switched off")),
    events.CityAdded: EventWords(N_("City added")),
    events.CityEnabled: EventWords(N_("City switched on")),
    events.CityDisabled: EventWords(N_("City switched off")),
    events.WallLinkMade: EventWords(N_("Wall link made")),
    events.WallLinkRevoked: EventWords(N_("Wall link ended")),
    events.AbuseReported: EventWords(N_("Abuse reported")),
    events.ReportHandled: EventWords(N_("Report handled"), notifications=(NotificationKind.REPORT_HANDLED,)),
}
"""Every event that is recorded in the history. A test fails for an event class without an entry."""

BY_ACTION = {event.__name__: words for event, words in EVENT_WORDS.items()}
"""`EVENT_WORDS` by the name under which the history stores an event (`History.action`)."""

IN_NEED_HISTORY = tuple(action for action, words in BY_ACTION.items() if words.need_history)
IN_FEED = tuple(action for action, words in BY_ACTION.items() if words.feed)

STATES = {
    "active": N_("active"),
    "cancelled": N_("called off"),
    "pending": N_("waiting"),
    "accepted": N_("chosen"),
    "rejected": N_("not chosen"),
    "withdrawn": N_("taken back"),
    "running": N_("running"),
    "reported": N_("reported as done"),
    "confirmed": N_("confirmed"),
    "dropped": N_("ended"),
    "no_show": N_("nobody came"),
    "member": N_("member"),
    "coordinator": N_("coordinator"),
    "reached": N_("reached"),
    "not_reached": N_("not reached"),
    "up": N_("up"),
    "down": N_("down"),
}
"""Texts for the values of `History.old` and `History.new`."""


def event_name(t: Translate, action: str) -> str:
    """The name of an event in the admin history; the stored name for one that this version does not know."""
    return t(BY_ACTION[action].name) if action in BY_ACTION else action


def feed_words(action: str) -> FeedWords:
    """The texts of an event in the feed. Raises `KeyError` for an event that the feed does not show."""
    words = BY_ACTION[action].feed
    if words is None:
        raise KeyError(action)
    return words


def need_history_text(t: Translate, row: HistoryRow) -> str:
    """One line in the history of a need, in the second person for its reader."""
    words = BY_ACTION[row.action]
    by_clock = row.who is None and words.need_history_clock
    return t(by_clock or words.need_history, name=_actor(t, row), helper=_other(t, row.helper) if row.helper else "")


def _actor(t: Translate, row: HistoryRow) -> str:
    if row.who is None:
        return t(N_("The clock"))
    if row.acted_by is None:
        return _subject(t, row.who)
    return t(N_("{name} for {other}"), name=_subject(t, row.acted_by), other=_other(t, row.who))


def _subject(t: Translate, person: Who) -> str:
    return t(N_("You")) if person.me else display_name(t, person.username)


def _other(t: Translate, person: Who) -> str:
    return t(N_("you")) if person.me else display_name(t, person.username)
