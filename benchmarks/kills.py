"""Durability under load: kills the site or MariaDB by SIGKILL, and looks for every write that was confirmed before.

    python -m benchmarks.kills                              20 kills of the site on SQLite and on MariaDB, 5 of MariaDB
    python -m benchmarks.kills --only mariadb --kills 50    "site-sqlite", "site-mariadb" or "mariadb", that many times

Clients publish needs, offer help and accept, and repeat a request until it is answered, with an idempotency key where
the API takes one. Afterwards each confirmed write is read back, duplicates are counted, and all totals are recounted.
"""

# ruff: noqa: T201 - a program for the command line

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import httpx

from gsapp import clock, db, migrations
from gsapp.effects import monthly
from gsapp.queries import status
from tests.support import mariadb, server
from tests.support.open_page import Member

KINDS = {"site-sqlite": 20, "site-mariadb": 20, "mariadb": 5}
KEYS = {"SECRET_KEY": "signs-for-the-kills-0123456789-abcdef", "DATA_KEY": "seals-for-the-kills-0123456789-abcdef"}
CLIENTS = 4
BETWEEN = 1.0  # seconds of load before each kill
GIVE_UP = 180.0  # seconds after which a client stops repeating a request
REPEATED = (500, 502, 503)


@dataclass
class Result:
    """The writes that were confirmed, and what became of them. `refused` are requests that did not succeed at last."""

    confirmed: int = 0
    lost: list[str] = field(default_factory=list)
    duplicates: int = 0
    refused: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    longest_gap: float = 0.0


