"""Reckoning with times in SQL, alike on both databases."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from gsapp.models.columns import Instant


class hours_after(FunctionElement[datetime]):  # noqa: N801 - reads like the function of SQL that it is
    """An instant so many hours after another: `hours_after(col(Need.published_at), col(ServiceType.target_hours))`."""

    type = Instant()
    inherit_cache = True


@compiles(hours_after)
def _on_mariadb(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    instant, hours = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({instant} + INTERVAL {hours} HOUR)"


@compiles(hours_after, "sqlite")
def _on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    instant, hours = (compiler.process(clause, **kw) for clause in element.clauses)
    # In the very form in which instants are stored there: text is compared letter by letter.
    return f"strftime('%Y-%m-%d %H:%M:%f000', {instant}, '+' || {hours} || ' hours')"
