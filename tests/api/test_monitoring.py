"""/metrics: who may read it, what it says of requests, and that it says nothing of persons."""

import re
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from sqlmodel import Session, select

from gsapp import db, migrations
from gsapp.api import checks
from gsapp.models import SiteState, User
from gsapp.models.site import LAST_BACKUP
from gsapp.monitoring import counters
from tests.support import lives
from tests.support.api.people import PASSWORD, browser, member, sign_in

TOKEN = "only for the tests of metrics"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(autouse=True)
def nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "KEPT_SECONDS", 0.0)
    monkeypatch.setattr(migrations, "ready", lambda: True)


@pytest.fixture
async def prometheus(make_app: Callable[..., FastAPI]) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(make_app(metrics_token=TOKEN)) as client:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        yield client


async def scraped(prometheus: httpx.AsyncClient) -> Samples:
    response = await prometheus.get("/metrics")
    assert response.status_code == 200
    families = text_string_to_metric_families(response.text)
    return {(each.name, frozenset(each.labels.items())): each.value for family in families for each in family.samples}


def requests(samples: Samples, **labels: str) -> float:
    wanted = set(labels.items())
    return sum(
        value for (name, has), value in samples.items() if name == "goodservices_http_requests_total" and wanted <= has
    )


async def test_without_a_token_of_the_site_there_is_no_such_page(visitor: httpx.AsyncClient) -> None:
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}"}):
        assert (await visitor.get("/metrics", headers=headers)).status_code == 404


@pytest.mark.parametrize("sent", ["", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer ü"])
async def test_another_token_is_refused(prometheus: httpx.AsyncClient, sent: str) -> None:
    response = await prometheus.get("/metrics", headers={b"Authorization": sent.encode()})
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert "goodservices_" not in response.text


async def test_requests_are_counted_by_route_and_status(prometheus: httpx.AsyncClient) -> None:
    before = await scraped(prometheus)
    for number in range(3):
        await prometheus.get(f"/api/v1/service-requests/{number}", headers={"Authorization": "none"})
    after = await scraped(prometheus)
    label = {"route": "/api/v1/service-requests/{request_id}", "status": "401", "method": "GET"}
    assert requests(after, **label) - requests(before, **label) == 3
    count = ("goodservices_http_request_seconds_count", frozenset({("route", label["route"])}))
    assert after[count] - before.get(count, 0) == 3


async def test_addresses_that_nobody_made_are_one_series(prometheus: httpx.AsyncClient) -> None:
    before = await scraped(prometheus)
    for number in range(20):
        await prometheus.get(f"/no-such-page-{number}", headers={"X-Forwarded-Prefix": f"/{number}"})
        await prometheus.request(f"METHOD{number}", f"/api/v1/no-such-{number}")
    after = await scraped(prometheus)
    assert requests(after, route=counters.UNKNOWN) - requests(before, route=counters.UNKNOWN) == 40
    assert len(after) - len(before) < 40
    assert not [name for name, labels in after if "no-such" in str(labels) or "METHOD" in str(labels)]


async def test_no_series_is_exported_twice_as_a_time_of_creation(prometheus: httpx.AsyncClient) -> None:
    assert not [name for name, _ in await scraped(prometheus) if name.endswith("_created")]


async def test_the_last_backup_is_a_time_and_never_is_zero(prometheus: httpx.AsyncClient) -> None:
    name = ("goodservices_last_backup_timestamp_seconds", frozenset[tuple[str, str]]())
    assert (await scraped(prometheus))[name] == 0

    def note(session: Session) -> None:
        session.add(SiteState(name=LAST_BACKUP, value=lives.NOON.isoformat()))

    db.write(note)
    assert (await scraped(prometheus))[name] == lives.NOON.timestamp()


async def test_figures_that_cannot_be_read_are_left_out(
    prometheus: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise an outage of the database would look like a site that was never backed up."""
    monkeypatch.setattr(migrations, "ready", lambda: False)
    samples = {name: value for (name, _), value in (await scraped(prometheus)).items()}
    assert samples["goodservices_ready"] == 0
    assert not {"goodservices_last_backup_timestamp_seconds", "goodservices_outbox_waiting"} & set(samples)


async def test_no_personal_data_after_the_life_of_a_need(prometheus: httpx.AsyncClient) -> None:
    """Neither names nor numbers, texts, addresses, ids or tokens."""
    member("anna-of-the-metrics")
    await sign_in(prometheus, "anna-of-the-metrics")
    await prometheus.post("/auth/login", data={"username": "bert-of-the-metrics", "password": PASSWORD})
    author, volunteer = lives.people("carla-of-the-metrics", "dora-of-the-metrics")
    life = lives.reported(author, volunteer, title="A pipe of the metrics", description="Behind the metrics.")
    await prometheus.get(f"/api/v1/service-requests/{life.need}")
    await prometheus.get("/needs/987654321?q=secret-of-the-metrics")
    await prometheus.get("/calendar/token-of-the-metrics.ics")
    text = (await prometheus.get("/metrics")).text
    private = ["of-the-metrics", "the metrics", "987654321", "203.0.113.7", PASSWORD, TOKEN, "安娜"]
    with Session(db.current().engine) as session:
        private += [each.phone for each in session.exec(select(User)).all()]
    assert not [each for each in private if each in text]
    labels = [value for line in text.splitlines() for value in re.findall(r'(?:route|page)="([^"]*)"', line)]
    assert labels
    assert not [label for label in labels if re.search(r"\d", label.replace("/api/v1", ""))]


async def test_the_log_names_the_same_route(visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    await visitor.get("/api/v1/service-requests/7")
    await visitor.get("/somewhere")
    fields = [record.fields for record in caplog.records if record.getMessage() == "request"]  # type: ignore[attr-defined]
    assert [(each["route"], each["path"]) for each in fields] == [
        ("/api/v1/service-requests/{request_id}", "/api/v1/service-requests/7"),
        (counters.UNKNOWN, "/somewhere"),
    ]
