"""The command line: each command, and one sentence for every failure that an operator can fix."""

import io
import json
import logging
import os
import runpy
import socket
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from sqlmodel import Session, col, select, update

from gsapp import access, cli, db, demo, migrations, serving, startup
from gsapp.config import load_settings
from gsapp.effects import search_index
from gsapp.migrations import state
from gsapp.models import MonthlyTotal, OneTimeLink, User
from gsapp.queries.need_search import find
from gsapp.vocabulary import Role
from tests.support import lives, server


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty directory, and this process as it was before, afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    servers = {name: logging.getLogger(name) for name in ("uvicorn", "uvicorn.error", "uvicorn.access")}
    before = {name: (logger.handlers[:], logger.propagate) for name, logger in servers.items()}
    monkeypatch.chdir(tmp_path)
    umask = os.umask(0o022)
    yield tmp_path
    os.umask(umask)
    startup.close()
    root.handlers[:] = handlers
    root.setLevel(level)  # also clears what loggers remember of it
    for name, (known, propagates) in before.items():
        servers[name].handlers[:], servers[name].propagate = known, propagates


def call(*arguments: str) -> int | str | None:
    """Run a command; its exit status, or the sentence it ends with."""
    with pytest.raises(SystemExit) as ended:
        cli.cli(list(arguments))
    return ended.value.code


def spoil(session: Session) -> None:
    session.exec(update(MonthlyTotal).values(published=col(MonthlyTotal.published) + 5))


def test_migrate_makes_the_schema_and_says_which(capsys: pytest.CaptureFixture[str], at_home: Path) -> None:
    assert call("migrate") == 0
    assert capsys.readouterr().out.endswith(f"\nschema {migrations.newest_revision()}\n")
    assert stat.S_IMODE((at_home / "data" / "goodservices.db").stat().st_mode) == 0o600, "its owner's alone"
    assert call("migrate") == 0


def test_a_member_becomes_coordinator(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("user", "promote", "anna") == "no member has the username anna"
    anna = lives.person("anna")
    assert call("user", "promote", "Anna") == "no member has the username Anna"
    assert call("user", "promote", "anna") == 0
    assert capsys.readouterr().out == "anna is now a coordinator\n"
    assert db.read(access.actor_for, user_id=anna.user_id).role is Role.COORDINATOR


def test_search_rebuild_stores_words_that_were_lost(capsys: pytest.CaptureFixture[str]) -> None:
    call("user", "promote", "nobody")
    need_id = lives.publish(lives.person("anna"), title="漏水", description="")
    db.write(search_index.clear)
    assert db.read(find, "漏水").ids == []
    assert call("search", "rebuild") == 0
    assert capsys.readouterr().out == "2 index entries\n"
    assert db.read(find, "漏水").ids == [need_id]
    assert call("search", "rebuild") == 0


def test_stats_verify_names_differences_and_rebuild_mends_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("stats", "verify") == 0
    lives.publish(lives.person("anna"))
    assert call("stats", "verify") == 0
    db.write(spoil)
    capsys.readouterr()
    assert call("stats", "verify") == "1 differences; repair them with: python -m gsapp stats rebuild"
    assert "published 6 (counted 1)" in capsys.readouterr().out
    assert call("stats", "rebuild") == 0
    assert capsys.readouterr().out == "1 totals, 1 counts\n"
    assert call("stats", "verify") == 0
    assert capsys.readouterr().out == "all totals are correct\n"


@pytest.mark.slow
def test_files_sweep_says_what_it_removes(capsys: pytest.CaptureFixture[str], at_home: Path) -> None:
    call("migrate")
    capsys.readouterr()
    name = "ab" + "0" * 30 + ".jpg"
    orphan = at_home / "data" / "files" / "ab" / name
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"x")
    assert call("files", "sweep") == 0
    assert capsys.readouterr().out == "0 removed, 0 put back, 0 missing\n"
    os.utime(orphan, (0, 0))
    assert call("files", "sweep", "--older-than", "1", "--dry-run") == 0
    listed = f"{name}  orphaned file: would be moved to files-removed\n"
    assert capsys.readouterr().out == f"{listed}1 would be removed, 0 would be put back, 0 missing\n"
    assert orphan.exists()
    assert call("files", "sweep") == 0
    assert capsys.readouterr().out.startswith(f"{name}  orphaned file: moved to files-removed\n1 removed")
    assert not orphan.exists()
    (removed,) = (at_home / "data" / "files-removed").glob(f"*/{name}")
    removed.rename(orphan)
    assert call("files", "sweep", "--delete", "--json") == 0
    assert json.loads(capsys.readouterr().out)["without_row"] == [name]
    assert not orphan.exists()
    assert not removed.exists()


