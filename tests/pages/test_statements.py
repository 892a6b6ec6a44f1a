"""How many SQL statements each page and each endpoint sends: no more for many rows than for few, and never many.

A page, an endpoint or an export without a line here fails. A number may grow for a good reason; the rows are none.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event

import pages
from gsapp import access, clock, db
from gsapp.api import exports
from gsapp.services import accounts
from gsapp.vocabulary import MetricKey, Role
from tests.support import lives
from tests.support.api.calls import token_of
from tests.support.api.people import browser, make_settings, member, sign_in
from tests.support.pages.in_process import in_process
from tests.support.pages.town import Town, found_town, grow

FEW, MANY = 2, 25
SLACK = 2  # so that one more look, for a good reason, does not fail here


class Most(NamedTuple):
    """At most about so many statements, for each of these addresses."""

    statements: int
    addresses: tuple[str, ...]


def most(statements: int, *addresses: str) -> Most:
    return Most(statements, addresses)


# As `pages.site_map` has them. {need} is answered by many, {quiet} by nobody.
PAGES = {
    "/": most(17, "/", "/?welcome=1"),
    "/help": most(2, "/help", "/help?q=phone"),
    "/privacy": most(2, "/privacy"),
    "/login": most(0, "/login"),
    "/register": most(0, "/register"),
    "/board": most(14, "/board", "/board?status=open&type_id=1&city_id=1", "/board?q=pipe", "/board?sort=soon"),
    "/needs/new": most(5, "/needs/new"),
    "/needs/{need_id}": most(17, "/needs/{need}", "/needs/{quiet}"),
    "/needs/{need_id}/edit": most(6, "/needs/{quiet}/edit"),
    "/my/needs": most(6, "/my/needs", "/my/needs?status=open"),
    "/my/offers": most(8, "/my/offers"),
    "/offers/{offer_id}": most(25, "/offers/{offer}"),
    "/users/{user_id}": most(6, "/users/{user}"),
    "/profile": most(6, "/profile"),
    "/goodbye": most(0, "/goodbye"),
    "/inbox": most(7, "/inbox"),
    "/inbox/settings": most(4, "/inbox/settings"),
    "/stats": most(8, "/stats"),
    "/dashboard": most(35, "/dashboard"),
    "/dashboard/rows": most(9, *(f"/dashboard/rows?metric={key}" for key in MetricKey)),
    "/dashboard/links": most(4, "/dashboard/links"),
    "/dashboard/wall": most(0),  # opened by a signed link only; its numbers are those of the dashboard
    "/admin": most(12, "/admin"),
    "/admin/users": most(5, "/admin/users", "/admin/users?q=Granny"),
    "/admin/users/{user_id}": most(11, "/admin/users/{user}"),
    "/admin/needs": most(10, "/admin/needs", "/admin/needs?q=pipe"),
    "/admin/offers": most(9, "/admin/offers", "/admin/offers?type=1&place=浙江"),
    "/admin/types": most(5, "/admin/types"),
    "/admin/cities": most(4, "/admin/cities"),
    "/admin/reports": most(6, "/admin/reports"),
    "/admin/history": most(4, "/admin/history"),
    "/admin/unusual": most(9, "/admin/unusual"),
    "/admin/calls": most(7, "/admin/calls", "/admin/calls?which=all"),
    "/admin/residents/new": most(3, "/admin/residents/new"),
    "/admin/residents/{user_id}": most(27, "/admin/residents/{resident}"),
    "/admin/residents/{user_id}/needs/new": most(6, "/admin/residents/{resident}/needs/new"),
    "/password/{token}": most(0),  # works once, and lists nothing
    "/email/{token}": most(0),  # the same
    "/unsubscribe/{token}": most(0),
}
FOR_VISITORS = ("/login", "/register")
# Below /api/v1, as its schema has them.
ENDPOINTS = {
    "/users/me": most(2, "/users/me"),
    "/users/me/data": most(17, "/users/me/data"),
    "/service-types": most(2, "/service-types"),
    "/cities": most(2, "/cities"),
    "/service-requests": most(4, "/service-requests", "/service-requests?q=pipe&stype_id=1&city_id=1&size=100"),
    "/service-requests/my": most(4, "/service-requests/my?size=100"),
    "/service-requests/{request_id}": most(2, "/service-requests/{need}"),
    "/service-requests/{request_id}/responses": most(8, "/service-requests/{need}/responses?size=100"),
    "/service-responses": most(7, "/service-responses?size=100"),
    "/service-responses/my": most(7, "/service-responses/my?size=100"),
    "/service-responses/{response_id}": most(8, "/service-responses/{offer}"),
    "/files/{name}": most(0),  # one row, by its name
    "/files/{name}/small": most(0),
    "/dashboard": most(28, "/dashboard"),
    "/dashboard/rows": most(6, *(f"/dashboard/rows?metric={key}&size=100" for key in MetricKey)),
    "/notifications": most(4, "/notifications"),
    "/notifications/unread": most(2, "/notifications/unread"),
    "/match/suggestions": most(3, "/match/suggestions?size=100"),
    "/stats/monthly": most(2, "/stats/monthly?start_month=2026-01&end_month=2026-12"),
}
# Below /export, as `exports.EXPORTS` has them.
EXPORTS = {
    "statistics": most(2, "/statistics.csv"),
    "people": most(2, "/people.csv"),
    "all-needs": most(2, "/all-needs.csv"),
    "all-offers": most(2, "/all-offers.csv"),
    "kinds-of-help": most(2, "/kinds-of-help.csv"),
    "cities": most(2, "/cities.csv"),
    "reports": most(2, "/reports.csv"),
    "history": most(2, "/history.csv"),
    "my-needs": most(2, "/my-needs.csv"),
    "my-offers": most(2, "/my-offers.csv"),
    "dashboard": most(5, *(f"/dashboard.csv?metric={key}" for key in MetricKey)),
}


@pytest.fixture
async def app(tmp_path: Path, sqlite_database: db.Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FastAPI]:
    """The application with its real pages, for a reader who is a coordinator."""
    settings = make_settings(tmp_path, throttle=False)
    async with in_process(settings, monkeypatch) as app:
        yield app


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to the database meanwhile, but for the frame of a transaction."""
    sent: list[str] = []

    def note(*arguments: Any) -> None:
        if not arguments[2].startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            sent.append(arguments[2])

    engine = db.current().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def table() -> dict[str, Most]:
    # Files first: some need a sign-in of the last ten minutes.
    below = (("/export", EXPORTS), ("", PAGES), ("/api/v1", ENDPOINTS))
    return {
        prefix + pattern: most(bound.statements, *(prefix + address for address in bound.addresses))
        for prefix, lines in below
        for pattern, bound in lines.items()
    }


