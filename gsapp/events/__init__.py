"""Domain events, published after a commit. They carry ids, never data: subscribers reload what they need.

`gsapp.db` publishes what a transaction recorded after its commit. Subscribers run in the committing thread: they
must be quick and must not raise (exceptions are logged and do not reach the user, whose change is saved).
"""

from dataclasses import dataclass

from gsapp.events.bus import Bus
from gsapp.events.event import Event as Event
from gsapp.events.event import InboxChanged as InboxChanged
from gsapp.events.event import MissedEvents as MissedEvents
from gsapp.events.reading import Exported as Exported
from gsapp.events.reading import PeopleListed as PeopleListed
from gsapp.events.reading import PersonSeen as PersonSeen


@dataclass(frozen=True)
class NeedChanged(Event):
    """Base of the events of one need, its offers and its matches."""

    need_id: int


@dataclass(frozen=True)
class NeedPublished(NeedChanged): ...


@dataclass(frozen=True)
class NeedEdited(NeedChanged): ...


@dataclass(frozen=True)
class NeedDeleted(NeedChanged): ...


@dataclass(frozen=True)
class NeedCancelled(NeedChanged): ...


@dataclass(frozen=True)
class NeedExpired(NeedChanged): ...


@dataclass(frozen=True)
class NeedTakenDown(NeedCancelled):
    """A coordinator has hidden the texts of a need from members, and cancelled it unless it was over."""


@dataclass(frozen=True)
class VolunteerAsked(NeedChanged):
    """A volunteer has been asked by name to help with a need."""

    volunteer_id: int


@dataclass(frozen=True)
class OfferChanged(NeedChanged):
    offer_id: int


@dataclass(frozen=True)
class OfferMade(OfferChanged): ...


@dataclass(frozen=True)
class OfferEdited(OfferChanged): ...


@dataclass(frozen=True)
class OfferWithdrawn(OfferChanged): ...


@dataclass(frozen=True)
class OfferAccepted(OfferChanged):
    match_id: int


@dataclass(frozen=True)
class OfferRejected(OfferChanged): ...


@dataclass(frozen=True)
class MatchChanged(NeedChanged):
    match_id: int


@dataclass(frozen=True)
class VolunteerDroppedOut(MatchChanged): ...


@dataclass(frozen=True)
class VolunteerDidNotCome(MatchChanged): ...


@dataclass(frozen=True)
class HelpReported(MatchChanged): ...


@dataclass(frozen=True)
class HelpConfirmed(MatchChanged): ...


@dataclass(frozen=True)
class ThanksGiven(MatchChanged): ...


@dataclass(frozen=True)
class MatchCalledOff(MatchChanged):
    """A coordinator has taken the need down while the match was active."""


@dataclass(frozen=True)
class UserChanged(Event):
    user_id: int


@dataclass(frozen=True)
class UserRegistered(UserChanged): ...


@dataclass(frozen=True)
class ProfileChanged(UserChanged): ...


@dataclass(frozen=True)
class PhoneChanged(UserChanged): ...


@dataclass(frozen=True)
class DetailsTried(UserChanged):
    """Another person has tried to use this user's phone or ID number for an account."""


@dataclass(frozen=True)
class EmailChanged(UserChanged): ...


@dataclass(frozen=True)
class NewBrowserSeen(UserChanged):
    """The user has signed in from a browser or a network that has not been seen with this account before."""


@dataclass(frozen=True)
class NameChanged(UserChanged): ...


@dataclass(frozen=True)
class PasswordChanged(UserChanged): ...


@dataclass(frozen=True)
class RoleChanged(UserChanged): ...


@dataclass(frozen=True)
class UserSuspended(UserChanged): ...


@dataclass(frozen=True)
class UserRestored(UserChanged): ...


@dataclass(frozen=True)
class SessionsEnded(UserChanged):
    """These sessions have ended: their open pages close. Empty if only access tokens were revoked."""

    session_ids: tuple[int, ...]


@dataclass(frozen=True)
class UserLeft(UserChanged):
    """The account was anonymised; the records that statistics count remain."""


@dataclass(frozen=True)
class CalendarLinkMade(UserChanged): ...


@dataclass(frozen=True)
class CalendarLinkEnded(UserChanged): ...


@dataclass(frozen=True)
class PhoneSeen(UserChanged):
    """A coordinator has viewed this member's phone number."""


@dataclass(frozen=True)
class PasswordLinkIssued(UserChanged): ...


@dataclass(frozen=True)
class LinkConsentAsked(UserChanged): ...


@dataclass(frozen=True)
class LinkConsentGiven(UserChanged): ...


@dataclass(frozen=True)
class ResidentRecorded(UserChanged):
    """A coordinator has recorded a resident without internet access."""


@dataclass(frozen=True)
class ResidentEdited(UserChanged): ...


@dataclass(frozen=True)
class ResidentCalled(UserChanged):
    """A coordinator has phoned a resident without internet access, or has tried to."""


@dataclass(frozen=True)
class TypeChanged(Event):
    """Base of the changes of a kind of help by coordinators."""

    type_id: int


@dataclass(frozen=True)
class TypeAdded(TypeChanged): ...


@dataclass(frozen=True)
class TypeEdited(TypeChanged): ...


@dataclass(frozen=True)
class TypeMoved(TypeChanged): ...


@dataclass(frozen=True)
class TypeEnabled(TypeChanged): ...


@dataclass(frozen=True)
class TypeDisabled(TypeChanged): ...


@dataclass(frozen=True)
class CityChanged(Event):
    """Base of the changes of a city by coordinators."""

    city_id: int


@dataclass(frozen=True)
class CityAdded(CityChanged): ...


@dataclass(frozen=True)
class CityEnabled(CityChanged): ...


@dataclass(frozen=True)
class CityDisabled(CityChanged): ...


@dataclass(frozen=True)
class ReportChanged(Event):
    """Base of the events of an abuse report."""

    report_id: int


@dataclass(frozen=True)
class AbuseReported(ReportChanged): ...


@dataclass(frozen=True)
class ReportHandled(ReportChanged): ...


@dataclass(frozen=True)
class WallLinkChanged(Event):
    """Base of the events of a link to the wall display."""

    link_id: int


@dataclass(frozen=True)
class WallLinkMade(WallLinkChanged): ...


@dataclass(frozen=True)
class WallLinkRevoked(WallLinkChanged): ...


process_bus: Bus[Event] = Bus()
"""The event bus of this process: subscribed to by the cache and by all pages that the process serves."""
subscribe, publish, deliver = process_bus.subscribe, process_bus.publish, process_bus.deliver
forward_to = process_bus.forward_to
