"""A lost or wrong DATA_KEY stops the start; a new key is made only for a database without accounts."""

import logging
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import Session, delete, select, update

from gsapp import db, sealing, security, startup
from gsapp.config import Settings, UnusableKey, load_settings, readable_by_others, with_new_data_key
from gsapp.errors import Busy
from gsapp.models import SiteState, User
from gsapp.security.keys import DataKey, KeyRing
from gsapp.services import accounts
from gsapp.startup import data_key
from tests.support import lives

KEY = "only-for-these-tests-0123456789-abcdef"
OTHER = "another-key-9876543210-zyxwvutsrq-0001"


@pytest.fixture
def chosen(database: db.Database, tmp_path: Path) -> Settings:
    return Settings(database_url=database.url, data_dir=tmp_path, data_key=SecretStr(KEY))


def given(settings: Settings, secret: str) -> Settings:
    return settings.model_copy(update={"data_key": SecretStr(secret)})


def forget_active(session: Session) -> None:
    session.exec(delete(SiteState))


def without_numbers(session: Session) -> None:
    session.exec(update(User).values(id_number=""))


def state(session: Session) -> dict[str, str]:
    return {row.name: row.value for row in session.exec(select(SiteState))}


def test_the_right_key_starts_also_with_a_newer_one_before_it(chosen: Settings) -> None:
    with lives.keys():
        lives.person("anna")
    assert data_key.ensure(chosen) is chosen
    data_key.check(given(chosen, f"{OTHER},{KEY}"))


def test_a_wrong_key_is_refused_in_one_sentence_that_names_what_is_missing(chosen: Settings) -> None:
    with lives.keys():
        lives.person("anna")
    with pytest.raises(UnusableKey) as caught:
        data_key.check(given(chosen, OTHER))
    sentence = str(caught.value)
    assert f"needs the key with the id {DataKey.derive(KEY).id}" in sentence
    assert f"DATA_KEY holds {DataKey.derive(OTHER).id}" in sentence
    assert "\n" not in sentence
    assert OTHER not in sentence


@pytest.mark.parametrize("known", [True, False], ids=["recorded", "from an older version"])
def test_a_lost_key_is_not_replaced_beside_accounts(chosen: Settings, known: bool, tmp_path: Path) -> None:
    with lives.keys():
        lives.person("anna")
    if not known:
        db.write(forget_active)
    with pytest.raises(UnusableKey, match="DATA_KEY is missing, but the database holds 1 accounts"):
        data_key.ensure(given(chosen, ""))
    assert list(tmp_path.glob("*data_key*")) == []


def test_accounts_without_sealed_numbers_are_protected_by_the_recorded_key(chosen: Settings) -> None:
    with lives.keys():
        lives.person("anna")
    db.write(without_numbers)
    data_key.check(chosen)
    with pytest.raises(UnusableKey, match="does not fit"):
        data_key.check(given(chosen, OTHER))


def test_where_only_passwords_name_a_key_it_is_compared(chosen: Settings) -> None:
    with lives.keys() as vault:
        db.write(accounts.register, form=lives.registration("anna"), password_hash=vault.passwords.hash_password("x"))
    db.write(forget_active)
    db.write(without_numbers)
    data_key.check(chosen)
    with pytest.raises(UnusableKey, match="does not fit"):
        data_key.check(given(chosen, OTHER))


def test_a_password_of_a_lost_key_is_a_warning(chosen: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with lives.keys() as vault:
        lives.person("anna")
        db.write(accounts.register, form=lives.registration("ben"), password_hash=vault.passwords.hash_password("x"))
    db.write(lambda session: session.exec(update(User).values(password_hash="gs1$0badcafe$$2b$04$x")))
    data_key.check(chosen)
    assert "2 accounts cannot sign in" in caplog.text


def test_a_new_key_is_made_for_a_database_without_accounts(chosen: Settings, tmp_path: Path) -> None:
    made = data_key.ensure(given(chosen, ""))
    assert made.data_key.get_secret_value() == (tmp_path / "data_key").read_text().strip()
    assert with_new_data_key(given(chosen, "")).data_key == made.data_key, "the one that is there"


def test_an_older_database_learns_which_key_indexes_its_numbers(chosen: Settings) -> None:
    with lives.keys():
        lives.person("anna")
    db.write(forget_active)
    ring = KeyRing(f"{OTHER},{KEY}")
    assert db.write(sealing.record_active_key, keys=ring) == DataKey.derive(KEY).id
    assert db.read(state)["data_key"] == DataKey.derive(KEY).id


def test_a_database_without_accounts_names_no_key_until_the_first_one(chosen: Settings) -> None:
    assert db.write(sealing.record_active_key, keys=KeyRing(KEY)) is None
    data_key.check(given(chosen, OTHER))
    with lives.keys():
        lives.person("anna")
    assert db.read(state)["data_key"] == DataKey.derive(KEY).id


def test_a_machine_with_another_key_registers_no_account(chosen: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with lives.keys():
        lives.person("anna")
    security.configure(given(chosen, OTHER).model_copy(update={"secret_key": SecretStr(KEY)}), password_cost=4)
    lives.refused(Busy, accounts.register, form=lives.registration("ben"), password_hash="x")
    assert f"lacks the key {DataKey.derive(KEY).id}" in caplog.text
    security.forget()


def test_an_empty_key_file_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    for content in (b"", b"\n", b"\xff\xfe\x00"):
        (tmp_path / "data_key").write_bytes(content)
        with pytest.raises(UnusableKey, match=r"data_key is .*; restore it from your backup"):
            load_settings()


def test_a_new_key_reaches_the_disk_before_it_is_used(
    chosen: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, link = os.fsync, os.link

    def noted_fsync(descriptor: int) -> None:
        done.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    def noted_link(source: Any, target: Any) -> None:
        done.append("link")
        link(source, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "link", noted_link)
    with_new_data_key(given(chosen, ""))
    assert len(done) == 3
    assert ".data_key-" in done[0]
    assert done[1:] == ["link", str(tmp_path)]


def test_a_key_file_that_others_can_read_is_warned_about(
    chosen: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with_new_data_key(chosen)
    assert readable_by_others(chosen) == []
    (tmp_path / "data_key").chmod(0o640)
    with caplog.at_level(logging.WARNING):
        data_key.warn_if_readable(chosen)
    assert f"run: chmod 600 {tmp_path / 'data_key'}" in caplog.text


def test_the_start_ends_before_the_schema_is_touched(tmp_path: Path) -> None:
    """An SQLite file is migrated at the start: not with a key that does not fit."""
    chosen = Settings(
        database_url=f"sqlite:///{tmp_path}/town.db",
        data_dir=tmp_path,
        data_key=SecretStr(KEY),
        secret_key=SecretStr(KEY),
    )
    startup.start(chosen, listen=False)
    lives.person("anna")
    db.write(lambda session: session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0013'"))
    db.write(lambda session: session.connection().exec_driver_sql("DROP TABLE site_state"))
    startup.close()
    with pytest.raises(UnusableKey):
        startup.start(given(chosen, OTHER), listen=False)
    with db.current().read_only() as session:
        tables = session.connection().exec_driver_sql("SELECT name FROM sqlite_master WHERE name = 'site_state'")
        assert tables.all() == []
    startup.close()
    startup.start(chosen, listen=False)
    assert db.read(state)["data_key"] == DataKey.derive(KEY).id
    startup.close()
