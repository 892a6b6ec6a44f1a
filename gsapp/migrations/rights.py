"""The rights that a migration needs on a database server, compared with the grants of the current user."""

import re

import sqlalchemy as sa

from gsapp import db

UPGRADE = ("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "INDEX")
DOWNGRADE = (*UPGRADE, "DROP")
GRANT = re.compile(r"GRANT (?P<rights>.+?) ON (?P<scope>\*|`(?:[^`]|``)*`)\.\* TO ")
A_ROLE = re.compile(r"GRANT `[^`]*`(@`[^`]*`)? TO ")


def missing_rights(database: db.Database, *, down: bool = False) -> list[str]:
    """The rights that the user lacks; empty on SQLite, and if the user has roles, whose rights may not be listed."""
    if database.embedded:
        return []
    with database.reader.connect() as connection:
        name = str(connection.scalar(sa.text("SELECT DATABASE()")))
        grants = [str(row[0]) for row in connection.execute(sa.text("SHOW GRANTS"))]
        needed = DOWNGRADE if down else UPGRADE
        if not getattr(connection.dialect, "is_mariadb", False):
            needed = (*needed, "REFERENCES")  # MySQL asks for it where MariaDB does not
    lacking = missing_in(grants, name, needed)
    return [] if lacking and any(A_ROLE.match(grant) for grant in grants) else lacking


def missing_in(grants: list[str], database_name: str, needed: tuple[str, ...]) -> list[str]:
    """Which of the `needed` rights the lines of SHOW GRANTS do not give on a database."""
    given: set[str] = set()
    for grant in filter(None, map(GRANT.match, grants)):
        if grant["scope"] == "*" or _matches(grant["scope"], database_name):
            given |= set(re.split(r",\s*", grant["rights"].upper()))
    return [] if given & {"ALL", "ALL PRIVILEGES"} else [right for right in needed if right not in given]


def grant_statement(database: db.Database, rights: list[str]) -> str:
    """The statement by which an administrator gives these rights."""
    with database.reader.connect() as connection:
        name, user = connection.execute(sa.text("SELECT DATABASE(), CURRENT_USER()")).one()
    account = "@".join(f"'{part}'" for part in user.rsplit("@", 1))
    return f"GRANT {', '.join(rights)} ON `{name}`.* TO {account}"


def _matches(scope: str, database_name: str) -> bool:
    """Whether the quoted name of a grant, in which % and _ are wildcards, covers a database."""
    pattern = scope[1:-1].replace("``", "`")
    parts = re.findall(r"\\.|.", pattern)
    wildcards = {"%": ".*", "_": "."}
    regex = "".join(wildcards.get(part) or re.escape(part.removeprefix("\\")) for part in parts)
    return re.fullmatch(regex, database_name) is not None
