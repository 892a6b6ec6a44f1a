"""Photos and videos for browsers: `/files`, by the session cookie. What `/api/v1/files` does stands here, too."""

import logging
import re
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from gsapp import db
from gsapp.access import Actor, NoSuchFile
from gsapp.api.signed_in import reader_of
from gsapp.api.uploading import receive
from gsapp.media.storage import storage
from gsapp.queries import files as file_queries
from gsapp.schemas.files import Attachment
from gsapp.services import files

log = logging.getLogger(__name__)
router = APIRouter(prefix="/files", include_in_schema=False)

SMALL_TYPE = "image/webp"
# A file never changes under its name. Only its reader's own browser may keep it, and show it unasked only while the
# same person is signed in: on a shared computer the next one finds its address in the history.
HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Vary": "Authorization, Cookie",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
ONE_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{1,18})?|-\d{1,18})")


@router.post("")
async def upload(request: Request) -> JSONResponse:
    """Keep a photo or video for its sender to use; what a page needs to show it."""
    file = await receive(request, await run_in_threadpool(reader_of, request))
    shown: dict[str, Any] = {"filename": file.name, "url": file.url, "type": file.media_type, "kind": file.kind}
    return JSONResponse(shown | {"small": file.small, "width": file.width, "height": file.height})


@router.api_route("/{name}", methods=["GET", "HEAD"])
def one_file(request: Request, name: str) -> Response:
    return sent(request, reader_of(request), name)


@router.api_route("/{name}/small", methods=["GET", "HEAD"])
def small_file(request: Request, name: str) -> Response:
    return sent(request, reader_of(request), name, small=True)


@router.delete("/{name}")
def discard(request: Request, name: str) -> Response:
    db.write(files.discard_file, actor=reader_of(request), name=name)
    return Response(status_code=204)


def sent(request: Request, actor: Actor, name: str, *, small: bool = False) -> Response:
    """A file, or a part of it, for whoever may see it. Raises `NoSuchFile`."""
    file = db.read(file_queries.file_to_read, actor=actor, name=name)
    if small and file.kind != "image":
        raise NoSuchFile
    path = storage().path(file.name, small=small)
    try:
        found = path.stat()
    except FileNotFoundError:
        log.warning("stored file missing on disk: %s", path.name)
        raise NoSuchFile from None
    headers = HEADERS | {
        "ETag": _etag(file, small),
        "Content-Disposition": f'inline; filename="{_harmless(file, small)}"',
    }
    if headers["ETag"] in re.findall(r'"[^"]*"', request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    media_type = SMALL_TYPE if small else file.media_type
    return _InParts(path, headers=headers, media_type=media_type, stat_result=found)


class _InParts(FileResponse):
    """One range of bytes at a time; whatever else is asked for in that header is answered with the whole file."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in scope["headers"] if name != b"range" or _one_range(value)]
        await super().__call__({**scope, "headers": headers}, receive, send)


def _one_range(value: bytes) -> bool:
    found = ONE_RANGE.fullmatch(value.decode("latin-1"))
    return bool(found and (found[2] is None or int(found[1]) <= int(found[2])))


def _etag(file: Attachment, small: bool) -> str:
    return f'"{file.name}{"-small" if small else ""}"'


def _harmless(file: Attachment, small: bool) -> str:
    """A name to save it under: of the sender's own nothing was kept."""
    stem, _, ending = file.name.partition(".")
    return f"goodservices-{stem[:8]}.{'webp' if small else ending}"
