"""Rows of the table `site_state` that migrations need, also on a schema that does not have it yet."""

import sqlalchemy as sa

from gsapp.models.columns import exact_string

OLDEST_COMPATIBLE = "oldest_compatible_revision"
LEASE = "migration_lease"

# Not the model: a later version may add columns to it, and this table is needed before the first revision runs.
table = sa.Table(
    "site_state",
    sa.MetaData(),
    sa.Column("name", exact_string(40), nullable=False),
    sa.Column("value", exact_string(255), nullable=False),
    sa.PrimaryKeyConstraint("name", name="pk_site_state"),
)


def ensure_table(connection: sa.Connection) -> None:
    """Create the table unless it exists, in one statement: another node of a cluster may do the same."""
    connection.execute(sa.schema.CreateTable(table, if_not_exists=True))


def value(connection: sa.Connection, name: str) -> str | None:
    if not sa.inspect(connection).has_table(table.name):
        return None
    found: str | None = connection.scalar(sa.select(table.c.value).where(table.c.name == name))
    return found


def store(connection: sa.Connection, name: str, new: str) -> None:
    """Insert or update a row; the caller holds the migration lock."""
    if connection.execute(sa.update(table).where(table.c.name == name).values(value=new)).rowcount == 0:
        connection.execute(sa.insert(table).values(name=name, value=new))
