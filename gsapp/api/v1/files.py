"""Photos and videos: upload, download and deletion."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gsapp import db
from gsapp.api.files import file_response
from gsapp.api.uploading import receive
from gsapp.api.v1.deps import Caller
from gsapp.api.v1.envelope import Answer, answer, refuses
from gsapp.schemas.api import Nothing, Uploaded
from gsapp.schemas.files import MEDIA_TYPES
from gsapp.services import files

router = APIRouter(prefix="/files", tags=["Photos and videos"])

BINARY = {"schema": {"type": "string", "format": "binary"}}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                },
                "example": {"file": "(the content of a photo or video)"},
            }
        },
    }
}


def _content(*types: str) -> dict[int | str, dict[str, Any]]:
    return {
        200: {"description": "The file, or with `Range` a part of it (206).", "content": dict.fromkeys(types, BINARY)}
    }


@router.post("/upload", summary="Upload a photo or video.", responses=refuses(400, 429), openapi_extra=BODY)
async def upload(request: Request, caller: Caller) -> Answer[Uploaded]:
    """One part named `file`: JPG, PNG, WebP, GIF, MP4, WebM or MOV of up to 10 MB; 400 for anything else.

    The format is detected by the content; the file name is ignored. Pictures are re-encoded without metadata such as
    the location, scaled down to 2,048 pixels a side and reduced to one frame; videos are not re-encoded. Put `filename`
    into `file_list` of a request or response, five at most. Unused files are deleted after a day.
    """
    file = await receive(request, caller)
    shown = {"filename": file.name, "url": f"/api/v1{file.url}", "type": file.media_type}
    return answer(Uploaded, Uploaded(**shown))


@router.get(
    "/{name}",
    summary="Download a photo or video.",
    response_class=Response,
    responses=refuses(404, 422) | _content(*MEDIA_TYPES.values()),
)
def one_file(request: Request, caller: Caller, name: str) -> Response:
    """For its sender while it is unused, then for users who may read its request or response. Supports `Range`."""
    return file_response(request, caller, name)


@router.get(
    "/{name}/small",
    summary="Download the thumbnail of a photo.",
    response_class=Response,
    responses=refuses(404, 422) | _content("image/webp"),
)
def small_file(request: Request, caller: Caller, name: str) -> Response:
    """At most 480 pixels a side. 404 for videos, which have none."""
    return file_response(request, caller, name, small=True)


@router.head("/{name}", include_in_schema=False)
def head_of_file(request: Request, caller: Caller, name: str) -> Response:
    return file_response(request, caller, name)


@router.head("/{name}/small", include_in_schema=False)
def head_of_small_file(request: Request, caller: Caller, name: str) -> Response:
    return file_response(request, caller, name, small=True)


@router.delete("/{name}", summary="Delete an unused file.", responses=refuses(400, 404, 422))
def discard_file(caller: Caller, name: str) -> Answer[Nothing]:
    """Only your own files. 400 when the file belongs to a request or response: change that instead."""
    db.write(files.discard_file, actor=caller, name=name)
    return answer(Nothing, Nothing())
