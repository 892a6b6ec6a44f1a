"""Registering, and changing a password: what holds between the two transactions around a hash."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import select

from gsapp import access, clock, db, security
from gsapp.access import Actor
from gsapp.config import Settings
from gsapp.errors import Invalid, Taken, TooMany
from gsapp.flows.authentication import (
    PasswordUnreadable,
    SignedIn,
    WrongSignIn,
    change_password,
    register,
    sign_in,
    sign_out,
)
from gsapp.models import LoginSession, User
from gsapp.queries import accounts as account_queries
from gsapp.schemas.accounts import PasswordForm
from gsapp.schemas.forms import parse
from gsapp.security.passwords import Passwords
from gsapp.security.tokens import hash_token
from gsapp.services import accounts, sessions
from gsapp.services.accounts import UsernameTaken
from gsapp.vocabulary import Role
from tests.support import lives

OLD, NEW = "Abc123", "Sunny2026days"
ADDRESS = "203.0.113.7"


@pytest.fixture(autouse=True)
def _keys() -> Iterator[None]:
    with lives.keys(throttle=True):
        yield


@pytest.fixture
def anna(database: db.Database) -> int:
    return register(form=lives.registration("anna"), address=ADDRESS)


def enter(password: str = OLD, username: str = "anna") -> SignedIn:
    return sign_in(username=username, password=password, address=ADDRESS, user_agent="a browser")


def whose(signed_in: SignedIn) -> Actor | None:
    return db.read(access.identify, hash_token(signed_in.token))


def actor(signed_in: SignedIn) -> Actor:
    found = whose(signed_in)
    assert found is not None
    return found


def passwords(old: str, new: str) -> PasswordForm:
    return parse(PasswordForm, {"old_password": old, "new_password": new})


def open_sessions() -> int:
    return db.read(lambda session: len(session.exec(select(LoginSession.id)).all()))


def test_who_registers_can_sign_in(anna: int) -> None:
    assert actor(enter()).user_id == anna


def test_neither_password_nor_id_number_is_stored_as_it_is(anna: int) -> None:
    row = str(db.read(lambda session: session.get(User, anna)).model_dump())  # type: ignore[union-attr]
    assert OLD not in row
    assert lives.registration("anna").id_number not in row


def test_a_name_belongs_to_the_first_who_takes_it(anna: int) -> None:
    with pytest.raises(UsernameTaken):
        register(form=lives.registration("anna", id_number="E99999999", phone="13999999999"), address=ADDRESS)


def test_names_are_the_same_however_they_are_typed(database: db.Database) -> None:
    register(form=lives.registration("Zoë"), address=ADDRESS)
    assert actor(enter(username=" Zoe\u0308 ")).username == "Zoë"


def test_whoever_sends_the_registration_again_gets_the_same_account(anna: int) -> None:
    assert register(form=lives.registration("anna"), address=ADDRESS) == anna
    for changed in ({"password": "Other123"}, {"phone": "13999999999"}, {"id_number": "E99999999"}):
        with pytest.raises(Taken):
            register(form=lives.registration("anna", **changed), address=ADDRESS)
    with clock.at(clock.now() + timedelta(minutes=16)), pytest.raises(Taken):
        register(form=lives.registration("anna"), address=ADDRESS)


def test_one_address_cannot_register_without_end(database: db.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Passwords, "hash_password", lambda *_, **__: pytest.fail("hashed"))
    for _ in range(1000):
        security.vault().throttle.registration(ADDRESS)
    with pytest.raises(TooMany):
        register(form=lives.registration("anna"), address=ADDRESS)


def test_a_new_password_takes_the_place_of_the_old_one_and_ends_all_other_sessions(anna: int) -> None:
    here, elsewhere = enter(), enter()
    change_password(actor=actor(here), form=passwords(OLD, NEW))
    assert whose(here)
    assert whose(elsewhere) is None
    with pytest.raises(WrongSignIn):
        enter(OLD)
    assert whose(enter(NEW))


def test_without_the_present_password_nothing_changes(anna: int) -> None:
    here, elsewhere = enter(), enter()
    with pytest.raises(Invalid) as refused:
        change_password(actor=actor(here), form=passwords("Wrong123", NEW))
    assert set(refused.value.fields) == {"old_password"}
    assert whose(elsewhere)
    assert whose(enter(OLD))


def test_an_open_session_is_no_place_to_guess_the_password(anna: int) -> None:
    me = actor(enter())
    for _ in range(5):
        with pytest.raises(Invalid):
            change_password(actor=me, form=passwords("Wrong123", NEW))
    with pytest.raises(TooMany):
        change_password(actor=me, form=passwords(OLD, NEW))
    assert whose(enter(OLD)), "signing in is another door"


def test_no_transaction_is_open_while_a_password_is_hashed(anna: int, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[int] = []
    verify = Passwords.verify

    def verify_and_look(self: Passwords, password: str, stored: str | None, **how: Any) -> bool:
        checked.append(db.current().engine.pool.checkedout())  # type: ignore[attr-defined]
        return verify(self, password, stored, **how)

    monkeypatch.setattr(Passwords, "verify", verify_and_look)
    me = actor(enter())
    change_password(actor=me, form=passwords(OLD, NEW))
    assert checked == [0, 0]


def test_a_session_opened_while_the_password_changes_does_not_outlive_the_change(
    anna: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = actor(enter())
    about_to_open, open_session = threading.Event(), sessions.open_session

    def open_slowly(*args: Any, **values: Any) -> int:
        about_to_open.set()
        sleep(0.3)  # long enough for a change that nothing holds back
        return open_session(*args, **values)

    monkeypatch.setattr(sessions, "open_session", open_slowly)
    with ThreadPoolExecutor(2) as threads:
        late = threads.submit(enter, OLD)
        assert about_to_open.wait(5)
        change = threads.submit(change_password, actor=owner, form=passwords(OLD, NEW))
        change.result()
        assert late.exception() or whose(late.result()) is None
    assert open_sessions() == 1


def test_signing_out_twice_is_no_error(anna: int) -> None:
    here = enter()
    for _ in range(2):
        sign_out(hash_token(here.token))
    assert open_sessions() == 0


@pytest.mark.usefixtures("anna")
def test_a_coordinators_password_is_hard_to_guess_by_every_way() -> None:
    db.write(accounts.set_role, actor=None, user_id=actor(enter()).user_id, role=Role.COORDINATOR)
    me = actor(enter())
    for easy in ("Password12", "Anna77x9", "xX" + lives.registration("anna").phone):
        with pytest.raises(Invalid) as refused:
            change_password(actor=me, form=passwords(OLD, easy))
        assert list(refused.value.fields) == ["new_password"]
    change_password(actor=me, form=passwords(OLD, NEW))


def test_a_password_whose_key_is_gone_is_refused_with_what_to_do_and_logged(
    anna: int, caplog: pytest.LogCaptureFixture
) -> None:
    lost = SecretStr("the key that took the place of the one which is lost")
    security.configure(Settings(secret_key=lost, data_key=lost), password_cost=4)
    for password in (OLD, NEW):
        with pytest.raises(PasswordUnreadable):
            enter(password)
    with pytest.raises(WrongSignIn):
        enter(username="nobody")
    assert [record.levelname for record in caplog.records if record.message == "password_key_missing"] == ["ERROR"] * 2
    her = db.read(access.actor_for, user_id=anna)
    assert db.read(account_queries.own_profile, actor=her).id_number_masked == "????????", "a page, not an error"
