"""Abuse reports: a member reports a need, an offer or a user, a coordinator closes the report with a note."""

from datetime import timedelta

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from gsapp import access, clock, events, guards
from gsapp.access import Actor
from gsapp.effects.record import record_event
from gsapp.errors import RuleBroken, TooMany
from gsapp.i18n import N_
from gsapp.models import AbuseReport
from gsapp.models.ids import id_of
from gsapp.schemas.admin import NoteForm, ReportForm
from gsapp.vocabulary import Reportable

AT_MOST = 10
WITHIN = timedelta(hours=24)


class AlreadyReported(RuleBroken):
    sentence = N_("You have reported this already. A coordinator will look at it.")


class NotAboutYourself(RuleBroken):
    sentence = N_("This is your own.")


class AlreadyHandled(RuleBroken):
    sentence = N_("Another coordinator has handled this report already.")


class TooManyReports(TooMany):
    sentence = N_("You have reported a lot today. Please ring us, or go on tomorrow.")

    def __init__(self) -> None:
        super().__init__(int(WITHIN.total_seconds()))


def report_abuse(session: Session, actor: Actor, *, kind: Reportable, thing_id: int, form: ReportForm) -> int:
    """Create a report for the coordinators and return its id.

    Raises `NotFound` (also for an offer that is not shown to this member), `NotAboutYourself`, `AlreadyReported` while
    an earlier one is open, and `TooManyReports`.
    """
    person_id = _owner_id(session, actor, kind, thing_id)
    if person_id == actor.user_id:
        raise NotAboutYourself
    mine = select(AbuseReport).where(AbuseReport.reporter_id == actor.user_id)
    same = mine.where(AbuseReport.kind == kind, AbuseReport.thing_id == thing_id, AbuseReport.waiting == 1)
    if session.exec(same).first() is not None:
        raise AlreadyReported
    lately = select(func.count()).where(
        AbuseReport.reporter_id == actor.user_id, AbuseReport.created_at > clock.now() - WITHIN
    )
    if session.exec(lately).one() >= AT_MOST:
        raise TooManyReports
    report = AbuseReport(
        reporter_id=actor.user_id,
        kind=kind,
        thing_id=thing_id,
        person_id=person_id,
        reason=form.reason,
        created_at=clock.now(),
    )
    session.add(report)
    try:
        session.flush()
    except IntegrityError as error:
        raise AlreadyReported from error
    report_id = id_of(report)
    record_event(session, actor, events.AbuseReported(report_id), new=f"{kind.value} {thing_id}", reason=form.reason)
    return report_id


def handle_report(session: Session, actor: Actor, *, report_id: int, form: NoteForm) -> None:
    """Close a report with a note that its reporter reads. Of two concurrent calls one raises `AlreadyHandled`."""
    access.coordinator(actor)
    report = access.row(session, AbuseReport, report_id)
    waiting = [col(AbuseReport.id) == report_id, col(AbuseReport.waiting) == 1]
    done = {"waiting": None, "handled_at": clock.now(), "handled_by": actor.user_id, "note": form.note}
    guards.one_row(session, AbuseReport, waiting, done, AlreadyHandled)
    record_event(
        session, actor, events.ReportHandled(report_id), new=f"{report.kind.value} {report.thing_id}", reason=form.note
    )


def _owner_id(session: Session, actor: Actor, kind: Reportable, thing_id: int) -> int:
    if kind is Reportable.NEED:
        return access.need(session, thing_id).author_id
    if kind is Reportable.OFFER:
        return access.offer_to_read(session, actor, thing_id).volunteer_id
    access.user(session, thing_id)
    return thing_id
