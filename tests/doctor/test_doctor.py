"""The diagnosis names what is wrong and what to do, keeps its time, and prints no secret."""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import update

from gsapp import clock, db, doctor, sealing, startup
from gsapp.config import Settings
from gsapp.doctor import findings, machine
from gsapp.doctor.findings import Finding, Level, ok
from gsapp.models import OutboxMessage, SiteState, User
from gsapp.models.site import LAST_BACKUP
from tests.support import lives
from tests.support.mariadb import Server
from tests.support.news import set_email_address
from tests.support.post import free_port, post_office

SECRET = "only-for-these-tests-0123456789-abcdef"
OTHER = "another-key-9876543210-zyxwvutsrq-0001"


@pytest.fixture
def chosen(tmp_path: Path) -> Iterator[Settings]:
    """A healthy site: production, in a private directory."""
    directory = tmp_path / "data"
    directory.mkdir(mode=0o700)
    key = SecretStr(SECRET)
    umask, log = os.umask(0o077), logging.getLogger()
    handlers, level = log.handlers[:], log.level
    settings = Settings(
        app_env="production",
        base_url="https://help.example.org",
        data_dir=directory,
        database_url=f"sqlite:///{directory}/goodservices.db",
        secret_key=key,
        data_key=key,
    )
    startup.start(settings, listen=False)
    yield settings
    os.umask(umask)
    startup.close()
    log.handlers[:] = handlers
    log.setLevel(level)


def found(settings: Settings, check: str, **changes: Any) -> list[Finding]:
    every = doctor.examine(settings.model_copy(update=changes), seconds=5)
    assert SECRET not in str(every)
    assert not [finding for finding in every if "failed (" in finding.text], every
    assert all(finding.todo for finding in every if finding.level is not Level.OK), "each says what to do"
    return [finding for finding in every if finding.check == check]


def levels(settings: Settings, check: str, **changes: Any) -> set[Level]:
    return {finding.level for finding in found(settings, check, **changes)}


def text(settings: Settings, check: str, **changes: Any) -> str:
    return " ".join(f"{finding.level}: {finding.text}; {finding.todo}" for finding in found(settings, check, **changes))


def backed_up(ago: timedelta) -> None:
    value = (clock.now() - ago).isoformat()
    db.write(lambda session: session.merge(SiteState(name=LAST_BACKUP, value=value)))


def test_a_healthy_site_has_no_error(chosen: Settings) -> None:
    lives.person("anna")
    backed_up(timedelta(hours=1))
    every = doctor.examine(chosen)
    assert [finding for finding in every if finding.level is Level.ERROR] == []
    fine = {finding.check for finding in every if finding.level is Level.OK}
    names = {
        "settings",
        "files",
        "disk",
        "clock",
        "redis",
        "database",
        "integrity",
        "schema",
        "keys",
        "backup",
        "outbox",
    }
    assert fine >= names


def test_files_that_others_can_read_are_named(chosen: Settings) -> None:
    (chosen.data_dir / "data_key").write_text("x")
    (chosen.data_dir / "data_key").chmod(0o644)
    assert f"warning: {chosen.data_dir}/data_key can be read by other users; chmod 600" in text(chosen, "files")
    assert "does not exist" in text(chosen, "files", data_dir=chosen.data_dir / "no")


