"""A town that grows: more of everything that a page or an endpoint may list."""

from typing import NamedTuple

from sqlmodel import Session

from gsapp import access, clock, db
from gsapp.access import Actor
from gsapp.schemas.admin import ReportForm
from gsapp.schemas.forms import parse
from gsapp.schemas.offers import ThanksForm
from gsapp.schemas.on_behalf import CallForm, ResidentForm
from gsapp.services import matches, on_behalf, reports, sessions
from gsapp.vocabulary import Reportable
from tests.support import lives
from tests.support.lives import accept, confirmed, matched, offer, person, publish


class Town(NamedTuple):
    """Its reader, who is a coordinator, asks for help and helps; and what the addresses name."""

    reader: Actor
    busy_need: int
    quiet_need: int
    offer: int
    resident: int


def found_town(reader: Actor) -> Town:
    """The reader's need that everybody answers, one that nobody does, and an offer of the reader's."""
    neighbour = person("neighbour")
    return Town(
        reader=reader,
        busy_need=publish(reader, helpers_wanted=20),
        quiet_need=publish(reader),
        offer=offer(reader, publish(neighbour)),
        resident=resident(reader, 0),
    )


def grow(town: Town, names: list[str]) -> None:
    """For each name a new neighbour: offers, needs, matches and thanks in both directions, sessions, a report."""
    reader = town.reader
    for number, name in enumerate(names):
        other = person(name)
        answer = offer(other, town.busy_need)
        if number % 3 == 0:
            accept(reader, answer)
        publish(reader, city_id=lives.HANGZHOU)
        thank(confirmed(reader, other).match, reader, other)
        thank(confirmed(other, reader, type_id=lives.CARE).match, reader, other)
        matched(other, reader)
        offer(reader, publish(other, type_id=lives.CLEANING))
        db.write(open_session, actor=reader, token_hash=name)
        for_resident(reader, town.resident, other)
        for_resident(reader, resident(reader, number + len(name) * 1000), other)
        wrong = ReportForm(reason="This is an advertisement.")
        db.write(reports.report_abuse, actor=other, kind=Reportable.NEED, thing_id=town.busy_need, form=wrong)


def resident(reader: Actor, number: int) -> int:
    """Somebody without the internet."""
    typed = {"name": "Granny", "phone": f"1391{number:07d}", "consent_at": clock.local_now(), "consent_how": "phone"}
    return db.write(on_behalf.record_resident, actor=reader, form=parse(ResidentForm, typed))


def for_resident(reader: Actor, resident_id: int, other: Actor) -> None:
    """A need of theirs that somebody answers, and a call."""
    acting = db.read(access.on_behalf, reader, resident_id)
    offer(other, publish(acting))
    db.write(on_behalf.note_call, actor=reader, user_id=resident_id, reached=True, form=CallForm())


def thank(match_id: int, *both: Actor) -> None:
    for actor in both:
        db.write(matches.give_thanks, actor=actor, match_id=match_id, form=ThanksForm(stars=5, text="Thank you!"))


def open_session(session: Session, *, actor: Actor, token_hash: str) -> None:
    sessions.open_session(session, user_id=actor.user_id, token_hash=token_hash, hours=100)
