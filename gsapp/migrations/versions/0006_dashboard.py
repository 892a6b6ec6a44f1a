"""The dashboard: how long a need of each kind may wait, links to the wall, and indexes for its figures

Revision: 0006
"""

import sqlalchemy as sa
from alembic import op

from gsapp.migrations.idempotent import add_column, create_index, create_table, drop_column, drop_index, drop_table
from gsapp.models.columns import exact_string

revision = "0006"
down_revision = "0005"
compatible_with = revision

NEW = (
    ("sr_info", ("phase", "published_at")),
    ("sr_info", ("published_at",)),
    ("accept_info", ("confirmed_at",)),
)


def upgrade() -> None:
    add_column("service_type", sa.Column("target_hours", sa.Integer(), server_default="72", nullable=False))
    create_table(
        "wall_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", exact_string(64), nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["buser_table.id"], name=op.f("fk_wall_links_created_by")),
        sa.ForeignKeyConstraint(["revoked_by"], ["buser_table.id"], name=op.f("fk_wall_links_revoked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wall_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_wall_links_token_hash")),
    )
    for table, columns in NEW:
        create_index(table, columns)


def downgrade() -> None:
    for table, columns in NEW:
        drop_index(table, columns)
    drop_table("wall_links")
    drop_column("service_type", "target_hours")
