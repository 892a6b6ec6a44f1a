"""Sign-in, sign-out and preferences: native forms answered by a redirect, because only HTTP responses set cookies."""

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse

from gsapp import access, db
from gsapp.api.password_threads import in_password_thread
from gsapp.api.responses import address_of, translator_of
from gsapp.errors import DomainError, NotFound, TooMany
from gsapp.flows import authentication
from gsapp.security import refusals, vault
from gsapp.security.cookies import PREFERENCES, Cookie, Flash
from gsapp.security.paths import home, local_path
from gsapp.security.tokens import hash_token
from gsapp.services import accounts

router = APIRouter(prefix="/auth", include_in_schema=False)

LINK_TOKEN = re.compile(r"[A-Za-z0-9_.-]{20,400}")
# Limits of what the flash cookie returns to the form: no username is longer, and a cookie must stay below 4 KiB.
MAX_KEPT_NAME = 100
MAX_KEPT_ADDRESS = 300

Text = Annotated[str, Form()]
Next = Annotated[str, Form(alias="next")]


@router.post("/login")
@in_password_thread
def login(request: Request, username: Text = "", password: Text = "", next_page: Next = "") -> RedirectResponse:
    """Open a session and redirect to `next`; after an error, to the form with the message and the username."""
    cookies = vault().cookies
    try:
        signed_in = authentication.sign_in(
            username=username,
            password=password,
            address=address_of(request),
            user_agent=request.headers.get("user-agent", ""),
            invite=cookies.invite_token(request.cookies),
            browser=cookies.browser_token(request.cookies),
        )
    except DomainError as error:
        return _back_to_form(request, error, username, next_page)
    if before := cookies.session_hash(request.cookies):
        authentication.sign_out(before)
    gone = [cookies.gone(name) for name in (cookies.flash_name, cookies.invite_name) if name in request.cookies]
    actor = db.read(access.identify, hash_token(signed_in.token))
    first = home(coordinator=actor is not None and actor.is_coordinator)
    opened = (cookies.session(signed_in.token), cookies.browser(signed_in.browser))
    return _redirect(local_path(next_page, first), *opened, *gone)


@router.post("/logout")
def logout(request: Request) -> RedirectResponse:
    """End the session, which closes its open pages, and redirect to the start page."""
    cookies = vault().cookies
    if session := cookies.session_hash(request.cookies):
        authentication.sign_out(session)
    return _redirect("/", cookies.gone(cookies.session_name))


@router.post("/preferences")
def preferences(
    request: Request, *, lang: Text = "", theme: Text = "", large: Text = "", keys: Text = "", next_page: Next = ""
) -> RedirectResponse:
    """Store display preferences in cookies; a value that is not among the choices leaves its preference unchanged."""
    cookies = vault().cookies
    sent = {"lang": lang, "theme": theme, "large": large, "keys": keys}
    chosen = {name: value for name, value in sent.items() if value in PREFERENCES[name]}
    session = cookies.session_hash(request.cookies)
    if "lang" in chosen and session and (actor := db.read(access.identify, session)):
        db.write(accounts.set_language, actor=actor, language=chosen["lang"])
    return _redirect(local_path(next_page, "/"), *(cookies.preference(name, value) for name, value in chosen.items()))


@router.get("/coordinator/{token}")
def coordinator(token: str) -> RedirectResponse:
    """Follow a one-time link: the next account that registers or signs in with this browser becomes a coordinator."""
    if not LINK_TOKEN.fullmatch(token):
        raise NotFound
    return _redirect("/register", vault().cookies.invite(token))


def _back_to_form(request: Request, error: DomainError, username: str, next_page: str) -> RedirectResponse:
    refusals.refused(error, address=address_of(request), user_id=None)
    page = local_path(next_page, "")
    kept = page if len(page) <= MAX_KEPT_ADDRESS else ""
    flash = Flash(error=error.text(translator_of(request)), username=username[:MAX_KEPT_NAME], next=kept)
    response = _redirect(f"/login?next={quote(page, safe='/')}" if page else "/login", vault().cookies.flash(flash))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _redirect(path: str, *cookies: Cookie) -> RedirectResponse:
    response = RedirectResponse(path, status_code=303)
    for cookie in cookies:
        response.set_cookie(**cookie._asdict())
    return response
