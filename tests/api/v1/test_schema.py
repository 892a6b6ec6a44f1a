"""The schema says everything about every endpoint, and its page works without the rest of the world."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import httpx
import pytest
from starlette.datastructures import Headers

from gsapp.api import headers
from tests.support.api.calls import Caller

Schema = dict[str, Any]
# Nothing here depends on the kind of database.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def schema_of(call: Caller) -> Schema:
    schema: Schema = (await call("GET /openapi.json")).json()
    return schema


def gaps(schema: Schema) -> Iterator[str]:
    """What is missing: a sentence, a tag, an example, a model or an error that an endpoint can give."""
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            yield from (f"{method} {path}: {gap}" for gap in _gaps(schema, path, method, operation))


def _gaps(schema: Schema, path: str, method: str, operation: Schema) -> Iterator[str]:
    if not re.fullmatch(r".+[.?]", operation.get("summary", "")) or not operation.get("description"):
        yield "says nothing"
    if len(operation.get("tags", [])) != 1:
        yield "has no tag"
    answers = {int(status): answer for status, answer in operation["responses"].items()}
    for status, answer in answers.items():
        kinds = answer.get("content", {})
        content = kinds.get("application/json")  # a photo or video comes as something else, and needs no example
        if not kinds or not all(kind.get("schema") for kind in kinds.values()):
            yield f"{status} has no model"
        elif content and "example" not in content and not _example(schema, content["schema"]):
            yield f"{status} has no example"
        if not answer.get("description"):
            yield f"{status} is not described"
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if body and not _example(schema, body):
        yield "has no example of its body"
    filter = {503} if not path.startswith("/api/v1/") else {500, 503}
    filter |= {401} if "security" in operation else set()
    filter |= {422} if operation.get("parameters") or body else set()
    filter |= {404} if "{" in path else set()
    if missing := filter - answers.keys():
        yield f"may also answer {missing}"


def _example(schema: Schema, model: Schema) -> bool:
    """Whether the model, or the data within the envelope or the page, shows an example."""
    if "$ref" in model:
        model = schema["components"]["schemas"][model["$ref"].rsplit("/", 1)[1]]
    if "examples" in model:
        return True
    inner = [model.get("properties", {}).get(name) for name in ("data", "items")]
    inner += [model.get("items"), *model.get("anyOf", [])]
    empty = model.get("type") == "object" and not model.get("properties")
    return empty or any(_example(schema, each) for each in inner if each)


async def test_the_schema_leaves_no_gap(call: Caller) -> None:
    schema = await schema_of(call)
    assert len(schema["paths"]) == 36
    assert list(gaps(schema)) == []


@pytest.mark.parametrize(
    ("spoil", "gap"),
    [
        (lambda o: o.pop("description"), "says nothing"),
        (lambda o: o.update(summary="No sentence"), "says nothing"),
        (lambda o: o.pop("tags"), "has no tag"),
        (lambda o: o["responses"]["200"].pop("content"), "200 has no model"),
        (lambda o: o["responses"]["404"]["content"]["application/json"].pop("example"), "404 has no example"),
        (lambda o: o["responses"].pop("401"), "may also answer {401}"),
        (lambda o: o["responses"].pop("404"), "may also answer {404}"),
        (lambda o: o["requestBody"]["content"]["application/json"]["schema"].update({"$ref": "/Fault"}), "of its body"),
    ],
)
async def test_the_walk_finds_each_kind_of_gap(call: Caller, spoil: Any, gap: str) -> None:
    schema = deepcopy(await schema_of(call))
    spoil(schema["paths"]["/api/v1/service-requests/{request_id}"]["put"])
    found = list(gaps(schema))
    assert len(found) == 1
    assert gap in found[0]


async def test_names_of_people_and_code_do_not_leak_into_the_schema(call: Caller) -> None:
    text = (await call("GET /openapi.json")).text
    for inner in ("password_hash", "session_id", "client_key", "id_number_index", "HTTPValidationError"):
        assert inner not in text


async def test_the_page_of_the_api_comes_whole_from_this_site(call: Caller) -> None:
    page = await call("GET /docs")
    policy = page.headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert "'unsafe-eval'" not in policy
    assert headers.page_policy(page.content, Headers()) == policy
    filter = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(filter) == 2
    assert "//" not in page.text.replace("<!--", "")
    for path in filter:
        file = await call.client.get(path)
        assert file.status_code == 200
        assert len(file.content) > 50_000
        assert file.headers["content-type"].split(";")[0] in ("text/css", "text/javascript")
        assert "public" in file.headers["cache-control"]


async def test_monitoring_needs_no_token(call: Caller) -> None:
    answer: httpx.Response = await call.client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "healthy"})
