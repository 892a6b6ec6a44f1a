"""What newcomers have seen

Revision: 0012
"""

import sqlalchemy as sa

from gsapp.migrations.idempotent import add_column, drop_column, repeat

revision = "0012"
down_revision = "0011"
compatible_with = revision


def upgrade() -> None:
    add_column("buser_table", sa.Column("first_steps", sa.String(100), nullable=True))
    # Members who have an account already know the way.
    repeat("update rows", "buser_table", "UPDATE buser_table SET first_steps = 'away'")


def downgrade() -> None:
    drop_column("buser_table", "first_steps")
