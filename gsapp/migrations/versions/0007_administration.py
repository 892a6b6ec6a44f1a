"""Administration: lists of people and of the history at any size, reports of abuse, links that set a password

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

from gsapp.migrations.idempotent import (
    add_column,
    add_reference,
    create_index,
    create_table,
    drop_column,
    drop_index,
    drop_reference,
    drop_table,
    on_mariadb,
    repeat,
)
from gsapp.models.columns import exact_string

revision = "0007"
down_revision = "0006"
compatible_with = revision

NEW: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("buser_table", ("bname",)),
    ("buser_table", ("userlvl",)),
    ("buser_table", ("suspended_at",)),
    ("response_info", ("response_state", "id")),
    ("response_info", ("response_date", "id")),
    ("history", ("actor_id", "id")),
    ("history", ("on_behalf_of", "id")),
    ("history", ("action", "id")),
    ("history", ("at",)),
)
# Names that differ by a capital letter or an accent are different names, as they are on SQLite.
EXACT = (("service_type", "typename"), ("city_info", "cityName"), ("city_info", "provinceName"))


def upgrade() -> None:
    create_table(
        "abuse_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("kind", exact_string(5), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=True),
        sa.Column("handled_at", sa.DateTime(), nullable=True),
        sa.Column("handled_by", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.CheckConstraint("(waiting IS NULL) = (handled_at IS NOT NULL)", name=op.f("ck_abuse_reports_waiting")),
        sa.ForeignKeyConstraint(["handled_by"], ["buser_table.id"], name=op.f("fk_abuse_reports_handled_by")),
        sa.ForeignKeyConstraint(["person_id"], ["buser_table.id"], name=op.f("fk_abuse_reports_person_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["buser_table.id"], name=op.f("fk_abuse_reports_reporter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_abuse_reports")),
        sa.UniqueConstraint(
            "reporter_id",
            "kind",
            "thing_id",
            "waiting",
            name=op.f("uq_abuse_reports_reporter_id_kind_thing_id_waiting"),
        ),
    )
    for pair in (("waiting", "id"), ("reporter_id", "created_at"), ("person_id", "id")):
        create_index("abuse_reports", pair)
    create_table(
        "taken_down_needs",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("attachments", sa.String(1000), nullable=False),
        sa.Column("taken_down_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["sr_info.id"], name=op.f("fk_taken_down_needs_need_id")),
        sa.PrimaryKeyConstraint("need_id", name=op.f("pk_taken_down_needs")),
    )
    add_column("one_time_links", sa.Column("user_id", sa.Integer(), nullable=True))
    add_reference("one_time_links", "user_id", "buser_table")
    create_index("one_time_links", ["user_id"])
    for table, columns in NEW:
        create_index(table, columns)
    _collate("utf8mb4_bin")


def downgrade() -> None:
    _collate("utf8mb4_unicode_ci")
    for table, columns in NEW:
        if columns[0] in ("actor_id", "on_behalf_of") and on_mariadb():
            # A foreign key wants an index, and takes the nearest: give it back the one it had.
            create_index(table, columns[:1], name=f"fk_history_{columns[0]}")
        drop_index(table, columns)
    drop_reference("one_time_links", "user_id")
    drop_index("one_time_links", ["user_id"])
    drop_column("one_time_links", "user_id")
    drop_table("taken_down_needs")
    drop_table("abuse_reports")


def _collate(collation: str) -> None:
    if not on_mariadb():
        return
    for table, column in EXACT:
        # Not by alter_column, which would want to know the comparison of today.
        statement = f"ALTER TABLE {table} MODIFY {column} VARCHAR(50) COLLATE {collation} NOT NULL"
        repeat("change collation", table, statement)
