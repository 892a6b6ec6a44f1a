"""How many e-mails wait and have failed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session

from gsapp import db
from gsapp.queries.outbox_backlog import Backlog, backlog
from gsapp.services import outbox
from tests.support import lives
from tests.support.news import letters, set_email_address

pytestmark = pytest.mark.usefixtures("database")


def write_three() -> list[int]:
    ben, *authors = lives.people("ben", "anna", "cleo", "dora")
    for author in authors:
        set_email_address(author)
        lives.offer(ben, lives.publish(author))
    return [letter.notification_id for letter in letters()]


def test_an_empty_outbox_has_no_backlog() -> None:
    assert db.read(backlog) == Backlog(waiting=0, failed=0, oldest_at=None, due_since=None)


def test_waiting_and_failed_e_mails_are_counted(wait: Callable[[timedelta], None]) -> None:
    first, second, third = write_three()
    assert db.read(backlog) == Backlog(3, 0, lives.NOON, lives.NOON)
    wait(timedelta(minutes=3))

    def fail(session: Session, number: int) -> None:
        outbox.claim(session, notification_id=number)
        outbox.give_up(session, notification_ids=[number])

    def put_off(session: Session, number: int) -> None:
        outbox.claim(session, notification_id=number)
        outbox.postpone(session, notification_ids=[number])

    db.write(fail, first)
    db.write(put_off, second)
    db.write(put_off, third)
    later = lives.NOON + timedelta(minutes=3) + outbox.PAUSES[0]
    assert db.read(backlog) == Backlog(waiting=2, failed=1, oldest_at=lives.NOON, due_since=later)
    wait(timedelta(hours=24))
    assert db.read(backlog).failed == 0, "those of the last day"


def test_what_waits_for_the_next_e_mail_to_its_recipient_is_not_late(wait: Callable[[timedelta], None]) -> None:
    ben, anna, eve = lives.people("ben", "anna", "eve")
    set_email_address(anna)
    lives.offer(ben, lives.publish(anna))
    db.write(outbox.claim, notification_id=letters()[0].notification_id)
    lives.offer(eve, lives.publish(anna))
    assert db.write(outbox.claim, notification_id=letters()[1].notification_id) is None
    wait(timedelta(minutes=9))
    found = db.read(backlog)
    assert (found.waiting, found.oldest_at) == (1, None)
