"""System reasons as codes, apart from the text that people type

Revision: 0013
"""

import sqlalchemy as sa
from alembic import op

from gsapp.models.columns import exact_string

revision = "0013"
down_revision = "0012"

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
        if not _has_codes(table):  # it may, after an interruption: MariaDB commits each new column
            op.add_column(table, sa.Column("reason_code", exact_string(14), nullable=True))
    for table, given in TABLES.items():
        # Compared in hexadecimal: MariaDB's collation of this column ignores case, and people type as they like.
        encode = sa.text(
            f"UPDATE {table} SET reason_code = :code, reason = '' WHERE {given} AND HEX(reason) = HEX(:sentence)"  # noqa: S608 - names of our own
        )
        for code, sentence in SENTENCES.items():
            op.execute(encode.bindparams(code=code, sentence=sentence))


def downgrade() -> None:
    for table in filter(_has_codes, TABLES):
        decode = sa.text(f"UPDATE {table} SET reason = :sentence WHERE reason_code = :code")  # noqa: S608 - the same
        for code, sentence in SENTENCES.items():
            op.execute(decode.bindparams(code=code, sentence=sentence))
        op.drop_column(table, "reason_code")


def _has_codes(table: str) -> bool:
    return any(column["name"] == "reason_code" for column in sa.inspect(op.get_bind()).get_columns(table))