def test_a_full_disk_is_an_error(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for room, level in (
        (machine.FULL - 1, Level.ERROR),
        (machine.FULL, Level.WARNING),
        (machine.NEARLY_FULL, Level.OK),
    ):
        monkeypatch.setattr("shutil.disk_usage", lambda _, free=room: type("Usage", (), {"free": free}))
        assert levels(chosen, "disk") == {level}


def test_development_on_a_public_address_is_warned_about(chosen: Settings) -> None:
    assert levels(chosen, "settings", app_env="development") == {Level.WARNING}
    assert levels(chosen, "settings", app_env="development", base_url="http://localhost:8080") == {Level.OK}


def test_a_database_that_is_down_hides_nothing_else(chosen: Settings) -> None:
    startup.close()
    url = f"mysql+pymysql://gs:{SECRET}@127.0.0.1:{free_port()}/town"
    every = doctor.examine(chosen.model_copy(update={"database_url": url}))
    by_name = {finding.check: finding for finding in every}
    assert by_name["database"].level is Level.ERROR
    assert "connection refused" in by_name["database"].text
    assert by_name["keys"].text == doctor.NOT_CHECKED
    assert by_name["disk"].level is not None
    assert SECRET not in str(every)


def test_a_missing_file_is_not_created(chosen: Settings, tmp_path: Path) -> None:
    missing = tmp_path / "new.db"
    assert "does not exist" in text(chosen, "database", database_url=f"sqlite:///{missing}")
    assert not missing.exists()


def test_another_schema_names_the_command(chosen: Settings) -> None:
    with db.current().engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert "python -m gsapp migrate" in text(chosen, "schema")
    assert levels(chosen, "schema") == {Level.ERROR}


def test_keys_that_do_not_fit_are_an_error_and_unfinished_rotations_a_warning(chosen: Settings) -> None:
    lives.person("anna")
    assert levels(chosen, "keys") == {Level.OK}
    assert "lacks" in text(chosen, "keys", data_key=SecretStr(OTHER))
    assert "DATA_KEY is missing for 1 accounts" in text(chosen, "keys", data_key=SecretStr(""))
    assert "keys rotate" in text(chosen, "keys", data_key=SecretStr(f"{OTHER},{SECRET}"))
    db.write(lambda session: session.exec(update(User).values(password_hash="gs1$0badcafe$$2b$04$x")))
    assert "1 accounts cannot sign in" in text(chosen, "keys")
    assert db.read(sealing.active_key_id) is not None


def test_the_last_backup_gets_old(chosen: Settings) -> None:
    assert "never" in text(chosen, "backup")
    for ago, level in ((1, Level.OK), (2, Level.WARNING), (8, Level.ERROR)):
        backed_up(timedelta(days=ago))
        assert levels(chosen, "backup") == {level}


def test_emails_that_wait_or_failed_are_counted(chosen: Settings) -> None:
    anna, ben = lives.people("anna", "ben")
    set_email_address(anna)
    for _ in range(2):
        lives.offer(ben, lives.publish(anna))
    server = SecretStr(f"smtp://127.0.0.1:{free_port()}")
    assert text(chosen, "outbox", smtp_url=server) == "ok: 2 e-mails wait; "
    db.write(lambda session: session.exec(update(OutboxMessage).values(next_try_at=clock.now() - timedelta(hours=2))))
    assert "warning: 2 e-mails wait, one for 2:00" in text(chosen, "outbox", smtp_url=server)
    db.write(lambda session: session.exec(update(OutboxMessage).values(state=3)))
    assert "2 e-mails failed" in text(chosen, "outbox")


def test_redis_and_the_mail_server_are_tried(chosen: Settings) -> None:
    closed = free_port()
    url = SecretStr(f"redis://:{SECRET}@127.0.0.1:{closed}/0")
    assert "error: does not answer (ConnectionError)" in text(chosen, "redis", redis_url=url)
    refused = SecretStr(f"smtp://anna:{SECRET}@127.0.0.1:{closed}")
    assert "accepts no mail (ConnectionRefusedError)" in text(chosen, "mail", smtp_url=refused)
    with post_office() as (office, address):
        assert levels(chosen, "mail", smtp_url=SecretStr(address)) == {Level.OK}
        login = SecretStr(address.replace("//", f"//anna:{SECRET}@"))
        assert "accepts no mail (SMTPNotSupportedError)" in text(chosen, "mail", smtp_url=login)
    assert office.letters == []


def test_a_server_that_says_nothing_is_reported_in_time(chosen: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = SecretStr(f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        every = doctor.examine(chosen.model_copy(update={"smtp_url": url}), seconds=0.5)
    assert [finding.text for finding in every if finding.check == "mail"] == ["no answer within 0 s"]


def test_checks_are_isolated() -> None:
    never = threading.Event()

    def broken() -> Iterator[Finding]:
        yield ok("broken", "so far")
        raise ValueError(SECRET)

    def hangs() -> Iterator[Finding]:
        never.wait(30)
        yield ok("hangs", "at last")

    results = findings.run({"hangs": hangs, "broken": broken, "fine": lambda: [ok("fine", "yes")]}, seconds=0.2)
    never.set()
    assert [(finding.check, finding.level) for finding in results] == [
        ("hangs", Level.ERROR),
        ("broken", Level.ERROR),
        ("fine", Level.OK),
    ]
    assert results[1].text == "the check failed (ValueError)"


@pytest.mark.mariadb
def test_mariadb_is_judged_by_what_a_power_cut_leaves(mariadb: Server, chosen: Settings) -> None:
    startup.close()
    with mariadb.fresh_database() as url:
        try:
            mariadb.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 2", "SET GLOBAL max_connections = 40")
            weak = text(chosen, "database", database_url=url)
            assert "warning: innodb_flush_log_at_trx_commit=2; set it to 1" in weak
            assert "warning: max_connections=40" in weak
            mariadb.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 1", "SET GLOBAL max_connections = 300")
            strong = text(chosen, "database", database_url=url)
            assert "ok: innodb_flush_log_at_trx_commit=1" in strong
            assert "ok: max_connections=300" in strong
            assert "ok: isolation=READ-COMMITTED" in strong
            assert "ok: character_set_database=utf8mb4" in strong
            assert "the database is empty" in text(chosen, "schema", database_url=url)
            with clock.at(clock.now() + timedelta(seconds=30)):
                assert "warning: 30 s apart" in text(chosen, "clock", database_url=url)
            with clock.at(clock.now() + timedelta(hours=1)):
                assert Level.ERROR in levels(chosen, "clock", database_url=url)
        finally:
            mariadb.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 0", "SET GLOBAL max_connections = 40")
            startup.close()