def test_demo_makes_a_town_of_the_size_asked_for_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("demo", "--needs", "200") == 0
    assert "A town for load tests is ready: 200 needs" in capsys.readouterr().out
    assert "people in this database already" in str(call("demo", "--needs", "200"))
    assert "other people in this database already" in str(call("demo"))
    assert call("stats", "verify") == 0


def test_an_installed_program_has_no_load_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "benchmarks", None)
    assert "in the source tree only" in str(call("demo", "--needs", "200"))


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [(("demo",), r"anna  \u738b\u5c0f\u660e"), (("--help",), r"GoodServices (\u597d\u670d\u52a1)")],
)
def test_a_command_prints_on_any_standard_output(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], printed: str
) -> None:
    monkeypatch.setattr(demo, "make_town", lambda **_: "anna  王小明")
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii", write_through=True))
    assert call(*arguments) == 0
    assert printed in written.getvalue().decode()


def test_the_load_generator_is_a_command_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["load", "--needs", "200"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("benchmarks.load", run_name="__main__")
    assert ended.value.code == 0
    assert "A town for load tests is ready: 200 needs" in capsys.readouterr().out


def test_serve_prints_the_address_and_writes_a_link_for_the_first_coordinator(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[socket.socket] = []
    monkeypatch.setattr(serving, "leave", lambda: None)
    monkeypatch.setattr(uvicorn.Server, "run", lambda _, sockets: served.extend(sockets))
    port = server.free_port()
    monkeypatch.setenv("PORT", str(port))
    assert call("serve") == 0
    printed = capsys.readouterr().out
    assert [one.getsockname() for one in served] == [("127.0.0.1", port)]
    served.pop().close()
    assert f"http://localhost:{port}\n" in printed
    file = Path("data/first_coordinator_link")
    assert f"is in {file}\n" in printed
    assert "/auth/coordinator/" not in printed, "the output of a service goes to a log"
    assert file.stat().st_mode & 0o777 == 0o600
    token = file.read_text().split("/auth/coordinator/")[1].strip()
    db.connect("sqlite:///data/goodservices.db")
    with db.current().read_only() as session:
        (link,) = session.exec(select(OneTimeLink)).all()
    assert token not in link.token_hash
    startup.configure(load_settings())
    lives.coordinator()
    assert call("serve") == 0
    assert "coordinator" not in capsys.readouterr().out
    assert not file.exists()
    served.pop().close()


def test_in_a_terminal_serve_prints_the_link_itself(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "leave", lambda: None)
    monkeypatch.setattr(uvicorn.Server, "run", lambda _, sockets: sockets.pop().close())
    monkeypatch.setattr("gsapp.cli.serve._is_seen", lambda: True)
    monkeypatch.setenv("PORT", str(server.free_port()))
    assert call("serve") == 0
    assert "/auth/coordinator/" in capsys.readouterr().out


def test_a_port_in_use_ends_in_a_sentence_before_anything_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        assert str(call("serve")).startswith(f"127.0.0.1:{port} is in use by another program")
    assert capsys.readouterr().out == ""
    assert not Path("data/goodservices.db").exists()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "many", "PORT"),
        ("TIME_ZONE", "Mars/Olympus", "TIME_ZONE: Value error, unknown time zone 'Mars/Olympus'"),
        ("APP_ENV", "production", "BASE_URL must be the public https:// address"),
    ],
)
def test_a_wrong_setting_ends_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    assert sentence in str(call("stats", "verify"))


def test_a_newer_schema_ends_in_a_sentence() -> None:
    call("migrate")
    with db.current().engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        state.store(connection, state.OLDEST_COMPATIBLE, "9999")
    assert "install a newer version" in str(call("stats", "verify"))


@pytest.mark.mariadb
def test_another_database_wants_to_be_migrated_by_hand(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    with request.getfixturevalue("mariadb").fresh_database() as url:
        monkeypatch.setenv("DATABASE_URL", url)
        assert call("stats", "verify") == "the database schema is outdated; run: python -m gsapp migrate"
        assert call("migrate") == 0
        assert call("stats", "verify") == 0
        with db.current().read_only() as session:
            assert session.exec(select(User)).all() == []
        db.dispose()


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--help") == 0
    printed = capsys.readouterr().out
    assert all(command in printed for command in ("serve", "migrate", "demo", "user", "stats"))
