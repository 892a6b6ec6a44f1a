"""Structured logging: one line per event, with the id of its request. No personal data, only ids, counts and states.

    logs.event(log, "sign_in_failed", reason="password")

LOG_FORMAT=text is for a terminal, LOG_FORMAT=json for log collectors.
"""

import json
import logging
import re
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from time import monotonic
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the current request; empty outside of requests. The 500 page shows it."""

# Error messages of these libraries quote the values they failed on, such as a phone number or a name.
QUOTING = ("sqlalchemy", "pymysql", "sqlite3", "pydantic", "pydantic_core")
SOCKET_CHATTER = ('%s - "WebSocket', "connection open", "connection closed")
# Exceptions that these loggers report are raised by what a browser sent, and quote it.
QUOTING_LOGGERS = ("nicegui", "asyncio")
EVERY = 60.0  # seconds
MAX_TRACES = 10  # of one place in the code, within `EVERY`
LONG_NUMBER = re.compile(r"\d{6,}")


def event(logger: logging.Logger, name: str, /, *, level: int = logging.INFO, **fields: Any) -> None:
    """Log the event `name`; `fields` must not identify a person beyond a user id."""
    logger.log(level, name, extra={"fields": fields})


class Tally:
    """Rate limit of a log line: what visitors can cause is logged once a minute at most, with the number of times.

    `kind` is a constant of the program and never what a visitor sent.
    """

    def __init__(self, logger: logging.Logger, name: str, now: Callable[[], float] = monotonic) -> None:
        self._logger, self._name, self._now = logger, name, now
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._logged_at = -EVERY

    def count(self, kind: str) -> None:
        with self._lock:
            self._counts[kind] += 1
            if self._now() - self._logged_at < EVERY:
                return
            self._logged_at = self._now()
            counts, self._counts = self._counts, Counter()
        event(self._logger, self._name, count=counts.total(), kinds="; ".join(sorted(counts)))


class FewTraces(logging.Filter):
    """Rate limit of tracebacks: a place in the code writes `MAX_TRACES` a minute; later it says how many it left out.

    Otherwise an input that raises could be repeated until the disk is full.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._now = now
        self._seen: dict[tuple[object, ...], tuple[float, int]] = {}  # by place: since when, and how many

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return True
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        place = (record.name, type(error), last and (last.tb_frame.f_code.co_filename, last.tb_lineno))
        since, count = self._seen.get(place, (self._now(), 0))
        if self._now() - since >= EVERY:
            left_out, since, count = max(0, count - MAX_TRACES), self._now(), 0
            if left_out:
                record.fields = {**getattr(record, "fields", {}), "left_out": left_out}
        self._seen[place] = (since, count + 1)
        return count < MAX_TRACES


def configure(*, format: str, level: str = "INFO") -> None:
    """Replace all handlers of the root logger by one that writes to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if format == "json" else TextLines())
    handler.addFilter(_is_not_chatter)
    handler.addFilter(FewTraces())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Alembic's INFO lines at each start would hide the site's address and the coordinator link.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        server = logging.getLogger(name)
        server.handlers[:], server.propagate = [], name != "uvicorn.access"  # requests are logged by our own middleware


class JsonLines(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_content(record), default=str)


class TextLines(logging.Formatter):
    """Time, level, event, then name=value pairs; a traceback follows on separate lines."""

    def format(self, record: logging.LogRecord) -> str:
        content = _content(record)
        trace = content.pop("trace", "")
        start = f"{content.pop('time')} {content.pop('level'):7} {_one_line(content.pop('event'))}"
        pairs = (f"{name}={_plain_or_quoted(value)}" for name, value in content.items())
        return " ".join([start, *pairs]) + (f"\n{trace.rstrip()}" if trace else "")


def _content(record: logging.LogRecord) -> dict[str, Any]:
    quotes = bool(record.exc_info) and record.name in QUOTING_LOGGERS
    content: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "event": "event handler failed" if quotes else record.getMessage(),
        "logger": record.name,
    }
    if request := request_id.get():
        content["request_id"] = request
    content.update(getattr(record, "fields", {}))
    if record.exc_info and record.exc_info[1]:
        content["trace"] = trace_of(record.exc_info[1], texts=not quotes)
    return content


def trace_of(error: BaseException, *, texts: bool = True) -> str:
    """The traceback of an error and its causes, without error messages that may quote personal data.

    Without `texts`, no error message is included.
    """
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{trace_of(cause, texts=texts)}which caused\n" if cause else ""
    kind = type(error)
    text = "" if not texts or kind.__module__.startswith(QUOTING) else f": {LONG_NUMBER.sub('#', str(error))}"
    return f"{before}{''.join(traceback.format_tb(error.__traceback__))}{kind.__module__}.{kind.__qualname__}{text}\n"


def _one_line(text: str) -> str:
    """Quote text with line breaks or control characters, so that input cannot forge a log line."""
    return text if text.isprintable() else json.dumps(text)


def _plain_or_quoted(value: Any) -> str:
    text = str(value)
    return text if text.isprintable() and text and not set(text) & set(' "=') else json.dumps(text)


def _is_not_chatter(record: logging.LogRecord) -> bool:
    # uvicorn logs each websocket with the visitor's address and the key of the page.
    return not (record.name == "uvicorn.error" and str(record.msg).startswith(SOCKET_CHATTER))
