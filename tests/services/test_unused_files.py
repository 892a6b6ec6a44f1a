"""Uploaded files that are not attached yet: limits and owner."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gsapp import db
from gsapp.access import Actor
from gsapp.errors import NotSignedIn
from gsapp.schemas.admin import WhyForm
from gsapp.services import files, leaving, suspension
from gsapp.services.files import TooManyUnused
from tests.support import lives
from tests.support.lives import person, publish
from tests.support.samples import send

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]


@pytest.fixture
def anna(on: object) -> Actor:
    return person("anna")


def test_only_so_many_lie_about_unused(anna: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_UNUSED_FILES", 2)
    first = send(anna)
    send(anna)
    with pytest.raises(TooManyUnused):
        send(anna)
    publish(anna, attachments=first)
    send(anna)


def test_forgotten_files_make_room_for_new_ones(
    anna: Actor, on: Callable[[], set[str]], wait: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_UNUSED_FILES", 2)
    send(anna)
    wait(timedelta(hours=2))
    second, third = send(anna), send(anna)
    assert on() == {second, third}
    with pytest.raises(TooManyUnused):
        send(anna)
    assert on() == {second, third}


@pytest.mark.parametrize("how", ["leaves", "is suspended"])
def test_of_who_goes_while_a_photo_is_on_its_way_none_is_kept(
    anna: Actor, on: Callable[[], set[str]], how: str
) -> None:
    if how == "leaves":
        db.write(leaving.leave, actor=anna)
    else:
        why = WhyForm(reason="Was rude")
        db.write(suspension.suspend, actor=lives.coordinator(), user_id=anna.user_id, form=why)
    with pytest.raises(NotSignedIn):
        send(anna)
    assert on() == set()
