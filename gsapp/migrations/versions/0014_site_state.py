"""Facts about the whole site

Revision: 0014
"""

import sqlalchemy as sa
from alembic import op

from gsapp.migrations.idempotent import create_table
from gsapp.models.columns import exact_string

revision = "0014"
down_revision = "0013"
compatible_with = "0013"


def upgrade() -> None:
    create_table(
        "site_state",
        sa.Column("name", exact_string(40), nullable=False),
        sa.Column("value", exact_string(255), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_site_state")),
    )


def downgrade() -> None:
    """The table stays: the lease of the process that migrates is one of its rows."""
