"""gsapp outbox and gsapp prune."""

import json
from datetime import timedelta

import pytest

from gsapp import clock, db
from gsapp.config import Settings
from gsapp.queries.outbox import NO_RETRIES_LEFT, NOT_SENT, REJECTED
from gsapp.services import outbox
from gsapp.workers.outbox import OutboxWorker
from tests.support import lives
from tests.support.commands import call, call_json
from tests.support.news import set_email_address
from tests.support.post import post_office, settings_for

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _town(sqlite_site: Settings) -> None:
    """Three e-mails to three members: one each failed for another reason."""
    ben, *authors = lives.people("ben", "anna", "cleo", "dora")
    for author in authors:
        set_email_address(author)
        lives.offer(ben, lives.publish(author))


def listed(capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, object]]:
    capsys.readouterr()
    assert call("outbox", "list", "--json", *options) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def fail() -> list[int]:
    """One is rejected, one tried until no retries are left, one never tried."""
    first, second, third = db.read(outbox.due_messages, most=3)
    with clock.at(clock.now()) as move:
        db.write(outbox.claim, notification_id=first)
        db.write(outbox.give_up, notification_ids=[first])
        for _ in range(len(outbox.PAUSES) + 1):
            assert db.write(outbox.claim, notification_id=second)
            db.write(outbox.postpone, notification_ids=[second])
            move(4 * HOUR)
        move(24 * HOUR)
        db.write(outbox.give_up_stale)
    return [first, second, third]


def test_list_says_what_failed_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert {row["state"] for row in listed(capsys)} == {"waiting"}
    ids = fail()
    rows = listed(capsys, "--state", "failed")
    assert [(row["id"], row["why"]) for row in rows] == list(
        zip(ids, (REJECTED, NO_RETRIES_LEFT, NOT_SENT), strict=True)
    )
    assert listed(capsys, "--state", "failed", "--limit", "1") == rows[:1]
    assert listed(capsys, "--state", "sent") == []
    assert call("outbox", "list") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("id\tstate\ttries")
    assert "anna@" not in printed
    assert "no state is called lost" in str(call("outbox", "list", "--state", "lost"))


def test_failed_emails_are_sent_again(capsys: pytest.CaptureFixture[str]) -> None:
    ids = fail()
    assert "--all" in str(call("outbox", "resend"))
    assert call_json(capsys, "outbox", "resend", str(ids[0])) == {"count": 1}
    assert "1 of them" in str(call("outbox", "resend", str(ids[0])))
    assert call("outbox", "resend", "--all") == 0
    assert capsys.readouterr().out.endswith("2 e-mails are sent again\n")
    with post_office() as (office, url), clock.at(clock.now()) as move:
        for _ in range(3):  # each author has just had one: the next one waits
            OutboxWorker(settings_for(url)).deliver()
            move(outbox.GATHER)
    assert len(office.letters) == 3
    assert "1 of them" in str(call("outbox", "resend", str(ids[0])))


def test_emails_are_dropped_by_number_or_state_but_not_sent_ones(capsys: pytest.CaptureFixture[str]) -> None:
    first, second, third = db.read(outbox.due_messages, most=3)
    db.write(outbox.claim, notification_id=first)
    assert "1 of them" in str(call("outbox", "drop", str(first), str(second)))
    assert "--state" in str(call("outbox", "drop"))
    assert "--state" in str(call("outbox", "drop", "--state", "sent"))
    assert call_json(capsys, "outbox", "drop", "--state", "waiting") == {"count": 1}
    db.write(outbox.mark_sent, notification_ids=[first])
    assert [row["id"] for row in listed(capsys, "--state", "sent", "--state", "waiting")] == [first]
    assert third != second


def test_prune_counts_and_deletes(capsys: pytest.CaptureFixture[str]) -> None:
    fail()
    with clock.at(clock.now() + timedelta(days=200)):
        assert call_json(capsys, "prune", "--dry-run")["rows"]["failed e-mails"] == 3
        assert call("prune") == 0
        assert "3 failed e-mails deleted\n" in capsys.readouterr().out
        assert call_json(capsys, "prune")["rows"]["failed e-mails"] == 0
    assert listed(capsys) == []
