"""Replays the plan of the sample town through the services, with the clock set to the time of each step.

Everything is written by the services, so that history, counters and all rules are as for real users.
"""

from datetime import datetime, timedelta
from functools import singledispatchmethod
from heapq import heappop, heappush

from sqlalchemy import func
from sqlmodel import Session, col, select

from gsapp import access, clock
from gsapp.access import Actor
from gsapp.demo import album, steps
from gsapp.demo.content import ENGLISH, Kind, Person
from gsapp.demo.content_people import PASSWORD, id_number, phone
from gsapp.models import City, Notification, ServiceType
from gsapp.schemas.accounts import RegisterForm
from gsapp.schemas.forms import parse
from gsapp.schemas.needs import NeedForm, ReasonForm
from gsapp.schemas.offers import OfferForm, ThanksForm
from gsapp.services import accounts, inbox, matches, needs, offers
from gsapp.vocabulary import Role
from gsapp.workers import scheduler

A_MINUTE = timedelta(minutes=1)
UNREAD_PERIOD = timedelta(days=3)


class Player:
    """Replays a plan in one session, and maps its people and numbers to the ids of this database."""

    def __init__(self, session: Session, password_hash: str) -> None:
        self.session, self.password_hash = session, password_hash
        self.users: dict[str, int] = {}
        self.needs: dict[int, int] = {}
        self.offers: dict[int, int] = {}
        self.matches: dict[int, int] = {}
        self._due: list[datetime] = []
        self._types = dict(session.exec(select(ServiceType.name, ServiceType.id)).all())
        self._cities = dict(session.exec(select(City.name, City.id)).all())

    def play(self, plan: tuple[steps.Step, ...], *, until: datetime) -> None:
        """Execute all steps, each at its time, and between them the scheduler's jobs, up to `until` (local time)."""
        for step in plan:
            self._run_due_jobs(until=step.at)
            with clock.at(clock.to_utc(step.at)):
                self._execute(step)
            self._clear_session()
        self._run_due_jobs(until=until)
        self._mark_old_notifications_read(until=until - UNREAD_PERIOD)

    def _run_due_jobs(self, *, until: datetime) -> None:
        while self._due and self._due[0] <= until:
            with clock.at(clock.to_utc(heappop(self._due))):
                for need_id in scheduler.ended_needs(self.session):
                    scheduler.close_ended_need(self.session, need_id=need_id)
                for match_id in scheduler.unconfirmed_matches(self.session):
                    scheduler.confirm_by_itself(self.session, match_id=match_id)
            self._clear_session()

    def _mark_old_notifications_read(self, *, until: datetime) -> None:
        """Mark the notifications of all users up to `until` as read; later ones remain unread."""
        before = select(Notification.user_id, func.max(Notification.id)).where(Notification.at <= clock.to_utc(until))
        for user_id, last in self.session.exec(before.group_by(col(Notification.user_id))).all():
            inbox.mark_all_read(self.session, actor=access.actor_for(self.session, user_id), up_to=last)

    def _clear_session(self) -> None:
        """Empty the identity map, so that the next step loads its objects as a separate transaction would."""
        self.session.flush()
        self.session.expunge_all()

    def _actor(self, person: Person) -> Actor:
        return access.actor_for(self.session, self.users[person.username])

    @singledispatchmethod
    def _execute(self, step: steps.Step) -> None:
        raise TypeError(f"no way to play {type(step).__name__}")

    @_execute.register
    def _(self, step: steps.Joins) -> None:
        person = step.who
        form = parse(
            RegisterForm,
            {
                "username": person.username,
                "id_type": person.id_type,
                "id_number": id_number(person),
                "name": person.name,
                "phone": phone(person),
                "password": PASSWORD,
                "bio": person.bio,
            },
        )
        user_id = accounts.register(self.session, form=form, password_hash=self.password_hash)
        self.users[person.username] = user_id
        if person.coordinator:
            accounts.set_role(self.session, actor=None, user_id=user_id, role=Role.COORDINATOR)
        if person.voice is ENGLISH:
            accounts.set_language(self.session, actor=self._actor(person), language="en")

    @_execute.register
    def _(self, step: steps.Publishes) -> None:
        actor = self._actor(step.who)
        form = parse(
            NeedForm,
            {
                "title": step.text.title,
                "description": step.text.description,
                "type_id": self._type(step.kind),
                "city_id": self._city(step.who.city),
                "starts_at": step.starts_at,
                "ends_at": step.ends_at,
                "helpers_wanted": step.text.helpers,
                "attachments": album.photos(self.session, actor=actor, need=step.need, title=step.text.title),
            },
        )
        self.needs[step.need] = needs.publish_need(self.session, actor=actor, form=form)
        heappush(self._due, step.ends_at + A_MINUTE)

    @_execute.register
    def _(self, step: steps.Cancels) -> None:
        form = ReasonForm(reason=step.reason)
        needs.cancel_need(self.session, actor=self._actor(step.who), need_id=self.needs[step.need], form=form)

    @_execute.register
    def _(self, step: steps.Offers) -> None:
        actor, need_id = self._actor(step.who), self.needs[step.need]
        form = parse(OfferForm, {"message": step.message})
        self.offers[step.offer] = offers.make_offer(self.session, actor=actor, need_id=need_id, form=form)

    @_execute.register
    def _(self, step: steps.Withdraws) -> None:
        offers.withdraw_offer(self.session, actor=self._actor(step.who), offer_id=self.offers[step.offer])

    @_execute.register
    def _(self, step: steps.Accepts) -> None:
        actor, offer_id = self._actor(step.who), self.offers[step.offer]
        self.matches[step.offer] = offers.accept_offer(self.session, actor=actor, offer_id=offer_id)

    @_execute.register
    def _(self, step: steps.Rejects) -> None:
        offers.reject_offer(self.session, actor=self._actor(step.who), offer_id=self.offers[step.offer])

    @_execute.register
    def _(self, step: steps.DropsOut) -> None:
        actor, match_id = self._actor(step.who), self.matches[step.offer]
        matches.drop_out(self.session, actor=actor, match_id=match_id, form=ReasonForm(reason=step.reason))

    @_execute.register
    def _(self, step: steps.ReportsNoShow) -> None:
        actor, match_id = self._actor(step.who), self.matches[step.offer]
        matches.report_no_show(self.session, actor=actor, match_id=match_id, form=ReasonForm(reason=step.reason))

    @_execute.register
    def _(self, step: steps.ReportsDone) -> None:
        matches.report_done(self.session, actor=self._actor(step.who), match_id=self.matches[step.offer])
        heappush(self._due, step.at + matches.CONFIRM_AFTER + A_MINUTE)

    @_execute.register
    def _(self, step: steps.ConfirmsDone) -> None:
        matches.confirm_done(self.session, actor=self._actor(step.who), match_id=self.matches[step.offer])

    @_execute.register
    def _(self, step: steps.GivesThanks) -> None:
        actor, match_id = self._actor(step.who), self.matches[step.offer]
        form = ThanksForm(stars=step.stars, text=step.text)
        matches.give_thanks(self.session, actor=actor, match_id=match_id, form=form)

    def _type(self, kind: Kind) -> int | None:
        return self._types[kind.value]

    def _city(self, name: str) -> int | None:
        return self._cities[name]
