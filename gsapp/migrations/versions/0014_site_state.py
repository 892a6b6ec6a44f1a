"""Facts about the whole site

Revision: 0014
"""

import sqlalchemy as sa
from alembic import op

from gsapp.models.columns import exact_string

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "site_state",
        sa.Column("name", exact_string(40), nullable=False),
        sa.Column("value", exact_string(255), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_site_state")),
        if_not_exists=True,  # MariaDB commits each statement: an interrupted migration is run again
    )


def downgrade() -> None:
    op.drop_table("site_state", if_exists=True)
