"""Reasons of the program become codes, and sentences again; what people typed stays as it is."""

from typing import Any, NamedTuple

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from gsapp import db, migrations
from gsapp.models import History, Notification, Offer
from gsapp.startup import seed
from gsapp.vocabulary import ReasonCode
from tests.support import lives
from tests.support.lives import matched, offer, people, publish

BEFORE, AFTER = "0012", "0013"
SENTENCES = {
    "dropped_out": "The neighbour could not come after all.",
    "did_not_come": "The neighbour did not come.",
    "need_cancelled": "The need was called off.",
    "need_expired": "The need has passed its end without a match.",
    "reserve_over": "The need has passed its end; another neighbour came.",
}
TYPED = ("Board", "the need was called off.", "The need was called off. Sorry!", "看板", "")
TABLES = ("response_info", "history", "notifications")


class Places(NamedTuple):
    """Ids of rows to copy: they differ in their reason alone, and what a service demands of them holds."""

    rejected: int
    withdrawn: int
    told: int


@pytest.fixture
def places(empty: db.Database) -> Places:
    """A database as it was before reasons had codes, with people, a need, offers and a notification."""
    migrations.upgrade()
    db.write(seed.seed)
    with lives.keys():
        anna, ben, cleo = people("anna", "ben", "cleo")
        need_id = publish(anna, helpers_wanted=5)
        rejected, life = offer(ben, need_id), matched(anna, cleo)
    written = "UPDATE response_info SET response_state = :state, active = NULL WHERE id = :id"
    change(written, state=2, id=rejected)
    change(written, state=3, id=life.offer)
    change("UPDATE notifications SET kind = 'offer_rejected'")
    migrations.downgrade(BEFORE)
    (told,) = read("SELECT MIN(id) FROM notifications")[0]
    return Places(rejected, life.offer, told)


def change(statement: str, **values: Any) -> None:
    with db.current().engine.begin() as connection:
        connection.execute(text(statement), values)


def read(statement: str) -> list[tuple[Any, ...]]:
    with db.current().engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def write(places: Places, reason: str, *, action: str = "OfferRejected") -> None:
    """One more row with this reason in each table."""
    change(
        "INSERT INTO history (at, action, old, new, reason) VALUES ('2026-01-01', :action, '', '', :reason)",
        action=action,
        reason=reason,
    )
    for offer_id in (places.rejected, places.withdrawn):
        change(
            "INSERT INTO response_info (srid, response_userid, response_desc, file_list, response_state, response_date,"
            " reason) SELECT srid, response_userid, '', '', response_state, response_date, :reason"
            " FROM response_info WHERE id = :id",
            reason=reason,
            id=offer_id,
        )
    change(
        "INSERT INTO notifications (user_id, kind, reason, at, shown)"
        " SELECT user_id, kind, :reason, at, shown FROM notifications WHERE id = :id",
        reason=reason,
        id=places.told,
    )


def reasons(table: str) -> list[tuple[Any, ...]]:
    return read(f"SELECT reason, reason_code FROM {table} ORDER BY id")


def sentences() -> dict[str, list[tuple[Any, ...]]]:
    return {table: read(f"SELECT id, reason FROM {table} ORDER BY id") for table in TABLES}


def test_sentences_become_codes_and_sentences_again(places: Places) -> None:
    for reason in (*SENTENCES.values(), *TYPED):
        write(places, reason)
    stored = sentences()
    migrations.upgrade(AFTER)
    for table, rows in (("history", 1), ("response_info", 2), ("notifications", 1)):
        found = reasons(table)[-rows * (len(SENTENCES) + len(TYPED)) :]
        coded = [("", code) for code in SENTENCES for _ in range(rows)]
        assert found == coded + [(reason, None) for reason in TYPED for _ in range(rows)], table
    migrations.downgrade(BEFORE)
    assert sentences() == stored
    migrations.upgrade(AFTER)
    assert reasons("history")[-len(TYPED) - 1] == ("", "reserve_over")


def test_the_same_sentence_stays_text_where_only_people_give_reasons(places: Places) -> None:
    write(places, SENTENCES["did_not_come"], action="VolunteerDidNotCome")
    migrations.upgrade(AFTER)
    assert reasons("history")[-1] == (SENTENCES["did_not_come"], None)


@pytest.mark.parametrize("done", [1, 3])
def test_an_interrupted_migration_is_run_again(places: Places, done: int) -> None:
    write(places, SENTENCES["need_expired"])
    for table in TABLES[:done]:  # MariaDB commits each new column, and whatever came before it
        change(f"ALTER TABLE {table} ADD COLUMN reason_code VARCHAR(14)")
    change(
        "UPDATE response_info SET reason_code = 'need_expired', reason = '' WHERE reason <> '' AND response_state = 2"
    )
    migrations.upgrade(AFTER)
    assert {reasons(table)[-1] for table in TABLES} == {("", "need_expired")}
    assert reasons("response_info")[-2] == ("", "need_expired")


def test_an_interrupted_way_back_is_gone_again(places: Places) -> None:
    write(places, SENTENCES["need_expired"])
    migrations.upgrade(AFTER)
    change("UPDATE response_info SET reason = 'The need has passed its end without a match.' WHERE reason_code <> ''")
    change("ALTER TABLE response_info DROP COLUMN reason_code")
    migrations.downgrade(BEFORE)
    assert {rows[-1][1] for rows in sentences().values()} == {SENTENCES["need_expired"]}


def test_the_program_reads_what_was_migrated(places: Places) -> None:
    write(places, SENTENCES["did_not_come"])
    migrations.upgrade()
    with db.current().read_only() as session:
        for table in (Offer, History, Notification):
            codes = session.exec(select(table.reason_code).order_by(col(table.id).desc())).all()
            assert codes[0] is ReasonCode.DID_NOT_COME
            assert codes[-1] is None
