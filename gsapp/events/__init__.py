"""Facts that left with a commit. They say "look again" and carry ids, never data.

`gsapp.db` publishes what a transaction recorded, after its commit. Subscribers run in the thread that committed: they
must be quick and must not raise (what they raise is logged and does not reach the user, whose change is saved).
"""

from dataclasses import dataclass

from gsapp.events.bus import Bus


@dataclass(frozen=True)
class Event:
    """Base of all facts."""


@dataclass(frozen=True)
class NeedChanged(Event):
    """Base of everything that happened to one need, its offers and its matches."""

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
    """A coordinator has taken its words away, and called it off if there was something left to call off."""


@dataclass(frozen=True)
class VolunteerAsked(NeedChanged):
    """Somebody has been asked, by name, whether they can help."""

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
    """A coordinator has taken the need down while the help was running."""


@dataclass(frozen=True)
class UserChanged(Event):
    user_id: int


@dataclass(frozen=True)
class UserRegistered(UserChanged): ...


@dataclass(frozen=True)
class ProfileChanged(UserChanged): ...


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
    """These sessions are over: every page opened by them closes. None, if only access tokens have been ended."""

    session_ids: tuple[int, ...]


@dataclass(frozen=True)
class UserLeft(UserChanged):
    """The person is no longer in the account; what counts is."""


@dataclass(frozen=True)
class CalendarLinkMade(UserChanged): ...


@dataclass(frozen=True)
class CalendarLinkEnded(UserChanged): ...


@dataclass(frozen=True)
class PhoneSeen(UserChanged):
    """A coordinator has looked at this member's phone number."""


@dataclass(frozen=True)
class PasswordLinkIssued(UserChanged): ...


@dataclass(frozen=True)
class ResidentRecorded(UserChanged):
    """A coordinator has recorded somebody without the internet."""


@dataclass(frozen=True)
class ResidentEdited(UserChanged): ...


@dataclass(frozen=True)
class ResidentCalled(UserChanged):
    """A coordinator has rung somebody without the internet, or has tried to."""


@dataclass(frozen=True)
class TypeChanged(Event):
    """Base of what coordinators do to a kind of help."""

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
    """Base of what coordinators do to a city."""

    city_id: int


@dataclass(frozen=True)
class CityAdded(CityChanged): ...


@dataclass(frozen=True)
class CityEnabled(CityChanged): ...


@dataclass(frozen=True)
class CityDisabled(CityChanged): ...


@dataclass(frozen=True)
class ReportChanged(Event):
    """Base of what happens to a report of abuse."""

    report_id: int


@dataclass(frozen=True)
class AbuseReported(ReportChanged): ...


@dataclass(frozen=True)
class ReportHandled(ReportChanged): ...


@dataclass(frozen=True)
class InboxChanged(Event):
    """This member has news, or has read some. It follows from a step and is none itself."""

    user_id: int


@dataclass(frozen=True)
class WallLinkChanged(Event):
    """Base of what happened to a link to the wall display."""

    link_id: int


@dataclass(frozen=True)
class WallLinkMade(WallLinkChanged): ...


@dataclass(frozen=True)
class WallLinkRevoked(WallLinkChanged): ...


@dataclass(frozen=True)
class MissedEvents(Event):
    """Something may have happened in other processes that nobody told us: look at everything again."""


process_bus: Bus[Event] = Bus()
"""The one bus of this process: an event published here reaches all pages that are served here."""
subscribe, publish, deliver = process_bus.subscribe, process_bus.publish, process_bus.deliver
forward_to = process_bus.forward_to
