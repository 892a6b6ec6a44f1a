"""E-mail outbox: each message is sent at most once, and no header injection is possible."""

import asyncio
import logging
import smtplib
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session, col

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.channels import email
from gsapp.errors import Invalid
from gsapp.models import Need, User
from gsapp.schemas.forms import parse
from gsapp.schemas.inbox import AddressForm
from gsapp.schemas.needs import ReasonForm
from gsapp.services import inbox, matches
from gsapp.services import outbox as messages
from gsapp.vocabulary import OutboxState
from gsapp.workers import outbox
from gsapp.workers.outbox import POLL_SECONDS, OutboxWorker
from tests.support import lives
from tests.support.lives import matched, offer, people, publish
from tests.support.news import letters, set_email_address
from tests.support.overlap import together
from tests.support.post import free_port, post_office, settings_for


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys():
        yield


@pytest.fixture
def anna(sqlite_database: db.Database) -> Actor:
    """Somebody with an address and one letter waiting."""
    return somebody_to_write_to()


def somebody_to_write_to(count: int = 1) -> Actor:
    """The first of `count` authors, each with an address and one e-mail waiting."""
    ben, *authors = people("ben", *("anna", "cleo", "dora", *(f"author{number}" for number in range(count)))[:count])
    for author in authors:
        set_email_address(author)
        offer(ben, publish(author))
    return authors[0]


def states() -> list[OutboxState]:
    return [letter.state for letter in letters()]


def change(statement: object) -> None:
    def write(session: Session) -> None:
        session.connection().execute(statement)  # type: ignore[call-overload]

    db.write(write)


@pytest.mark.usefixtures("anna")
def test_news_arrives_once_in_plain_words_with_the_way_there_and_the_way_out() -> None:
    with post_office() as (office, url):
        assert OutboxWorker(settings_for(url)).deliver() == 1
        assert OutboxWorker(settings_for(url)).deliver() == 0
    assert (office.to, states()) == (["anna@example.org"], [OutboxState.SENT])
    [letter] = office.letters
    assert letter["Subject"] == "ben offers to help with “The kitchen pipe leaks”."
    assert letter["From"] == "GoodServices <help@example.org>"
    assert letter["To"] == "anna <anna@example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "text/plain"
    assert "Dear anna," in office.text()
    assert "https://help.example.org/needs/1" in office.text()
    assert "https://help.example.org/unsubscribe/" in office.text()


def test_the_letter_speaks_its_readers_language(anna: Actor) -> None:
    change(update(User).where(col(User.id) == anna.user_id).values(language="zh-CN"))
    with post_office() as (office, url):
        OutboxWorker(settings_for(url)).deliver()
    assert "愿意来帮忙" in office.letters[0]["Subject"]
    assert "愿意来帮忙" in office.text()


def test_peoples_own_reasons_stand_in_the_letter(sqlite_database: db.Database) -> None:
    anna, ben = people("anna", "ben")
    set_email_address(ben)
    life = matched(anna, ben)
    db.write(matches.report_no_show, actor=anna, match_id=life.match, form=ReasonForm(reason="Waited until six"))
    with post_office() as (office, url):
        assert OutboxWorker(settings_for(url)).deliver() == 1
    assert "Reason: Waited until six" in office.text()


def test_a_name_or_title_with_line_breaks_makes_no_further_header(anna: Actor) -> None:
    evil = "x\r\nBcc: eve@example.org\r\n\r\nBuy"
    change(update(Need).values(title=evil))
    change(update(User).where(col(User.id) == anna.user_id).values(uname=f"anna\n{evil}, <eve@example.org>"))
    with post_office() as (office, url):
        assert OutboxWorker(settings_for(url)).deliver() == 1
    assert office.to == ["anna@example.org"]
    assert office.letters[0]["Bcc"] is None
    assert len(office.letters[0]["To"].addresses) == 1


