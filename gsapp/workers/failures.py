"""Isolation of the records of a batch: one that raises does not stop the rest."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from gsapp.errors import Busy

TRACES = 5
"""Of a batch, so many failures are logged with their trace: when everything fails, it is for one reason."""


class Failures:
    """Isolates the records of a batch: one that raises is logged and counted, and the rest is still processed."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self.names: list[str] = []

    @contextmanager
    def isolated(self, name: str) -> Iterator[None]:
        """Wraps the work on the record `name`. `Busy` is raised on, because it is not caused by the record."""
        try:
            yield
        except Busy:
            raise
        except Exception as error:
            self.names.append(name)
            trace = error if len(self.names) <= TRACES else None
            self._logger.error("skipped %s: %s", name, type(error).__name__, exc_info=trace)
