"""People without the internet

Revision: 0008
"""

import sqlalchemy as sa

from gsapp.migrations.idempotent import add_column, create_index, drop_column, drop_index

revision = "0008"
down_revision = "0007"
compatible_with = revision


def upgrade() -> None:
    add_column("buser_table", sa.Column("recorded_by", sa.Integer(), nullable=True))
    add_column("buser_table", sa.Column("consent_at", sa.DateTime(), nullable=True))
    add_column("buser_table", sa.Column("consent_how", sa.String(20), nullable=True))
    add_column("buser_table", sa.Column("reached_at", sa.DateTime(), nullable=True))
    create_index("buser_table", ["recorded_by", "id"])


def downgrade() -> None:
    drop_index("buser_table", ["recorded_by", "id"])
    for column in ("reached_at", "consent_how", "consent_at", "recorded_by"):
        drop_column("buser_table", column)
