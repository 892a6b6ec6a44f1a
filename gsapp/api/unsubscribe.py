"""One-click unsubscribe (RFC 8058): mail programs send a POST to the signed address in the header List-Unsubscribe.

A GET opens the page at the same address, because scanners of e-mails follow links: only the POST ends anything.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from gsapp.api.responses import translator_of
from gsapp.flows import email_links

router = APIRouter(include_in_schema=False)


@router.post("/unsubscribe/{token}")
def unsubscribe(request: Request, token: str) -> PlainTextResponse:
    """End the e-mails that the link is for, without signing in. Idempotent; raises `NotFound` for a forged link."""
    email_links.unsubscribe(token)
    t = translator_of(request)
    return PlainTextResponse(t("You get no more letters of this kind."))
