"""Towns of different sizes in one private MariaDB, each served by its own process of the site."""

# ruff: noqa: S603, S608, T201 - starts our own program and prints how it goes; names of tables are our own

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

# What a town would run: every commit is on the disk when it is answered, and the tables in use fit into memory.
SERVER = (
    "--no-defaults",  # must come first: nothing of /etc/mysql counts
    "--skip-log-bin",
    "--innodb-log-file-size=512M",
    "--innodb-flush-log-at-trx-commit=1",
    "--max-connections=500",
)
# Keys of made-up data: the same in each run, so that a town that was kept can be used again.
KEYS = {
    "SECRET_KEY": "bench-7Jq2mXv9Lr4TzKp8Wd5HsYc3Fb6Ng",
    "DATA_KEY": "bench-Nf6Bg1Qk8Vx3Zt7Mj9Rw2LpD4Hs5",
}
SITE = KEYS | {"APP_ENV": "production", "BASE_URL": "https://bench.invalid", "LOG_FORMAT": "json"}
SEED = 1
FILLED = "filled"
REST = 5  # hundredths of a second of work, within 0.2 seconds, are nobody's request


class SiteEnded(Exception):
    """Somebody or something has stopped a site that is being measured; the text holds what it said last."""


@dataclass(frozen=True)
class Town:
    """So many needs, and the site that shows them."""

    size: int
    site: server.Server
    engine: Engine
    folder: Path

    def ask(self, statement: Executable) -> Sequence[Any]:
        with self.engine.connect() as connection:
            return connection.execute(statement).all()

    def change(self, statement: Executable) -> None:
        with self.engine.begin() as connection:
            connection.execute(statement)

    def statuses(self) -> list[int]:
        """Of all answers since the town has settled."""
        return [int(status) for status in re.findall(r'"event": "request".*"status": (\d+)', self.site.log())]

    def settle(self) -> None:
        """Wait until site and database have done what nobody waits for any more, and forget the log."""
        running = text("SELECT COUNT(*) FROM information_schema.processlist WHERE info IS NOT NULL AND command='Query'")
        while self.ask(running)[0][0] > 1:  # this one is among them
            time.sleep(0.1)
        used = -REST
        while (now := self._processor_time()) - used >= REST:
            used = now
            time.sleep(0.2)
        (self.site.data_dir / "log.txt").write_bytes(b"")

    def _processor_time(self) -> int:
        """Of the site, in hundredths of a second."""
        fields = Path(f"/proc/{self.site.pid}/stat").read_text().rpartition(")")[2].split()
        if fields[0] == "Z":
            raise SiteEnded(f"The site over {self.size:,} needs has ended:\n{self.site.log()[-2000:]}")
        return int(fields[11]) + int(fields[12])  # user and system


@contextmanager
def running(sizes: Sequence[int], folder: Path, sockets: Path, *, kept: bool, memory: str) -> Iterator[list[Town]]:
    """Towns of these sizes, filled unless they are there from another run; all of it stops with the block."""
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
                base.execute(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")  # half a town helps nobody
            _fill(size, place, base.url(name))
            site = stack.enter_context(_site(place, base.url(name)))
            # No pool: a connection that has been idle for hours of loading would be gone.
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
    """Bring the tables up to this version, and fill them if that has not been done."""
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
    """As after days of service: the optimiser knows its tables, and the rows are in memory."""
    for (table,) in town.ask(text("SHOW TABLES")):
        town.ask(text(f"ANALYZE TABLE {table}"))
        # A sum over whole rows reads each page of the table.
        town.ask(text(f"SELECT COUNT(*) FROM {table} IGNORE INDEX (PRIMARY)"))
    town.ask(text("SELECT SUM(LENGTH(ps_desc)) FROM sr_info"))


def dice() -> random.Random:
    """Drawing from it gives the same in each run."""
    return random.Random(SEED)  # noqa: S311 - not for secrets


def version(town: Town) -> str:
    return str(town.ask(text("SELECT VERSION()"))[0][0])
