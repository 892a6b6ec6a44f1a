"""gsapp user: accounts by the rules of the site, recorded as done on the command line."""

import io
import json
import sys

import pytest
from sqlmodel import col, select, update

from gsapp import access, db
from gsapp.access import Actor
from gsapp.config import Settings
from gsapp.flows import authentication, password_links
from gsapp.models import History, User
from gsapp.schemas.accounts import NewPasswordForm
from gsapp.schemas.forms import parse
from gsapp.services import sessions
from gsapp.vocabulary import ReasonCode, Role
from tests.support import lives
from tests.support.commands import call, call_json

NUMBER = "110101199003071234"


@pytest.fixture(autouse=True)
def anna(sqlite_site: Settings) -> Actor:
    return lives.person("anna")


def last_step() -> History:
    with db.current().read_only() as session:
        return session.exec(select(History).order_by(col(History.id).desc()).limit(1)).one()


def assert_recorded(action: str, anna: Actor) -> None:
    step = last_step()
    assert (step.action, step.actor_id, step.subject_id, step.reason_code) == (
        action,
        None,
        anna.user_id,
        ReasonCode.COMMAND_LINE,
    )


def role(actor: Actor) -> Role:
    return db.read(access.actor_for, user_id=actor.user_id).role


def sign_in(password: str) -> int:
    return authentication.sign_in(username="dora", password=password, address="::1", user_agent="").user_id


def test_the_last_coordinator_stays_one(capsys: pytest.CaptureFixture[str], anna: Actor) -> None:
    assert call("user", "promote", "anna") == 0
    assert capsys.readouterr().out == "anna is now a coordinator\n"
    assert_recorded("RoleChanged", anna)
    for command in (["demote"], ["suspend"], ["erase", "--yes"]):
        assert str(call("user", *command, "anna")).startswith("This is the only coordinator."), command
    assert role(anna) is Role.COORDINATOR
    assert "That is so already" in str(call("user", "promote", "anna"))
    lives.coordinator("ben")
    assert call_json(capsys, "user", "demote", "anna") == {"id": anna.user_id, "username": "anna", "role": "member"}
    assert_recorded("RoleChanged", anna)
    assert role(anna) is Role.MEMBER
    assert "That is so already" in str(call("user", "demote", "anna"))


def test_suspend_ends_sessions_and_restore_ends_it(anna: Actor, capsys: pytest.CaptureFixture[str]) -> None:
    db.write(sessions.open_session, user_id=anna.user_id, token_hash="a" * 64, hours=2)
    assert call("user", "suspend", "anna", "--reason", "asked\nfor it") == 0
    assert db.read(access.identify, "a" * 64) is None
    shown = call_json(capsys, "user", "show", "anna")
    assert shown["suspended_because"] == "asked for it (command line)"
    assert shown["role"] == "member"
    assert "suspended already" in str(call("user", "suspend", "anna"))
    assert "Restore it first" in str(call("user", "password-link", "anna"))
    assert call_json(capsys, "user", "restore", "anna")["suspended"] is False
    assert_recorded("UserRestored", anna)
    assert "not suspended" in str(call("user", "restore", "anna"))


@pytest.mark.slow
def test_a_new_account_sets_its_own_password(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{NUMBER}\n"))
    made = call_json(capsys, "user", "create", "dora", "--name", "Dora Li", "--phone", "13900000009")
    link = made["link"].removeprefix("http://localhost:8080/password/")
    assert password_links.holder(link) == "dora"
    password_links.use(link, form=parse(NewPasswordForm, {"new_password": "Spring2026rain"}))
    assert sign_in("Spring2026rain") == made["id"]
    for line, problem in (("12\n", "id_number: "), (f"{NUMBER}\n", "This username is already taken")):
        monkeypatch.setattr(sys, "stdin", io.StringIO(line))
        assert problem in str(call("user", "create", "dora", "--name", "Dora Li", "--phone", "13900000009"))
    assert call("user", "password-link", "dora") == 0
    printed = capsys.readouterr().out
    assert printed.startswith(
        "One-time link for the password of dora, valid 60 minutes: http://localhost:8080/password/"
    )
    assert last_step().reason_code is ReasonCode.COMMAND_LINE
    assert sign_in("Spring2026rain") == made["id"], "the old password holds until the link is used"


def test_list_filters_limits_and_streams(capsys: pytest.CaptureFixture[str]) -> None:
    lives.people("ben", "cleo")
    lives.coordinator("dora")
    assert call("user", "list", "--limit", "2", "--sort", "oldest") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[1] for line in lines] == ["username", "anna", "ben"]
    assert call("user", "list", "--role", "coordinator", "--json") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["username"], row["role"]) for row in rows] == [("dora", "coordinator")]
    assert call("user", "list", "--query", "cl", "--limit", "0", "--json") == 0
    assert json.loads(capsys.readouterr().out)["username"] == "cleo"
    assert str(call("user", "list", "--role", "king")).startswith("role: ")


def test_a_name_cannot_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    db.write(lambda session: session.exec(update(User).values(name="x\n1\tadmin\x1b[2J")))
    assert call("user", "list") == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_export_prints_what_the_person_could_download(capsys: pytest.CaptureFixture[str], anna: Actor) -> None:
    lives.publish(anna)
    capsys.readouterr()
    assert call("user", "export", "anna") == 0
    exported = json.loads(capsys.readouterr().out)
    assert exported["account"]["username"] == "anna"
    assert exported["needs"][0]["title"] == "The kitchen pipe leaks"
    assert exported["account"]["id_number_masked"].count("*") >= 4


def test_erase_asks_for_the_name_and_closes_the_account(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, anna: Actor
) -> None:
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "ann")
    assert "not erased" in str(call("user", "erase", "anna"))
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "anna")
    assert call("user", "erase", "anna") == 0
    assert capsys.readouterr().out == "anna is erased\n"
    assert lives.user(anna).left_at
    step = last_step()
    assert (step.action, step.reason_code) == ("UserLeft", ReasonCode.COMMAND_LINE)
    assert "no member" in str(call("user", "show", "anna"))
    assert "That is so already" in str(call("user", "erase", f"left-{anna.user_id}", "--yes"))


def test_help_under_way_keeps_the_account(anna: Actor) -> None:
    lives.matched(lives.person("ben"), anna)
    assert "under way" in str(call("user", "erase", "anna", "--yes"))
    assert not lives.user(anna).left_at


@pytest.mark.parametrize(
    "command", ["show", "promote", "demote", "suspend", "restore", "password-link", "export", "erase"]
)
def test_an_unknown_name_is_named(command: str) -> None:
    more = ["--yes"] if command == "erase" else []
    assert call("user", command, "Anna", *more) == "no member has the username Anna"
