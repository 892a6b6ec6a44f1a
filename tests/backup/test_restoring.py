"""Restoring: only into an empty place, only what is undamaged, and never something that looks complete but is not."""

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from gsapp import db, migrations
from gsapp.backup import BackupFailed, DamagedBackup, encryption, place, restoring
from gsapp.backup.archive import Writer, members_of
from gsapp.backup.contents import Header, Manifest, SecretKeys, packed, unpacked
from gsapp.backup.keys import take_keys
from gsapp.backup.making import make
from gsapp.config import Settings
from gsapp.migrations import RESTORE_INTERRUPTED, SchemaUnknown
from gsapp.security.keys import DataKey
from tests.backup.conftest import Place, restored, settings_for, use
from tests.support import lives
from tests.support.samples import on, send

pytestmark = pytest.mark.slow


@pytest.fixture
def backup(small_site: Settings, tmp_path: Path) -> Path:
    """A backup of a site with two people, a photo and a match."""
    anna, bert = lives.people("anna", "bert")
    lives.confirmed(anna, bert, attachments=send(anna))
    return make(small_site, tmp_path / "backups").path


def changed(backup: Path, change: Callable[[str, bytes], bytes], manifest: dict[str, object] | None = None) -> Path:
    """The same backup with other contents and right checksums, as an attacker could make it."""
    target = io.BytesIO()
    archive = Writer(target)
    with backup.open("rb") as stream:
        *members, last = members_of(stream)
    for member in members:
        archive.add(member.name, change(member.name, member.content), changed_at=member.changed_at)
    facts = json.loads(last.content) | {"checksums": archive.finish(), "members": archive.members}
    archive.close(Manifest.model_validate(facts | (manifest or {})))
    other = backup.with_name("changed.tar")
    other.write_bytes(target.getvalue())
    return other


def revision() -> str | None:
    return migrations.stored_revision()


def test_a_place_in_use_is_refused_and_left_as_it_is(backup: Path, small_site: Settings) -> None:
    use(small_site)
    before, files = lives.everything(), on(small_site.data_dir)
    with pytest.raises(BackupFailed, match="photos or videos in DATA_DIR/files"):
        restored(backup, small_site)
    other = settings_for(small_site.data_dir / "other", small_site.database_url)
    other.data_dir.mkdir()
    use(other)
    with pytest.raises(BackupFailed, match="the database is not empty"):
        restored(backup, other)
    use(small_site)
    other.data_dir.rmdir()
    assert (lives.everything(), on(small_site.data_dir)) == (before, files)


def test_a_place_that_was_only_migrated_is_empty(backup: Path, empty_place: Place) -> None:
    target = empty_place("sqlite")
    migrations.upgrade()
    assert restored(backup, target).differences == []


def test_other_tables_are_not_dropped(backup: Path, empty_place: Place) -> None:
    target = empty_place("sqlite")
    with db.current().engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE wordpress (id INTEGER)")
    with pytest.raises(BackupFailed, match="the database is not empty"):
        restored(backup, target)


@pytest.mark.parametrize("cut", [0, 100, 700, 5_000, -5_000, -1_800])
def test_a_truncated_backup_is_refused(backup: Path, empty_place: Place, cut: int) -> None:
    backup.write_bytes(backup.read_bytes()[:cut])
    with pytest.raises(DamagedBackup):
        restored(backup, empty_place("sqlite"))
    assert revision() in (None, RESTORE_INTERRUPTED)


