"""Exports of my needs and my offers: all rows of the page, and only one's own."""

import io
from collections.abc import Iterator

import httpx
import pytest
from openpyxl import load_workbook

from gsapp import access, clock, db
from gsapp.access import Actor
from gsapp.queries.needs import needs
from gsapp.queries.offers import my_offers
from gsapp.schemas.forms import parse
from gsapp.schemas.needs import NeedFilter, ReasonForm
from gsapp.schemas.offers import OfferFilter
from gsapp.services import needs as need_services
from tests.rendering.test_spreadsheets import read_csv
from tests.support.api.people import sign_in
from tests.support.lives import NOON, matched, offer, person, publish

pytestmark = pytest.mark.usefixtures("unlimited_steps")

FORMULA = '=HYPERLINK("http://evil.example","press me")'


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def me(anna: int) -> Actor:
    return db.read(access.actor_for, user_id=anna)


async def _rows(visitor: httpx.AsyncClient, path: str) -> list[list[str]]:
    answer = await visitor.get(path)
    assert answer.status_code == 200, answer.text
    return read_csv(io.BytesIO(answer.content))[1:]


async def test_my_needs_hold_all_pages_of_the_filter_and_only_mine(visitor: httpx.AsyncClient, me: Actor) -> None:
    bea = person("bea")
    theirs = publish(bea)
    mine = [publish(me, title=f"Need {number}") for number in range(12)]
    db.write(need_services.cancel_need, actor=me, need_id=mine[3], form=ReasonForm(reason="found my keys"))
    await sign_in(visitor)
    for query, filter in (
        ("", {}),
        ("?status=open", {"status": "open"}),
        ("?status=cancelled", {"status": "cancelled"}),
        (f"?author_id={bea.user_id}", {}),  # whoever else is asked for
    ):
        on_the_page = parse(NeedFilter, filter | {"author_id": me.user_id, "size": 100})
        shown = [str(need.id) for need in db.read(needs, actor=me, filter=on_the_page).items]
        rows = await _rows(visitor, f"/export/my-needs.csv{query}")
        assert [row[0] for row in rows] == shown, query
        assert str(theirs) not in shown
    called_off = await _rows(visitor, "/export/my-needs.csv?status=cancelled")
    assert (called_off[0][9], called_off[0][-1]) == ("Called off", "found my keys")


async def test_my_offers_hold_the_rows_of_the_filter_and_only_mine(visitor: httpx.AsyncClient, me: Actor) -> None:
    bea, ben = person("bea"), person("ben")
    life = matched(bea, me, title="Pipe")
    waiting = offer(me, publish(bea, title="Lamp"), FORMULA)
    offer(ben, publish(bea, title="Walk"))
    await sign_in(visitor)
    rows: list[list[str]] = []
    for which, expected in (("all", [waiting, life.offer]), ("pending", [waiting]), ("accepted", [life.offer])):
        rows = await _rows(visitor, f"/export/my-offers.csv?which={which}")
        assert [int(row[0]) for row in rows] == expected
        found = db.read(my_offers, actor=me, filter=parse(OfferFilter, {"which": which, "size": 100}))
        assert [each.id for each in found.items] == expected
    assert rows[0][2:4] + rows[0][6:7] == ["Pipe", "bea", "Chosen"]


async def test_a_formula_in_my_words_stays_words(visitor: httpx.AsyncClient, me: Actor) -> None:
    publish(me, title=FORMULA, description="+1\n-1")
    offer(me, publish(person("bea"), title="@SUM(A1)"), "-2+3")
    await sign_in(visitor)
    assert (await _rows(visitor, "/export/my-needs.csv"))[0][1:3] == [f"'{FORMULA}", "'+1\n'-1"]
    sheet = load_workbook(io.BytesIO((await visitor.get("/export/my-offers.xlsx")).content)).active
    assert sheet is not None
    cells = next(sheet.iter_rows(min_row=2))
    assert (cells[2].value, cells[8].value) == ("'@SUM(A1)", "'-2+3")
    assert "f" not in {cell.data_type for cell in cells}


async def test_no_phone_number_is_in_the_files(visitor: httpx.AsyncClient, me: Actor) -> None:
    bea = person("bea", phone="13912345678")
    matched(bea, me)
    matched(me, bea)
    await sign_in(visitor)
    for name in ("my-needs", "my-offers"):
        assert "13912345678" not in (await visitor.get(f"/export/{name}.csv")).text
