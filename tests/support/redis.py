"""A private Redis for tests: reached by a socket only, keeps nothing, can be stopped and started again."""

import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Self

import redis

from tests.support import processes
from tests.support.mariadb import MAX_SOCKET_PATH


class NoServerProgram(Exception):
    """Redis is not installed."""


class Server:
    """A server of our own; use as a context manager."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._socket = base / "r"
        if len(str(self._socket)) > MAX_SOCKET_PATH:
            raise ValueError(f"The path of the temporary directory is too long for a socket: set TMPDIR. ({base})")
        self.url = f"unix://{self._socket}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        program = shutil.which("redis-server")
        if not program:
            raise NoServerProgram("redis-server is missing: install it.")
        log = self._base / "redis.log"
        self._process = processes.start(
            [program, "--port", "0", "--unixsocket", str(self._socket), "--save", "", "--appendonly", "no"],
            log=log,
            cwd=self._base,
            env=processes.plain_environment(),
        )
        processes.wait_until(self._answers, self._process, log=log, seconds=20)

    def stop(self) -> None:
        processes.stop(self._process)

    def pause(self) -> None:
        """Let it hang: it keeps its connections and answers nobody."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def publish(self, channel: str, message: bytes | str) -> int:
        """As anybody could who reaches this Redis; returns how many have heard it."""
        with redis.Redis.from_url(self.url) as connection:
            heard: int = connection.publish(channel, message)
            return heard

    def channels(self) -> list[str]:
        """On which channels somebody listens."""
        with redis.Redis.from_url(self.url) as connection:
            return [name.decode() for name in connection.pubsub_channels()]

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as connection:
                return bool(connection.ping())
        except redis.ConnectionError:
            return False


@contextmanager
def listening(server: Server, channel: str, heard: list[bytes]) -> Iterator[None]:
    """Collect what is published on a channel, as another program would hear it."""
    ending = threading.Event()

    def listen() -> None:
        with redis.Redis.from_url(server.url) as connection, connection.pubsub(ignore_subscribe_messages=True) as ear:
            ear.subscribe(channel)
            while not ending.is_set():
                if message := ear.get_message(timeout=0.05):
                    heard.append(message["data"])

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    while channel not in server.channels():
        sleep(0.01)
    yield
    ending.set()
    thread.join()
