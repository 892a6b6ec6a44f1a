"""What newcomers have seen

Revision: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("buser_table", sa.Column("first_steps", sa.String(100), nullable=True))
    op.execute(sa.text("UPDATE buser_table SET first_steps = 'away'"))  # who is here already knows the way


def downgrade() -> None:
    op.drop_column("buser_table", "first_steps")
