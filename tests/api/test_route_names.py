"""Names of routes: few, and without anything that a visitor has sent."""

from types import SimpleNamespace
from typing import Any

import pytest

from gsapp.api.route_names import route_name
from gsapp.monitoring.counters import UNKNOWN


def route(template: str) -> SimpleNamespace:
    return SimpleNamespace(path_format=template)


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        ({"route": route("/files/{name}")}, "/files/{name}"),
        ({"route": route("/own"), "fastapi": {"effective_route_context": route("/api/v1/own")}}, "/api/v1/own"),
        ({"route": route("/{rest}")}, "/needs/{need_id}"),
        ({"route": route("/_nicegui/3.18.0/components/{key}")}, "/_nicegui"),
        ({"root_path": "/_nicegui/3.18.0/static"}, "/_nicegui"),
        ({"root_path": "/_nicegui_ws"}, "/_nicegui_ws"),
        ({"root_path": "/assets/0123456789ab"}, "/assets"),
        ({"root_path": ""}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_a_route_is_named_by_its_template(scope: dict[str, Any], name: str) -> None:
    assert route_name(scope, "/needs/7", lambda path: "/needs/{need_id}") == name


def test_a_page_that_does_not_exist_has_no_name() -> None:
    assert route_name({"route": route("/{rest}")}, "/nothing", lambda path: None) == UNKNOWN
    assert route_name({"route": route("/{rest}")}, "/nothing", None) == UNKNOWN
