"""Addresses that behave as pages, programs and bugs do."""

from fastapi import APIRouter, Request, WebSocket
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from gsapp import logs
from gsapp.errors import Invalid, NotAllowed, Sentence, TooMany

router = APIRouter()

PAGE = """<html><head><script src="/x.js"></script><script type="importmap">{"imports": {}}</script>
<script>let a = "<b>";</script><SCRIPT>shout()</SCRIPT></head><body><script>let a = "<b>";</script></body></html>"""
PHONE = "13800000000"
ERRORS = {
    "denied": NotAllowed(),
    "slow": TooMany(7),
    "invalid": Invalid({"title": Sentence("At least {min_length} characters, please.", {"min_length": 3})}),
}


@router.get("/page")
def page() -> Response:
    return HTMLResponse(PAGE, headers={"X-NiceGUI-Content": "page"})


@router.get("/streamed")
def streamed() -> Response:
    return StreamingResponse(iter([PAGE[:50], PAGE[50:]]), media_type="text/html")


@router.get("/text")
def text() -> str:
    return "x" * 2000


@router.get("/own-policy")
def own_policy() -> Response:
    return Response(b"x", headers={"Content-Security-Policy": "sandbox", "Cache-Control": "private"})


@router.post("/change")
async def change(request: Request) -> int:
    return len(await request.body())


@router.get("/seen")
def seen(request: Request) -> JSONResponse:
    return JSONResponse({"headers": dict(request.headers), "id": logs.request_id.get()})


@router.get("/bug")
@router.get("/api/bug")
def bug() -> None:
    raise ZeroDivisionError(f"a phone number: {PHONE}")


@router.get("/error/{name}")
@router.get("/api/error/{name}")
def error(name: str) -> None:
    raise ERRORS[name]


@router.websocket("/ws")
async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
