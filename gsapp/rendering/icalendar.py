"""Renders matches as an iCalendar file (RFC 5545), without phone numbers, because calendars are often shared."""

from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from gsapp import clock
from gsapp.i18n import Translator
from gsapp.schemas.calendars import Appointment
from gsapp.schemas.read_models import display_name
from gsapp.vocabulary import MatchState

ENDED = (MatchState.DROPPED, MatchState.NO_SHOW)
# The revision of an event, which must only grow; a match never returns to an earlier state.
SEQUENCE = {
    MatchState.RUNNING: 0,
    MatchState.REPORTED: 1,
    MatchState.CONFIRMED: 2,
    MatchState.DROPPED: 3,
    MatchState.NO_SHOW: 3,
}
REFRESH_INTERVAL = timedelta(hours=1)
LONG = timedelta(days=1)
MEDIA_TYPE = "text/calendar; charset=utf-8"


def calendar_of(appointments: Sequence[Appointment], t: Translator, *, site: str) -> bytes:
    """The iCalendar file in the language of `t`; `site` is BASE_URL."""
    calendar = Calendar()
    calendar.add("prodid", "-//GoodServices//goodservices//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, t("Good neighbours"))
    calendar.add("refresh-interval", REFRESH_INTERVAL, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH_INTERVAL)
    for appointment in appointments:
        calendar.add_component(_event(appointment, t, site))
    if appointments:
        years = [day.year for each in appointments for day in (each.starts_at, each.ends_at)]
        calendar.add_missing_timezones(first_date=date(min(years) - 1, 1, 1), last_date=date(max(years) + 2, 1, 1))
    return bytes(calendar.to_ical())


def _event(appointment: Appointment, t: Translator, site: str) -> Event:
    event = Event()
    start, end = (at.replace(tzinfo=clock.zone()) for at in (appointment.starts_at, appointment.ends_at))
    page = f"{site}/needs/{appointment.need_id}"
    name = display_name(t, appointment.other)
    event.add("uid", f"match-{appointment.match_id}@{urlsplit(site).hostname or 'localhost'}")
    event.add("dtstamp", appointment.changed_at)
    event.add("last-modified", appointment.changed_at)
    event.add("sequence", SEQUENCE[appointment.state])
    event.add("dtstart", start)
    if end > start:
        event.add("dtend", end)
    who = {"name": name, "title": appointment.title}
    summary = t("Help {name}: {title}", **who) if appointment.i_help else t("{name} comes to help: {title}", **who)
    event.add("summary", summary)
    event.add("location", appointment.city)
    description = t("What was said, and how to reach each other, is on the page of this need:")
    event.add("description", f"{description}\n{page}")
    event.add("url", page)
    event.add("status", "CANCELLED" if appointment.state in ENDED else "CONFIRMED")
    event.add("class", "PRIVATE")
    # A need for "some time this week" does not make its helper busy all week.
    event.add("transp", "TRANSPARENT" if end - start > LONG else "OPAQUE")
    return event
