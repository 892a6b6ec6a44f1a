"""Schemas and rows as the database itself describes them, and a migration that is killed at a statement."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, inspect, text

from gsapp import db

CHANGES = re.compile(r"\s*(CREATE|ALTER|DROP|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
# One row of each kind that a revision changes, in the tables of 0001.
SAMPLES = """
INSERT INTO buser_table (id, uname, ctype, idno, idno_index, bname, bpwd, phoneNo, psrDate, userlvl)
    VALUES (1, 'anna', 'x', 'x', 'a', 'Anna', 'x', '1', '2026-01-01', 0),
           (2, 'ben', 'x', 'x', 'b', 'Ben', 'x', '2', '2026-01-01', 0);
INSERT INTO city_info (id, cityName, provinceName, enabled) VALUES (1, '北京', '北京', 1);
INSERT INTO service_type (id, typename, icon, position, enabled) VALUES (1, 'care', 'care', 0, 1);
INSERT INTO one_time_links (token_hash, purpose, created_at, expires_at) VALUES ('t', 'x', '2026-01-01', '2026-01-01');
INSERT INTO sr_info (id, psr_userid, ps_title, ps_desc, ps_begindate, ps_enddate, file_list, ps_state, stype_id, cityID,
    helpers_wanted, places_taken, places_done, offers_pending, published_at, closed_reason)
    VALUES (1, 1, '漏水', 'tap', '2026-01-01', '2026-01-02', '', 0, 1, 1, 1, 1, 1, 0, '2026-01-01', ''),
           (2, 1, 'soup', '', '2026-01-01', '2026-01-02', '', -1, 1, 1, 1, 0, 0, 0, '2026-01-01', '');
INSERT INTO response_info (id, srid, response_userid, response_desc, file_list, response_state, response_date, reason)
    VALUES (1, 1, 2, '', '', 2, '2026-01-01', 'The neighbour did not come.');
INSERT INTO accept_info (id, srid, response_id, accept_date, state, reason) VALUES (1, 1, 1, '2026-01-01', 3, '');
INSERT INTO history (id, at, action, actor_id, old, new, reason)
    VALUES (1, '2026-01-01', 'OfferRejected', 1, '', '', 'The neighbour did not come.');
INSERT INTO thanks (id, match_id, from_user_id, to_user_id, stars, text, created_at)
    VALUES (1, 1, 1, 2, 5, '', '2026-01-01')
"""


class Killed(BaseException):
    """The process ended here."""


def tables() -> set[str]:
    return set(inspect(db.current().engine).get_table_names())


def definition(database: db.Database) -> dict[str, set[str]]:
    """Each table and index as the database itself describes it, line by line in any order."""
    with database.engine.connect() as connection:
        if database.embedded:
            found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
        else:
            names = [row[0] for row in connection.execute(text("SHOW TABLES"))]
            found = [tuple(connection.execute(text(f"SHOW CREATE TABLE `{name}`")).one()) for name in names]  # type: ignore[misc]
    # A column added later stands at the end of SQLite's last line.
    lines = {name: re.split(r",?\s*\n\s*|, (?=\w+ [A-Z])", sql) for name, sql in found if name != "alembic_version"}
    return {name: {line.strip().rstrip(",").replace('"', "") for line in each} for name, each in lines.items()}


def rows(database: db.Database) -> dict[str, list[str]]:
    """Every row of every table, but for those that the migration itself keeps."""
    with database.engine.connect() as connection:
        names = tables() - {"site_state"}
        return {name: sorted(map(str, connection.execute(text(f"SELECT * FROM {name}")))) for name in names}


def insert_samples(database: db.Database) -> None:
    with database.engine.begin() as connection:
        for statement in SAMPLES.split(";\n"):
            connection.execute(text(statement.replace("cityID", "`cityID`")))


@contextmanager
def killed_after(stop: Callable[[str], bool]) -> Iterator[None]:
    """The process dies after a statement of a revision for which `stop` returns true; what is not committed is lost."""

    def executed(connection: Any, _: Any, statement: str, parameters: Any, *__: Any) -> None:
        if CHANGES.match(statement) and "site_state" not in statement and stop(f"{statement} {parameters}"):
            connection.connection.driver_connection.rollback()  # what the database does when its client is gone
            raise Killed

    event.listen(Engine, "after_cursor_execute", executed)
    try:
        yield
    finally:
        event.remove(Engine, "after_cursor_execute", executed)
