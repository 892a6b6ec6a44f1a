"""The words of needs: what text search reads instead of the texts."""

from sqlalchemy import Table
from sqlmodel import Field, SQLModel

from gsapp.models.columns import exact_string
from gsapp.search_terms import MAX_TERM_LENGTH


class NeedWord(SQLModel, table=True):
    """One word of one need, as `gsapp.search_terms` makes it. Written by `effects.search_index` with the need.

    The primary key is the whole table: the needs with a word, newest first, are one walk along it. There is no foreign
    key, for that would want an index by need, as big as the table; needs are never deleted.
    """

    __tablename__ = "need_words"
    __table_args__ = {"sqlite_with_rowid": False}

    word: str = Field(sa_type=exact_string(MAX_TERM_LENGTH), primary_key=True)
    need_id: int = Field(primary_key=True)


INDEX: Table = SQLModel.metadata.tables[NeedWord.__tablename__]
"""The same for statements that are made of columns, not of records."""
