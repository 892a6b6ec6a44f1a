"""Accounts that cannot be taken over

Revision: 0017
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from gsapp.models.columns import exact_string

revision = "0017"
down_revision = "0016"


def _columns() -> list[tuple[str, sa.Column[Any]]]:
    return [
        ("one_time_links", sa.Column("issuer_id", sa.Integer(), nullable=True)),
        ("outbox", sa.Column("address", sa.String(254), nullable=True)),
        ("sessions", sa.Column("authenticated_at", sa.DateTime(), nullable=True)),
    ]


def upgrade() -> None:
    # MariaDB commits each statement: an interrupted migration is run again.
    for table, column in _columns():
        if column.name not in _present(table):
            op.add_column(table, column)
    op.create_table(
        "known_browsers",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("mark", exact_string(64), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["buser_table.id"], name=op.f("fk_known_browsers_user_id")),
        sa.PrimaryKeyConstraint("user_id", "mark", name=op.f("pk_known_browsers")),
        if_not_exists=True,
    )
    _create_link_consents()


def _create_link_consents() -> None:
    op.create_table(
        "link_consents",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("agreed_by", sa.Integer(), nullable=True),
        *(
            sa.ForeignKeyConstraint([name], ["buser_table.id"], name=op.f(f"fk_link_consents_{name}"))
            for name in ("user_id", "asked_by", "agreed_by")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_link_consents")),
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_table("link_consents", if_exists=True)
    op.drop_table("known_browsers", if_exists=True)
    for table, column in _columns():
        if column.name in _present(table):
            op.drop_column(table, column.name)


def _present(table: str) -> set[str]:
    return {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
