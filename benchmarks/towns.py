"""Towns of different sizes in one private MariaDB server, each with its own process of the site."""

# ruff: noqa: S603, S608, T201 - starts our own program and prints its progress; names of tables are our own

import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Executable, create_engine, text
from sqlalchemy.pool import NullPool

from tests.support import mariadb, processes, server

# As in production: every commit is on disk before it is confirmed, and the tables in use fit into memory.
SERVER = (
    "--no-defaults",  # must come first: ignores /etc/mysql
    "--skip-log-bin",
    "--innodb-log-file-size=512M",
    "--innodb-flush-log-at-trx-commit=1",
    "--max-connections=500",
)
# Keys of generated data: the same in each run, so that databases can be reused.
KEYS = {
    "SECRET_KEY": "bench-7Jq2mXv9Lr4TzKp8Wd5HsYc3Fb6Ng",
    "DATA_KEY": "bench-Nf6Bg1Qk8Vx3Zt7Mj9Rw2LpD4Hs5",
}
SITE = KEYS | {"APP_ENV": "production", "BASE_URL": "https://bench.invalid", "LOG_FORMAT": "json"}
SEED = 1
FILLED = "filled"
IDLE = 5  # hundredths of a second of processor time in 0.2 seconds that count as idle


class SiteEnded(Exception):
    """The process of a measured site has ended; the text has the end of its log."""


@dataclass(frozen=True)
class Town:
    """A database with `size` needs, and the site that serves it."""

    size: int
    site: server.Server
    engine: Engine
    folder: Path

    def query(self, statement: Executable) -> Sequence[Any]:
        with self.engine.connect() as connection:
            return connection.execute(statement).all()

    def execute(self, statement: Executable) -> None:
        with self.engine.begin() as connection:
            connection.execute(statement)

    def statuses(self) -> list[int]:
        """The HTTP statuses of all responses since the last `settle`."""
        return [int(status) for status in re.findall(r'"event": "request".*"status": (\d+)', self.site.log())]

    def settle(self) -> None:
        """Wait until site and database are idle, since they may still process abandoned requests, and empty the log."""
        running = text("SELECT COUNT(*) FROM information_schema.processlist WHERE info IS NOT NULL AND command='Query'")
        while self.query(running)[0][0] > 1:  # includes this query
            time.sleep(0.1)
        used = -IDLE
        while (now := self._processor_time()) - used >= IDLE:
            used = now
            time.sleep(0.2)
        (self.site.data_dir / "log.txt").write_bytes(b"")

    def _processor_time(self) -> int:
        """Processor time of the site in hundredths of a second. Raises `SiteEnded`."""
        fields = Path(f"/proc/{self.site.pid}/stat").read_text().rpartition(")")[2].split()
        if fields[0] == "Z":
            raise SiteEnded(f"The site over {self.size:,} needs has ended:\n{self.site.log()[-2000:]}")
        return int(fields[11]) + int(fields[12])  # user and system


@contextmanager
def running(sizes: Sequence[int], folder: Path, sockets: Path, *, kept: bool, memory: str) -> Iterator[list[Town]]:
    """Towns of these sizes, filled unless they exist from an earlier run. All processes end with the block."""
    options = (*SERVER, f"--innodb-buffer-pool-size={memory}")
    data = folder / "mariadb"
    with ExitStack() as stack:
        base = stack.enter_context(mariadb.PrivateServer(sockets, options=options, kept=data if kept else None))
        towns = []
        for size in sizes:
            name = f"town_{size}"
            place = folder / name
            place.mkdir(exist_ok=True)
            if not (place / FILLED).exists():
                base.execute(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")  # it may be half filled
            _fill(size, place, base.url(name))
            site = stack.enter_context(_site(place, base.url(name)))
            # No pool: the server closes connections that are idle for hours of loading.
            towns.append(Town(size, site, create_engine(base.url(name), poolclass=NullPool), place))
        for town in towns:
            _warm(town)
        yield towns


def _site(place: Path, url: str) -> Any:
    program = ("-m", "benchmarks.site")
    return server.running(place, program=program, **_settings(place, url) | {"DATA_DIR": str(place)})


def _settings(place: Path, url: str) -> dict[str, str]:
    return SITE | {"DATABASE_URL": url, "DATA_DIR": str(place), "PYTHONPATH": str(server.ROOT)}


def _fill(size: int, place: Path, url: str) -> None:
    """Migrate the tables, and fill them unless that was done before."""
    environment = processes.plain_environment(**_settings(place, url))
    run = [sys.executable, "-m", "gsapp"]
    subprocess.run([*run, "migrate"], env=environment, cwd=place, check=True, stdout=subprocess.DEVNULL)
    filled = place / FILLED
    if filled.exists():
        return
    print(f"Filling a town with {size:,} needs ...", file=sys.stderr, flush=True)
    start = time.monotonic()
    fill = [*run, "demo", "--needs", str(size), "--seed", str(SEED)]
    subprocess.run(fill, env=environment, cwd=place, check=True, stdout=subprocess.DEVNULL)
    print(f"... took {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    filled.touch()


def _warm(town: Town) -> None:
    """Warm up: update the optimizer's statistics and load all rows into memory, as after days of service."""
    for (table,) in town.query(text("SHOW TABLES")):
        town.query(text(f"ANALYZE TABLE {table}"))
        # A sum over whole rows reads each page of the table.
        town.query(text(f"SELECT COUNT(*) FROM {table} IGNORE INDEX (PRIMARY)"))
    town.query(text("SELECT SUM(LENGTH(ps_desc)) FROM sr_info"))


def dice() -> random.Random:
    """Random numbers, the same in each run."""
    return random.Random(SEED)  # noqa: S311 - not for secrets


def version(town: Town) -> str:
    """The version of the database server."""
    return str(town.query(text("SELECT VERSION()"))[0][0])
