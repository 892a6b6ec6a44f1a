"""System reasons as codes, apart from the text that people type

Revision: 0013
"""

from functools import partial

import sqlalchemy as sa

from gsapp.migrations.idempotent import add_column, drop_column, has_column, repeat
from gsapp.models.columns import exact_string

revision = "0013"
down_revision = "0012"
compatible_with = revision

SENTENCES = {
    "dropped_out": "The neighbour could not come after all.",
    "did_not_come": "The neighbour did not come.",
    "need_cancelled": "The need was called off.",
    "need_expired": "The need has passed its end without a match.",
    "reserve_over": "The need has passed its end; another neighbour came.",
}
# The rows to which the program has given reasons. The same sentence in any other row was typed by a person.
TABLES = {
    "response_info": "response_state IN (2, 3)",
    "history": "action IN ('OfferRejected', 'NeedExpired')",
    "notifications": "kind IN ('offer_rejected', 'need_expired')",
}


def upgrade() -> None:
    for table in TABLES:
        add_column(table, sa.Column("reason_code", exact_string(14), nullable=True))
    for table, given in TABLES.items():
        # Compared in hexadecimal: MariaDB's collation of this column ignores case, and people type as they like.
        encode = sa.text(
            f"UPDATE {table} SET reason_code = :code, reason = '' WHERE {given} AND HEX(reason) = HEX(:sentence)"  # noqa: S608 - names of our own
        )
        for code, sentence in SENTENCES.items():
            repeat("update rows", table, encode.bindparams(code=code, sentence=sentence))


def downgrade() -> None:
    for table in TABLES:
        repeat("update rows", table, partial(_decode, table=table))
        drop_column(table, "reason_code")


def _decode(database: sa.Connection, *, table: str) -> None:
    if has_column(table, "reason_code"):  # an interrupted attempt may have dropped it
        decode = sa.text(f"UPDATE {table} SET reason = :sentence WHERE reason_code = :code")  # noqa: S608 - the same
        database.execute(decode, [{"code": code, "sentence": sentence} for code, sentence in SENTENCES.items()])