@dataclass
class Client:
    """One author and one volunteer, who live lives of needs; `written` are the ids of confirmed writes by kind."""

    author: Member
    volunteer: Member
    url: str
    stop: threading.Event
    written: list[tuple[str, int]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def work(self) -> None:
        start = f"{clock.now() + timedelta(days=30):%Y-%m-%dT%H:%M:%S}"
        need = {"ps_title": "Kills", "stype_id": 1, "cityID": 1, "ps_begindate": start, "ps_enddate": start}
        base = f"{self.url}/api/v1"
        with (
            httpx.Client(base_url=base, headers=self.author.bearer, trust_env=False, timeout=30) as author,
            httpx.Client(base_url=base, headers=self.volunteer.bearer, trust_env=False, timeout=30) as volunteer,
        ):
            for number in count():
                if self.stop.is_set():
                    return
                need_id = self._write(author, "need", "/service-requests", number, need)
                offer = {"srid": need_id, "response_desc": "I can come."}
                offer_id = need_id and self._write(volunteer, "offer", "/service-responses", number, offer)
                if offer_id:
                    self._write(author, "match", f"/match/accept/{offer_id}", number)

    def _write(self, http: httpx.Client, kind: str, path: str, number: int, body: Any = None) -> int | None:
        """The id of the written record, or `None` if the request was refused or the time is over."""
        answer = self._answer(http, path, body, key=f"{kind} {number}")
        if answer is None or not answer.is_success:
            self.refused.append(f"{kind}: {answer.text[:200] if answer is not None else 'no answer'}")
            return None
        data = answer.json()["data"]
        record_id = int(data["accept_id"] if kind == "match" else data["id"])
        self.times.append(time.monotonic())
        self.written.append((kind, record_id))
        return record_id

    def _answer(self, http: httpx.Client, path: str, body: Any, *, key: str) -> httpx.Response | None:
        deadline = time.monotonic() + GIVE_UP
        while time.monotonic() < deadline:
            try:
                response = http.post(path, json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            if response.status_code not in REPEATED:
                return response
            time.sleep(0.05)
        return None


def trial(kind: str, folder: Path, *, kills: int, between: float = BETWEEN) -> Result:
    """Kill `kills` times under load, `between` seconds apart, and check afterwards. `folder` is for the site."""
    with _running(kind, folder) as (site, database, url):
        stop = threading.Event()
        people = [Member(site.url, f"kill{number}") for number in range(2 * CLIENTS)]
        clients = [Client(*pair, site.url, stop) for pair in zip(people[::2], people[1::2], strict=True)]
        threads = [threading.Thread(target=client.work) for client in clients]
        for thread in threads:
            thread.start()
        for _ in range(kills):
            time.sleep(between)
            victim = database if kind == "mariadb" and database else site
            victim.kill()
            victim.start()
        time.sleep(between)
        stop.set()
        for thread in threads:
            thread.join()
        return _examined(site, clients, url)


@contextmanager
def _running(kind: str, folder: Path) -> Iterator[tuple[server.Server, mariadb.PrivateServer | None, str]]:
    data = folder / "site"
    data.mkdir()
    settings = KEYS | {"THROTTLE": "off", "LOG_LEVEL": "WARNING"}
    if kind == "site-sqlite":
        with server.running(data, program=server.QUICK, **settings) as site:
            yield site, None, f"sqlite:///{data}/goodservices.db"
        return
    # Below the system's temporary directory: the path of its socket must be short.
    with tempfile.TemporaryDirectory() as base, mariadb.PrivateServer(Path(base), options=mariadb.DURABLE) as database:
        database.execute("CREATE DATABASE kills")
        url = database.url("kills")
        with _database(url):
            migrations.upgrade()
        with server.running(data, program=server.QUICK, DATABASE_URL=url, **settings) as site:
            yield site, database, url


def _examined(site: server.Server, clients: list[Client], url: str) -> Result:
    result = Result(refused=[line for client in clients for line in client.refused])
    paths = {"need": "/service-requests/{}", "offer": "/service-responses/{}"}
    times = sorted(moment for client in clients for moment in client.times)
    result.longest_gap = max((after - before for before, after in pairwise(times)), default=0.0)
    for client in clients:
        base = f"{site.url}/api/v1"
        with httpx.Client(base_url=base, trust_env=False, timeout=30, headers=client.author.bearer) as http:
            matches = set()
            for kind, number in client.written:
                result.confirmed += 1
                if kind in paths:
                    response = http.get(paths[kind].format(number))
                    if not response.is_success:
                        result.lost.append(f"{kind} {number}: {response.status_code}")
                    elif kind == "offer" and (match := response.json()["data"]["match"]):
                        matches.add(match["accept_id"])
            confirmed = {number for kind, number in client.written if kind == "match"}
            result.lost += [f"match {number}" for number in confirmed - matches]
            for kind, path in (("need", "/service-requests/my"), ("offer", "/service-responses")):
                total = http.get(path).json()["data"]["total"]
                unknown = sum(line.startswith(kind) for line in client.refused)  # it may be stored, or not
                result.duplicates += max(0, total - unknown - len({n for k, n in client.written if k == kind}))
    with _database(url):
        result.differences += map(str, [*db.read(monthly.differences), *db.read(status.wrong_counts)])
    return result


@contextmanager
def _database(url: str) -> Iterator[None]:
    db.connect(url, patient=True)
    yield
    db.dispose()


def main() -> None:
    """Run the trials and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=KINDS, help="one of the trials")
    parser.add_argument("--kills", type=int, help="instead of 20, 20 and 5")
    given = parser.parse_args()
    failed = False
    for kind in [given.only] if given.only else KINDS:
        with tempfile.TemporaryDirectory() as folder:
            kills = given.kills or KINDS[kind]
            result = trial(kind, Path(folder), kills=kills)
        print(
            f"{kind}: {kills} kills, {result.confirmed} writes confirmed, {len(result.lost)} lost, "
            f"{result.duplicates} duplicates, {len(result.refused)} refused, longest gap {result.longest_gap:.1f} s, "
            f"totals {'wrong' if result.differences else 'right'}",
            flush=True,
        )
        for line in [*result.lost, *result.refused, *result.differences]:
            print(f"  {line}")
        failed = failed or bool(result.lost or result.duplicates or result.refused or result.differences)
    sys.exit(failed)


if __name__ == "__main__":
    main()
