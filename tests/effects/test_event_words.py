"""Every event has its words, in each place where it is shown."""

from gsapp import events
from gsapp.effects import event_words
from gsapp.effects.event_words import BY_ACTION, EVENT_WORDS, event_name
from gsapp.effects.notification_texts import CLOCK_TEXTS, NOTIFICATION_TEXTS, TOPIC_NAMES
from gsapp.i18n import translator
from gsapp.vocabulary import TOPICS, NotificationKind, NotificationTopic
from tests.effects.event_classes import recorded_events


def test_every_recorded_event_has_words_and_nothing_else_has() -> None:
    undecided = set(recorded_events()) - set(EVENT_WORDS)
    assert not undecided, "say in gsapp/effects/event_words.py how these are called"
    assert set(EVENT_WORDS) == set(recorded_events())
    assert all(words.name for words in EVENT_WORDS.values())


def test_every_event_of_a_need_and_no_other_has_a_line_in_its_history() -> None:
    assert set(event_words.IN_NEED_HISTORY) == {event.__name__ for event in recorded_events(events.NeedChanged)}
    assert {action for action, words in BY_ACTION.items() if words.need_history_clock} <= set(
        event_words.IN_NEED_HISTORY
    )


def test_the_wall_has_words_for_everything_in_the_feed_but_new_members() -> None:
    assert {action for action in event_words.IN_FEED if not event_words.feed_words(action).wall} == {"UserRegistered"}


def test_the_wall_has_no_place_for_names_and_titles() -> None:
    walls = [event_words.feed_words(action).wall for action in event_words.IN_FEED]
    assert not [wall for wall in walls if "{who}" in wall or "{title}" in wall]


def test_every_kind_of_notification_has_an_event_that_sends_it_a_sentence_and_a_topic() -> None:
    sent_by_events = {kind for words in EVENT_WORDS.values() for kind in words.notifications}
    assert sent_by_events | {NotificationKind.CONFIRM_ADDRESS} == set(NotificationKind)
    assert set(NOTIFICATION_TEXTS) == set(TOPICS) == set(NotificationKind)
    assert set(CLOCK_TEXTS) < set(NotificationKind)
    assert set(TOPICS.values()) == set(TOPIC_NAMES) == set(NotificationTopic)


def test_an_event_of_another_version_is_called_by_its_stored_name() -> None:
    assert event_name(translator("en"), "OfferMade") == "Offer made"
    assert event_name(translator("en"), "OfferForgotten") == "OfferForgotten"
