"""The site in a separate process: `main.py` on a free port with an empty data directory."""

import fcntl
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep

from tests.support import processes

ROOT = Path(__file__).parents[2]
MAIN = (str(ROOT / "main.py"),)
QUICK = ("-m", "tests.support.quick_site")
FORENOON = 10


def _zone(now: datetime) -> str:
    """A zone where the day is ten hours old: no test meets midnight, whenever the tests run."""
    ahead = (FORENOON - now.hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}"  # the sign of these names is turned round: Etc/GMT-8 is eight hours ahead of UTC


ZONE = _zone(datetime.now(UTC))


class Server:
    """A running site. `url` is its address, `data_dir` its data directory, `log()` all that it has written."""

    def __init__(self, data_dir: Path, *, program: Sequence[str] = MAIN, **settings: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = data_dir / "log.txt"
        own = {"DATA_DIR": str(data_dir), "HOST": "127.0.0.1", "PORT": str(self.port), "BASE_URL": self.url}
        own |= {"TIME_ZONE": ZONE, "PYTHONPATH": str(ROOT)}
        self._environment = processes.plain_environment(**(own | settings))
        self._program = program
        self.start()

    def start(self) -> None:
        """Start it again after `stop`, at the same address."""
        # From its data directory: a developer's .env and current directory must not matter.
        self._process = processes.start(
            [sys.executable, *self._program],
            log=self._log,
            cwd=self.data_dir,
            env=self._environment,
        )
        processes.wait_until(self._healthy, self._process, log=self._log, seconds=60)

    @property
    def pid(self) -> int:
        return self._process.pid

    def log(self) -> str:
        return processes.read(self._log)

    def logged(self, pattern: str, *, seconds: float = 5) -> re.Match[str]:
        """Wait for what the site writes, such as the link for the first coordinator."""
        deadline = monotonic() + seconds
        while not (found := re.search(pattern, self.log())):
            if monotonic() > deadline:
                raise AssertionError(f"{pattern!r} was not written within {seconds} s:\n{self.log()}")
            sleep(0.02)
        return found

    def promote(self, username: str) -> None:
        """Make a member a coordinator, as its owner does: by the command line, beside the running site."""
        command = [sys.executable, "-m", "gsapp", "user", "promote", username]
        subprocess.run(command, cwd=ROOT, env=self._environment, check=True, capture_output=True)

    def stop(self) -> int:
        """End the site by SIGTERM; returns its exit status."""
        return processes.stop(self._process)

    def kill(self) -> None:
        """End the site by SIGKILL, in the middle of whatever it does."""
        self._process.kill()
        self._process.wait()

    def _healthy(self) -> bool:
        # Not by httpx, which makes a TLS context for each of a hundred looks.
        connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


@contextmanager
def running(data_dir: Path, *, program: Sequence[str] = MAIN, **settings: str) -> Iterator[Server]:
    """A site that ends with the block. Settings are those of `.env.example`: `running(path, LANGUAGE="en")`."""
    server = Server(data_dir, program=program, **settings)
    try:
        yield server
    finally:
        server.stop()


def make_town(folder: Path) -> None:
    """Fill a data directory with the sample town of `gsapp demo`, unless another process has; it waits for that."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            begun = folder.with_suffix(".begun")
            environment = processes.plain_environment(DATA_DIR=str(begun), TIME_ZONE=ZONE)
            command = [sys.executable, "-m", "gsapp", "demo"]
            subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
            begun.rename(folder)


@contextmanager
def sample_town(folder: Path, **settings: str) -> Iterator[Server]:
    """A site over a data directory that `make_town` has filled, without throttling."""
    with running(folder, program=QUICK, THROTTLE="off", **settings) as site:
        yield site


@contextmanager
def two_running(folder: Path, *, redis: str, database: str = "", **settings: str) -> Iterator[tuple[Server, Server]]:
    """One site, served by two processes that hear of each other by Redis; over SQLite without another `database`."""
    shared = {
        "SECRET_KEY": "both processes sign with the same",
        "DATA_KEY": "and read what the other has stored",
        "DATABASE_URL": database or f"sqlite:///{folder}/both.db",
        "REDIS_URL": redis,
        "THROTTLE": "off",
    } | settings
    environment = processes.plain_environment(DATA_DIR=str(folder), **shared)
    subprocess.run([sys.executable, "-m", "gsapp", "migrate"], cwd=ROOT, env=environment, check=True)
    with ExitStack() as stack:
        for name in ("a", "b"):
            (folder / name).mkdir()
        first, second = (stack.enter_context(running(folder / name, program=QUICK, **shared)) for name in ("a", "b"))
        yield first, second


def free_port() -> int:
    """A TCP port of the loopback address on which nothing listens; another process may be faster."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
