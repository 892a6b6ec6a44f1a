"""What the history calls each step, in words."""

from gsapp import events
from gsapp.events import Event
from gsapp.i18n import N_

WORDS: dict[type[Event], str] = {
    events.NeedPublished: N_("Need published"),
    events.NeedEdited: N_("Need changed"),
    events.NeedDeleted: N_("Need taken back"),
    events.NeedCancelled: N_("Need called off"),
    events.NeedTakenDown: N_("Need taken down"),
    events.NeedExpired: N_("Need expired"),
    events.VolunteerAsked: N_("Volunteer asked"),
    events.OfferMade: N_("Offer made"),
    events.OfferEdited: N_("Offer changed"),
    events.OfferWithdrawn: N_("Offer taken back"),
    events.OfferAccepted: N_("Offer chosen"),
    events.OfferRejected: N_("Offer not chosen"),
    events.VolunteerDroppedOut: N_("Helper could not come"),
    events.VolunteerDidNotCome: N_("Helper did not come"),
    events.MatchCalledOff: N_("Help called off"),
    events.HelpReported: N_("Help reported as done"),
    events.HelpConfirmed: N_("Help confirmed"),
    events.ThanksGiven: N_("Thanks given"),
    events.UserRegistered: N_("Registered"),
    events.ProfileChanged: N_("Profile changed"),
    events.PasswordChanged: N_("Password changed"),
    events.PasswordLinkIssued: N_("Password link issued"),
    events.PhoneSeen: N_("Phone number looked at"),
    events.RoleChanged: N_("Role changed"),
    events.ResidentRecorded: N_("Resident recorded"),
    events.ResidentEdited: N_("Resident's data changed"),
    events.ResidentCalled: N_("Resident rung up"),
    events.UserSuspended: N_("Account suspended"),
    events.UserRestored: N_("Account restored"),
    events.UserLeft: N_("Left GoodServices"),
    events.CalendarLinkMade: N_("Calendar address made"),
    events.CalendarLinkEnded: N_("Calendar address ended"),
    events.SessionsEnded: N_("Signed out elsewhere"),
    events.TypeAdded: N_("Kind of help added"),
    events.TypeEdited: N_("Kind of help changed"),
    events.TypeMoved: N_("Kind of help moved"),
    events.TypeEnabled: N_("Kind of help switched on"),
    events.TypeDisabled: N_("Kind of help switched off"),
    events.CityAdded: N_("City added"),
    events.CityEnabled: N_("City switched on"),
    events.CityDisabled: N_("City switched off"),
    events.WallLinkMade: N_("Wall link made"),
    events.WallLinkRevoked: N_("Wall link ended"),
    events.AbuseReported: N_("Abuse reported"),
    events.ReportHandled: N_("Report handled"),
}

BY_NAME = {kind.__name__: words for kind, words in WORDS.items()}
"""The same by the name under which the history stores a step."""

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
"""The states that steps lead from and to, as the history stores them."""
