"""Changing DATA_KEY while the site runs: sign-in, unique ID numbers and reserved names hold all the time."""

import threading
from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from sqlmodel import Session, col, select, update

from gsapp import access, db, sealing, security
from gsapp.config import Settings, UnusableKey
from gsapp.errors import Busy
from gsapp.flows import key_rotation
from gsapp.flows.authentication import register, sign_in
from gsapp.models import SiteState, User
from gsapp.queries import accounts as account_queries
from gsapp.security.fields import normalise, sealed_text
from gsapp.security.keys import DataKey
from gsapp.services import accounts, data_keys, leaving
from gsapp.services.accounts import DetailsTaken, UsernameTaken
from gsapp.startup import data_key
from tests.support import lives

OLD = "only-for-these-tests-0123456789-abcdef"
NEW = "another-key-9876543210-zyxwvutsrq-0001"
NEWEST = "a-third-key-5555555555-mnopqrstuv-0002"
ADDRESS = "203.0.113.7"
SIGNS = "signs the cookies of this test, nothing else"


def hold(*secrets: str) -> Settings:
    """Restart this process with these keys."""
    ring = SecretStr(",".join(secrets))
    settings = Settings(secret_key=SecretStr(SIGNS), data_key=ring)
    data_key.check(settings)
    security.configure(settings, password_cost=4)
    security.activate(db.write(sealing.record_active_key, keys=security.vault().keys))
    return settings


