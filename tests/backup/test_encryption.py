"""Encrypted backups: only the identity reads them, and every damage is found."""

import shutil
import subprocess
from pathlib import Path

import pytest

from gsapp import migrations
from gsapp.backup import BackupFailed, DamagedBackup, encryption
from gsapp.backup.making import make
from gsapp.config import Settings
from gsapp.models.site import LAST_BACKUP
from tests.backup.conftest import Place, restored
from tests.support import lives
from tests.support.samples import send

pytestmark = pytest.mark.slow


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    secret, public = encryption.new_identity()
    (tmp_path / "identity").write_text(f"# public key: {public}\n{secret}\n")
    return tmp_path / "identity"


@pytest.fixture
def backup(small_site: Settings, tmp_path: Path, identity: Path) -> Path:
    lives.publish(anna := lives.person("anna"), attachments=send(anna))
    public = identity.read_text().split()[3]
    second = encryption.new_identity()[1]
    return make(small_site, tmp_path / "b", recipients=encryption.recipients_from(f"{second}, {public}")).path


def test_it_is_restored_with_its_identity(backup: Path, identity: Path, empty_place: Place) -> None:
    rows = lives.everything()
    rows["site_state"] = [row for row in rows["site_state"] if row[0] != LAST_BACKUP]  # written after the backup
    assert backup.name.endswith(".tar.age")
    assert b"anna" not in backup.read_bytes()
    assert restored(backup, empty_place("sqlite"), identity=identity).missing == []
    assert lives.everything() == rows


@pytest.mark.skipif(not shutil.which("age"), reason="age is not installed")
def test_the_program_age_reads_it(backup: Path, identity: Path) -> None:
    done = subprocess.run(["age", "-d", "-i", identity, backup], capture_output=True, check=True)
    assert done.stdout.startswith(b"header.json\0")


def test_it_is_refused_without_or_with_another_identity(backup: Path, tmp_path: Path, empty_place: Place) -> None:
    target = empty_place("sqlite")
    with pytest.raises(BackupFailed, match="is encrypted: name the file"):
        restored(backup, target)
    (tmp_path / "other").write_text(encryption.new_identity()[0])
    with pytest.raises(DamagedBackup, match="cannot be decrypted: No matching keys"):
        restored(backup, target, identity=tmp_path / "other")
    for text in ("", "# only a comment\n", "age1xyz\n", "\0\xff"):
        (tmp_path / "other").write_text(text, encoding="latin-1")
        with pytest.raises(BackupFailed, match="identity"):
            restored(backup, target, identity=tmp_path / "other")
    assert migrations.stored_revision() is None, "nothing was begun"


@pytest.mark.parametrize("at", [50, 400, 5_000, -20])
def test_changed_or_missing_bytes_are_found(backup: Path, identity: Path, empty_place: Place, at: int) -> None:
    whole = backup.read_bytes()
    damaged = bytearray(whole)
    damaged[at] ^= 1
    target = empty_place("sqlite")
    for content in (bytes(damaged), whole[:at]):
        backup.write_bytes(content)
        with pytest.raises(DamagedBackup):
            restored(backup, target, identity=identity)


@pytest.mark.parametrize("text", ["age1", "AGE-SECRET-KEY-1QQ", "ssh-ed25519 AAAA", "x,y"])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(BackupFailed, match="take public keys"):
        encryption.recipients_from(text)
