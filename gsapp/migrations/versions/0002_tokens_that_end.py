"""Tokens of the REST API that end when their user says so

Revision: 0002
"""

import sqlalchemy as sa

from gsapp.migrations.idempotent import add_column, drop_column

revision = "0002"
down_revision = "0001"
compatible_with = revision


def upgrade() -> None:
    # With a default of the database, so that rows written by the version before stay possible during an update.
    add_column("buser_table", sa.Column("token_generation", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    drop_column("buser_table", "token_generation")
