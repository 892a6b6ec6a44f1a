"""Notification texts: the sentence of each kind of notification in the inbox, the e-mail and the API.

They are rendered when a notification is read, in the reader's language; only kind, users and record ids are stored.
Which event sends which kinds: `effects.event_words`; to which users: `effects.notify`.
"""

from collections.abc import Mapping

from gsapp.i18n import N_, Translate
from gsapp.schemas.inbox import NotificationRow
from gsapp.schemas.read_models import display_name, need_number
from gsapp.vocabulary import NotificationKind, NotificationTopic

NOTIFICATION_TEXTS: Mapping[NotificationKind, str] = {
    NotificationKind.ASKED: N_("{name} asks whether you can help with “{title}”."),
    NotificationKind.OFFER_MADE: N_("{name} offers to help with “{title}”."),
    NotificationKind.OFFER_EDITED: N_("{name} has put the offer in other words: “{title}”."),
    NotificationKind.OFFER_WITHDRAWN: N_("{name} has taken the offer back: “{title}”."),
    NotificationKind.OFFER_ACCEPTED: N_("{name} has chosen you for “{title}”. Now you see each other's phone number."),
    NotificationKind.OFFER_REJECTED: N_("Not this time: “{title}”. Thank you for offering!"),
    NotificationKind.STANDING_BY: N_("Somebody else comes for “{title}”. You stay as a reserve."),
    NotificationKind.PLACE_FREE: N_("“{title}” needs somebody again. You may still be chosen."),
    NotificationKind.DROPPED_OUT: N_("{name} cannot come after all: “{title}”. You can choose somebody else."),
    NotificationKind.DID_NOT_COME: N_("{name} says that you did not come: “{title}”."),
    NotificationKind.CALLED_OFF: N_("Need No. {number} has been called off. Please do not go there."),
    NotificationKind.HELP_REPORTED: N_("{name} says that it is done: “{title}”. Please confirm it."),
    NotificationKind.HELP_CONFIRMED: N_("{name} says, too, that it is done: “{title}”. Thank you!"),
    NotificationKind.THANKED: N_("{name} says thank you for “{title}”."),
    NotificationKind.NEED_CANCELLED: N_("{name} has called your need off: “{title}”."),
    NotificationKind.NEED_TAKEN_DOWN: N_("A coordinator has taken your need No. {number} down."),
    NotificationKind.NEED_EXPIRED: N_("Your need has passed its end: “{title}”. You can ask again."),
    NotificationKind.MADE_COORDINATOR: N_("You are a coordinator now."),
    NotificationKind.MADE_MEMBER: N_("You are no longer a coordinator."),
    NotificationKind.COORDINATOR_ADDED: N_(
        "There is a new coordinator. If you did not expect that, please look at the list of people."
    ),
    NotificationKind.SUSPENDED: N_("Your account is suspended for now."),
    NotificationKind.RESTORED: N_("Your account works again."),
    NotificationKind.PASSWORD_CHANGED: N_(
        "Your password has been changed. If that was not you, please ring a coordinator now."
    ),
    NotificationKind.PASSWORD_LINK_ISSUED: N_(
        "A link to set a new password for you was made. If you did not ask for it, please ring a coordinator now."
    ),
    NotificationKind.EMAIL_CHANGED: N_(
        "The e-mail address of your account was changed. If that was not you, please ring a coordinator now."
    ),
    NotificationKind.PHONE_CHANGED: N_(
        "The phone number of your account was changed. If that was not you, please ring a coordinator now."
    ),
    NotificationKind.DETAILS_TRIED: N_(
        "Another person has tried to use your phone or ID number for an account. There is nothing you have to do."
    ),
    NotificationKind.LINK_CONSENT_ASKED: N_(
        "{name} asks for consent to a link that sets a new password for a coordinator. Please ring {name} first."
    ),
    NotificationKind.NEW_BROWSER: N_(
        "Your account was used from a new browser or program. If that was not you, please change your password now."
    ),
    NotificationKind.REPORT_HANDLED: N_("A coordinator has looked at your report."),
    NotificationKind.CONFIRM_ADDRESS: N_("Please confirm this e-mail address."),
}
CLOCK_TEXTS: Mapping[NotificationKind, str] = {
    NotificationKind.HELP_CONFIRMED: N_("7 days have passed, so it counts as done: “{title}”.")
}
"""Used instead of `NOTIFICATION_TEXTS` when the scheduler acted."""

TOPIC_NAMES: Mapping[NotificationTopic, str] = {
    NotificationTopic.MY_NEEDS: N_("Offers for my needs"),
    NotificationTopic.MY_OFFERS: N_("Answers to my offers"),
    NotificationTopic.QUESTIONS: N_("Neighbours who ask me to help"),
    NotificationTopic.HELP: N_("Help that is agreed: done, or not after all"),
    NotificationTopic.THANKS: N_("Thanks"),
    NotificationTopic.ACCOUNT: N_("My account"),
}
"""Names of the topics in the notification preferences."""


def notification_text(t: Translate, row: NotificationRow) -> str:
    """The sentence of one notification."""
    by_clock = CLOCK_TEXTS.get(row.kind) if row.name is None else None
    name = None if row.name is None else display_name(t, row.name)
    return t(by_clock or NOTIFICATION_TEXTS[row.kind], name=name, title=row.title, number=need_number(row.need_id or 0))