@pytest.fixture(autouse=True)
def _forget(database: db.Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(data_keys, "BATCH", 2)
    hold(OLD)
    yield
    security.forget()


def join(username: str, **changes: str) -> int:
    return register(form=lives.registration(username, **changes), address=ADDRESS)


def enter(username: str) -> int:
    return sign_in(username=username, password="Abc123", address=ADDRESS, user_agent="a browser").user_id


def number_of(username: str) -> str:
    return str(lives.registration(username).id_number)


def assert_in_order(*usernames: str) -> None:
    """Each can sign in and read the own number, and no other account can have it."""
    for place, username in enumerate(usernames):
        actor = db.read(access.actor_for, user_id=enter(username))
        assert (
            db.read(account_queries.own_profile, actor=actor).id_number_masked[-2:] == number_of(username).upper()[-2:]
        )
        with pytest.raises(DetailsTaken):
            db.write(
                accounts.register,
                form=lives.registration(f"other{place}", id_number=number_of(username)),
                password_hash="another",
            )


def test_a_new_key_changes_nothing_until_the_rotation_and_all_after_it() -> None:
    for name in ("anna", "ben", "cleo"):
        join(name)
    before = lives.everything()["buser_table"]
    hold(NEW, OLD)
    join("dora")
    used = db.read(sealing.keys_in_use)
    assert used.numbers == {DataKey.derive(OLD).id: 4}, "a process with the old key only can still read all"
    assert lives.everything()["buser_table"][:3] == before
    assert_in_order("anna", "ben", "cleo", "dora")

    done = key_rotation.rotate()
    assert (done.resealed, done.complete, done.old_passwords) == (4, True, 4)
    used = db.read(sealing.keys_in_use)
    assert used.numbers == {DataKey.derive(NEW).id: 4}
    assert (used.active, used.before) == (DataKey.derive(NEW).id, frozenset())
    assert_in_order("anna", "ben", "cleo", "dora")
    assert key_rotation.rotate() == (0, [], [], 0), "the passwords moved when their owners signed in"

    hold(NEW)
    assert_in_order("anna", "ben", "cleo", "dora")


def test_a_rotation_that_is_killed_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("anna", "ben", "cleo", "dora", "emil")
    for name in names:
        join(name)
    hold(NEW, OLD)
    batch = data_keys.reseal_accounts
    for killed_after in (0, 1, 2):
        calls = iter(range(killed_after))

        def until(session: Session, *, after: int, left: Iterator[int] = calls) -> data_keys.Resealed:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return batch(session, after=after)

        monkeypatch.setattr(data_keys, "reseal_accounts", until)
        with pytest.raises(KeyboardInterrupt):
            key_rotation.rotate()
        assert_in_order(*names)
        with pytest.raises(UnusableKey):
            hold(NEW)
    monkeypatch.setattr(data_keys, "reseal_accounts", batch)
    join("fritz")
    assert key_rotation.rotate().resealed == 1, "four were done before, the last one is new already"
    hold(NEW, OLD)
    assert_in_order(*names, "fritz")
    hold(NEW)


def test_an_index_of_an_older_key_is_replaced_even_if_its_text_has_the_newest() -> None:
    """Earlier versions sealed with the newest key and indexed with the oldest."""
    user_id = join("anna")
    hold(NEW, OLD)
    numbers, old = security.vault().id_numbers, DataKey.derive(OLD)
    newest = DataKey.derive(NEW)
    index = numbers.index(number_of("anna"), old)

    mixed = sealed_text(newest, normalise(number_of("anna")).encode(), b"user.id_number:" + index.encode())
    db.write(lambda session: session.exec(update(User).where(col(User.id) == user_id).values(id_number=mixed)))
    db.write(lambda session: session.exec(update(SiteState).values(value=old.id)))
    with pytest.raises(UnusableKey):
        hold(NEW)
    assert key_rotation.rotate().resealed == 1
    assert_in_order("anna")
    hold(NEW)
    assert_in_order("anna")


def test_an_account_that_changes_during_the_rotation_keeps_its_change(monkeypatch: pytest.MonkeyPatch) -> None:
    join("anna")
    ben = db.read(access.actor_for, user_id=join("ben"))
    hold(NEW, OLD)
    due = data_keys._due

    def leave_after_reading(*arguments: object) -> object:
        found = due(*arguments)  # type: ignore[arg-type]
        if not lives.user(ben).left_at:
            db.write(leaving.leave, actor=ben)
        return found

    if not db.current().embedded:  # one writer at a time: nothing can happen between reading and writing
        monkeypatch.setattr(data_keys, "_due", leave_after_reading)
    else:
        db.write(leaving.leave, actor=ben)
    assert key_rotation.rotate().complete
    assert lives.user(ben).left_at
    hold(NEW)
    assert db.read(account_queries.own_profile, actor=ben).id_number_masked != number_of("ben")
    join("ben2", id_number=number_of("ben"))


def test_the_name_of_a_closed_account_stays_reserved_through_two_rotations() -> None:
    join("ben")
    db.write(leaving.leave, actor=db.read(access.actor_for, user_id=join("anna")))
    for secrets in ((NEW, OLD), (NEWEST, NEW)):
        hold(*secrets)
        key_rotation.rotate()
        hold(secrets[0])
        with pytest.raises(UsernameTaken):
            join("anna")
        db.write(leaving.leave, actor=db.read(access.actor_for, user_id=join(f"anna of {secrets[1][:6]}")))
    with pytest.raises(UsernameTaken):
        join(f"anna of {OLD[:6]}")


def test_two_accounts_with_one_number_are_named_and_the_key_stays_needed() -> None:
    first, second = join("anna"), join("ben")
    hold(NEW, OLD)
    numbers = security.vault().id_numbers
    twin = numbers.seal(number_of("anna"), DataKey.derive(NEW))
    values = {"id_number": twin.text, "id_number_index": twin.index}
    db.write(lambda session: session.exec(update(User).where(col(User.id) == second).values(values)))
    done = key_rotation.rotate()
    assert (done.duplicates, done.complete) == ([first], False)
    with pytest.raises(UnusableKey):
        hold(NEW)
    db.write(leaving.leave, actor=db.read(access.actor_for, user_id=second))
    assert key_rotation.rotate().complete
    hold(NEW)


def test_a_number_that_no_key_opens_is_named() -> None:
    user_id = join("anna")
    hold(NEW, OLD)
    db.write(lambda session: session.exec(update(User).values(id_number=User.id_number.concat("x"))))  # type: ignore[attr-defined]
    assert key_rotation.rotate().unreadable == [user_id]


def _twins_around_the_activation() -> int:
    """One registers under the old key while the new one becomes active, another one then: how many accounts result."""
    registered, go_on = threading.Event(), threading.Event()

    def slow(session: Session) -> None:
        accounts.register(session, form=lives.registration("anna"), password_hash="x")
        registered.set()
        go_on.wait(20)

    def quick() -> None:
        db.write(data_keys.activate_newest_key)
        activated.set()

    activated = threading.Event()
    first, second = threading.Thread(target=db.write, args=(slow,)), threading.Thread(target=quick)
    first.start()
    registered.wait(20)
    second.start()
    early = activated.wait(0.5)
    if early:  # the activation did not wait for the registration
        db.write(accounts.register, form=lives.registration("ben", id_number=number_of("anna")), password_hash="x")
    go_on.set()
    first.join(20)
    second.join(20)
    if not early:
        with pytest.raises(DetailsTaken):
            join("ben", id_number=number_of("anna"))
    return db.read(lambda session: len(session.exec(select(User.id)).all())) - 1


@pytest.mark.mariadb
@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_one_number_does_not_register_twice_while_the_active_key_changes(
    guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    join("first")
    hold(NEW, OLD)
    if not guarded:
        monkeypatch.setattr(sealing, "_stored_id", sealing.active_key_id)
    assert _twins_around_the_activation() == (1 if guarded else 2)


def test_a_process_without_the_new_key_waits_and_others_go_on() -> None:
    anna = join("anna")
    hold(NEW, OLD)
    key_rotation.rotate()
    security.configure(Settings(secret_key=SecretStr(SIGNS), data_key=SecretStr(OLD)), password_cost=4)
    assert enter("anna") == anna, "its password has not moved yet"
    actor = db.read(access.actor_for, user_id=anna)
    assert db.read(account_queries.own_profile, actor=actor).id_number_masked == "????????"

    with pytest.raises(Busy):
        join("ben")
