"""What nothing uses any more is deleted after its time; history, statistics and what waits are not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select, update

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.effects import monthly
from gsapp.models import (
    AbuseReport,
    History,
    LoginSession,
    Match,
    MonthlyTotal,
    Notification,
    Offer,
    OneTimeLink,
    OutboxMessage,
    SiteState,
    TakenDownNeed,
)
from gsapp.queries import status
from gsapp.queries.need_search import find
from gsapp.schemas import retention
from gsapp.schemas.admin import NoteForm, ReportForm, WhyForm
from gsapp.schemas.needs import ReasonForm
from gsapp.services import accounts, admin_needs, matches, needs, offers, outbox, reports, sessions
from gsapp.services import pruning as rules
from gsapp.vocabulary import Reportable
from gsapp.workers import pruning
from tests.support import lives
from tests.support.news import set_email_address
from tests.support.overlap import together

Wait = Callable[[timedelta], None]
DAY = timedelta(days=1)
KEPT = (
    "history",
    "buser_table",
    "sr_info",
    "response_info",
    "accept_info",
    "thanks",
    MonthlyTotal.__tablename__,
    "need_words",
)
pytestmark = pytest.mark.usefixtures("database", "keys", "wait")


def a_life() -> Actor:
    """A need that came to its end, a session, a used link, and news by e-mail."""
    anna, ben = lives.people("anna", "ben")
    set_email_address(anna)
    lives.confirmed(anna, ben, title="leak")
    db.write(sessions.open_session, user_id=anna.user_id, token_hash="a" * 64, hours=2)
    db.write(accounts.invite_coordinator, token_hash="b" * 64, hours=2)
    return anna


def read_all(session: Session) -> None:
    session.exec(update(Notification).values(read_at=clock.now()))


def count(table: type) -> int:
    return db.read(lambda session: len(session.exec(select(table)).all()))


def pruned() -> dict[str, int]:
    return {name: number for name, number in pruning.prune().items() if number}


def test_each_kind_goes_after_its_time_and_not_before(wait: Wait) -> None:
    a_life()
    messages = count(OutboxMessage)
    assert messages
    for number in db.read(outbox.due_messages, most=10):
        db.write(outbox.claim, notification_id=number)
        db.write(outbox.mark_sent, notification_ids=[number])
    db.write(read_all)
    assert pruned() == {}
    wait(timedelta(hours=2))
    assert pruned() == {"expired sessions": 1}
    wait(retention.SENT_EMAILS - timedelta(hours=2, seconds=1))
    assert pruned() == {}
    wait(timedelta(seconds=1))
    assert pruned() == {"sent e-mails": messages}
    wait(timedelta(hours=2))
    assert pruned() == {"closed one-time links": 1}
    wait(retention.READ_NOTIFICATIONS)
    notifications = count(Notification)
    assert pruning.prune(dry_run=True)["read notifications"] == notifications
    assert count(Notification) == notifications, "a dry run deletes nothing"
    assert pruned() == {"read notifications": notifications}
    assert [count(table) for table in (LoginSession, OneTimeLink, OutboxMessage, Notification)] == [0, 0, 0, 0]


def test_history_and_statistics_stay_and_closed_needs_are_found(wait: Wait) -> None:
    a_life()
    db.write(read_all)
    before = lives.everything()
    wait(10 * 365 * DAY)
    pruning.prune()
    after = lives.everything()
    assert {name: after[name] for name in KEPT} == {name: before[name] for name in KEPT}
    assert db.read(monthly.differences) == []
    assert db.read(status.wrong_counts) == []
    assert len(db.read(find, "leak").ids) == 1


def test_what_waits_stays_and_what_is_unread_stays_for_three_years(wait: Wait) -> None:
    a_life()
    notifications, messages = count(Notification), count(OutboxMessage)
    wait(retention.UNREAD_NOTIFICATIONS - DAY)
    pruning.prune()
    assert (count(Notification), count(OutboxMessage)) == (notifications, messages)
    wait(10 * 365 * DAY)
    pruning.prune()
    assert (count(Notification), count(OutboxMessage)) == (messages, messages)
    db.write(read_all)
    wait(10 * 365 * DAY)
    pruning.prune()
    assert count(Notification) == messages, "those that an e-mail still waits for"
    assert count(OutboxMessage) == messages


def test_a_failed_email_stays_as_long_as_it_can_be_sent_again(wait: Wait) -> None:
    a_life()
    wait(outbox.STALE)
    given_up = db.write(outbox.give_up_stale)
    wait(retention.FAILED_EMAILS - outbox.STALE - timedelta(seconds=1))
    assert "failed e-mails" not in pruned()
    wait(timedelta(seconds=1))
    assert pruned()["failed e-mails"] == given_up


def texts(table: type[Any], *names: str) -> list[str]:
    return db.read(lambda session: [getattr(row, name) for row in session.exec(select(table)) for name in names])


def test_reasons_that_were_typed_go_after_three_years_and_their_codes_stay(wait: Wait) -> None:
    anna, ben, cleo = lives.people("anna", "ben", "cleo")
    life = lives.matched(anna, ben)
    db.write(matches.drop_out, actor=ben, match_id=life.match, form=ReasonForm(reason="My mother is ill"))
    db.write(offers.withdraw_offer, actor=cleo, offer_id=lives.offer(cleo, life.need))
    db.write(needs.cancel_need, actor=anna, need_id=life.need, form=ReasonForm(reason="I moved away"))
    codes = texts(History, "reason_code", "action")
    typed = [text for text in texts(History, "reason") + texts(Match, "reason") if text]
    assert "My mother is ill" in typed
    assert "I moved away" in typed
    wait(retention.REASONS)
    assert not {"reasons in the history", "reasons of matches"} & set(pruned()), "the need ended later than that"
    wait(30 * DAY)
    assert {"reasons in the history", "reasons of matches"} <= set(pruned())
    assert not any(texts(History, "reason") + texts(Match, "reason") + texts(Offer, "reason"))
    assert texts(History, "reason_code", "action") == codes


def test_reasons_of_an_open_need_stay(wait: Wait) -> None:
    anna, ben = lives.people("anna", "ben")
    life = lives.matched(anna, ben)
    db.write(matches.drop_out, actor=ben, match_id=life.match, form=ReasonForm(reason="My mother is ill"))
    wait(2 * retention.REASONS)
    pruned()
    assert "My mother is ill" in texts(History, "reason")


def test_reports_and_texts_taken_down_go_two_years_after_they_were_handled(wait: Wait) -> None:
    anna, ben, chief = *lives.people("anna", "ben"), lives.coordinator()
    need_id = lives.publish(anna)
    form = ReportForm(reason="He rang at night")
    report_id = db.write(reports.report_abuse, actor=ben, kind=Reportable.NEED, thing_id=need_id, form=form)
    db.write(admin_needs.take_down_need, actor=chief, need_id=need_id, form=WhyForm(reason="rude"))
    wait(2 * retention.REPORTS)
    assert {"texts taken down", "reasons in the history"} <= set(pruned())
    assert texts(AbuseReport, "reason") == ["He rang at night"], "nobody has handled it"
    db.write(reports.handle_report, actor=chief, report_id=report_id, form=NoteForm(note="We rang him"))
    wait(retention.REPORTS)
    assert pruned()["texts of reports"] == 1
    assert texts(AbuseReport, "reason", "note") == ["", ""]
    assert not {"He rang at night", "We rang him"} & set(texts(History, "reason"))
    assert count(TakenDownNeed) == 0


def test_many_rows_go_in_small_transactions(monkeypatch: pytest.MonkeyPatch, wait: Wait) -> None:
    monkeypatch.setattr(rules, "BATCH", 2)
    anna = lives.person("anna")
    for letter in "abcde":
        db.write(sessions.open_session, user_id=anna.user_id, token_hash=letter * 64, hours=2)
    wait(DAY)
    assert pruned() == {"expired sessions": 5}


def test_a_rule_that_raises_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, wait: Wait, caplog: pytest.LogCaptureFixture
) -> None:
    a_life()
    wait(DAY * 40)
    batch = rules.delete_batch

    def sometimes(session: Session, rule: rules.RetentionRule) -> int:
        if rule.table is LoginSession:
            raise ValueError("broken")
        return batch(session, rule)

    monkeypatch.setattr(rules, "delete_batch", sometimes)
    assert pruned() == {"closed one-time links": 1, "failed": 1}
    assert "skipped expired sessions: ValueError" in caplog.text


def test_one_process_prunes_a_day(wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    monkeypatch.setattr(pruning, "prune", lambda: runs.append(1))
    for expected in (0, 1, 2):
        together([pruning.prune_when_due] * 4)
        pruning.prune_when_due()
        assert len(runs) == expected
        wait(DAY)
    with db.current().read_only() as session:
        assert session.exec(select(col(SiteState.name)).where(SiteState.name == "last_prune")).one()


def test_a_wrong_clock_ages_nothing_by_itself(wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    monkeypatch.setattr(pruning, "prune", lambda: runs.append(1))
    for step, pruned_after in (
        (timedelta(0), 0),
        (pruning.TRUSTED_GAP, 1),
        (365 * DAY, 1),  # put forward
        (-365 * DAY, 1),  # and back
        (DAY, 2),
    ):
        wait(step)
        pruning.prune_when_due()
        assert len(runs) == pruned_after, step


def test_each_start_replaces_the_link_of_the_one_before() -> None:
    for letter in "abc":
        db.write(accounts.invite_coordinator, token_hash=letter * 64, hours=24)
    with db.current().read_only() as session:
        assert [link.token_hash[0] for link in session.exec(select(OneTimeLink))] == ["c"]
