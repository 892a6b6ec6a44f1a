"""What endpoints ask for: who is calling, and the key by which a creation may be sent twice."""

from typing import Annotated

from fastapi import Depends, Header, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic.json_schema import SkipJsonSchema
from starlette.requests import Request

from gsapp import access
from gsapp.access import Actor
from gsapp.api.reading import ask_shared
from gsapp.api.responses import translator_of
from gsapp.errors import NotSignedIn
from gsapp.i18n import Translator
from gsapp.schemas.api_forms import PageQuery
from gsapp.security import vault
from gsapp.security.tokens import hash_token, new_token

bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="The token of `POST /api/v1/auth/login`.")


async def _caller(sent: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Actor:
    claims = vault().access_tokens.read(sent.credentials) if sent else None
    actor = (
        await ask_shared(access.token_holder, user_id=claims.user_id, generation=claims.generation) if claims else None
    )
    if actor is None:
        raise NotSignedIn
    return actor


Caller = Annotated[Actor, Depends(_caller)]


def _client_key(
    caller: Caller,
    key: Annotated[
        str | SkipJsonSchema[None],
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=255,
            description="Any text of your own: a creation sent again with the same text returns the first one.",
        ),
    ] = None,
) -> str:
    # Of each caller's own: another member's key, chosen alike, must not collide with it.
    return hash_token(f"{caller.user_id} {key}") if key else new_token()


ClientKey = Annotated[str, Depends(_client_key)]


def _translator(request: Request) -> Translator:
    return translator_of(request)


Language = Annotated[Translator, Depends(_translator)]
Paging = Annotated[PageQuery, Query()]
