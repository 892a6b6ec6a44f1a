"""E-mails and passwords leave this machine encrypted, or not at all."""

import smtplib
from collections.abc import Iterator

import pytest

from gsapp import clock, db, mail_settings
from gsapp.services import outbox as messages
from gsapp.vocabulary import OutboxState
from gsapp.workers.outbox import OutboxWorker
from tests.support import lives
from tests.support.news import letters, set_email_address
from tests.support.post import post_office, settings_for

pytestmark = pytest.mark.usefixtures("letter_to_send")


@pytest.fixture
def letter_to_send(sqlite_database: db.Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One e-mail waits, and the server of the test counts as another machine."""
    with lives.keys():
        anna, ben = lives.people("anna", "ben")
        set_email_address(anna)
        lives.offer(ben, lives.publish(anna))
        monkeypatch.setattr(mail_settings, "LOOPBACK", ())
        yield


def states() -> list[OutboxState]:
    return [letter.state for letter in letters()]


def test_a_password_is_not_sent_without_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtplib.SMTP, "login", lambda *_: pytest.fail("the password was sent"))
    with post_office() as (office, url):
        assert OutboxWorker(settings_for(url.replace("smtp://", "smtp://me:secret@"))).deliver() == 0
    assert (office.letters, states()) == ([], [OutboxState.WAITING])


def test_another_machine_gets_no_letter_without_encryption_unless_the_url_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with post_office() as (office, url), clock.at(clock.now()) as move:
        assert OutboxWorker(settings_for(url)).deliver() == 0
        assert (office.letters, states()) == ([], [OutboxState.WAITING])
        assert "no STARTTLS offered" in caplog.text
        move(messages.PAUSES[0])
        assert OutboxWorker(settings_for(f"{url}?tls=off")).deliver() == 1
