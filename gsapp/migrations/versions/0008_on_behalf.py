"""People without the internet

Revision: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
INDEX = "ix_buser_table_recorded_by_id"


def upgrade() -> None:
    op.add_column("buser_table", sa.Column("recorded_by", sa.Integer(), nullable=True))
    op.add_column("buser_table", sa.Column("consent_at", sa.DateTime(), nullable=True))
    op.add_column("buser_table", sa.Column("consent_how", sa.String(20), nullable=True))
    op.add_column("buser_table", sa.Column("reached_at", sa.DateTime(), nullable=True))
    op.create_index(op.f(INDEX), "buser_table", ["recorded_by", "id"])


def downgrade() -> None:
    op.drop_index(op.f(INDEX), "buser_table")
    for column in ("reached_at", "consent_how", "consent_at", "recorded_by"):
        op.drop_column("buser_table", column)
