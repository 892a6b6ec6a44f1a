"""Administration pages and exports are denied to members and visitors, including pages added later."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

import pages
from gsapp import access, db
from gsapp.access import Actor
from gsapp.api import exports
from gsapp.flows import password_links
from gsapp.schemas.forms import parse
from gsapp.schemas.on_behalf import ResidentForm
from gsapp.security import refusals
from gsapp.services import accounts, admin_places, on_behalf
from gsapp.vocabulary import Role
from tests.support import lives
from tests.support.api.people import PASSWORD, browser, make_settings, member, sign_in
from tests.support.pages.in_process import in_process

DESK = [route.pattern for route in pages.site_map() if route.coordinators_only]
ADMIN = [pattern for pattern in DESK if pattern.startswith("/admin")]
QUESTIONS = {"/dashboard/rows": "?metric=open"}
"""What an address must also say: its page, and the file of the same rows, are about one metric."""
FOR_MEMBERS = {"statistics", "my-needs", "my-offers"}


@pytest.fixture
async def app(tmp_path: Path, sqlite_database: db.Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FastAPI]:
    """The application with its real pages."""
    settings = make_settings(tmp_path, throttle=False)
    async with in_process(settings, monkeypatch) as app:
        yield app


@pytest.fixture
def chief(app: FastAPI) -> Actor:
    user_id = member("chief", 2)
    db.write(accounts.set_role, actor=None, user_id=user_id, role=Role.COORDINATOR)
    return db.read(access.actor_for, user_id=user_id)


@pytest.fixture
def anna(app: FastAPI) -> Actor:
    return db.read(access.actor_for, user_id=member("anna"))


def path(pattern: str, anna: Actor) -> str:
    return pattern.format(user_id=_resident(anna) if "/residents/" in pattern else anna.user_id)


def _resident(anna: Actor) -> int:
    """Somebody without the internet, as if anna had been a coordinator once."""
    typed = {"name": "李奶奶", "phone": "13912345678", "consent_at": "2026-01-01T10:00", "consent_how": "phone"}
    try:
        actor = replace(anna, role=Role.COORDINATOR)
        return db.write(on_behalf.record_resident, actor=actor, form=parse(ResidentForm, typed))
    except on_behalf.PhoneKnown as known:
        return known.user_id


def test_everything_below_admin_is_for_coordinators() -> None:
    below = {route.pattern for route in pages.site_map() if route.pattern.startswith("/admin")}
    assert len(below) >= 9
    assert below <= set(DESK)


async def test_a_member_gets_403_a_visitor_signs_in_and_a_coordinator_comes_in(
    app: FastAPI, chief: Actor, anna: Actor
) -> None:
    async with browser(app) as visitor, browser(app) as reader, browser(app) as coordinator:
        await sign_in(reader)
        await sign_in(coordinator, "chief")
        for pattern in DESK:
            address = path(pattern, anna) + QUESTIONS.get(pattern, "")
            assert (await reader.get(address)).status_code == 403, address
            assert (await visitor.get(address)).status_code == 303, address
            assert (await coordinator.get(address)).status_code == 200, address
        assert (await coordinator.get("/dashboard/rows")).status_code == 404, "rows of which metric?"


async def test_so_are_the_files(app: FastAPI, chief: Actor, anna: Actor) -> None:
    async with browser(app) as visitor, browser(app) as reader, browser(app) as coordinator:
        await sign_in(reader)
        await sign_in(coordinator, "chief")
        for name in exports.EXPORTS.keys() - FOR_MEMBERS:
            address = f"/export/{name}.csv" + QUESTIONS.get(f"/{name}/rows", "")
            assert (await reader.get(address)).status_code == 403, address
            assert (await visitor.get(address)).status_code == 401, address
            assert (await coordinator.get(address)).status_code == 200, address
        assert (await coordinator.get("/export/dashboard.csv")).status_code == 422, "rows of which metric?"


async def test_refusals_by_pages_files_and_rest_are_counted_with_the_account(app: FastAPI, anna: Actor) -> None:
    refusals.take()
    async with browser(app) as reader:
        await sign_in(reader)
        await reader.get("/admin")
        await reader.get("/export/people.csv")
        sent = {"username": "anna", "password": PASSWORD}
        token = (await reader.post("/api/v1/auth/login", json=sent)).json()["data"]["token"]
        need_id = lives.publish(db.read(access.actor_for, user_id=member("ben", 3)))
        refused = await reader.delete(
            f"/api/v1/service-requests/{need_id}", headers={"Authorization": f"Bearer {token}"}
        )
        assert refused.status_code == 403
    counted = [(key.kind, key.user_id, n) for key, n in refusals.take().items()]
    assert sorted(counted) == [("CoordinatorsOnly", anna.user_id, 2), ("NotYourNeed", anna.user_id, 1)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=99999999999999999999",
        "page=-1",
        "q=%00",
        "q=" + "x" * 500,
        "sort=constructor",
        "first=yesterday&last=9999-99-99",
        "first=0001-01-01&last=9999-12-31",
        "type=-1&place=99999999999",
        "need=abc&before=-5&after=0",
        "part=nonsense",
        "state=%F0%9F%98%80",
        "who=%27%20OR%201=1%20--",
    ],
)
async def test_an_address_that_makes_no_sense_is_answered_calmly(
    app: FastAPI, chief: Actor, anna: Actor, query: str
) -> None:
    lives.publish(anna)
    async with browser(app) as coordinator:
        await sign_in(coordinator, "chief")
        for pattern in ADMIN:
            answer = await coordinator.get(f"{path(pattern, anna)}?{query}")
            assert answer.status_code == 200, (pattern, query)


async def test_nobody_who_does_not_exist_has_an_account_page(app: FastAPI, chief: Actor) -> None:
    async with browser(app) as coordinator:
        await sign_in(coordinator, "chief")
        for unknown in ("0", "987654", str(2**31), "9" * 18, "x"):
            for address in ("/admin/users/{}", "/admin/residents/{}", "/admin/residents/{}/needs/new"):
                assert (await coordinator.get(address.format(unknown))).status_code == 404, unknown


async def test_the_page_of_a_resident_is_not_there_for_members_who_decide_themselves(
    app: FastAPI, chief: Actor, anna: Actor
) -> None:
    async with browser(app) as coordinator:
        await sign_in(coordinator, "chief")
        answer = await coordinator.get(f"/admin/residents/{anna.user_id}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/admin/users/{anna.user_id}")
        assert (await coordinator.get(f"/admin/residents/{anna.user_id}/needs/new")).status_code == 403


async def test_hostile_text_stays_the_text_that_it_is(app: FastAPI, chief: Actor, anna: Actor) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    lives.publish(anna, title=hostile)
    async with browser(app) as coordinator:
        await sign_in(coordinator, "chief")
        for address in ("/admin/needs", "/admin/history", f"/admin/users/{anna.user_id}?part=history"):
            answer = await coordinator.get(address)
            assert "onerror" in answer.text, address
            assert "<img" not in answer.text, address


async def test_a_link_for_a_new_password_opens_without_signing_in_and_a_forged_one_does_not(
    app: FastAPI, chief: Actor, anna: Actor
) -> None:
    async with browser(app) as visitor:
        link = password_links.issue(actor=chief, user_id=anna.user_id)
        opened: httpx.Response = await visitor.get(f"/password/{link}")
        assert opened.status_code == 200
        assert (await visitor.get(f"/password/{link[:-1]}")).status_code == 410
        assert (await visitor.get("/password/x")).status_code == 410
        newer = password_links.issue(actor=chief, user_id=anna.user_id)
        assert (await visitor.get(f"/password/{link}")).status_code == 410
        assert (await visitor.get(f"/password/{newer}")).status_code == 200


async def test_forms_open_where_the_place_or_the_kind_of_help_has_been_switched_off(
    app: FastAPI, chief: Actor, anna: Actor
) -> None:
    need_id = lives.publish(anna, type_id=lives.CARE, city_id=lives.NINGBO)
    db.write(admin_places.disable_type, actor=chief, type_id=lives.CARE)
    db.write(admin_places.disable_city, actor=chief, city_id=lives.NINGBO)
    async with browser(app) as reader:
        await sign_in(reader)
        fresh, old = await reader.get("/needs/new"), await reader.get(f"/needs/{need_id}/edit")
    assert (fresh.status_code, old.status_code) == (200, 200)
    assert "宁波" not in fresh.text
    assert "宁波" in old.text
