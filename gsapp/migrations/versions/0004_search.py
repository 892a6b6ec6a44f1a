"""Text search: the words of every need

Revision: 0004
"""

from itertools import chain

import sqlalchemy as sa
from alembic import op

from gsapp.models.columns import exact_string
from gsapp.search_terms import words_in

revision = "0004"
down_revision = "0003"

BATCH = 2_000
NEXT = sa.text("SELECT id, ps_title, ps_desc FROM sr_info WHERE id > :last ORDER BY id LIMIT :most")


def upgrade() -> None:
    words = op.create_table(
        "need_words",
        sa.Column("word", exact_string(12), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", "need_id", name=op.f("pk_need_words")),
        sqlite_with_rowid=False,
    )
    database, last = op.get_bind(), 0
    while found := database.execute(NEXT, {"last": last, "most": BATCH}).all():
        rows = sorted({(word, need_id) for need_id, *texts in found for word in chain(*map(words_in, texts))})
        if rows:
            database.execute(words.insert(), [{"word": word, "need_id": need_id} for word, need_id in rows])
        last = found[-1][0]


def downgrade() -> None:
    op.drop_table("need_words")
