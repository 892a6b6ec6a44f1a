"""How much one member may do in a day: every step counts, new accounts have less, and no way out is refused."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, update

from gsapp import clock, db, events, security
from gsapp.access import Actor
from gsapp.effects import budgets
from gsapp.effects.budgets import BUDGETS, UNLIMITED, BudgetSpent
from gsapp.effects.notify import RECIPIENTS_BY_EVENT
from gsapp.models import User
from gsapp.schemas.accounts import ProfileForm
from gsapp.schemas.forms import parse
from gsapp.schemas.needs import ReasonForm
from gsapp.schemas.offers import OfferForm
from gsapp.services import accounts, leaving, needs, offers
from gsapp.services import sessions as session_services
from tests.support import lives
from tests.support.lives import coordinator, need_form, offer, people, person, publish

SERVICES = Path(needs.__file__).parent
NAMES = [f"{first}{last}" for first in "abcdefg" for last in "uvwxy"]  # look different from each other
# Writes of a member that record no event, with the reason why nobody else notices them.
UNCOUNTED = {
    "accounts.see_language": "one's own marks",
    "accounts.set_language": "a preference of one's own",
    "accounts.see_privacy_notice": "one's own marks",
    "admin_people.hold_coordinators": "a lock within the steps of coordinators",
    "email_addresses.send_confirmation_again": "limited more strictly, by account and by address",
    "files.attach": "part of publishing, offering and editing",
    "files.check_room": "reads",
    "files.discard_file": "removes one's own unused upload",
    "files.store_file": "counted by the throttle of uploads",
    "inbox.mark_all_read": "one's own marks",
    "inbox.mark_read": "one's own marks",
    "inbox.mark_seen": "one's own marks",
    "inbox.set_notification_preferences": "a preference of one's own",
    "link_consents.use_consent": "part of issuing a password link",
    "matches.end_match": "calls drop_out or report_no_show, which are counted",
    "onboarding.look_at": "one's own marks",
    "onboarding.put_away": "one's own marks",
    "onboarding.show_again": "one's own marks",
    "reauthentication.mark_authenticated": "one's own session",
    "sessions.prolong_session": "at most one write in a period",
}


@pytest.fixture(autouse=True)
def limited(database: db.Database) -> Iterator[security.Vault]:
    with lives.keys(throttle=True) as vault:
        yield vault


def of_old(*actors: Actor) -> None:
    """Their accounts are older than three days."""
    at, ids = clock.now() - timedelta(days=4), [actor.user_id for actor in actors]
    with db.current().transaction() as session:
        session.exec(update(User).where(col(User.id).in_(ids)).values(registered_at=at))


@pytest.mark.parametrize(("old", "expected"), [(False, budgets.NEEDS.a_day_new), (True, budgets.NEEDS.a_day)])
def test_a_member_publishes_so_many_needs_a_day(old: bool, expected: int) -> None:
    anna, ben = people("anna", "ben")
    if old:
        of_old(anna)
    for _ in range(expected):
        publish(anna)
    with pytest.raises(BudgetSpent) as refused:
        publish(anna)
    assert 0 < refused.value.retry_after <= 24 * 3600
    assert "hours" in str(refused.value)
    publish(ben)


def test_what_was_refused_changed_nothing_and_other_kinds_go_on() -> None:
    anna, ben = people("anna", "ben")
    mine = [publish(anna) for _ in range(budgets.NEEDS.a_day_new)]
    with pytest.raises(BudgetSpent):
        publish(anna, title="one too many")
    offer(anna, publish(ben))
    db.write(needs.cancel_need, actor=anna, need_id=mine[0], form=ReasonForm())
    lives.assert_counts_are_right()


def test_edits_are_counted() -> None:
    anna = person("anna")
    for number in range(budgets.PROFILE.a_day_new):
        db.write(accounts.change_profile, actor=anna, form=parse(ProfileForm, {"bio": str(number)}))
    with pytest.raises(BudgetSpent):
        db.write(accounts.change_profile, actor=anna, form=parse(ProfileForm, {"bio": "more"}))


def test_one_step_with_many_consequences_counts_once() -> None:
    anna = person("anna")
    need_id = publish(anna)
    volunteers = people(*(f"volunteer {name}" for name in NAMES))
    assert len(volunteers) > budgets.ANSWERS.a_day_new
    for volunteer in volunteers:
        offer(volunteer, need_id)
    db.write(needs.cancel_need, actor=anna, need_id=need_id, form=ReasonForm())


def test_leaving_and_signing_out_always_work() -> None:
    anna = person("anna")
    for _ in range(budgets.NEEDS.a_day_new):
        publish(anna)
    need_id = publish(person("ben"))
    offer_id = offer(anna, need_id)
    for number in range(budgets.EDITS.a_day_new):
        db.write(offers.edit_offer, actor=anna, offer_id=offer_id, form=parse(OfferForm, {"message": f"No. {number}"}))
    with pytest.raises(BudgetSpent):
        db.write(offers.withdraw_offer, actor=anna, offer_id=offer_id)
    db.write(session_services.end_all_sessions, actor=anna, user_id=anna.user_id)
    db.write(leaving.leave, actor=anna)


def test_coordinators_have_a_budget_of_their_own() -> None:
    chief = coordinator()
    for _ in range(budgets.NEEDS.a_day + 1):
        db.write(needs.publish_need, actor=chief, form=need_form())


def test_the_switch_of_the_throttle_is_that_of_budgets() -> None:
    with lives.keys(throttle=False):
        anna = person("anna")
        for _ in range(budgets.NEEDS.a_day + 1):
            publish(anna)


def test_every_event_of_a_member_is_counted_or_has_a_reason() -> None:
    by_coordinators = {
        event
        for event in RECIPIENTS_BY_EVENT
        if issubclass(event, events.TypeChanged | events.CityChanged | events.WallLinkChanged)
    } | {
        events.NeedExpired, events.NeedTakenDown, events.MatchCalledOff, events.RoleChanged, events.UserSuspended,
        events.UserRestored, events.PhoneSeen, events.PasswordLinkIssued, events.ResidentRecorded,
        events.ResidentEdited, events.ResidentCalled, events.ReportHandled, events.PeopleListed, events.PersonSeen,
        events.Exported, events.LinkConsentAsked, events.LinkConsentGiven,
    }  # fmt: skip
    assert set(BUDGETS) | set(UNLIMITED) | by_coordinators == set(RECIPIENTS_BY_EVENT)
    assert not set(BUDGETS) & set(UNLIMITED)
    for budget in set(BUDGETS.values()):
        assert budget.a_day >= budget.a_day_new >= budget.a_day // 3
    assert (budgets.NEEDS.a_day_new, budgets.OFFERS.a_day_new, budgets.EDITS.a_day_new) >= (5, 10, 20)


def test_every_use_case_of_a_member_goes_through_the_budget() -> None:
    functions = {
        (path.stem, node.name): node
        for path in SERVICES.glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    calls = {key: _calls(key[0], node) for key, node in functions.items()}
    recording = {key for key, called in calls.items() if any(name == "record_event" for _, name in called)}
    while more := {key for key, called in calls.items() if called & recording} - recording:
        recording |= more
    of_members = {
        key
        for key, node in functions.items()
        if not key[1].startswith("_") and [argument.arg for argument in node.args.args][1:2] == ["actor"]
    }
    assert {".".join(key) for key in of_members - recording} == set(UNCOUNTED)


def _calls(module: str, function: ast.FunctionDef) -> set[tuple[str, str]]:
    """The functions that a function calls, as (module, name); a name without a module is of the same one."""
    called = [ast.unparse(node.func).rpartition(".") for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {(before or module, name) for before, _, name in called}
