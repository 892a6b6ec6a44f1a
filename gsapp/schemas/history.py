"""What has happened to a need, step by step, in words."""

from datetime import datetime

from gsapp.errors import Translate
from gsapp.i18n import N_
from gsapp.schemas.read_models import ReadModel, called

WORDS = {
    "NeedPublished": N_("{name} asked for help."),
    "NeedEdited": N_("{name} changed the need."),
    "NeedDeleted": N_("{name} took the need back."),
    "NeedCancelled": N_("{name} called the need off."),
    "NeedTakenDown": N_("{name} took the need down."),
    "NeedExpired": N_("The need passed its end."),
    "VolunteerAsked": N_("{name} asked {helper} to help."),
    "OfferMade": N_("{name} offered to help."),
    "OfferEdited": N_("{name} put the offer in other words."),
    "OfferWithdrawn": N_("{name} took the offer back."),
    "OfferAccepted": N_("{name} chose {helper}."),
    "OfferRejected": N_("{name} said “not this time” to {helper}."),
    "VolunteerDroppedOut": N_("{name} could not come after all."),
    "VolunteerDidNotCome": N_("{name} said that {helper} did not come."),
    "MatchCalledOff": N_("{name} told {helper} not to come."),
    "HelpReported": N_("{name} said that it is done."),
    "HelpConfirmed": N_("{name} said, too, that it is done."),
    "ThanksGiven": N_("{name} said thank you."),
}
"""By the name of the event under which a step stands in the history."""

BY_THE_CLOCK = {
    "OfferRejected": N_("The offer of {helper} was closed."),
    "HelpConfirmed": N_("7 days had passed, so it counts as done."),
}


class Who(ReadModel):
    """Somebody in the history; the reader is told "you"."""

    username: str
    me: bool

    def name(self, t: Translate) -> str:
        """As the one who did it."""
        return t(N_("You")) if self.me else called(t, self.username)

    def other(self, t: Translate) -> str:
        """As the one to whom it was done."""
        return t(N_("you")) if self.me else called(t, self.username)


class HistoryRow(ReadModel):
    """One step. `who` is `None` for the clock; `acted_by` did it in the name of `who`, who has no phone."""

    action: str
    at: datetime
    who: Who | None
    acted_by: Who | None
    helper: Who | None
    reason: str
    ours: bool

    def sentence(self, t: Translate) -> str:
        by_itself = self.who is None and self.action in BY_THE_CLOCK
        words = BY_THE_CLOCK[self.action] if by_itself else WORDS[self.action]
        return t(words, name=self._actor(t), helper=self.helper.other(t) if self.helper else "")

    def why(self, t: Translate) -> str:
        """The reason in the reader's language; people's own words as they are."""
        return t(self.reason) if self.ours else self.reason

    def _actor(self, t: Translate) -> str:
        if self.who is None:
            return t(N_("The clock"))
        if self.acted_by is None:
            return self.who.name(t)
        return t(N_("{name} for {other}"), name=self.acted_by.name(t), other=self.who.other(t))