@pytest.mark.parametrize(
    "address",
    ["anna", "anna@localhost", "a@b.cn, eve@c.cn", "anna @b.cn", "<a@b.cn>", "a@b.cn\nBcc: x@y.z", "安娜@例子.cn"],
)
def test_what_is_no_plain_address_is_not_taken(address: str) -> None:
    with pytest.raises(Invalid):
        parse(AddressForm, {"email": address})


def test_a_server_that_is_away_is_tried_again_later(anna: Actor) -> None:
    port = free_port()
    with clock.at(clock.now()) as move:
        assert OutboxWorker(settings_for(f"smtp://127.0.0.1:{port}")).deliver() == 0
        assert states() == [OutboxState.WAITING]
        with post_office(port) as (office, url):
            assert OutboxWorker(settings_for(url)).deliver() == 0, "not before its time"
            move(messages.PAUSES[0])
            assert OutboxWorker(settings_for(url)).deliver() == 1
    assert len(office.letters) == 1


def test_a_server_that_is_away_costs_one_letter_one_try_and_not_all_of_them(sqlite_database: db.Database) -> None:
    somebody_to_write_to(count=5)
    OutboxWorker(settings_for(f"smtp://127.0.0.1:{free_port()}")).deliver()
    assert sorted(letter.tries for letter in letters()) == [0, 0, 0, 0, 1]


@pytest.mark.parametrize("when", ["rcpt", "data"])
def test_not_now_is_tried_again_and_then_taken(anna: Actor, when: str) -> None:
    with post_office() as (office, url), clock.at(clock.now()) as move:
        getattr(office, when).extend(["451 later, please", "421 still busy"])
        for pause in messages.PAUSES[:3]:
            OutboxWorker(settings_for(url)).deliver()
            move(pause)
    assert (len(office.letters), states()) == (1, [OutboxState.SENT])


