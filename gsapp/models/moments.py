"""Datetime arithmetic in SQL, with the same result on both databases."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from gsapp.models.columns import Instant


class hours_after(FunctionElement[datetime]):  # noqa: N801 - named like a function of SQL
    """SQL function, an instant plus hours: `hours_after(col(Need.published_at), col(ServiceType.target_hours))`."""

    type = Instant()
    inherit_cache = True


@compiles(hours_after)
def _on_mariadb(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    instant, hours = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({instant} + INTERVAL {hours} HOUR)"


@compiles(hours_after, "sqlite")
def _on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    instant, hours = (compiler.process(clause, **kw) for clause in element.clauses)
    # In the same format as stored instants, because SQLite compares them as text.
    return f"strftime('%Y-%m-%d %H:%M:%f000', {instant}, '+' || {hours} || ' hours')"
