"""Authentication by the session cookie, for endpoints that serve browsers and are not pages."""

from starlette.requests import Request

from gsapp import access, db
from gsapp.access import Actor
from gsapp.api.responses import identified
from gsapp.errors import NotSignedIn
from gsapp.security import vault


def reader_of(request: Request) -> Actor:
    """The signed-in user of a request. Raises `NotSignedIn`."""
    session_hash = vault().cookies.session_hash(request.cookies)
    actor = db.read(access.identify, session_hash) if session_hash else None
    if actor is None:
        raise NotSignedIn
    identified(request, actor.user_id)
    return actor
