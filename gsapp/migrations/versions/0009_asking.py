"""Who has been asked whether they can help

Revision: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
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
    op.create_index(op.f("ix_asked_asked_by_at"), "asked", ["asked_by", "at"], unique=False)
    op.create_index(op.f("ix_asked_volunteer_id_at"), "asked", ["volunteer_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("asked")
