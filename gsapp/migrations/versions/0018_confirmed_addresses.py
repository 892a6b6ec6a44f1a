"""E-mail addresses that are confirmed, the pace of e-mails, and the language seen in a browser

Addresses that are stored already stay as they are: confirmed.

Revision: 0018
"""

import sqlalchemy as sa
from alembic import op

from gsapp.migrations.idempotent import add_column, create_table, drop_column, drop_table
from gsapp.models.columns import exact_string

revision = "0018"
down_revision = "0017"
compatible_with = "0016"


def upgrade() -> None:
    add_column("buser_table", sa.Column("email_pending", sa.String(254), nullable=True))
    add_column("buser_table", sa.Column("email_pending_key", exact_string(32), nullable=True))
    add_column("buser_table", sa.Column("seen_language", sa.String(10), nullable=True))
    create_table(
        "email_pace",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        sa.Column("day_began_at", sa.DateTime(), nullable=False),
        sa.Column("sent_today", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["buser_table.id"], name=op.f("fk_email_pace_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_email_pace")),
    )


def downgrade() -> None:
    drop_table("email_pace")
    drop_column("buser_table", "seen_language")
    drop_column("buser_table", "email_pending_key")
    drop_column("buser_table", "email_pending")
