"""Notifications, preferences about them, and the outbox of e-mails

Revision: 0005
"""

import sqlalchemy as sa
from alembic import op

from gsapp.migrations.idempotent import add_column, create_index, create_table, drop_column, drop_table

revision = "0005"
down_revision = "0004"
compatible_with = revision


def upgrade() -> None:
    add_column("buser_table", sa.Column("email", sa.String(254), nullable=True))
    create_table(
        "notifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("match_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["buser_table.id"], name=op.f("fk_notifications_actor_id")),
        sa.ForeignKeyConstraint(["match_id"], ["accept_info.id"], name=op.f("fk_notifications_match_id")),
        sa.ForeignKeyConstraint(["need_id"], ["sr_info.id"], name=op.f("fk_notifications_need_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["response_info.id"], name=op.f("fk_notifications_offer_id")),
        sa.ForeignKeyConstraint(["user_id"], ["buser_table.id"], name=op.f("fk_notifications_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    create_index("notifications", ["user_id", "id"])
    create_index("notifications", ["user_id", "read_at", "need_id"])
    create_table(
        "notice_preferences",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("in_inbox", sa.Boolean(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["buser_table.id"], name=op.f("fk_notice_preferences_user_id")),
        sa.PrimaryKeyConstraint("user_id", "topic", name=op.f("pk_notice_preferences")),
    )
    create_table(
        "outbox",
        sa.Column("notification_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_outbox_tries")),
        sa.ForeignKeyConstraint(["notification_id"], ["notifications.id"], name=op.f("fk_outbox_notification_id")),
        sa.PrimaryKeyConstraint("notification_id", name=op.f("pk_outbox")),
    )
    create_index("outbox", ["state", "next_try_at"])


def downgrade() -> None:
    drop_table("outbox")
    drop_table("notice_preferences")
    drop_table("notifications")
    drop_column("buser_table", "email")
