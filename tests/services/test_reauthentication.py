"""Re-authentication: what an unattended or stolen browser must not do needs the password once more."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from gsapp import access, clock, db, security, services
from gsapp.access import Actor
from gsapp.flows import authentication
from gsapp.models import LoginSession
from gsapp.schemas.accounts import PasswordAgainForm, ProfileForm
from gsapp.schemas.admin import WhyForm
from gsapp.schemas.forms import parse
from gsapp.schemas.inbox import AddressForm
from gsapp.services import accounts, admin_password_links, admin_people, inbox, suspension
from gsapp.services.reauthentication import PasswordNeeded
from gsapp.vocabulary import Role
from tests.support import lives
from tests.support.lives import coordinator, person, refused

Step = tuple[Callable[..., object], dict[str, Any]]
WHY = WhyForm(reason="spam")
HASH = "f" * 64


@pytest.fixture(autouse=True)
def some_keys(sqlite_database: db.Database) -> Iterator[None]:
    with lives.keys():
        yield


def signed_in(username: str) -> Actor:
    """A coordinator who has just signed in with a browser."""
    hashed = security.vault().passwords.hash_password("Abc123")
    user_id = db.write(accounts.register, form=lives.registration(username), password_hash=hashed)
    db.write(accounts.set_role, actor=None, user_id=user_id, role=Role.COORDINATOR)
    opened = authentication.sign_in(username=username, password="Abc123", address="203.0.113.7", user_agent="")
    actor = db.read(access.actor_for, user_id=user_id)
    return replace(actor, session_id=opened.session_id, authenticated_at=clock.now())


def steps() -> list[Step]:
    """Every use case that needs a recent password, ready to be called with an actor."""
    member, other, suspended = person("member"), coordinator("other"), person("gone")
    db.write(suspension.suspend, actor=other, user_id=suspended.user_id, form=WHY)
    return [
        (admin_people.make_coordinator, {"user_id": member.user_id}),
        (admin_people.make_member, {"user_id": other.user_id}),
        (accounts.set_role, {"user_id": member.user_id, "role": Role.COORDINATOR}),
        (admin_password_links.issue_password_link, {"user_id": member.user_id, "token_hash": HASH}),
        (suspension.suspend, {"user_id": member.user_id, "form": WHY}),
        (suspension.restore, {"user_id": suspended.user_id, "form": WHY}),
        (accounts.change_profile, {"form": parse(ProfileForm, {"phone": "13900000001"})}),
        (inbox.set_email_address, {"form": AddressForm(email="new@example.org")}),
    ]


def test_each_of_these_steps_needs_a_password_of_the_last_ten_minutes() -> None:
    with clock.at(lives.NOON) as move:
        chief, todo = signed_in("chief"), steps()
        before = lives.everything()
        move(timedelta(minutes=10, seconds=1))
        for use_case, given in todo:
            refused(PasswordNeeded, use_case, actor=chief, **given)
        assert lives.everything() == before


@pytest.mark.parametrize("number", range(8))
def test_within_ten_minutes_it_is_not_asked_again(number: int) -> None:
    with clock.at(lives.NOON) as move:
        chief, todo = signed_in("chief"), steps()
        move(timedelta(minutes=10))
        use_case, given = todo[number]
        db.write(use_case, actor=chief, **given)


def test_the_password_once_more_opens_the_ten_minutes_anew_and_a_wrong_one_does_not() -> None:
    with clock.at(lives.NOON) as move:
        chief, member = signed_in("chief"), person("member")
        move(timedelta(hours=1))
        with pytest.raises(authentication.WrongPassword):
            authentication.confirm_password(chief, form=PasswordAgainForm(password=SecretStr("Wrong123")))
        refused(PasswordNeeded, admin_people.make_coordinator, actor=_now(chief), user_id=member.user_id)
        authentication.confirm_password(chief, form=PasswordAgainForm(password=SecretStr("Abc123")))
        db.write(admin_people.make_coordinator, actor=_now(chief), user_id=member.user_id)


def _now(actor: Actor) -> Actor:
    stored = lives.row(LoginSession, actor.session_id or 0)
    return replace(actor, authenticated_at=stored.authenticated_at)


def test_whatever_gives_or_takes_an_account_asks_for_it() -> None:
    """A use case that records one of these events, and is not in `steps`, fails here."""
    sensitive = {"RoleChanged", "PasswordLinkIssued", "UserSuspended", "UserRestored", "PhoneChanged", "EmailChanged"}
    # Their callers have checked the permission: a use case that asks, or the operator of the site.
    inner = {"suspend_account", "restore_account", "store_password_link"}
    asking, silent, calling = set[str](), set[str](), set[str]()
    for module in pkgutil.iter_modules(services.__path__):
        found = inspect.getmembers(import_module(f"gsapp.services.{module.name}"), inspect.isfunction)
        for name, function in found:
            source = inspect.getsource(function)
            if any(f"{event}(" in source or f"events.{event}\n" in source for event in sensitive):
                (asking if "require_recent(actor)" in source else silent).add(name)
            if any(f"{each}(session, actor" in source for each in inner - {name}):
                calling.add(name)
    assert silent == inner
    assert calling == {"suspend", "restore", "issue_password_link"}
    assert asking >= {"set_role", "change_profile", "set_email_address"}
    for use_case in (suspension.suspend, suspension.restore, admin_password_links.issue_password_link):
        assert "require_recent(actor)" in inspect.getsource(use_case)


def test_no_endpoint_of_the_api_offers_a_step_of_coordinators() -> None:
    """Access tokens count as recent: they have no session to confirm."""
    endpoints = Path(services.__path__[0]).parent / "api" / "v1"
    imported = "".join(path.read_text() for path in endpoints.glob("*.py"))
    for module in ("admin_people", "admin_password_links", "suspension"):
        assert module not in imported
