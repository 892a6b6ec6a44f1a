"""The inverted index of text search: the words of each need."""

from sqlalchemy import Table
from sqlmodel import Field, SQLModel

from gsapp.models.columns import exact_string
from gsapp.search_terms import MAX_TERM_LENGTH


class NeedWord(SQLModel, table=True):
    """One term of one need, produced by `gsapp.search_terms` and written by `effects.search_index`.

    The primary key is the whole table: the needs with a term, newest first, are one index scan. No foreign key, which
    would require an index by need as big as the table; needs are never deleted.
    """

    __tablename__ = "need_words"
    __table_args__ = {"sqlite_with_rowid": False}

    word: str = Field(sa_type=exact_string(MAX_TERM_LENGTH), primary_key=True)
    need_id: int = Field(primary_key=True)


INDEX: Table = SQLModel.metadata.tables[NeedWord.__tablename__]
"""The table of `NeedWord`, for Core statements."""
