"""The dashboard: how long a need of each kind may wait, links to the wall, and indexes for its figures

Revision: 0006
"""

import sqlalchemy as sa
from alembic import op

from gsapp.models.columns import exact_string

revision = "0006"
down_revision = "0005"

NEW = (
    ("sr_info", ("phase", "published_at")),
    ("sr_info", ("published_at",)),
    ("accept_info", ("confirmed_at",)),
)


def upgrade() -> None:
    op.add_column("service_type", sa.Column("target_hours", sa.Integer(), server_default="72", nullable=False))
    op.create_table(
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
        op.create_index(_name(table, columns), table, columns)


def downgrade() -> None:
    for table, columns in NEW:
        op.drop_index(_name(table, columns), table)
    op.drop_table("wall_links")
    op.drop_column("service_type", "target_hours")


def _name(table: str, columns: tuple[str, ...]) -> str:
    return op.f(f"ix_{table}_{'_'.join(columns)}")
