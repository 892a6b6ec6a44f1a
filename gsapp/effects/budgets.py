"""Rate limits of steps: how much one member may do in a day of each kind of thing that others notice.

Counted by `record_event`, through which every step goes. A kind counts once in a transaction, however many events it
records. The limits are far above what a person needs; a new account has a third of them.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from gsapp import clock, events
from gsapp.access import Actor
from gsapp.errors import TooMany
from gsapp.events import Event
from gsapp.i18n import N_
from gsapp.security import vault

NEW_FOR = timedelta(days=3)


class Budget(NamedTuple):
    """Steps of one kind a day, for members and for new ones."""

    kind: str
    a_day: int
    a_day_new: int


NEEDS = Budget("needs", 15, 5)
OFFERS = Budget("offers", 30, 10)
EDITS = Budget("edits", 60, 20)
ANSWERS = Budget("answers", 90, 30)
PROFILE = Budget("profile", 30, 10)
CONTACTS = Budget("contacts", 30, 10)
COORDINATION = Budget("coordination", 3000, 3000)
"""For every step of a coordinator, also on behalf of a resident."""

BUDGETS: dict[type[Event], Budget] = {
    events.NeedPublished: NEEDS,
    events.NeedEdited: EDITS,
    events.NeedDeleted: EDITS,
    events.NeedCancelled: EDITS,
    events.OfferMade: OFFERS,
    events.OfferEdited: EDITS,
    events.OfferWithdrawn: EDITS,
    events.OfferAccepted: ANSWERS,
    events.OfferRejected: ANSWERS,
    events.VolunteerDroppedOut: ANSWERS,
    events.VolunteerDidNotCome: ANSWERS,
    events.HelpReported: ANSWERS,
    events.HelpConfirmed: ANSWERS,
    events.ThanksGiven: ANSWERS,
    events.ProfileChanged: PROFILE,
    events.PhoneChanged: PROFILE,
    events.EmailChanged: PROFILE,
    events.NameChanged: PROFILE,
    events.CalendarLinkMade: PROFILE,
    events.CalendarLinkEnded: PROFILE,
    events.VolunteerAsked: CONTACTS,
    events.AbuseReported: CONTACTS,
}
UNLIMITED = {
    events.UserRegistered,  # limited by address before the password is hashed
    events.PasswordChanged,  # limited by the check of the old password; a link works once
    events.SessionsEnded,  # signing out always works
    events.DetailsTried,  # has no actor; limited by address and account, see `flows.details`
    events.NewBrowserSeen,  # signing in always works; `services.browsers` limits the events
    events.UserLeft,  # leaving always works
}
"""Steps of members that are not counted here. Those that only coordinators take are `COORDINATION`."""


class BudgetSpent(TooMany):
    """A member has done a thing as often as a day allows."""

    sentence = N_("You have done this very often today. You can go on in {hours} hours.")

    def __init__(self, retry_after: int) -> None:
        super(TooMany, self).__init__(hours=max(1, -(-retry_after // 3600)))
        self.retry_after = retry_after


def spend(session: Session, actor: Actor, registered_at: datetime, event: Event) -> None:
    """Count a step of `actor`, who registered at `registered_at`. Raises `BudgetSpent`."""
    if type(event) in UNLIMITED or session.info.get("unlimited"):
        return
    budget = BUDGETS.get(type(event), COORDINATION)
    if actor.is_coordinator or actor.by:
        budget = COORDINATION
    counted: set[str] = session.info.setdefault("budgets_counted", set())
    if budget.kind in counted:
        return
    counted.add(budget.kind)
    is_new = clock.now() - registered_at < NEW_FOR
    if pause := vault().throttle.step(budget.kind, actor.real_user_id, budget.a_day_new if is_new else budget.a_day):
        raise BudgetSpent(pause)


def unlimited(session: Session) -> None:
    """Count no further step of this transaction: what ends an account must never be refused."""
    session.info["unlimited"] = True
