"""Closed accounts are shown as former members wherever their name appeared."""

from collections.abc import Iterator

import pytest

from gsapp import clock, db
from gsapp.effects.event_words import need_history_text
from gsapp.effects.notification_texts import notification_text
from gsapp.i18n import translator
from gsapp.queries.admin_people import user_detail
from gsapp.queries.history import need_history
from gsapp.queries.inbox import notifications
from gsapp.schemas.inbox import NotificationFilter
from gsapp.schemas.read_models import display_name
from gsapp.services.leaving import leave
from tests.support import lives
from tests.support.lives import NOON, confirmed, coordinator, people


@pytest.fixture(autouse=True)
def noon(sqlite_database: db.Database) -> Iterator[None]:
    with lives.keys(), clock.at(NOON):
        yield


@pytest.mark.parametrize(
    ("username", "said"),
    [
        ("left-7", "a former member"),
        ("left-", "left-"),
        ("left-handed", "left-handed"),
        ("xleft-7", "xleft-7"),
        ("anna", "anna"),
    ],
)
def test_only_what_stands_in_place_of_a_name_is_told_in_words(username: str, said: str) -> None:
    assert display_name(translator("en"), username) == said


@pytest.mark.parametrize(("language", "said"), [("en", "a former member"), ("zh-CN", "已离开的邻居")])
def test_news_and_history_speak_of_a_former_member(language: str, said: str) -> None:
    anna, ben = people("anna", "ben")
    life = confirmed(anna, ben)
    db.write(leave, actor=ben)
    t = translator(language)
    told = [need_history_text(t, step) for step in db.read(need_history, actor=anna, need_id=life.need)]
    told += [notification_text(t, row) for row in db.read(notifications, actor=anna, filter=NotificationFilter()).items]
    assert not [words for words in told if "left-" in words or "ben" in words]
    assert sum(said in words for words in told) >= 4


def test_a_coordinator_sees_that_somebody_has_left_and_nothing_of_who_it_was() -> None:
    cora, (anna,) = coordinator(), people("anna")
    db.write(leave, actor=anna)
    seen = db.read(user_detail, actor=cora, user_id=anna.user_id)
    assert seen.left_at == clock.now()
    assert "anna" not in seen.model_dump_json()
