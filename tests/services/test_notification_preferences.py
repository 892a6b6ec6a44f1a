"""News comes where its reader wants it, and costs the database little."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from gsapp import access, db
from gsapp.errors import NotFound
from gsapp.models import Notification
from gsapp.queries import emails
from gsapp.queries import inbox as inbox_queries
from gsapp.services import calendar_links, inbox
from gsapp.vocabulary import NotificationKind, NotificationTopic
from tests.support import lives
from tests.support.lives import accept, offer, people, person, publish, reported
from tests.support.news import kinds, letters, rung, set_email_address, wish
from tests.support.overlap import meet_before, together, warm_up

pytestmark = pytest.mark.usefixtures("database")


def test_who_does_not_want_a_topic_is_not_told_of_it() -> None:
    anna, ben = people("anna", "ben")
    wish(anna, in_inbox=[NotificationTopic.HELP], by_mail=[])
    with rung() as bells:
        reported(anna, ben)
    assert kinds(anna) == [NotificationKind.HELP_REPORTED]
    with db.current().read_only() as session:
        assert len(session.exec(select(Notification).where(Notification.user_id == anna.user_id)).all()) == 1
    assert bells == [anna.user_id, ben.user_id, anna.user_id], "her page looks again all the same"


@pytest.mark.parametrize("database", [pytest.param("mariadb", marks=pytest.mark.mariadb)], indirect=True)
@pytest.mark.parametrize("step", ["news", "calendar"])
def test_two_tabs_that_keep_the_first_wish_at_once_both_succeed(
    step: str, database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = person("anna")
    warm_up(database, 2)
    meet_before(monkeypatch, access, "user", 2)
    wishes = partial(wish, anna, in_inbox=[NotificationTopic.HELP], by_mail=[])
    addresses = [partial(db.write, calendar_links.make_address, actor=anna, key=key * 32) for key in "ab"]
    assert together([wishes, wishes] if step == "news" else addresses) == [None, None]


def test_letters_are_for_those_with_an_address_who_want_them() -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    set_email_address(anna)
    set_email_address(ben)
    wish(ben, in_inbox=[NotificationTopic.MY_OFFERS], by_mail=[])
    need_id = publish(anna)
    offer(cleo, need_id)
    accept(anna, offer(ben, need_id))
    about = [lives.row(Notification, letter.notification_id) for letter in letters()]
    assert [(row.user_id, row.kind) for row in about] == [(anna.user_id, NotificationKind.OFFER_MADE)] * 2


def test_news_by_letter_only_is_not_in_the_inbox_nor_counted() -> None:
    anna, ben = people("anna", "ben")
    set_email_address(anna)
    wish(anna, in_inbox=[], by_mail=list(NotificationTopic))
    offer(ben, publish(anna))
    assert (kinds(anna), len(letters())) == ([], 1)
    assert db.read(inbox_queries.unread, actor=anna) == 0
    hidden = letters()[0].notification_id
    lives.refused(NotFound, inbox.mark_read, actor=anna, notification_id=hidden)
    envelope = db.read(emails.email_envelope, notification_ids=[hidden])
    assert envelope is not None
    assert envelope.address == "anna@example.org"
    assert [row.kind for row in envelope.notifications] == [NotificationKind.OFFER_MADE]


@pytest.mark.parametrize("database", [pytest.param("mariadb", marks=pytest.mark.mariadb)], indirect=True)
def test_however_many_are_told_it_is_one_insert() -> None:
    anna = person("anna")
    need_id = publish(anna)
    offer_ids = [offer(person(f"helper{number}"), need_id) for number in range(9)]
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    event.listen(db.current().engine, "before_cursor_execute", note)
    accept(anna, offer_ids[0])
    event.remove(db.current().engine, "before_cursor_execute", note)
    assert sum(statement.startswith("INSERT INTO notifications") for statement in asked) == 1
    with db.current().read_only() as session:
        kept = session.exec(select(Notification).where(Notification.need_id == need_id)).all()
    assert len(kept) == 9 + 1 + 8
