"""Column types of all tables, defined in one place so that SQLite and MariaDB behave alike."""

from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import DateTime, Dialect, SmallInteger, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

# Constraints have names, so that a migration can name them on both databases. Set before the first table is declared.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

E = TypeVar("E", bound=IntEnum)

# MariaDB's default collations ignore case and accents; names, hashes and keys must not. This collation still ignores
# trailing blanks, which forms remove. (The one that compares them has no name that both MariaDB, nopad_bin, and MySQL,
# 0900_bin, know.)
BINARY_COLLATION = "utf8mb4_bin"


class Number(TypeDecorator[E], Generic[E]):
    """An IntEnum stored as its number, as in existing databases, and not by name, the default of SQLModel."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, enum: type[E]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> E | None:
        return None if value is None else self.enum(value)


W = TypeVar("W", bound=StrEnum)


class Word(TypeDecorator[W], Generic[W]):
    """A StrEnum stored as its value, so that the table can be read without this program."""

    impl = String
    cache_ok = True

    def __init__(self, enum: type[W]) -> None:
        super().__init__()
        self.enum = enum

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        return dialect.type_descriptor(exact_string(max(len(word) for word in self.enum)))

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> W | None:
        return None if value is None else self.enum(value)


class Instant(TypeDecorator[datetime]):
    """A time-zone-aware datetime, stored as naive UTC to the second."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone; wall-clock times belong in a WallClock column")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class WallClock(TypeDecorator[datetime]):
    """A naive local time of TIME_ZONE, to the second."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError("a wall-clock time has no time zone; use an Instant column")
        return value


def exact_string(length: int) -> TypeEngine[str]:
    """Text with binary (case-sensitive) comparison on both databases."""
    return String(length).with_variant(mysql.VARCHAR(length, collation=BINARY_COLLATION), "mysql", "mariadb")


def long_text() -> TypeEngine[str]:
    """Text without a length limit in the schema; at most 65,535 bytes on MariaDB."""
    return Text().with_variant(mysql.TEXT(), "mysql", "mariadb")
