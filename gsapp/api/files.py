"""Upload and download of photos and videos for browsers: `/files`, by session cookie. Shared with `/api/v1/files`."""

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
# A file never changes under its name. Only the reader's browser may cache it (private), and only for the same session
# (Vary): on a shared computer the next user finds its address in the history.
HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Vary": "Authorization, Cookie",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
ONE_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{1,18})?|-\d{1,18})")


@router.post("")
async def upload(request: Request) -> JSONResponse:
    """Store a photo or video. Returns the name, address and size that a page needs to show it."""
    file = await receive(request, await run_in_threadpool(reader_of, request))
    shown: dict[str, Any] = {"filename": file.name, "url": file.url, "type": file.media_type, "kind": file.kind}
    return JSONResponse(shown | {"small": file.small, "width": file.width, "height": file.height})


@router.api_route("/{name}", methods=["GET", "HEAD"])
def one_file(request: Request, name: str) -> Response:
    return file_response(request, reader_of(request), name)


@router.api_route("/{name}/small", methods=["GET", "HEAD"])
def small_file(request: Request, name: str) -> Response:
    return file_response(request, reader_of(request), name, small=True)


@router.delete("/{name}")
def discard(request: Request, name: str) -> Response:
    db.write(files.discard_file, actor=reader_of(request), name=name)
    return Response(status_code=204)


def file_response(request: Request, actor: Actor, name: str, *, small: bool = False) -> Response:
    """The response with a file, a range of it, or 304. `small` selects the thumbnail.

    Raises `NoSuchFile`, also for a file that `actor` may not read.
    """
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
        "Content-Disposition": f'inline; filename="{_download_name(file, small)}"',
    }
    if headers["ETag"] in re.findall(r'"[^"]*"', request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    media_type = SMALL_TYPE if small else file.media_type
    return _RangeResponse(path, headers=headers, media_type=media_type, stat_result=found)


class _RangeResponse(FileResponse):
    """Supports a single byte range; any other Range header is ignored and the whole file is sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in scope["headers"] if name != b"range" or _one_range(value)]
        await super().__call__({**scope, "headers": headers}, receive, send)


def _one_range(value: bytes) -> bool:
    found = ONE_RANGE.fullmatch(value.decode("latin-1"))
    return bool(found and (found[2] is None or int(found[1]) <= int(found[2])))


def _etag(file: Attachment, small: bool) -> str:
    return f'"{file.name}{"-small" if small else ""}"'


def _download_name(file: Attachment, small: bool) -> str:
    """A file name for saving; the original name of an upload is not stored."""
    stem, _, ending = file.name.partition(".")
    return f"goodservices-{stem[:8]}.{'webp' if small else ending}"
