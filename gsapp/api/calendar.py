"""iCalendar files: one match for a signed-in user, and a feed of all matches of a user at a secret address."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gsapp import db
from gsapp.api.responses import settings_of, translator_of
from gsapp.api.signed_in import reader_of
from gsapp.errors import NotFound
from gsapp.i18n import N_, translator
from gsapp.queries import calendars as calendar_queries
from gsapp.rendering import icalendar
from gsapp.security import vault

router = APIRouter(prefix="/calendar", include_in_schema=False)
HEADERS = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}


class AddressEnded(NotFound):
    status = 410
    sentence = N_("This calendar address has been switched off. On your profile you can make a new one.")


@router.get("/matches/{match_id}.ics")
def one_match(request: Request, match_id: int) -> Response:
    """Download one match as an iCalendar file; for its author and its volunteer."""
    found = db.read(calendar_queries.one_appointment, actor=reader_of(request), match_id=match_id)
    site = settings_of(request).base_url
    body = icalendar.calendar_of([found], translator_of(request), site=site)
    disposition = f'attachment; filename="match-{match_id}.ics"'
    return Response(body, media_type=icalendar.MEDIA_TYPE, headers=HEADERS | {"Content-Disposition": disposition})


@router.api_route("/{token}.ics", methods=["GET", "HEAD"])
def feed(request: Request, token: str) -> Response:
    """All matches of the user subscriber created this address, in the user's language.

    Raises `NotFound` for an address with an invalid signature, `AddressEnded` for a revoked one, `TooMany`.
    """
    signed = vault().tokens.unsign_address(calendar_queries.PURPOSE, token)
    if not isinstance(signed, list) or len(signed) != 2:
        raise NotFound
    user_id, key = signed
    vault().throttle.calendar(user_id, str(key))
    subscriber = db.read(calendar_queries.subscriber, user_id=user_id, key=key)
    if subscriber is None:
        raise AddressEnded
    found = db.read(calendar_queries.appointments, user_id=subscriber.user_id)
    settings = settings_of(request)
    body = icalendar.calendar_of(found, translator(subscriber.language or settings.language), site=settings.base_url)
    return Response(body, media_type=icalendar.MEDIA_TYPE, headers=HEADERS)
