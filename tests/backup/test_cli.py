"""The commands backup, backup verify, backup keygen and restore."""

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gsapp import cli, startup
from tests.support import lives
from tests.support.samples import send

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty directory, and this process as it was before, afterwards."""
    root = logging.getLogger()
    handlers, level, umask = root.handlers[:], root.level, os.umask(0o022)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    yield tmp_path
    os.umask(umask)
    startup.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def call(*arguments: str) -> int | str | None:
    """Run a command; its exit status, or the sentence it ends with."""
    startup.close()
    with pytest.raises(SystemExit) as ended:
        cli.cli(list(arguments))
    return ended.value.code


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def a_site() -> str:
    """A site with one photo; its name."""
    call("stats", "verify")
    lives.publish(anna := lives.person("anna"), attachments=(name := send(anna)))
    return name


def test_a_backup_is_made_verified_and_restored(
    at_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = a_site()
    capsys.readouterr()
    assert call("backup", "--to", "b", "--keep-daily", "7") == 0
    (file,) = (at_home / "b").iterdir()
    assert capsys.readouterr().out.startswith(f"b/{file.name}: ")
    assert call("backup", "verify", str(file)) == 0
    assert f"{file}: " in capsys.readouterr().out
    assert call("restore", str(file)) == "there are photos or videos in DATA_DIR/files: restore into an empty DATA_DIR"
    monkeypatch.setenv("DATA_DIR", "other")
    assert "the data needs the DATA_KEY with id" in str(call("restore", str(file)))
    (at_home / "other" / "data_key").write_text((at_home / "data" / "data_key").read_text())
    capsys.readouterr()
    assert call("restore", str(file), "--json") == 0
    result = printed(capsys)
    assert (result["problems"], result["files"]) == ([], 2)
    kept = Path("files") / photo[:2] / photo
    assert (at_home / "other" / kept).read_bytes() == (at_home / "data" / kept).read_bytes()
    assert call("stats", "verify") == 0


def test_an_encrypted_backup_brings_its_keys(
    at_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("backup", "keygen") == 0
    (at_home / "identity").write_text(capsys.readouterr().out)
    a_site()
    monkeypatch.setenv("BACKUP_RECIPIENT", (at_home / "identity").read_text().split()[6])
    assert call("backup", "--to", "b", "--with-keys", "--json") == 0
    file = str(printed(capsys)["path"])
    assert str(call("backup", "verify", file)).endswith("is encrypted: name the file with the identity by --identity")
    assert call("backup", "verify", file, "--identity", "identity", "--json") == 0
    assert printed(capsys)["problems"] == []
    monkeypatch.setenv("DATA_DIR", "other")
    assert call("restore", file, "--identity", "identity") == 0
    for key in ("data_key", "secret_key"):
        assert (at_home / "other" / key).read_text() == (at_home / "data" / key).read_text()


def test_what_is_wrong_in_a_backup_ends_in_a_list_and_a_status(
    at_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = a_site()
    (at_home / "data" / "files" / photo[:2] / photo).unlink()
    assert call("backup", "--to", "b", "--json") == 0
    made = printed(capsys)
    assert made["missing"] == [photo]
    monkeypatch.setenv("DATA_KEY", "another-key-0123456789-abcdef-ghijkl")
    assert call("backup", "verify", str(made["path"]), "--json") == f"1 problems in {made['path']}"
    output = capsys.readouterr()
    assert json.loads(output.out)["problems"] == [f"{photo}  missing in the backup"]
    assert "note: neither this machine nor the backup has the DATA_KEY with id " in output.err


def test_a_backup_is_verified_on_a_machine_without_a_site_in_another_time_zone(
    at_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_site()
    capsys.readouterr()
    assert call("backup", "keygen") == 0
    (at_home / "identity.txt").write_text(identity := capsys.readouterr().out)
    recipient = identity.split("public key: ")[1].split()[0]
    assert call("backup", "--to", "b", "--recipient", recipient, "--with-keys", "--json") == 0
    made = at_home / str(printed(capsys)["path"])
    (at_home / "elsewhere").mkdir()
    monkeypatch.chdir(at_home / "elsewhere")
    monkeypatch.setenv("TIME_ZONE", "America/New_York")
    assert call("backup", "verify", str(made), "--identity", str(at_home / "identity.txt")) == 0
    assert capsys.readouterr().err == "", "the backup has the keys"
    assert not (at_home / "elsewhere" / "data" / "secret_key").exists()


def test_a_wrong_clock_is_a_problem_after_the_result(at_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a_site()
    (at_home / "b").mkdir()
    for name in ("goodservices-20200101T000000Z.tar", "goodservices-99990101T000000Z.tar"):
        (at_home / "b" / name).touch()
    assert "99990101T000000Z.tar is dated later" in str(call("backup", "--to", "b", "--keep-daily", "1", "--json"))
    assert printed(capsys)["deleted"] == []
    assert len(list((at_home / "b").iterdir())) == 3


@pytest.mark.mariadb
def test_a_scratch_database_is_empty_afterwards(
    at_home: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    a_site()
    assert call("backup", "--to", "b", "--json") == 0
    file = str(printed(capsys)["path"])
    with request.getfixturevalue("mariadb").fresh_database() as url:
        for _ in range(2):
            assert call("backup", "verify", file, "--scratch", url) == 0


def test_one_sentence_for_a_file_that_is_no_backup(at_home: Path) -> None:
    (at_home / "x").write_bytes(b"x" * 2000)
    assert str(call("restore", "x")).startswith("this is no backup, or it was damaged: ")
    assert call("restore", "y") == "y cannot be read: No such file or directory"
    assert call("backup", "--to", "b") == "this database has no tables of GoodServices: check DATABASE_URL"
