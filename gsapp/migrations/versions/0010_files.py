"""Photos and videos

Revision: 0010
"""

import sqlalchemy as sa
from alembic import op

from gsapp.migrations.idempotent import create_index, create_table, drop_table
from gsapp.models.columns import exact_string

revision = "0010"
down_revision = "0009"
compatible_with = revision

INDEXES = (("uploader_id", "need_id"), ("need_id", "uploaded_at"), ("offer_id",))


def upgrade() -> None:
    create_table(
        "stored_files",
        sa.Column("name", exact_string(40), nullable=False),
        sa.Column("media_type", sa.String(20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("uploader_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("offer_id IS NULL OR need_id IS NOT NULL", name=op.f("ck_stored_files_use")),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_files_size")),
        sa.ForeignKeyConstraint(["uploader_id"], ["buser_table.id"], name=op.f("fk_stored_files_uploader_id")),
        sa.ForeignKeyConstraint(["need_id"], ["sr_info.id"], name=op.f("fk_stored_files_need_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["response_info.id"], name=op.f("fk_stored_files_offer_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_stored_files")),
    )
    for columns in INDEXES:
        create_index("stored_files", columns)


def downgrade() -> None:
    drop_table("stored_files")
