"""Making a backup: complete or not there at all, one at a time, without room, and while files come and go."""

import resource
import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from gsapp import clock, db, migrations
from gsapp.backup import BackupFailed, destination, encryption, making, snapshot
from gsapp.backup.making import make
from gsapp.config import Settings
from gsapp.media.storage import storage
from gsapp.models import StoredFile
from gsapp.queries.backups import last_backup_at
from gsapp.services import files
from tests.backup.conftest import Place, restored
from tests.support import lives
from tests.support.samples import send


def names_in(file: Path) -> list[str]:
    with tarfile.open(file) as tar:
        return tar.getnames()


def only_backups(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a full disk: a file that grows beyond it raises OSError."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_only_the_owner_can_read_it(small_site: Settings, tmp_path: Path) -> None:
    made = make(small_site, tmp_path / "backups")
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700
    assert made.path.name == f"goodservices-{made.manifest.created_at:%Y%m%dT%H%M%SZ}.tar"


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_full_disk_leaves_no_half_file(small_site: Settings, tmp_path: Path, encrypted: bool) -> None:
    send(lives.person("anna"), None)
    recipients = encryption.recipients_from(encryption.new_identity()[1] if encrypted else "")
    make(small_site, tmp_path, recipients=recipients).path.unlink()
    before = db.read(last_backup_at)
    with files_of_at_most(2_000), pytest.raises(BackupFailed, match=r"cannot be written|can be written"):
        make(small_site, tmp_path / "backups", recipients=recipients)
    assert only_backups(tmp_path / "backups") == []
    assert db.read(last_backup_at) == before


def test_it_leaves_room_for_the_site(small_site: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(destination, "SPARE_BYTES", 2**60)
    with pytest.raises(BackupFailed, match="MB are free"):
        make(small_site, tmp_path / "backups")
    assert only_backups(tmp_path / "backups") == []


def test_two_do_not_write_to_one_directory(small_site: Settings, tmp_path: Path) -> None:
    with destination.new_backup(tmp_path, at=clock.now(), encrypted=False) as other:
        with pytest.raises(BackupFailed, match="another backup is being written"):
            make(small_site, tmp_path)
        other.file.write(b"x")
    assert other.path.read_bytes() == b"x"


def test_what_a_killed_backup_left_is_removed(small_site: Settings, tmp_path: Path) -> None:
    (tmp_path / f"{destination.UNFINISHED}abc").write_bytes(b"x")
    (tmp_path / "mine").write_bytes(b"x")
    made = make(small_site, tmp_path)
    assert only_backups(tmp_path) == sorted(
        [made.path.name, "data", "goodservices.db", "mine"]
        + [name for name in only_backups(tmp_path) if name.startswith("goodservices.db-")]
    )


def test_a_directory_without_rights_is_named(small_site: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BackupFailed, match=r"no backup can be written to .*/file/backups: Not a directory"):
        make(small_site, tmp_path / "file" / "backups")


@pytest.mark.slow
def test_no_file_of_the_snapshot_is_missed_while_files_come_and_go(
    site: Settings, tmp_path: Path, empty_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Added or deleted at the worst moments: between the first copies and the snapshot, and during the snapshot."""
    anna = lives.person("anna")
    kept, deleted_early, deleted_late = send(anna), send(anna), send(anna)
    added: list[str] = []
    real_snapshot, real_names = snapshot.open_snapshot, snapshot.Snapshot.file_names

    @contextmanager
    def open_snapshot(database: db.Database) -> Iterator[Any]:
        db.write(files.discard_file, anna, name=deleted_early)
        added.append(send(anna))  # the first copies were made
        with real_snapshot(database) as opened:
            yield opened

    def file_names(opened: snapshot.Snapshot) -> Iterator[str]:
        db.write(files.discard_file, anna, name=deleted_late)  # the snapshot mentions it
        added.append(send(anna))
        return real_names(opened)

    monkeypatch.setattr(snapshot, "open_snapshot", open_snapshot)
    monkeypatch.setattr(snapshot.Snapshot, "file_names", file_names)
    made = make(site, tmp_path / "backups")
    assert not storage().has(deleted_late)
    assert made.manifest.missing == []
    place = empty_place("sqlite")
    assert restored(made.path, place).missing == []
    with db.current().read_only() as session:
        known = set(session.exec(select(StoredFile.name)).all())
    assert known == {kept, deleted_late, added[0]}
    assert all(storage().has(name) for name in known)


def test_a_missing_file_is_listed_and_an_unreadable_one_is_no_success(small_site: Settings, tmp_path: Path) -> None:
    anna = lives.person("anna")
    lost, unreadable = send(anna), send(anna)
    storage().remove(lost)
    storage().path(unreadable).unlink()
    storage().path(unreadable).mkdir()  # even root cannot read it as a file
    made = make(small_site, tmp_path / "backups")
    assert made.unreadable == [unreadable]
    assert sorted(made.manifest.missing) == sorted([lost, unreadable])
    assert made.manifest.missing_count == 2
    assert db.read(last_backup_at) is None


def test_keys_are_never_in_a_backup_that_is_not_encrypted(small_site: Settings, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="only put into an encrypted backup"):
        make(small_site, tmp_path / "backups", with_keys=True)
    made = make(small_site, tmp_path / "backups")
    assert "keys.json" not in names_in(made.path)
    assert lives.SECRET.encode() not in made.path.read_bytes()


def test_an_interrupted_restore_is_not_backed_up(small_site: Settings, tmp_path: Path) -> None:
    with db.current().engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{migrations.RESTORE_INTERRUPTED}'")
    with pytest.raises(BackupFailed, match="a restore into this database was interrupted"):
        make(small_site, tmp_path / "backups")


def test_a_migration_meanwhile_is_no_success(
    small_site: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = making._Making._first_copies

    def migrate(copying: making._Making, names: Iterator[str]) -> None:
        real(copying, names)
        with db.current().engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    monkeypatch.setattr(making._Making, "_first_copies", migrate)
    with pytest.raises(BackupFailed, match="migrated during the backup"):
        make(small_site, tmp_path / "backups")
