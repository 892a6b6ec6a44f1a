"""Accounts that cannot be taken over

Revision: 0017
"""

import sqlalchemy as sa
from alembic import op

from gsapp.migrations.idempotent import add_column, create_table, drop_column, drop_table
from gsapp.models.columns import exact_string

revision = "0017"
down_revision = "0016"
compatible_with = "0016"


def upgrade() -> None:
    add_column("one_time_links", sa.Column("issuer_id", sa.Integer(), nullable=True))
    add_column("outbox", sa.Column("address", sa.String(254), nullable=True))
    add_column("sessions", sa.Column("authenticated_at", sa.DateTime(), nullable=True))
    create_table(
        "known_browsers",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("mark", exact_string(64), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["buser_table.id"], name=op.f("fk_known_browsers_user_id")),
        sa.PrimaryKeyConstraint("user_id", "mark", name=op.f("pk_known_browsers")),
    )
    create_table(
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
    )


def downgrade() -> None:
    drop_table("link_consents")
    drop_table("known_browsers")
    drop_column("sessions", "authenticated_at")
    drop_column("outbox", "address")
    drop_column("one_time_links", "issuer_id")
