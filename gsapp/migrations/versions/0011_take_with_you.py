"""What people take with them, and what stays when they leave

Revision: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from gsapp.migrations.idempotent import add_column, create_table, drop_column, drop_table

revision = "0011"
down_revision = "0010"
compatible_with = revision


def upgrade() -> None:
    add_column("buser_table", sa.Column("left_at", sa.DateTime(), nullable=True))
    create_table(
        "calendar_links",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", _exact(64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["buser_table.id"], name=op.f("fk_calendar_links_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_links")),
    )
    create_table(
        "former_names",
        sa.Column("name_hash", _exact(64), nullable=False),
        sa.PrimaryKeyConstraint("name_hash", name=op.f("pk_former_names")),
    )


def downgrade() -> None:
    drop_table("former_names")
    drop_table("calendar_links")
    drop_column("buser_table", "left_at")


def _exact(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(mysql.VARCHAR(length, collation="utf8mb4_bin"), "mysql", "mariadb")
