"""Administration: lists of people and of the history at any size, reports of abuse, links that set a password

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

from gsapp.models.columns import exact_string

revision = "0007"
down_revision = "0006"

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
    op.create_table(
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
        op.create_index(_name("abuse_reports", pair), "abuse_reports", pair)
    op.create_table(
        "taken_down_needs",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("attachments", sa.String(1000), nullable=False),
        sa.Column("taken_down_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["sr_info.id"], name=op.f("fk_taken_down_needs_need_id")),
        sa.PrimaryKeyConstraint("need_id", name=op.f("pk_taken_down_needs")),
    )
    with op.batch_alter_table("one_time_links") as links:
        links.add_column(sa.Column("user_id", sa.Integer(), nullable=True))
        links.create_foreign_key(op.f("fk_one_time_links_user_id"), "buser_table", ["user_id"], ["id"])
    op.create_index(_name("one_time_links", ("user_id",)), "one_time_links", ["user_id"])
    for table, columns in NEW:
        op.create_index(_name(table, columns), table, columns)
    _collate("utf8mb4_bin")


def downgrade() -> None:
    _collate("utf8mb4_unicode_ci")
    for table, columns in NEW:
        if columns[0] in ("actor_id", "on_behalf_of") and _on_mariadb():
            # A foreign key wants an index, and takes the nearest: give it back the one it had.
            op.create_index(op.f(f"fk_history_{columns[0]}"), table, columns[:1])
        op.drop_index(_name(table, columns), table)
    with op.batch_alter_table("one_time_links") as links:
        links.drop_constraint(op.f("fk_one_time_links_user_id"), type_="foreignkey")
        links.drop_index(_name("one_time_links", ("user_id",)))
        links.drop_column("user_id")
    op.drop_table("taken_down_needs")
    op.drop_table("abuse_reports")


def _collate(collation: str) -> None:
    if not _on_mariadb():
        return
    for table, column in EXACT:
        # Not by alter_column, which would want to know the comparison of today.
        op.execute(f"ALTER TABLE {table} MODIFY {column} VARCHAR(50) COLLATE {collation} NOT NULL")


def _on_mariadb() -> bool:
    return op.get_context().dialect.name in ("mysql", "mariadb")


def _name(table: str, columns: tuple[str, ...]) -> str:
    return op.f(f"ix_{table}_{'_'.join(columns)}")
