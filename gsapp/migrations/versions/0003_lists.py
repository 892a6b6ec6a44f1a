"""What lists and totals need to be fast at any size: each need's phase, counters, and indexes for every order

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

from gsapp.migrations.idempotent import (
    add_column,
    create_index,
    create_table,
    drop_column,
    drop_default,
    drop_index,
    drop_table,
    on_mariadb,
    repeat,
)
from gsapp.models.columns import exact_string

revision = "0003"
down_revision = "0002"
compatible_with = revision

GONE: tuple[tuple[str, ...], ...] = (("ps_enddate", "offers_pending"), ("ps_begindate",))
NEW: tuple[tuple[str, ...], ...] = (
    ("stype_id", "id"),
    ("ps_begindate", "id"),
    ("offers_pending", "id"),
    ("phase", "id"),
    ("phase", "stype_id", "cityID", "id"),
    ("phase", "cityID", "id"),
    ("phase", "ps_enddate"),
    ("phase", "ps_begindate", "id"),
    ("phase", "offers_pending", "id", "ps_enddate"),
)
# As if the clock had not ticked yet: its next tick moves on those that have ended.
SET_PHASE = """
UPDATE sr_info SET phase = CASE
    WHEN ps_state = -1 THEN 'cancelled'
    WHEN places_taken < helpers_wanted THEN 'open'
    WHEN places_done = places_taken THEN 'done'
    ELSE 'matched' END
"""
COUNT = """
INSERT INTO need_counts (stype_id, "cityID", phase, n)
SELECT stype_id, "cityID", phase, COUNT(*) FROM sr_info GROUP BY stype_id, "cityID", phase
"""


def upgrade() -> None:
    phase = sa.Column("phase", exact_string(9), server_default="open", nullable=False)
    add_column("sr_info", phase)
    repeat("update rows", "sr_info", SET_PHASE)
    drop_default("sr_info", "phase", exact_string(9))
    create_table(
        "need_counts",
        sa.Column("stype_id", sa.Integer(), nullable=False),
        sa.Column("cityID", sa.Integer(), nullable=False),
        sa.Column("phase", exact_string(9), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0", name=op.f("ck_need_counts_n")),
        sa.ForeignKeyConstraint(["cityID"], ["city_info.id"], name=op.f("fk_need_counts_cityID")),
        sa.ForeignKeyConstraint(["stype_id"], ["service_type.id"], name=op.f("fk_need_counts_stype_id")),
        sa.PrimaryKeyConstraint("stype_id", "cityID", "phase", name=op.f("pk_need_counts")),
    )
    repeat("delete rows", "need_counts", "DELETE FROM need_counts")  # of an interrupted attempt
    repeat("insert rows", "need_counts", COUNT.replace('"', "`") if on_mariadb() else COUNT)
    for columns in NEW:
        create_index("sr_info", columns)
    for columns in GONE:
        drop_index("sr_info", columns)


def downgrade() -> None:
    for columns in GONE:
        create_index("sr_info", columns)
    for columns in NEW:
        drop_index("sr_info", columns)
    drop_table("need_counts")
    drop_column("sr_info", "phase")
