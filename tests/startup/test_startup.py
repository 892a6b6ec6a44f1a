"""Start before, with and without the database: retries, immediate failures, and messages."""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import func, make_url
from sqlmodel import Session, select

import main
from gsapp import db, migrations, security, startup
from gsapp.config import Settings, UnusableDirectory, load_settings
from gsapp.events import relay
from gsapp.media import storage
from gsapp.models import ServiceType
from gsapp.startup import DatabaseUnreachable, open_database, reach_database, seed
from tests.support import processes
from tests.support.mariadb import PrivateServer, Server
from tests.support.overlap import meanwhile
from tests.support.server import ROOT

PASSWORD = "not-to-be-told"


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    log = logging.getLogger()
    handlers, level = log.handlers[:], log.level
    yield
    startup.close()
    log.handlers[:] = handlers
    log.setLevel(level)


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings(url: str, *, wait: int = 0) -> Settings:
    secret = SecretStr("only-for-these-tests-0123456789-abcdef")
    return Settings(database_url=url, database_wait=wait, secret_key=secret, data_key=secret)


def refusal(chosen: Settings) -> str:
    with pytest.raises(DatabaseUnreachable) as caught:
        reach_database(chosen)
    sentence = str(caught.value)
    assert PASSWORD not in sentence
    assert "\n" not in sentence
    return sentence


def test_a_database_that_never_comes_is_waited_for_and_named(
    closed_port: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(startup, "WARN_EVERY", 0.3)
    sentence = refusal(settings(f"mysql+pymysql://gs:{PASSWORD}@127.0.0.1:{closed_port}/town", wait=1))
    named = f"the database town at 127.0.0.1:{closed_port}"
    assert sentence == f"{named} cannot be used: connection failed (connection refused)"
    told = [record.message for record in caplog.records if record.name == "gsapp.startup"]
    assert 2 <= len(told) <= 4
    assert set(told) == {f"waiting for {named}: connection failed (connection refused)"}
    assert PASSWORD not in caplog.text


def test_without_a_wait_the_answer_comes_at_once(closed_port: int, caplog: pytest.LogCaptureFixture) -> None:
    refusal(settings(f"mysql+pymysql://gs@127.0.0.1:{closed_port}/town"))
    assert "waiting" not in caplog.text


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "ANSWER_WITHIN", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sentence = refusal(settings(f"mysql+pymysql://gs@127.0.0.1:{silent.getsockname()[1]}/town"))
    assert sentence.endswith("cannot be used: connection timed out")


def test_a_machine_that_nobody_knows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    sentence = refusal(settings("mysql+pymysql://gs@database.example/town"))
    named = "the database town at database.example:3306"
    assert sentence == f"{named} cannot be used: unknown host name"


@pytest.mark.mariadb
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"password": PASSWORD}, "wrong user name or password"),
        ({"database": "no_such_town"}, "the database does not exist"),
    ],
)
def test_what_will_not_pass_by_itself_is_not_waited_for(
    mariadb: Server, caplog: pytest.LogCaptureFixture, wrong: dict[str, Any], reason: str
) -> None:
    with mariadb.fresh_database() as url:
        given = make_url(url).set(**wrong)
        sentence = refusal(settings(given.render_as_string(hide_password=False), wait=600))
    assert sentence.endswith(f"cannot be used: {reason}")
    assert f"the database {given.database} at " in sentence
    assert "waiting" not in caplog.text


@pytest.mark.mariadb
@pytest.mark.slow
def test_a_program_that_starts_before_its_database_waits_for_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.mktemp("late")
    log = base / "program.txt"
    server = PrivateServer(base)
    environment = processes.plain_environment(
        DATA_DIR=str(base / "own"), DATABASE_URL=f"mysql+pymysql://root@/mysql?unix_socket={base / 's'}"
    )
    program = processes.start([sys.executable, "-m", "gsapp", "stats", "verify"], log=log, cwd=ROOT, env=environment)
    processes.wait_until(
        lambda: "waiting for the database mysql at" in processes.read(log), program, log=log, seconds=30
    )
    with server:
        assert program.wait(30) == 1
    last = processes.read(log).splitlines()[-1]
    assert last == "the database schema is outdated; run: python -m gsapp migrate", "reached, and looked at"


def test_an_application_over_a_database_that_cannot_be_reached_does_not_come_to_be(closed_port: int) -> None:
    with pytest.raises(DatabaseUnreachable, match="connection refused"):
        main.create_app(settings(f"mysql+pymysql://gs@127.0.0.1:{closed_port}/town"))
    with pytest.raises(RuntimeError):
        db.current()


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("missing/town.db", "{folder}/missing is not a directory"),
        ("a file/town.db", "{folder}/a file is not a directory"),
        (".", "it is a directory, not a file"),
        ("a file", "file is not a database"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, place: str, reason: str) -> None:
    (tmp_path / "a file").write_text("letters to the editor" * 1000)
    sentence = refusal(settings(f"sqlite:///{tmp_path / place}", wait=600))
    assert sentence.startswith(f"the database file {tmp_path / place} cannot be used: {reason.format(folder=tmp_path)}")


def test_a_directory_that_may_not_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    sentence = refusal(settings(f"sqlite:///{tmp_path / 'town.db'}"))
    assert sentence.endswith(f"this user may not write to {tmp_path}")


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file" / "data"))
    with pytest.raises(UnusableDirectory, match="file/data cannot be used: Not a directory"):
        load_settings()


@pytest.mark.mariadb
def test_two_programs_that_fill_a_new_database_at_once_both_start(
    mariadb_database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def empty_it(session: Session) -> None:
        for table in ("service_type", "city_info"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")

    def kinds(session: Session) -> int:
        return session.exec(select(func.count()).select_from(ServiceType)).one()

    db.write(empty_it)
    monkeypatch.setattr(startup, "reach_database", lambda _, **__: None)
    monkeypatch.setattr(migrations, "prepare", lambda **_: None)
    meanwhile(monkeypatch, Session, "exec", lambda: db.write(seed.seed))
    open_database(settings(mariadb_database.url))
    assert db.read(kinds) == len(seed.SERVICE_TYPES)


def test_what_a_process_has_once_is_started_and_ended_together_and_again(tmp_path: Path) -> None:
    chosen = settings(f"sqlite:///{tmp_path}/town.db").model_copy(update={"data_dir": tmp_path})
    once = (db.current, security.vault, storage.storage)
    for _ in range(2):
        startup.start(chosen)
        for current in once:
            current()
        startup.close()
        startup.close()
        for current in once:
            with pytest.raises(RuntimeError):
                current()
        assert relay.state() is None


async def test_what_is_done_again_and_again_goes_on_after_a_fault(caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []
    third = asyncio.Event()
    loop = asyncio.get_running_loop()

    def work() -> None:
        done.append(1)
        if len(done) == 1:
            raise RuntimeError("the database is away")
        if len(done) == 3:
            loop.call_soon_threadsafe(third.set)

    working = asyncio.create_task(main._repeat("scheduler", work, 0.01))
    async with asyncio.timeout(10):
        await third.wait()
    working.cancel()
    assert "scheduler failed" in caplog.text
