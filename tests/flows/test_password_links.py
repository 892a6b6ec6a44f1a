"""Password links: usable once, within an hour, only the latest."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from gsapp import access, clock, db, events, security
from gsapp.access import Actor, CoordinatorsOnly
from gsapp.errors import NotFound
from gsapp.flows import authentication, password_links
from gsapp.models import History, OneTimeLink
from gsapp.schemas.accounts import NewPasswordForm
from gsapp.schemas.needs import ReasonForm
from gsapp.security import tokens
from gsapp.services import accounts, leaving, sessions
from gsapp.services import admin_password_links as links
from gsapp.services.accounts import LinkUsed
from gsapp.services.suspension import restore, suspend
from gsapp.vocabulary import Role
from tests.support import lives
from tests.support.lives import coordinator, facts, people, refused, refused_for_hostile_ids, user

NEW = NewPasswordForm(new_password=SecretStr("Brandnew2026"))
WHY = ReasonForm(reason="spam")
pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys():
        yield


@pytest.fixture(autouse=True)
def wait() -> Iterator[Callable[[timedelta], None]]:
    with clock.at(lives.NOON) as move:
        yield move


@pytest.fixture
def chief() -> Actor:
    return coordinator()


@pytest.fixture
def anna(chief: Actor) -> Actor:
    return lives.person("anna")


def link(chief: Actor, member: Actor) -> str:
    return password_links.issue(actor=chief, user_id=member.user_id)


def works(signed: str) -> bool:
    try:
        password_links.use(signed, form=NEW)
    except LinkUsed:
        return False
    return True


def test_the_link_sets_a_password_by_which_its_user_signs_in(chief: Actor, anna: Actor) -> None:
    signed = link(chief, anna)
    assert password_links.holder(signed) == "anna"
    password_links.use(signed, form=NEW)
    authentication.sign_in(username="anna", password="Brandnew2026", address="203.0.113.7", user_agent="")


def test_using_it_signs_its_user_out_everywhere(chief: Actor, anna: Actor) -> None:
    session_id = db.write(sessions.open_session, user_id=anna.user_id, token_hash="a" * 64, hours=2)
    generation = user(anna).token_generation
    signed = link(chief, anna)
    with facts() as heard:
        password_links.use(signed, form=NEW)
    assert events.SessionsEnded(anna.user_id, (session_id,)) in heard
    assert db.read(access.identify, "a" * 64) is None
    assert db.read(access.token_holder, user_id=anna.user_id, generation=generation) is None


def test_it_works_once(chief: Actor, anna: Actor) -> None:
    signed = link(chief, anna)
    assert [works(signed), works(signed)] == [True, False]
    with pytest.raises(LinkUsed):
        password_links.holder(signed)


def test_it_works_for_an_hour(chief: Actor, anna: Actor, wait: Callable[[timedelta], None]) -> None:
    early, late = link(chief, anna), None
    wait(timedelta(minutes=59))
    assert works(early)
    late = link(chief, anna)
    wait(timedelta(hours=1))
    assert not works(late)


def test_a_new_one_ends_the_one_before_and_nobody_elses(chief: Actor, anna: Actor) -> None:
    ben = lives.person("ben")
    old, bens = link(chief, anna), link(chief, ben)
    new = link(chief, anna)
    assert [works(old), works(new), works(bens)] == [False, True, True]


@pytest.mark.parametrize("forged", ["", "x", "a.b.c", "x" * 400, "Ä", "../../etc/passwd"])
def test_what_was_not_signed_here_never_works(forged: str) -> None:
    assert not works(forged)


def test_a_link_signed_for_something_else_does_not_work(chief: Actor, anna: Actor) -> None:
    raw = tokens.new_token()
    db.write(links.issue_password_link, actor=chief, user_id=anna.user_id, token_hash=tokens.hash_token(raw))
    assert not works(raw)
    assert not works(security.vault().tokens.sign("invite", raw))
    assert works(security.vault().tokens.sign(links.PURPOSE, raw))


def test_a_link_is_good_for_its_own_purpose_only(chief: Actor, anna: Actor) -> None:
    invitation, password = tokens.new_token(), tokens.new_token()
    db.write(links.issue_password_link, actor=chief, user_id=anna.user_id, token_hash=tokens.hash_token(password))
    db.write(accounts.invite_coordinator, token_hash=tokens.hash_token(invitation), hours=1)
    assert not works(security.vault().tokens.sign(links.PURPOSE, invitation))
    password_hash = tokens.hash_token(password)
    refused(LinkUsed, accounts.claim_coordinator, user_id=anna.user_id, token_hash=password_hash)
    assert works(security.vault().tokens.sign(links.PURPOSE, password))


def test_suspending_ends_it_for_good(chief: Actor, anna: Actor) -> None:
    signed = link(chief, anna)
    db.write(suspend, actor=chief, user_id=anna.user_id, form=WHY)
    assert not works(signed)
    with pytest.raises(links.NotWhileSuspended):
        link(chief, anna)
    db.write(restore, actor=chief, user_id=anna.user_id, form=WHY)
    assert not works(signed)


def test_a_password_that_its_owner_changes_ends_it(chief: Actor, anna: Actor) -> None:
    signed = link(chief, anna)
    db.write(accounts.replace_password, actor=anna, password_hash="chosen by anna")
    assert not works(signed)


def test_it_dies_with_the_role_of_the_coordinator_who_issued_it(chief: Actor, anna: Actor) -> None:
    other = coordinator("other")
    signed = link(other, anna)
    db.write(accounts.set_role, actor=chief, user_id=other.user_id, role=Role.MEMBER)
    assert not works(signed)
    db.write(accounts.set_role, actor=chief, user_id=other.user_id, role=Role.COORDINATOR)
    assert not works(signed), "the role is back, the link is not"


@pytest.mark.parametrize("end", ["suspend", "leave"])
def test_it_dies_when_the_coordinator_who_issued_it_is_suspended_or_leaves(chief: Actor, anna: Actor, end: str) -> None:
    other = coordinator("other")
    signed = link(other, anna)
    if end == "suspend":
        db.write(suspend, actor=chief, user_id=other.user_id, form=WHY)
        db.write(restore, actor=chief, user_id=other.user_id, form=WHY)
    else:
        db.write(leaving.leave, actor=other)
    assert not works(signed)


def test_a_second_try_of_the_same_request_is_the_first(chief: Actor, anna: Actor) -> None:
    mark = tokens.hash_token(tokens.new_token())
    for _ in range(2):
        db.write(links.issue_password_link, actor=chief, user_id=anna.user_id, token_hash=mark)
    for _ in range(2):
        assert db.write(links.use_password_link, token_hash=mark, password_hash="salted once") == anna.user_id
    refused(LinkUsed, links.use_password_link, token_hash=mark, password_hash="salted twice")


def test_issuing_and_using_stand_in_the_history_and_the_link_does_not(chief: Actor, anna: Actor) -> None:
    signed = link(chief, anna)
    password_links.use(signed, form=NEW)
    stored = lives.everything()
    steps = [step[2:4] for step in stored[History.__tablename__]]
    assert ("PasswordLinkIssued", chief.user_id) in steps
    assert ("PasswordChanged", anna.user_id) in steps
    assert len(stored[OneTimeLink.__tablename__]) == 1
    assert signed not in repr(stored)


def test_only_coordinators_issue_links_and_never_for_themselves(chief: Actor) -> None:
    carl, ben = people("carl", "ben")
    mark = "f" * 64
    refused(CoordinatorsOnly, links.issue_password_link, actor=carl, user_id=ben.user_id, token_hash=mark)
    refused(links.NotForYourself, links.issue_password_link, actor=chief, user_id=chief.user_id, token_hash=mark)
    refused_for_hostile_ids(NotFound, "user_id", links.issue_password_link, actor=chief, token_hash=mark)
