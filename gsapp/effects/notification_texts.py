"""Notification texts: the sentence of each kind of notification in the inbox, the e-mail and the API.

They are made when a notification is read, in the reader's language; stored are kind, people and record numbers. Which
event sends which kinds: `effects.event_words`; to which people: `effects.notify`.
"""

from collections.abc import Mapping

from gsapp.i18n import N_, Translate
from gsapp.schemas.inbox import NewsRow
from gsapp.schemas.read_models import called
from gsapp.vocabulary import NoticeKind, NoticeTopic

NOTIFICATION_TEXTS: Mapping[NoticeKind, str] = {
    NoticeKind.ASKED: N_("{name} asks whether you can help with “{title}”."),
    NoticeKind.OFFER_MADE: N_("{name} offers to help with “{title}”."),
    NoticeKind.OFFER_EDITED: N_("{name} has put the offer in other words: “{title}”."),
    NoticeKind.OFFER_WITHDRAWN: N_("{name} has taken the offer back: “{title}”."),
    NoticeKind.OFFER_ACCEPTED: N_("{name} has chosen you for “{title}”. Now you see each other's phone number."),
    NoticeKind.OFFER_REJECTED: N_("Not this time: “{title}”. Thank you for offering!"),
    NoticeKind.STANDING_BY: N_("Somebody else comes for “{title}”. You stay as a reserve."),
    NoticeKind.PLACE_FREE: N_("“{title}” needs somebody again. You may still be chosen."),
    NoticeKind.DROPPED_OUT: N_("{name} cannot come after all: “{title}”. You can choose somebody else."),
    NoticeKind.DID_NOT_COME: N_("{name} says that you did not come: “{title}”."),
    NoticeKind.CALLED_OFF: N_("Need No. {number} has been called off. Please do not go there."),
    NoticeKind.HELP_REPORTED: N_("{name} says that it is done: “{title}”. Please confirm it."),
    NoticeKind.HELP_CONFIRMED: N_("{name} says, too, that it is done: “{title}”. Thank you!"),
    NoticeKind.THANKED: N_("{name} says thank you for “{title}”."),
    NoticeKind.NEED_CANCELLED: N_("{name} has called your need off: “{title}”."),
    NoticeKind.NEED_TAKEN_DOWN: N_("A coordinator has taken your need No. {number} down."),
    NoticeKind.NEED_EXPIRED: N_("Your need has passed its end: “{title}”. You can ask again."),
    NoticeKind.MADE_COORDINATOR: N_("You are a coordinator now."),
    NoticeKind.MADE_MEMBER: N_("You are no longer a coordinator."),
    NoticeKind.SUSPENDED: N_("Your account is suspended for now."),
    NoticeKind.RESTORED: N_("Your account works again."),
    NoticeKind.PASSWORD_CHANGED: N_("Your password has been changed."),
    NoticeKind.REPORT_HANDLED: N_("A coordinator has looked at your report."),
}
CLOCK_TEXTS: Mapping[NoticeKind, str] = {
    NoticeKind.HELP_CONFIRMED: N_("7 days have passed, so it counts as done: “{title}”.")
}
"""Instead of the above when the scheduler acted and not a person."""

TOPIC_NAMES: Mapping[NoticeTopic, str] = {
    NoticeTopic.MY_NEEDS: N_("Offers for my needs"),
    NoticeTopic.MY_OFFERS: N_("Answers to my offers"),
    NoticeTopic.QUESTIONS: N_("Neighbours who ask me to help"),
    NoticeTopic.HELP: N_("Help that is agreed: done, or not after all"),
    NoticeTopic.THANKS: N_("Thanks"),
    NoticeTopic.ACCOUNT: N_("My account"),
}
"""What the notification preferences call each topic."""


def notification_text(t: Translate, row: NewsRow) -> str:
    """The sentence of one notification."""
    by_clock = CLOCK_TEXTS.get(row.kind) if row.name is None else None
    name = None if row.name is None else called(t, row.name)
    return t(by_clock or NOTIFICATION_TEXTS[row.kind], name=name, title=row.title, number=f"{row.need_id or 0:04d}")
