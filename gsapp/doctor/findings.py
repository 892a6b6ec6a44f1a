"""Health checks of an installation: each isolated, with a time limit, and one finding a line."""

import threading
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError

SECONDS = 10.0  # time limit of each check


class Level(StrEnum):
    """How serious a finding is; an error means that the site does not work, or that data is at risk."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


class Finding(NamedTuple):
    """The result of a check: the state in a few words, and what to do about it."""

    check: str
    level: Level
    text: str
    todo: str = ""


Check = Callable[[], Iterable[Finding]]


def ok(check: str, text: str) -> Finding:
    return Finding(check, Level.OK, text)


def warning(check: str, text: str, todo: str) -> Finding:
    return Finding(check, Level.WARNING, text, todo)


def error(check: str, text: str, todo: str) -> Finding:
    return Finding(check, Level.ERROR, text, todo)


def judged(check: str, good: bool, text: str, todo: str) -> Finding:
    """Fine if `good`, otherwise a warning with what to do."""
    return ok(check, text) if good else warning(check, text, todo)


def run(checks: dict[str, Check], *, seconds: float = SECONDS) -> list[Finding]:
    """Run checks concurrently. One that raises or takes longer than `seconds` becomes an error, the others stay."""
    results: dict[str, list[Finding]] = {}

    def one(name: str, check: Check) -> None:
        try:
            results[name] = list(check())
        except Exception as failure:  # noqa: BLE001 - a broken part must not hide the state of the others
            results[name] = [error(name, f"the check failed ({_name(failure)})", "look at this part by hand")]

    # Daemon threads: a check that hangs must not keep the command from ending.
    threads = {
        name: threading.Thread(target=one, args=(name, check), daemon=True, name=name) for name, check in checks.items()
    }
    for thread in threads.values():
        thread.start()
    for name, thread in threads.items():
        thread.join(seconds)
        if name not in results:
            results[name] = [error(name, f"no answer within {seconds:.0f} s", "look whether this part hangs")]
    return [finding for name in checks for finding in results[name]]


def _name(failure: Exception) -> str:
    # Only the type, because the message of a failure may quote a password or personal data.
    cause = failure.orig if isinstance(failure, DBAPIError) and failure.orig else failure
    code = cause.args[0] if isinstance(failure, DBAPIError) and cause.args and isinstance(cause.args[0], int) else ""
    return f"{type(cause).__name__} {code}".strip()
