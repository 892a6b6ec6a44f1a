"""Text search: the words of every need

Revision: 0004
"""

from itertools import chain

import sqlalchemy as sa
from alembic import op

from gsapp.migrations.idempotent import create_table, drop_table, repeat
from gsapp.models.columns import exact_string
from gsapp.search_terms import words_in

revision = "0004"
down_revision = "0003"
compatible_with = revision

BATCH = 2_000
NEXT = sa.text("SELECT id, ps_title, ps_desc FROM sr_info WHERE id > :last ORDER BY id LIMIT :most")
INSERT = sa.text("INSERT INTO need_words (word, need_id) VALUES (:word, :need_id)")


def upgrade() -> None:
    create_table(
        "need_words",
        sa.Column("word", exact_string(12), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", "need_id", name=op.f("pk_need_words")),
        sqlite_with_rowid=False,
    )
    repeat("delete rows", "need_words", "DELETE FROM need_words")  # of an interrupted attempt
    repeat("insert rows", "need_words", _insert_words)


def downgrade() -> None:
    drop_table("need_words")


def _insert_words(database: sa.Connection) -> None:
    last = 0
    while found := database.execute(NEXT, {"last": last, "most": BATCH}).all():
        rows = sorted({(word, need_id) for need_id, *texts in found for word in chain(*map(words_in, texts))})
        if rows:
            database.execute(INSERT, [{"word": word, "need_id": need_id} for word, need_id in rows])
        last = found[-1][0]
