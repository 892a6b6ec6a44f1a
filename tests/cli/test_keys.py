"""gsapp keys: which key protects what, rotation, and a missing key."""

from pathlib import Path

import pytest

from gsapp import db, startup
from gsapp.config import load_settings
from gsapp.models import SiteState
from gsapp.security.keys import DataKey
from tests.support import lives
from tests.support.commands import call, call_json

NEW = "another-key-9876543210-zyxwvutsrq-0001"


@pytest.fixture(autouse=True)
def key(at_home: Path, site: str) -> DataKey:
    """A site with one account, under the key that its first start made."""
    call("migrate")
    call("stats", "verify")
    lives.person("anna")
    startup.close()
    return DataKey.derive((at_home / "data" / "data_key").read_text().strip())


def test_status_and_rotate_lead_from_one_key_to_the_other(
    key: DataKey, at_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    new = DataKey.derive(NEW).id
    old = load_settings().data_key.get_secret_value()
    before = call_json(capsys, "keys", "status")
    assert before["accounts"] == 1
    assert [(row["id"], row["active"], row["id_numbers"]) for row in before["keys"]] == [(key.id, True, 1)]
    monkeypatch.setenv("DATA_KEY", f"{NEW},{old}")
    assert call("keys", "rotate") == 0
    assert "1 accounts are now protected by the first key\n" in capsys.readouterr().out
    after = call_json(capsys, "keys", "status")
    assert {row["id"]: (row["active"], row["id_numbers"]) for row in after["keys"]} == {
        new: (True, 1),
        key.id: (False, 0),
    }
    assert not after["rotation_unfinished"]
    monkeypatch.setenv("DATA_KEY", NEW)
    done = {"resealed": 0, "duplicates": [], "unreadable": [], "old_passwords": 0, "complete": True}
    assert call_json(capsys, "keys", "rotate") == done
    assert call("keys", "status") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("key\theld\tactive")
    assert f"{new}\tyes\tyes\t1" in printed
    assert NEW not in printed


def test_status_names_a_key_that_is_missing(
    key: DataKey, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_KEY", NEW)
    assert str(call("keys", "status")).startswith(f"DATA_KEY lacks {key.id}")
    assert f"{key.id}\tno\tyes\t1" in capsys.readouterr().out
    assert "does not fit" in str(call("keys", "rotate"))


def test_a_key_that_is_lost_for_good_is_given_up(
    key: DataKey, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, at_home: Path
) -> None:
    assert "is no lost key" in str(call("keys", "abandon", key.id, "--yes")), "it is not lost"
    (at_home / "data" / "data_key").unlink()
    assert "set DATA_KEY" in str(call("keys", "abandon", key.id, "--yes"))
    monkeypatch.setenv("DATA_KEY", NEW)
    assert "is no lost key" in str(call("keys", "abandon", "", "--yes"))
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "yes")
    assert "nothing was changed" in str(call("keys", "abandon", key.id))
    assert call_json(capsys, "keys", "abandon", key.id, "--yes") == {"abandoned": 1, "passwords": 0}
    assert call("stats", "verify") == 0
    lives.person("ben")
    rows = call_json(capsys, "keys", "status")["keys"]
    assert [(row["id"], row["active"], row["id_numbers"]) for row in rows] == [(DataKey.derive(NEW).id, True, 2)]


def test_an_unfinished_rotation_is_named(capsys: pytest.CaptureFixture[str], key: DataKey) -> None:
    startup.start(load_settings(), listen=False)
    db.write(lambda session: session.merge(SiteState(name="data_key_before", value=key.id)))
    assert call("keys", "status") == 0
    assert "keys rotate" in capsys.readouterr().out
    assert call("keys", "rotate") == 0
    assert not call_json(capsys, "keys", "status")["rotation_unfinished"]
