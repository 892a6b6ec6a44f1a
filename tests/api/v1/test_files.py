"""Photos and videos for programs."""

from pathlib import Path

import pytest

from gsapp.access import Actor
from tests.support.api.calls import REQUEST, Caller, data, refused
from tests.support.samples import mp4, on, picture

pytestmark = [pytest.mark.usefixtures("disk"), pytest.mark.rules]


async def upload(call: Caller, by: Actor, content: bytes) -> dict[str, str]:
    answer: dict[str, str] = data(await call("POST /files/upload", by, files={"file": ("x.png", content)}))
    return answer


async def test_from_the_upload_to_the_request_and_back(call: Caller, anna: Actor, ben: Actor) -> None:
    photo, film = await upload(call, anna, picture()), await upload(call, anna, mp4())
    assert set(photo) == {"filename", "url", "type"}
    assert (photo["type"], film["type"]) == ("image/jpeg", "video/mp4")
    assert photo["url"] == f"/api/v1/files/{photo['filename']}"
    refused(await call(f"GET /files/{photo['filename']}", ben), 404)
    names = f"{photo['filename']},{film['filename']}"
    sent = data(await call("POST /service-requests", anna, REQUEST | {"file_list": names}), 201)
    assert sent["file_list"] == names
    for name, kind in ((photo["filename"], "image/jpeg"), (film["filename"], "video/mp4")):
        shown = await call(f"GET /files/{name}", ben)
        assert (shown.status_code, shown.headers["content-type"]) == (200, kind)
        part = await call(f"GET /files/{name}", ben, headers={"Range": "bytes=0-9"})
        assert (part.status_code, len(part.content)) == (206, 10)
        assert refused(await call(f"DELETE /files/{name}", anna), 400)["detail"] == {"error": "FileInUse"}
    small = await call(f"GET /files/{photo['filename']}/small", ben)
    assert small.headers["content-type"] == "image/webp"


async def test_what_is_used_already_is_refused_with_its_reason(call: Caller, anna: Actor, ben: Actor) -> None:
    photo = await upload(call, anna, picture())
    asked = REQUEST | {"file_list": photo["filename"]}
    assert refused(await call("POST /service-requests", ben, asked), 400)["detail"] == {"error": "FileGone"}
    need = data(await call("POST /service-requests", anna, asked), 201)
    assert refused(await call("POST /service-requests", anna, asked), 400)["detail"] == {"error": "FileGone"}
    answer = {"srid": need["id"], "file_list": photo["filename"]}
    refused(await call("POST /service-responses", ben, answer), 400)


async def test_type_and_size_are_refused_with_400(call: Caller, anna: Actor, disk: Path) -> None:
    for content, rule in ((b"<svg/>", "NotAKindWeTake"), (b"\xff\xd8\xff" + bytes(11 * 1024**2), "FileTooBig")):
        answer = await call("POST /files/upload", anna, files={"file": ("a.jpg", content, "image/jpeg")})
        assert refused(answer, 400)["detail"] == {"error": rule}
    refused(await call("POST /files/upload", anna, json={}), 400)
    refused(await call("POST /files/upload", None, files={"file": picture()}), 401)
    assert on(disk) == []


async def test_throwing_away_what_is_unused(call: Caller, anna: Actor, ben: Actor, disk: Path) -> None:
    photo = await upload(call, anna, picture())
    refused(await call(f"DELETE /files/{photo['filename']}", ben), 404)
    assert data(await call(f"DELETE /files/{photo['filename']}", anna)) == {}
    refused(await call(f"GET /files/{photo['filename']}", anna), 404)
    assert on(disk) == []
