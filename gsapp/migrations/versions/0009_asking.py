"""Who has been asked whether they can help

Revision: 0009
"""

import sqlalchemy as sa
from alembic import op

from gsapp.migrations.idempotent import create_index, create_table, drop_table

revision = "0009"
down_revision = "0008"
compatible_with = revision


def upgrade() -> None:
    create_table(
        "asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["buser_table.id"], name=op.f("fk_asked_asked_by")),
        sa.ForeignKeyConstraint(["need_id"], ["sr_info.id"], name=op.f("fk_asked_need_id")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["buser_table.id"], name=op.f("fk_asked_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked")),
        sa.UniqueConstraint("need_id", "volunteer_id", name=op.f("uq_asked_need_id_volunteer_id")),
    )
    create_index("asked", ["asked_by", "at"])
    create_index("asked", ["volunteer_id", "at"])


def downgrade() -> None:
    drop_table("asked")