def test_after_many_tries_a_letter_is_given_up_and_the_log_says_so(
    anna: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    with post_office() as (office, url), clock.at(clock.now()) as move:
        office.data.extend(["451 later"] * 20)
        for pause in (*messages.PAUSES, timedelta(0), timedelta(0)):
            OutboxWorker(settings_for(url)).deliver()
            move(pause)
        assert len(office.data) == 20 - 1 - len(messages.PAUSES)
    assert (office.letters, states()) == ([], [OutboxState.GIVEN_UP])
    assert "no retries left" in caplog.text
    assert "anna@example.org" not in caplog.text


@pytest.mark.parametrize("when", ["rcpt", "data"])
def test_no_for_good_is_not_tried_again(sqlite_database: db.Database, when: str) -> None:
    somebody_to_write_to(count=2)
    with post_office() as (office, url):
        getattr(office, when).append("550 no such mailbox")
        assert OutboxWorker(settings_for(url)).deliver() == 1, "the next letter goes all the same"
    assert sorted(states()) == [OutboxState.SENT, OutboxState.GIVEN_UP]


def test_a_letter_that_may_have_gone_is_not_sent_again(anna: Actor, caplog: pytest.LogCaptureFixture) -> None:
    with post_office() as (office, url), clock.at(clock.now()) as move:
        office.hang_up_after_data = True
        assert OutboxWorker(settings_for(url)).deliver() == 0
        office.hang_up_after_data = False
        move(timedelta(hours=1))
        assert OutboxWorker(settings_for(url)).deliver() == 0
    assert (len(office.letters), states()) == (1, [OutboxState.GIVEN_UP])
    assert "may have been delivered" in caplog.text


def test_a_server_too_slow_to_answer_may_have_taken_it(anna: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "TIMEOUT", 0.2)
    with post_office() as (office, url):
        office.pause = 0.5
        assert OutboxWorker(settings_for(url)).deliver() == 0
    assert states() == [OutboxState.GIVEN_UP]


@pytest.mark.parametrize(("owner", "name"), [(outbox, "email_message"), (smtplib.SMTP, "rcpt")])
def test_a_letter_that_cannot_be_sent_holds_up_none_of_those_behind_it(
    sqlite_database: db.Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    owner: Any,
    name: str,
) -> None:
    somebody_to_write_to(count=3)
    real, calls = getattr(owner, name), []

    def broken_once(*given: Any, **named: Any) -> Any:
        calls.append(given)
        if len(calls) == 1:  # in the middle of a letter: the next one needs another connection
            raise UnicodeError("cannot be written")
        return real(*given, **named)

    monkeypatch.setattr(owner, name, broken_once)
    with post_office() as (office, url):
        assert OutboxWorker(settings_for(url)).deliver() == len(office.letters) == 2
    assert sorted(states()) == [OutboxState.SENT, OutboxState.SENT, OutboxState.GIVEN_UP]
    assert "not retried" in caplog.text


def test_what_a_dead_process_left_half_sent_is_given_up(anna: Actor, caplog: pytest.LogCaptureFixture) -> None:
    [waiting] = letters()
    assert db.write(messages.claim, notification_id=waiting.notification_id)
    with post_office() as (office, url), clock.at(clock.now()) as move:
        move(messages.STUCK - timedelta(minutes=1))
        OutboxWorker(settings_for(url)).deliver()
        assert states() == [OutboxState.SENDING]
        move(timedelta(minutes=1))
        OutboxWorker(settings_for(url)).deliver()
    assert (office.letters, states()) == ([], [OutboxState.GIVEN_UP])
    assert "interrupted while being sent" in caplog.text


def test_news_of_yesterday_is_not_sent(anna: Actor) -> None:
    with post_office() as (office, url), clock.at(clock.now()) as move:
        move(messages.STALE)
        assert OutboxWorker(settings_for(url)).deliver() == 0
    assert (office.letters, states()) == ([], [OutboxState.GIVEN_UP])


def test_what_has_been_read_meanwhile_needs_no_letter(anna: Actor) -> None:
    db.write(inbox.mark_all_read, actor=anna)
    with post_office() as (office, url):
        assert OutboxWorker(settings_for(url)).deliver() == 0
    assert (office.letters, states()) == ([], [OutboxState.GIVEN_UP])


def test_an_address_taken_back_gets_nothing_more_than_the_news_of_that(anna: Actor) -> None:
    db.write(inbox.set_email_address, actor=anna, form=AddressForm(email=""))
    with post_office() as (office, url):
        assert OutboxWorker(settings_for(url)).deliver() == 1
    assert states() == [OutboxState.GIVEN_UP, OutboxState.SENT]
    assert "e-mail address of your account was changed" in office.letters[0].get_content()


@pytest.mark.usefixtures("database")
def test_two_at_once_send_each_letter_once() -> None:
    somebody_to_write_to(count=12)
    with post_office() as (office, url):
        together([OutboxWorker(settings_for(url)).deliver for _ in range(4)])
    assert states() == [OutboxState.SENT] * 12
    assert len({letter["Message-ID"] for letter in office.letters}) == len(office.letters) == 12


async def test_the_worker_delivers_as_soon_as_there_is_news(
    sqlite_database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, deliver = threading.Event(), OutboxWorker.deliver

    def deliver_and_say(self: OutboxWorker) -> int:
        taken = deliver(self)
        looked.set()
        return taken

    monkeypatch.setattr(OutboxWorker, "deliver", deliver_and_say)
    with post_office() as (office, url):
        work = asyncio.create_task(OutboxWorker(settings_for(url)).work())
        assert await asyncio.to_thread(looked.wait, 5)
        await asyncio.to_thread(somebody_to_write_to)
        for _ in range(int(POLL_SECONDS / 2 / 0.05)):
            if office.letters:
                break
            await asyncio.sleep(0.05)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
    assert len(office.letters) == 1
    assert states() == [OutboxState.SENT]


def test_the_log_shows_no_password(caplog: pytest.LogCaptureFixture, anna: Actor) -> None:
    caplog.set_level(logging.DEBUG)
    OutboxWorker(settings_for(f"smtp://me:secret-word@127.0.0.1:{free_port()}")).deliver()
    assert "mail server unavailable" in caplog.text
    assert "secret-word" not in caplog.text
