"""`/my-data.json`: the personal data of the signed-in user."""

import httpx

from gsapp import clock
from gsapp.queries.own_data import PARTS
from tests.support.api.people import PASSWORD, member, sign_in
from tests.support.lives import NOON


async def test_the_file_is_for_its_owner_only(visitor: httpx.AsyncClient, anna: int) -> None:
    assert (await visitor.get("/my-data.json")).status_code == 401
    member("bea", 2)
    with clock.at(NOON):
        await sign_in(visitor)
        answer = await visitor.get("/my-data.json")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="goodservices-2026-11-23.json"'
    assert answer.headers["cache-control"] == "no-store"
    kept = answer.json()
    assert kept["account"]["username"] == "anna"
    assert "安娜" in answer.text  # readable, not as numbers of letters
    assert set(kept) == {"as_of", "account", *PARTS}
    assert "bea" not in answer.text
    assert PASSWORD not in answer.text


async def test_a_sign_in_page_does_not_lead_to_a_file(visitor: httpx.AsyncClient, anna: int) -> None:
    answer = await sign_in(visitor, next="/my-data.json")
    assert answer.headers["location"] == "/board"
