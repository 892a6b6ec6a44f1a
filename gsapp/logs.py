"""Structured logging: one line per event, with the id of its request. No personal data, only ids, counts and states.

    logs.event(log, "sign_in_failed", reason="password")

LOG_FORMAT=text is for a terminal, LOG_FORMAT=json for log collectors.
"""

import json
import logging
import re
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the current request; empty outside of requests. The 500 page shows it."""

# Error messages of these libraries quote the values they failed on, such as a phone number or a name.
QUOTING = ("sqlalchemy", "pymysql", "sqlite3", "pydantic", "pydantic_core")
SOCKET_CHATTER = ('%s - "WebSocket', "connection open", "connection closed")
LONG_NUMBER = re.compile(r"\d{6,}")


def event(logger: logging.Logger, name: str, /, *, level: int = logging.INFO, **fields: Any) -> None:
    """Log the event `name`; `fields` must not identify a person beyond a user id."""
    logger.log(level, name, extra={"fields": fields})


def configure(*, format: str, level: str = "INFO") -> None:
    """Replace all handlers of the root logger by one that writes to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if format == "json" else TextLines())
    handler.addFilter(_is_not_chatter)
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
    content: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "event": record.getMessage(),
        "logger": record.name,
    }
    if request := request_id.get():
        content["request_id"] = request
    content.update(getattr(record, "fields", {}))
    if record.exc_info and record.exc_info[1]:
        content["trace"] = trace_of(record.exc_info[1])
    return content


def trace_of(error: BaseException) -> str:
    """The traceback of an error and its causes, without error messages that may quote personal data."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{trace_of(cause)}which caused\n" if cause else ""
    kind = type(error)
    text = "" if kind.__module__.startswith(QUOTING) else f": {LONG_NUMBER.sub('#', str(error))}"
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
