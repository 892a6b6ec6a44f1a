"""Reports of abuse, from the member who sees something to the coordinator who looks at it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gsapp import clock, db, events
from gsapp.access import Actor, CoordinatorsOnly, NoSuchNeed, NoSuchOffer
from gsapp.errors import DomainError, NotAllowed, NotFound
from gsapp.models import AbuseReport
from gsapp.queries.inbox import notifications
from gsapp.schemas.admin import NoteForm, ReportForm
from gsapp.schemas.inbox import NotificationFilter
from gsapp.services import reports
from gsapp.vocabulary import NotificationKind, Reportable
from tests.support.lives import (
    coordinator,
    facts,
    offer,
    one_step,
    people,
    person,
    publish,
    refused,
    refused_for_hostile_ids,
    row,
)

RUDE = ReportForm(reason="Rude words")
DONE = NoteForm(note="We have talked to them.")
pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]


def report(who: Actor, kind: Reportable, thing_id: int) -> int:
    return db.write(reports.report_abuse, actor=who, kind=kind, thing_id=thing_id, form=RUDE)


def refused_report(error: type[DomainError], who: Actor, kind: Reportable, thing_id: int) -> None:
    refused(error, reports.report_abuse, actor=who, kind=kind, thing_id=thing_id, form=RUDE)


def test_a_member_reports_a_need_an_offer_and_a_person() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    offer_id = offer(ben, need_id)
    with one_step(events.AbuseReported(1), actor=ben, new=f"need {need_id}", reason="Rude words"):
        about_need = report(ben, Reportable.NEED, need_id)
    about_offer = report(anna, Reportable.OFFER, offer_id)
    about_ben = report(anna, Reportable.USER, ben.user_id)
    stored = [row(AbuseReport, found) for found in (about_need, about_offer, about_ben)]
    assert [found.person_id for found in stored] == [anna.user_id, ben.user_id, ben.user_id]
    assert {(found.waiting, found.created_at) for found in stored} == {(1, clock.now())}


def test_one_report_of_a_thing_waits_at_a_time() -> None:
    anna, ben = people("anna", "ben")
    chief = coordinator()
    need_id = publish(anna)
    first = report(ben, Reportable.NEED, need_id)
    refused_report(reports.AlreadyReported, ben, Reportable.NEED, need_id)
    assert need_id == anna.user_id, "a person of the same number is another thing"
    report(ben, Reportable.USER, anna.user_id)
    report(person("carl"), Reportable.NEED, need_id)
    db.write(reports.handle_report, actor=chief, report_id=first, form=DONE)
    assert report(ben, Reportable.NEED, need_id) != first


def test_nobody_reports_oneself() -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    own = [(anna, Reportable.NEED, need_id), (anna, Reportable.USER, anna.user_id)]
    own.append((ben, Reportable.OFFER, offer(ben, need_id)))
    for who, kind, thing_id in own:
        refused_report(reports.NotAboutYourself, who, kind, thing_id)


def test_an_offer_is_reported_only_by_those_who_see_it() -> None:
    anna, ben, carl = people("anna", "ben", "carl")
    offer_id = offer(ben, publish(anna))
    refused_report(NotAllowed, carl, Reportable.OFFER, offer_id)


def test_what_does_not_exist_is_not_reported() -> None:
    anna = person("anna")
    missing = {Reportable.NEED: NoSuchNeed, Reportable.OFFER: NoSuchOffer, Reportable.USER: NotFound}
    for kind, error in missing.items():
        refused_for_hostile_ids(error, "thing_id", reports.report_abuse, actor=anna, kind=kind, form=RUDE)


def test_ten_reports_a_day_are_enough(wait: Callable[[timedelta], None]) -> None:
    anna, ben = people("anna", "ben")
    needs = [publish(anna, title=f"Need {number}") for number in range(reports.AT_MOST + 1)]
    for need_id in needs[:-1]:
        report(ben, Reportable.NEED, need_id)
    refused_report(reports.TooManyReports, ben, Reportable.NEED, needs[-1])
    report(person("carl"), Reportable.NEED, needs[-1])
    wait(timedelta(hours=24))
    report(ben, Reportable.NEED, needs[-1])


def test_a_coordinator_handles_a_report_once_and_says_what_came_of_it() -> None:
    first, second = coordinator("first"), coordinator("second")
    anna, ben = people("anna", "ben")
    report_id = report(ben, Reportable.USER, anna.user_id)
    with facts() as heard:
        db.write(reports.handle_report, actor=first, report_id=report_id, form=DONE)
    assert events.ReportHandled(report_id) in heard
    stored = row(AbuseReport, report_id)
    assert (stored.waiting, stored.handled_by, stored.note) == (None, first.user_id, DONE.note)
    refused(reports.AlreadyHandled, reports.handle_report, actor=second, report_id=report_id, form=DONE)


def test_who_reported_reads_what_came_of_it_and_nobody_else_does() -> None:
    chief = coordinator()
    anna, ben = people("anna", "ben")
    report_id = report(ben, Reportable.USER, anna.user_id)
    db.write(reports.handle_report, actor=chief, report_id=report_id, form=DONE)
    (told,) = db.read(notifications, actor=ben, filter=NotificationFilter()).items
    assert (told.kind, told.reason) == (NotificationKind.REPORT_HANDLED, DONE.note)
    assert not db.read(notifications, actor=anna, filter=NotificationFilter()).items


def test_only_coordinators_handle_reports() -> None:
    chief = coordinator()
    anna, ben = people("anna", "ben")
    report_id = report(ben, Reportable.USER, anna.user_id)
    for member in (anna, ben):
        refused(CoordinatorsOnly, reports.handle_report, actor=member, report_id=report_id, form=DONE)
    refused_for_hostile_ids(NotFound, "report_id", reports.handle_report, actor=chief, form=DONE)
