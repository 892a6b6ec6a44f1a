"""Full-text search: inverted index of the words of needs, written in the transaction that writes a need.

Not MariaDB FULLTEXT and SQLite FTS5: two syntaxes would have to return the same results, and FULLTEXT collects every
match before it returns the first (docs/decisions/0010-text-search.md). Not Whoosh: its index is in files outside the
transaction, with one writer at a time.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, func, insert, text
from sqlmodel import Session, col, select

from gsapp.models import Need, NeedWord, Offer
from gsapp.models.words import INDEX
from gsapp.search_terms import words_in
from gsapp.vocabulary import NeedState


def add(session: Session, need: Need) -> None:
    """Index a new need, which must be flushed."""
    _insert(session, need.id, _words(need.title, need.description))


def change(session: Session, need: Need, *, title: str, description: str) -> None:
    """Update the index for a need whose text will be replaced. The need must be locked, with its old text loaded."""
    old, new = _words(need.title, need.description), _words(title, description)
    gone = [word for word in old if word not in new]
    if gone:
        session.connection().execute(delete(INDEX).where(INDEX.c.word.in_(gone), INDEX.c.need_id == need.id))
    _insert(session, need.id, new - old)


def remove_unanswered(session: Session, need: Need) -> None:
    """Remove the words of a need that is taken back before anyone has offered help."""
    if not session.exec(select(Offer.id).where(Offer.need_id == need.id).limit(1)).first():
        change(session, need, title="", description="")


def clear(session: Session) -> None:
    """Delete the index, to rebuild it by `fill`; until then search results are incomplete."""
    session.connection().execute(delete(INDEX) if _embedded(session) else text("TRUNCATE need_words"))


def fill(session: Session, *, after: int, most: int = 2_000) -> int | None:
    """Index the next `most` needs with ids above `after`; returns the last id, or `None` at the end.

    Called repeatedly, with a transaction for each batch, while the site runs.
    """
    needs = select(Need.id, Need.title, Need.description, _taken_back()).where(col(Need.id) > after)
    found = session.exec(needs.order_by(col(Need.id)).limit(most)).all()
    # In the order of the primary key; IGNORE skips words that another transaction has stored since.
    rows = sorted(
        (word, need_id)
        for need_id, title, description, taken_back in found
        if not taken_back
        for word in _words(title, description)
    )
    if rows:
        # In the driver's own form: with a dictionary for each row this would take twice as long.
        begin, place = ("INSERT OR IGNORE", "?") if _embedded(session) else ("INSERT IGNORE", "%s")
        statement = f"{begin} INTO need_words (word, need_id) VALUES ({place}, {place})"
        session.connection().exec_driver_sql(statement, rows)
    return found[-1][0] if found else None


def count(session: Session) -> int:
    """The number of rows in the index."""
    return session.exec(select(func.count()).select_from(NeedWord)).one()


def _taken_back() -> ColumnElement[bool]:
    """Whether a need was taken back before anyone had offered help."""
    answered = select(Offer.id).where(Offer.need_id == Need.id).correlate(Need).exists()
    return (col(Need.state) == NeedState.CANCELLED) & ~answered


def _embedded(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _insert(session: Session, need_id: int | None, words: Iterable[str]) -> None:
    rows = [{"word": word, "need_id": need_id} for word in sorted(words)]
    if rows:
        session.connection().execute(insert(INDEX), rows)


def _words(title: str, description: str) -> set[str]:
    return words_in(title) | words_in(description)
