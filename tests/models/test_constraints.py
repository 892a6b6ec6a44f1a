"""Foreign keys, unique keys, checks and required columns: enforced by both databases, for every table there is.

Nothing of the program stands between: rows are written straight into the tables. New tables are covered by themselves.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Executable,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from gsapp import db
from gsapp.models import metadata
from gsapp.models.columns import Instant, Number, WallClock, Word

NOWHERE = 987_654
# Unique together with a number, and never typed by anybody.
WORDS_OF_OUR_OWN = {("notice_preferences", "topic")}
# How to break each check, on a row whose numbers are all 2; a new check needs a line.
BREAKING = {
    "ck_abuse_reports_waiting": "waiting = NULL",
    "ck_need_counts_n": "n = -1",
    "ck_outbox_tries": "tries = -1",
    "ck_report_counts": "ps_num = -1",
    "ck_response_info_active": "active = NULL",
    "ck_sr_info_dates": "ps_enddate = '2020-01-01 00:00:00'",
    "ck_sr_info_helpers_wanted": "helpers_wanted = 21",
    "ck_sr_info_offers_pending": "offers_pending = -1",
    "ck_sr_info_places_done": "places_done = 3",
    "ck_sr_info_places_taken": "places_taken = 3",
    "ck_stored_files_size": "size = 0",
    "ck_stored_files_use": "need_id = NULL",
    "ck_thanks_stars": "stars = 6",
}


@pytest.fixture
def two_rows_in_each_table(database: db.Database) -> Iterator[None]:
    """Of each table a first and a second row, which belong to the first and second rows of the others."""

    def fill(session: Session) -> None:
        for name in ("service_type", "city_info"):
            session.connection().execute(metadata.tables[name].delete())
        for table in metadata.sorted_tables:
            for number in (1, 2):
                row = {column.name: some(column, number) for column in table.columns if column.computed is None}
                session.connection().execute(table.insert().values(row))

    db.write(fill)
    yield
    assert database.answers()


def some(column: Column[Any], number: int) -> Any:
    """A value that this column takes, another one for each number."""
    kind = column.type
    if column.nullable and not column.foreign_keys and not any(column in each for _, each in unique_keys(column.table)):
        return None
    if isinstance(kind, Number | Word):
        words: Any = kind.enum
        return next(iter(words))
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Integer | SmallInteger):
        return number
    if isinstance(kind, DateTime | Instant | WallClock):
        # Naive for the wall clock; an instant wants a zone.
        at = datetime(2026, 11, 23, 12, number)
        return at.astimezone() if isinstance(kind, Instant) else at
    return bytes([number]) * 16 if isinstance(kind, LargeBinary) else f"x{number}"


def row(table: Table, number: int) -> Any:
    return and_(*(column == some(column, number) for column in table.primary_key))


def refused(statement: Executable, said: str) -> bool:
    """The database refuses this, and for the reason expected. (Nothing is committed, whatever it does.)"""
    with db.current().engine.connect() as connection:
        try:
            connection.execute(statement)
        except DBAPIError as error:
            return said.lower() in str(error.orig).lower()
    return False


@pytest.mark.usefixtures("two_rows_in_each_table")
def test_foreign_keys() -> None:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.foreign_keys:
                statement = table.update().where(row(table, 2)).values({column.name: NOWHERE})
                assert refused(statement, "foreign key constraint"), column


@pytest.mark.usefixtures("two_rows_in_each_table")
def test_a_row_that_others_belong_to_stays() -> None:
    children = {key.column.table for table in metadata.sorted_tables for key in table.foreign_keys}
    for table in children:
        assert refused(table.delete().where(row(table, 2)), "foreign key constraint"), table


@pytest.mark.usefixtures("two_rows_in_each_table")
def test_unique_keys(database: db.Database) -> None:
    for table in metadata.sorted_tables:
        for name, columns in unique_keys(table):
            same = {column.name: some(column, 1) for column in columns}
            where = ", ".join(f"{table.name}.{column.name}" for column in columns)
            said = f"unique constraint failed: {where}" if database.embedded else name
            assert refused(table.update().where(row(table, 2)).values(same), said), name


def unique_keys(table: Table) -> Iterator[tuple[str, list[Column[Any]]]]:
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield str(constraint.name), list(constraint.columns)
    for index in table.indexes:
        if index.unique:
            yield str(index.name), list(index.columns)
    if len(table.primary_key.columns) > 1:
        yield "PRIMARY", list(table.primary_key.columns)


@pytest.mark.usefixtures("two_rows_in_each_table")
def test_checks() -> None:
    checks = {str(each.name): table for table in metadata.sorted_tables for each in _checks(table)}
    assert sorted(BREAKING) == sorted(checks)
    for name, table in checks.items():
        column, _, value = BREAKING[name].partition(" = ")
        assert refused(table.update().where(row(table, 2)).values({column: text(value)}), name), name


def _checks(table: Table) -> list[CheckConstraint]:
    return [each for each in table.constraints if isinstance(each, CheckConstraint) and each.name]


@pytest.mark.usefixtures("two_rows_in_each_table")
def test_required_columns() -> None:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if not column.nullable and not column.primary_key and column.computed is None:
                statement = table.update().where(row(table, 2)).values({column.name: text("NULL")})
                assert refused(statement, "null"), column


@pytest.mark.mariadb
def test_whatever_is_unique_is_compared_letter_by_letter(mariadb_database: db.Database) -> None:
    found = (
        "SELECT table_name, column_name, collation_name FROM information_schema.columns WHERE table_schema=DATABASE()"
    )
    with mariadb_database.engine.connect() as connection:
        collations = {(table, column): collation for table, column, collation in connection.execute(text(found))}
    for table in metadata.sorted_tables:
        for name, columns in unique_keys(table):
            for column in columns:
                wordy = (table.name, column.name) in WORDS_OF_OUR_OWN
                assert wordy or collations[table.name, column.name] in (None, "utf8mb4_bin"), name
