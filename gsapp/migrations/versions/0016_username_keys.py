"""Usernames that look alike are the same

Revision: 0016
"""

import sqlalchemy as sa
from alembic import op

from gsapp.models.columns import exact_string
from gsapp.schemas.usernames import username_key

revision = "0016"
down_revision = "0014"
INDEX = "ix_buser_table_username_key"
BATCH = 1000


def upgrade() -> None:
    op.add_column("buser_table", sa.Column("username_key", exact_string(200), nullable=True))
    op.add_column("former_names", sa.Column("user_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_former_names_user_id"), "former_names", ["user_id"])
    _fill()
    op.create_index(op.f(INDEX), "buser_table", ["username_key"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f(INDEX), "buser_table")
    op.drop_column("buser_table", "username_key")
    op.drop_index(op.f("ix_former_names_user_id"), "former_names")
    op.drop_column("former_names", "user_id")


def _fill() -> None:
    """Of accounts that look alike the oldest gets the key; the others keep their names, without a key."""
    users = sa.table("buser_table", sa.column("id"), sa.column("uname"), sa.column("username_key"))
    connection, last, seen = op.get_bind(), 0, set[str]()
    while rows := connection.execute(
        sa.select(users.c.id, users.c.uname).where(users.c.id > last).order_by(users.c.id).limit(BATCH)
    ).all():
        keys = [(user_id, username_key(name)) for user_id, name in rows]
        first = {key: user_id for user_id, key in reversed(keys) if key not in seen}
        for key, user_id in first.items():
            connection.execute(sa.update(users).where(users.c.id == user_id).values(username_key=key))
        seen.update(first)
        last = rows[-1][0]
