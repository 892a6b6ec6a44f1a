"""Isolation of the records of a batch: one that raises does not stop the rest."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from gsapp.errors import Busy
from gsapp.monitoring import counters

TRACES = 5
"""Failures of a batch that are logged with a traceback: when everything fails, the reason is usually the same."""


class Failures:
    """Isolates the records of a batch: one that raises is logged and counted, and the rest is still processed."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self.names: list[str] = []

    @contextmanager
    def isolated(self, name: str) -> Iterator[None]:
        """Log and count an exception of the work on record `name`; `Busy` propagates, because no record causes it."""
        try:
            yield
        except Busy:
            raise
        except Exception as error:
            self.names.append(name)
            counters.SKIPPED_RECORDS.labels(self._logger.name.rpartition(".")[2]).inc()
            trace = error if len(self.names) <= TRACES else None
            self._logger.error("skipped %s: %s", name, type(error).__name__, exc_info=trace)
