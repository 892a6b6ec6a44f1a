"""Usernames that look alike are the same

Revision: 0016
"""

import sqlalchemy as sa

from gsapp.migrations.idempotent import add_column, create_index, drop_column, drop_index, repeat
from gsapp.models.columns import exact_string
from gsapp.schemas.usernames import username_key

revision = "0016"
down_revision = "0015"
compatible_with = "0015"
BATCH = 1000


def upgrade() -> None:
    add_column("buser_table", sa.Column("username_key", exact_string(200), nullable=True))
    add_column("former_names", sa.Column("user_id", sa.Integer(), nullable=True))
    create_index("former_names", ["user_id"])
    repeat("update rows", "buser_table", _fill)
    create_index("buser_table", ["username_key"], unique=True)


def downgrade() -> None:
    drop_index("buser_table", ["username_key"])
    drop_column("buser_table", "username_key")
    drop_index("former_names", ["user_id"])
    drop_column("former_names", "user_id")


def _fill(database: sa.Connection) -> None:
    """Of accounts that look alike the oldest gets the key; the others keep their names, without a key."""
    users = sa.table("buser_table", sa.column("id"), sa.column("uname"), sa.column("username_key"))
    last, seen = 0, set[str]()
    names = sa.select(users.c.id, users.c.uname).order_by(users.c.id).limit(BATCH)
    while rows := database.execute(names.where(users.c.id > last)).all():
        keys = [(user_id, username_key(name)) for user_id, name in rows]
        first = {key: user_id for user_id, key in reversed(keys) if key not in seen}
        for key, user_id in first.items():
            database.execute(sa.update(users).where(users.c.id == user_id).values(username_key=key))
        seen.update(first)
        last = rows[-1][0]
