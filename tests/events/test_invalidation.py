"""Which events invalidate which answers."""

from dataclasses import dataclass

import pytest

from gsapp.events import HelpConfirmed, InboxChanged, MissedEvents, NeedChanged, NeedEdited, ProfileChanged, UserChanged
from gsapp.events.invalidation import invalidated_by, invalidates


@dataclass(frozen=True)
class Reader:
    user_id: int


@invalidated_by(NeedChanged, need_id="need_id")
def need() -> None: ...


@invalidated_by(NeedChanged, need_id="need_ids")
def needs() -> None: ...


@invalidated_by(UserChanged, user_id="actor.user_id")
@invalidated_by(HelpConfirmed)
def profile() -> None: ...


def test_an_event_is_compared_with_an_argument_of_the_query() -> None:
    invalidated = invalidates(need, need_id=7)
    assert invalidated(NeedEdited(7))
    assert not invalidated(NeedEdited(8))
    assert not invalidated(InboxChanged(7)), "another kind of event"


def test_an_argument_may_name_several() -> None:
    shown = {1}
    invalidated = invalidates(needs, need_ids=shown)
    assert not invalidated(NeedEdited(2))
    shown.add(2)  # as soon as the page knows what it shows
    assert invalidated(NeedEdited(2))


def test_declarations_add_up_and_may_look_into_an_argument() -> None:
    invalidated = invalidates(profile, need, actor=Reader(3), need_id=7)
    assert invalidated(ProfileChanged(3))
    assert not invalidated(ProfileChanged(4))
    assert invalidated(HelpConfirmed(1, 2)), "of anybody"
    assert invalidated(NeedEdited(7))


def test_when_events_were_missed_everything_is_invalid() -> None:
    assert invalidates(need, need_id=7)(MissedEvents())


def test_a_mistake_in_a_declaration_or_a_page_is_refused() -> None:
    with pytest.raises(TypeError, match="NeedChanged has no user_id"):
        invalidated_by(NeedChanged, user_id="actor.user_id")
    with pytest.raises(TypeError, match="which need_id"):
        invalidates(need)
    with pytest.raises(TypeError, match=r"which actor\.user_id"):
        invalidates(profile, actor=7)
    with pytest.raises(TypeError, match="not marked"):
        invalidates(test_an_argument_may_name_several)