def test_every_changed_byte_is_found(backup: Path) -> None:
    whole = backup.read_bytes()
    with tarfile.open(backup) as tar:
        places = [entry.offset_data + entry.size // 2 for entry in tar if entry.size]
    for at in places:
        damaged = bytearray(whole)
        damaged[at] ^= 1
        with pytest.raises(DamagedBackup):
            list(members_of(io.BytesIO(damaged)))


def test_an_interrupted_restore_starts_no_site_and_can_be_run_again(
    site: Settings, tmp_path: Path, empty_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives.publish(anna := lives.person("anna"), attachments=send(anna))
    rows = lives.everything()
    made = make(site, tmp_path / "backups")
    target = empty_place("sqlite" if db.current().embedded else "mariadb")
    with monkeypatch.context() as killed:
        killed.setattr(restoring._Restoring, "_complete", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            restored(made.path, target)
    assert revision() == RESTORE_INTERRUPTED
    with pytest.raises(SchemaUnknown, match="a restore into this database was interrupted"):
        migrations.prepare(by_itself=True)
    assert not migrations.ready()
    assert restored(made.path, target).missing == []
    assert lives.everything() == rows
    assert not (target.data_dir / place.UNFINISHED).exists()


def test_two_restores_do_not_share_a_place(backup: Path, empty_place: Place) -> None:
    target = empty_place("sqlite")
    with place.empty_place(target.data_dir), pytest.raises(BackupFailed, match="another restore"):
        restored(backup, target)


def test_a_newer_schema_is_refused(backup: Path, empty_place: Place) -> None:
    newer = changed(backup, lambda name, content: content.replace(b'"0', b'"9') if name == "header.json" else content)
    with pytest.raises(BackupFailed, match=r"the schema 9.* of this backup is unknown"):
        restored(newer, empty_place("sqlite"))


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def test_an_older_schema_is_migrated(tmp_path: Path, empty_place: Place, keys: None, kind: str) -> None:
    old = empty_place(kind)
    migrations.upgrade("0009")
    with db.current().engine.begin() as connection:
        columns = "(id, typename, icon, position, enabled)"
        connection.exec_driver_sql(f"INSERT INTO service_type {columns} VALUES (3, 'x', '', 0, 1)")
    made = make(old, tmp_path / "backups")
    assert made.manifest.revision == "0009"
    (tmp_path / "next").mkdir()
    target = settings_for(tmp_path / "next", f"sqlite:///{tmp_path}/next/goodservices.db")
    use(target)
    restored(made.path, target)
    assert revision() == migrations.newest_revision()
    with db.current().reader.connect() as connection:
        assert connection.exec_driver_sql("SELECT id, typename FROM service_type").all() == [(3, "x")]


@pytest.mark.parametrize(
    "name",
    ["../../evil", "/etc/evil", "files/../../../evil", "files/ab/../../evil.jpg", "tables/x;y/000001.gz"],
)
def test_names_from_outside_are_refused(backup: Path, empty_place: Place, name: str) -> None:
    archive = Writer(target := io.BytesIO())
    with backup.open("rb") as stream:
        header = next(members_of(stream))
    archive.add(header.name, header.content)
    archive.add(name, b"x")
    archive.finish()
    backup.write_bytes(target.getvalue())
    with pytest.raises(DamagedBackup):
        restored(backup, empty_place("sqlite"))


def test_rows_of_an_unknown_column_or_a_missing_row_are_refused(backup: Path, empty_place: Place) -> None:
    def spoil(name: str, content: bytes) -> bytes:
        text = gzip.decompress(content).replace(b'"uname"', b'"other"') if "buser_table" in name else None
        return gzip.compress(text) if text else content

    def lose(name: str, content: bytes) -> bytes:
        lines = gzip.decompress(content).split(b"\n") if "history" in name else []
        return gzip.compress(b"\n".join(lines[:-1])) if lines else content

    target = empty_place("sqlite")
    with pytest.raises(DamagedBackup, match="buser_table has other columns"):
        restored(changed(backup, spoil), target)
    with pytest.raises(DamagedBackup, match="history has"):
        restored(changed(backup, lose), target)
    assert revision() == RESTORE_INTERRUPTED


def test_a_bomb_is_refused() -> None:
    with pytest.raises(DamagedBackup, match="too long"):
        unpacked(gzip.compress(b" " * (65 * 1024 * 1024)))


def test_bytes_and_missing_values_are_exact() -> None:
    rows = [(1, None, b"\x00\xff"), (2**62, "\x00\n", 0.1)]
    ((part, count),) = packed(["a", "b", "c"], rows)
    assert (count, *unpacked(part)) == (2, ["a", "b", "c"], [list(row) for row in rows])


def test_another_time_zone_is_refused(backup: Path, empty_place: Place) -> None:
    target = empty_place("sqlite").model_copy(update={"time_zone": "Europe/Berlin"})
    with pytest.raises(BackupFailed, match="TIME_ZONE=Asia/Shanghai"):
        restored(backup, target)


def test_the_key_of_the_data_is_wanted_before_anything_is_restored(
    backup: Path, small_site: Settings, empty_place: Place
) -> None:
    target = empty_place("sqlite")
    needed = DataKey.derive(lives.SECRET).id
    other = target.model_copy(update={"data_key": SecretStr("another-key-0123456789-abcdef-ghijkl")})
    with pytest.raises(BackupFailed, match=f"needs the DATA_KEY with id {needed}"):
        restored(backup, target, check_keys=lambda *found: take_keys(other, *found))
    assert revision() is None
    restored(backup, target, check_keys=lambda *found: take_keys(target, *found))


def test_keys_in_the_backup_are_put_into_the_place(small_site: Settings, tmp_path: Path, empty_place: Place) -> None:
    identity, recipient = encryption.new_identity()
    (tmp_path / "identity").write_text(f"# a comment\n{identity}\n")
    lives.person("anna")
    made = make(small_site, tmp_path / "b", recipients=encryption.recipients_from(recipient), with_keys=True)
    target = empty_place("sqlite")
    generated = target.model_copy(update={"data_key": SecretStr("generated-0123456789-abcdef-ghijklmn")})
    with pytest.raises(BackupFailed, match="unset it for the restore"):
        restored(made.path, target, identity=tmp_path / "identity", check_keys=lambda *it: take_keys(generated, *it))
    (target.data_dir / "data_key").write_text("generated-0123456789-abcdef-ghijklmn\n")
    restored(made.path, target, identity=tmp_path / "identity", check_keys=lambda *it: take_keys(generated, *it))
    assert (target.data_dir / "data_key").read_text() == lives.SECRET + "\n"
    assert (target.data_dir / "data_key.replaced").read_text().startswith("generated")


def test_no_key_file_that_was_replaced_is_lost(tmp_path: Path) -> None:
    chosen = Settings(data_dir=tmp_path, data_key=SecretStr(""), secret_key=SecretStr(""))
    header = Header.model_construct(key_ids=["12345678"])
    for number in range(3):
        (tmp_path / "data_key").write_text(kept := f"key {number}, which is long enough for a key of data\n")
        (tmp_path / "secret_key").write_text("the same\n")
        held = chosen.model_copy(update={"data_key": SecretStr(kept.strip())})
        take_keys(held, header, SecretKeys(data_key=f"other {number}", secret_key="the same"))
    kept_files = sorted(path.read_text() for path in tmp_path.glob("data_key.replaced*"))
    assert [text[:5] for text in kept_files] == ["key 0", "key 1", "key 2"]
    assert not list(tmp_path.glob("secret_key.replaced*")), "what is equal is not replaced"


@pytest.mark.mariadb
def test_ids_of_deleted_rows_are_not_given_again(
    request: pytest.FixtureRequest, tmp_path: Path, empty_place: Place, keys: None
) -> None:
    old = empty_place("mariadb")
    migrations.upgrade()
    with db.current().engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE history AUTO_INCREMENT = 77")
    made = make(old, tmp_path / "backups")
    assert made.manifest.next_ids["history"] == 77
    with request.getfixturevalue("mariadb").fresh_database() as url:
        (tmp_path / "next").mkdir()
        target = settings_for(tmp_path / "next", url)
        use(target)
        restored(made.path, target)
        again = make(target, tmp_path / "backups2")
        assert again.manifest.next_ids == made.manifest.next_ids
        db.dispose()
