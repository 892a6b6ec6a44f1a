"""The benchmark: errors that would make a table of figures silently wrong."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from benchmarks import goals, profiling, report, textbook
from benchmarks.endpoints import READS, Endpoint
from benchmarks.measures import Row
from benchmarks.site import CEILING, ceiling_router
from benchmarks.wrk import Measured, Request, Requests, read
from gsapp import db
from gsapp.queries.needs import needs
from gsapp.queries.statistics import monthly_report
from gsapp.schemas.needs import NeedFilter
from gsapp.schemas.statistics import MonthlyFilter, this_month
from gsapp.security.access_tokens import AccessTokens
from tests.support import lives

PRINTED = """Running 4s test @ http://127.0.0.1:8311
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    28.11ms    9.07ms  90.24ms   81.13%
  1156 requests in 4.01s, 2.20MB read
  Non-2xx or 3xx responses: 6

{"requests": 1156, "seconds": 4.01, "p50": 27.5, "p99": 61.25, "refused": 6, "broken": 1, "late": 2}
"""
LIST = next(each for each in READS if each.name == "list")
SECRET = "only-for-these-tests-0123456789-abcdef"


def run(rate: float, *, p50: float = 10, p99: float = 20, errors: int = 0) -> Measured:
    return Measured(requests=round(rate * 4), seconds=4, p50=p50, p99=p99, errors=errors)


def row(size: int, rate: float, *, endpoint: Endpoint = LIST, **measured: float) -> Row:
    textbook = [run(measured["textbook"])] if "textbook" in measured else []
    return Row(endpoint, size, [run(rate, p99=measured.get("p99", 20))], [run(2000)], [run(4000)], textbook)


def reached(rows: list[Row]) -> dict[str, bool]:
    return {goal.text: goal.reached for goal in goals.goals(report.results(rows))}


def lines(requests: Requests, file: Path) -> list[str]:
    requests.write(file)
    return [line.split("\t")[1] for line in file.read_text().splitlines()]


def test_refusals_broken_connections_and_late_answers_are_errors_and_no_answers() -> None:
    found = read(PRINTED)
    assert found == Measured(requests=1156, seconds=4.01, p50=27.5, p99=61.25, errors=9)
    assert found.rate == pytest.approx(1147 / 4.01)


def test_several_runs_count_by_their_length() -> None:
    both = Measured.together([Measured(100, 1, 1, 5, 0), Measured(100, 3, 3, 9, 1), Measured(100, 2, 2, 90, 0)])
    assert both == Measured(requests=300, seconds=6, p50=2, p99=9, errors=1)


def test_each_run_goes_on_where_the_last_one_stopped(tmp_path: Path) -> None:
    again = Requests(Request(f"/{number}") for number in range(3))
    again.sent(4)
    assert lines(again, tmp_path / "requests") == ["/1", "/2", "/0"]
    once = Requests([Request(f"/{number}") for number in range(3)], once=True)
    once.sent(2)
    assert lines(once, tmp_path / "requests") == ["/2"]
    assert once.left == 1


def test_a_request_with_a_tab_in_it_is_no_request() -> None:
    with pytest.raises(ValueError, match="one line"):
        Request("/", body="\t").line()


def test_ratios_are_those_of_the_same_endpoint_in_the_same_run() -> None:
    small, large = report.results([row(10_000, 1000, textbook=80), row(1_000_000, 900, textbook=5)])
    assert (small.of_object, small.of_bytes, small.of_smallest) == (0.5, 0.25, None)
    assert (large.of_object, large.of_bytes, large.of_smallest) == (0.45, 0.225, 0.9)
    assert (small.textbook, large.textbook) == (12.5, 180)


def test_a_textbook_that_never_answered_counts_as_if_it_had_once() -> None:
    (found,) = report.results([row(1_000_000, 900, textbook=0)])
    assert found.textbook == 900 * 4


def test_a_goal_is_reached_or_missed_by_what_was_measured() -> None:
    good = reached([row(10_000, 1000, textbook=80), row(1_000_000, 900, textbook=5)])
    bad = reached([row(10_000, 1000, textbook=80), row(1_000_000, 790, textbook=8, p99=101)])
    assert all(good.values())
    assert [text for text, met in bad.items() if not met] == [
        "list, first page at 1,000,000, of an endpoint that answers from memory",
        "list, first page at 1,000,000, of the same at 10,000",
        "list, first page at 1,000,000, times the textbook",
        "list, first page at 1,000,000, p99 in p50",
    ]


def test_what_never_answered_reaches_nothing() -> None:
    silent = Measured(requests=0, seconds=12, p50=0, p99=0, errors=0)
    met = reached([Row(LIST, 1_000_000, [silent], [run(2000)], [run(4000)])])
    assert not met["list, first page at 1,000,000, p99 in p50"]
    assert report.rate(silent) == "under 0.08"


def test_one_error_is_too_many() -> None:
    wrong = row(10_000, 1000)
    wrong.own.append(run(1000, errors=1))
    assert not reached([wrong])["errors"]


def test_the_tables_take_their_place_in_the_document_and_no_more(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"# Before\n{report.START}\nold\n{report.END}\n# After\n")
    report.write(report.table(report.results([row(10_000, 1000)])), document)
    first, *_, last = document.read_text().splitlines()
    assert (first, last) == ("# Before", "# After")
    assert "| list, first page | 10,000 | 1,000 | 10.0 | 20.0 | 0 | 0.50 | 0.25 |  |  |" in document.read_text()
    assert "old" not in document.read_text()
    document.write_text("# Before\n")
    with pytest.raises(ValueError, match="needs the lines"):
        report.write("", document)


def test_a_function_that_calls_itself_counts_once() -> None:
    own, whole = profiling.times(["a (x.py:1);b (x.py:2);b (x.py:3) 5", "a (x.py:4) 2"])
    assert own == {"b (x.py)": 5, "a (x.py)": 2}
    assert whole == {"a (x.py)": 7, "b (x.py)": 5}


@pytest.fixture
async def extra() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(ceiling_router())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bench") as client:
        yield client


async def test_the_ceiling_answers_the_same_body_from_memory(extra: httpx.AsyncClient) -> None:
    body = '{"code":200,"message":"OK","data":{"items":["厨房"],"total":1}}'.encode()
    await extra.put(f"{CEILING}/list", content=body)
    for kind in ("object", "bytes"):
        for method in ("GET", "POST"):
            answered = await extra.request(method, f"{CEILING}/{kind}/list")
            assert (answered.status_code, answered.content) == (200, body)


@pytest.mark.mariadb
async def test_the_textbook_answers_what_the_site_does(mariadb_database: db.Database) -> None:
    with lives.keys():
        anna, ben = lives.people("anna", "ben")
        first, second = (lives.publish(anna, helpers_filter=2) for _ in range(2))
        lives.accept(anna, lives.offer(ben, second))
    app = FastAPI()
    app.include_router(textbook.router(mariadb_database.engine, SECRET))
    token = AccessTokens(SECRET, minutes=5).issue(user_id=anna.user_id, username="anna", generation=0)
    month = this_month()
    start, end = f"{month}-01T00:00:00", f"{int(month[:4]) + 1}-12-31T00:00:00"
    transport, signed_in = httpx.ASGITransport(app), {"Authorization": f"Bearer {token}"}
    url = f"http://bench{textbook.TEXTBOOK}"
    async with httpx.AsyncClient(transport=transport, base_url=url, headers=signed_in) as client:
        listed = (await client.get("/service-requests")).json()
        one = (await client.get(f"/service-requests/{first}")).json()
        months = (await client.get("/stats/monthly", params={"start": start, "end": end})).json()
    found = db.read(needs, actor=anna, filter=NeedFilter())
    assert [each["id"] for each in listed["items"]] == [each.id for each in found.items] == [second, first]
    assert listed["total"] == found.total
    assert one == listed["items"][1]
    wanted = MonthlyFilter(start_month=month, end_month=f"{int(month[:4]) + 1}-12")
    counted = db.read(monthly_report, filter=wanted).months
    assert sum(each["publishedCount"] for each in months) == sum(each.published for each in counted) == 2
    assert sum(each["completedCount"] for each in months) == sum(each.completed for each in counted) == 1
