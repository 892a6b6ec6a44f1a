"""Pagination of long lists: the ids of one page, by an index scan from the nearer end."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, select

Order = Sequence[tuple[Any, bool]]
"""Columns with a flag for descending order. Each ordering should match one index, scanned forwards or backwards."""


def ids_of_page(
    session: Session,
    number: Any,
    where: Sequence[ColumnElement[bool]],
    order: Order,
    *,
    total: int,
    page: int,
    size: int,
) -> list[int]:
    """The ids (column `number`) of one page, counted from 1, of the `total` rows that fulfil the conditions `where`.

    Only ids, which an index covers: skipping ten thousand index entries takes milliseconds, skipping as many rows
    does not. A page beyond the middle is read backwards from the end.
    """
    start = (page - 1) * size
    count = min(size, total - start)
    if count <= 0:
        return []
    from_end = start > total // 2
    offset = total - start - count if from_end else start
    columns = [column.desc() if greatest_first is not from_end else column.asc() for column, greatest_first in order]
    found = session.exec(select(number).where(*where).order_by(*columns).limit(count).offset(offset))
    ids = [found_id for found_id in found if found_id is not None]
    return ids[::-1] if from_end else ids
