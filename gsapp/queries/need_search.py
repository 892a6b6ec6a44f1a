"""Full-text search of needs: an index scan of `need_words`, the newest first, that stops at a limit."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_
from sqlalchemy import select as wide_select
from sqlmodel import Session, col

from gsapp.errors import DomainError
from gsapp.i18n import N_
from gsapp.models import Need, ServiceType
from gsapp.models.words import INDEX
from gsapp.queries.time_limit import TookTooLong, at_most
from gsapp.search_terms import Terms, fits, terms_of, words_beginning_with

MAX_SEARCH_RESULTS = 1_000
"""Results are capped at this number of needs: the newest, or the oldest with `oldest_first`."""
SECONDS = 1.0
"""Time limit of one search in the database."""


class TooManyFit(DomainError):
    """The search exceeded its time limit: each word is common, but needs with all of them are rare."""

    sentence = N_("Your words fit too many needs. Please add a place or a kind of help, or use other words.")


class Found(NamedTuple):
    """Ids of the results in their order; `more` if the limit cut off further results."""

    ids: list[int]
    more: bool


def find(
    session: Session,
    typed: str,
    where: Sequence[ColumnElement[bool]] = (),
    *,
    in_type_names: bool = False,
    oldest_first: bool = False,
    most: int = MAX_SEARCH_RESULTS,
) -> Found:
    """At most `most` needs with all words of `typed` in title or description that fulfil the conditions `where`.

    With `in_type_names` also needs whose kind of help has all the words in its name. Raises `TooManyFit`.
    """
    terms = terms_of(typed)
    if not terms:
        return Found([], more=False)
    try:
        with at_most(session, SECONDS) as options:
            search = _Search(session, where, oldest_first, most + 1, options)
            ids = search.by_words(terms)
            if in_type_names:
                ids |= search.by_types(terms)
    except TookTooLong as error:
        raise TooManyFit from error
    ordered = sorted(ids, reverse=not oldest_first)
    return Found(ordered[:most], more=len(ordered) > most)


def has_words(session: Session, typed: str, *, in_type_names: bool = False) -> ColumnElement[bool]:
    """The same search as a condition on `Need`, without limits of number and time: for streamed exports."""
    terms = terms_of(typed)
    if not terms:
        return false()
    there = [col(Need.id).in_(wide_select(INDEX.c.need_id).where(INDEX.c.word == word)) for word in terms.words]
    there += [col(Need.id).in_(_with_character(character)) for character in terms.characters]
    kinds = _types_named(session, terms) if in_type_names else []
    return or_(and_(*there), col(Need.type_id).in_(kinds)) if kinds else and_(*there)


class _Search:
    def __init__(
        self,
        session: Session,
        where: Sequence[ColumnElement[bool]],
        oldest_first: bool,
        most: int,
        options: dict[str, Any],
    ) -> None:
        self._session = session
        self._where = where
        self._oldest_first = oldest_first
        self._most = most
        self._options = options

    def by_words(self, terms: Terms) -> set[int]:
        if not terms.words:
            return self._by_characters(terms.characters)
        first = INDEX.alias().c
        rarest, *others = self._rarest_first(terms.words)
        found = wide_select(first.need_id).where(first.word == rarest)
        for word in others:
            # One primary key lookup for each; the number of joins is limited, and many take long to plan.
            there = wide_select(INDEX.c.need_id).where(INDEX.c.word == word, INDEX.c.need_id == first.need_id)
            found = found.where(there.scalar_subquery().is_not(None))
        found = found.where(*(first.need_id.in_(_with_character(character)) for character in terms.characters))
        if self._where:
            found = found.join(Need, col(Need.id) == first.need_id).where(*self._where)
        return self._ids(found, first.need_id)

    def _by_characters(self, characters: Sequence[str]) -> set[int]:
        if len(characters) == 1 and not self._where:
            found = _with_character(characters[0]).distinct()
            return self._ids(found, INDEX.c.need_id)
        there = (col(Need.id).in_(_with_character(character)) for character in characters)
        return self._ids(wide_select(col(Need.id)).where(*there, *self._where), col(Need.id))

    def by_types(self, terms: Terms) -> set[int]:
        ids: set[int] = set()
        for type_id in _types_named(self._session, terms):
            # One query per type: an index has the needs of one type in order, not those of several.
            of_type = wide_select(col(Need.id)).where(col(Need.type_id) == type_id, *self._where)
            ids |= self._ids(of_type, col(Need.id))
        return ids

    def _rarest_first(self, words: Sequence[str]) -> Sequence[str]:
        """The words by estimated frequency: the older the need at result `MAX_SEARCH_RESULTS` of a word, the rarer."""
        if len(words) == 1:
            return words
        limits = [
            wide_select(INDEX.c.need_id)
            .where(INDEX.c.word == word)
            .order_by(INDEX.c.need_id.desc())
            .limit(1)
            .offset(MAX_SEARCH_RESULTS)
            .scalar_subquery()
            for word in words
        ]
        row = self._session.execute(wide_select(*limits), execution_options=self._options).one()
        return sorted(words, key=dict(zip(words, (need_id or 0 for need_id in row), strict=True)).__getitem__)

    def _ids(self, found: Select[Any], need_id: Any) -> set[int]:
        order = need_id.asc() if self._oldest_first else need_id.desc()
        ids = found.order_by(order).limit(self._most).subquery()
        # Aggregated into one value: the driver reads a thousand rows more slowly than the database finds them.
        embedded = self._session.get_bind().dialect.name == "sqlite"
        aggregated = (func.json_group_array if embedded else func.json_arrayagg)(ids.c[0])
        value = self._session.execute(wide_select(aggregated), execution_options=self._options).scalar()
        return set(json.loads(value or "[]"))


def _with_character(character: str) -> Select[Any]:
    begin, end = words_beginning_with(character)
    return wide_select(INDEX.c.need_id).where(INDEX.c.word >= begin, INDEX.c.word < end)


def _types_named(session: Session, terms: Terms) -> list[int]:
    types = session.execute(wide_select(col(ServiceType.id), col(ServiceType.name)))
    return [type_id for type_id, name in types if fits(terms, name)]
