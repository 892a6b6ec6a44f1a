"""The web server of one process: readiness and watchdog notifications, and a graceful shutdown that drains first."""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import Iterator
from typing import NoReturn, cast

import uvicorn
from fastapi import FastAPI

from gsapp.serving import listening, service_manager

log = logging.getLogger(__name__)
TICK = 0.1  # seconds between two looks at whether to stop immediately


class Server(uvicorn.Server):
    """uvicorn, for a site behind a proxy that asks `/ready`, and for systemd.

    On SIGTERM `/ready` is 503 for `drain_seconds` while everything else is still served, so that the proxy sends new
    requests to another process. Then open requests end, websockets are closed, and the exit status is 0.
    """

    def __init__(self, config: uvicorn.Config, *, drain_seconds: float) -> None:
        super().__init__(config)
        self._drain_seconds = drain_seconds
        self._watchdog: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # Not earlier: a proxy without health checks would send requests that wait until the application is created.
        listening.listen(sockets or [])
        await super().startup(sockets)
        self._watchdog = service_manager.start_watchdog()
        service_manager.notify("READY=1")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        service_manager.notify("STOPPING=1")
        cast(FastAPI, self.config.loaded_app).state.draining = True
        if self._drain_seconds:
            log.info("Draining for %s seconds before new requests are refused", self._drain_seconds)
        for _ in range(round(self._drain_seconds / TICK)):
            if self.force_exit:  # Ctrl+C was pressed twice
                break
            await asyncio.sleep(TICK)
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        with super().capture_signals():
            yield
            # uvicorn would raise SIGTERM again and end with its status; a stop that was asked for is a success.
            self._captured_signals.clear()


def leave() -> NoReturn:
    """Exit with 0 after `run`, without finalizing the interpreter.

    The lifespan of the application has closed all that must be closed. To destroy the objects of a thousand pages would
    take seconds of processor time, longer than a service manager may wait.
    """
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)