async def counts(app: FastAPI, town: Town) -> dict[str, list[str]]:
    """What each address sends, for one who has just signed in."""
    found: dict[str, list[str]] = {}
    names = {"need": town.busy_need, "quiet": town.quiet_need, "offer": town.offer, "user": town.reader.user_id}
    names["resident"] = town.resident
    token = {"Authorization": f"Bearer {token_of(town.reader)}"}
    async with browser(app) as reader, browser(app) as visitor:
        with clock.at(lives.NOON) as move:
            await sign_in(reader)
            for bound in table().values():
                for address in bound.addresses:
                    move(timedelta(seconds=6))  # what is kept for a moment is made anew
                    who = visitor if address in FOR_VISITORS else reader
                    headers = token if address.startswith("/api/") else {}
                    with statements() as sent:
                        answer = await who.get(address.format(**names), headers=headers)
                    assert answer.status_code == httpx.codes.OK, (address, answer.status_code)
                    found[address] = sent
    return found


@pytest.mark.slow
async def test_more_rows_do_not_mean_more_statements(app: FastAPI) -> None:
    with clock.at(lives.NOON):
        user_id = member("anna")
        db.write(accounts.set_role, actor=None, user_id=user_id, role=Role.COORDINATOR)
        town = found_town(db.read(access.actor_for, user_id=user_id))
        grow(town, [f"few {number}" for number in range(FEW)])
    few = await counts(app, town)
    with clock.at(lives.NOON):
        grow(town, [f"many {number}" for number in range(MANY)])
    many = await counts(app, town)
    grown = {
        address: [*few[address], "-- with more rows:", *many[address]]
        for address in few
        if len(many[address]) > len(few[address])
    }
    assert not grown, told(grown)
    bounds = {address: bound.statements for bound in table().values() for address in bound.addresses}
    over = {address: sent for address, sent in many.items() if len(sent) > bounds[address] + SLACK}
    assert not over, told(over)


def told(found: dict[str, list[str]]) -> str:
    return "\n".join(f"{address}: {len(sent)}\n  " + "\n  ".join(sent) for address, sent in found.items())


def test_every_page_has_its_bound() -> None:
    assert set(PAGES) == {route.pattern for route in pages.site_map()}


def test_every_endpoint_that_reads_and_every_export_has_its_bound(app: FastAPI) -> None:
    assert set(EXPORTS) == set(exports.EXPORTS)
    readable = {path for path, methods in app.openapi()["paths"].items() if "get" in methods}
    assert {f"/api/v1{path}" for path in ENDPOINTS} == readable - {"/health", "/ready"}
