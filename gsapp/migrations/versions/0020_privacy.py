"""Version of the privacy notice that an account agreed to, and daily counts of refused requests

Revision: 0020
"""

import sqlalchemy as sa
from alembic import op

from gsapp.migrations.idempotent import add_column, create_table, drop_column, drop_table
from gsapp.models.columns import exact_string

revision = "0020"
down_revision = "0018"
compatible_with = "0016"


def upgrade() -> None:
    add_column("buser_table", sa.Column("consent_version", sa.String(10), nullable=True))
    create_table(
        "security_counts",
        sa.Column("day", exact_string(10), nullable=False),
        sa.Column("kind", exact_string(40), nullable=False),
        sa.Column("network", exact_string(16), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "kind", "network", "user_id", name=op.f("pk_security_counts")),
    )


def downgrade() -> None:
    drop_table("security_counts")
    drop_column("buser_table", "consent_version")
