"""Permissions of the request's owner, its volunteer, another member, a coordinator, and without a token."""

from collections.abc import Callable

import pytest

from gsapp.access import Actor
from tests.support import lives
from tests.support.api.calls import REQUEST, Caller, data, refused

pytestmark = [pytest.mark.rules, pytest.mark.slow]

Situation = Callable[[Actor, Actor], dict[str, int]]


def asked(anna: Actor, ben: Actor) -> dict[str, int]:
    """Anna has asked for help; nobody has answered."""
    return {"id": lives.publish(anna)}


def offered(anna: Actor, ben: Actor) -> dict[str, int]:
    need_id = lives.publish(anna)
    return {"need": need_id, "id": lives.offer(ben, need_id)}


def matched(anna: Actor, ben: Actor) -> dict[str, int]:
    return {"id": lives.matched(anna, ben).match}


def reported(anna: Actor, ben: Actor) -> dict[str, int]:
    return {"id": lives.reported(anna, ben).match}


def confirmed(anna: Actor, ben: Actor) -> dict[str, int]:
    return {"id": lives.confirmed(anna, ben).match}


# What, in which situation, with which body; then the status for owner, volunteer, another member, coordinator.
TABLE: list[tuple[str, Situation, object, tuple[int, int, int, int]]] = [
    ("GET /service-requests/{id}", asked, None, (200, 200, 200, 200)),
    ("PUT /service-requests/{id}", asked, {"ps_title": "x"}, (200, 403, 403, 403)),
    ("DELETE /service-requests/{id}", asked, None, (200, 403, 403, 403)),
    ("PUT /service-requests/{id}/cancel", asked, None, (200, 403, 403, 403)),
    ("GET /service-requests/{need}/responses", offered, None, (200, 200, 200, 200)),
    ("GET /service-responses/{id}", offered, None, (200, 200, 403, 200)),
    ("PUT /service-responses/{id}", offered, {"response_desc": "x"}, (403, 200, 403, 403)),
    ("DELETE /service-responses/{id}", offered, None, (403, 200, 403, 403)),
    ("PUT /service-responses/{id}/cancel", offered, None, (403, 200, 403, 403)),
    ("POST /match/accept/{id}", offered, None, (200, 403, 403, 403)),
    ("POST /match/reject/{id}", offered, None, (200, 403, 403, 403)),
    ("POST /match/{id}/drop", matched, {"reason": "x"}, (200, 200, 403, 403)),
    ("POST /match/{id}/done", matched, None, (403, 200, 403, 403)),
    ("POST /match/{id}/confirm", reported, None, (200, 403, 403, 403)),
    ("POST /match/{id}/thanks", confirmed, {"stars": 5}, (200, 200, 403, 403)),
]
OF_NOBODY = [
    ("GET /users/me", None),
    ("PUT /users/me", {}),
    ("PUT /users/me/password", {}),
    ("GET /service-types", None),
    ("GET /cities", None),
    ("GET /service-requests", None),
    ("GET /service-requests/my", None),
    ("POST /service-requests", REQUEST),
    ("GET /service-responses", None),
    ("GET /service-responses/my", None),
    ("POST /service-responses", {"srid": 1}),
    ("POST /files/upload", None),
    ("GET /files/0f9c61d2b8a74e53916ad0c2e57b38f4.jpg", None),
    ("GET /files/0f9c61d2b8a74e53916ad0c2e57b38f4.jpg/small", None),
    ("DELETE /files/0f9c61d2b8a74e53916ad0c2e57b38f4.jpg", None),
    ("GET /match/suggestions", None),
    ("GET /stats/monthly?start_month=2026-11&end_month=2026-11", None),
]


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
@pytest.mark.parametrize("who", range(4), ids=["owner", "volunteer", "member", "coordinator"])
async def test_each_may_do_what_the_table_says(
    call: Caller, row: tuple[str, Situation, object, tuple[int, ...]], who: int
) -> None:
    what, situation, body, statuses = row
    anna, ben = lives.people("anna", "ben")
    path = what.format(**situation(anna, ben))
    actor = [anna, ben, None, None][who] or (lives.person("eve") if who == 2 else lives.coordinator())
    before = lives.everything()
    response = await call(path, actor, body)
    if statuses[who] == 200:
        data(response)
    else:
        refused(response, statuses[who])
        assert lives.everything() == before
    lives.assert_counts_are_right()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("what", "body"),
    [*OF_NOBODY, *((row[0].format(id=1, need=1), row[2]) for row in TABLE)],
    ids=str,
)
async def test_without_a_token_nothing_is_shown_or_done(call: Caller, what: str, body: object) -> None:
    lives.matched(*lives.people("anna", "ben"))
    before = lives.everything()
    refused(await call(what, None, body), 401)
    refused(await call(what, "a.b.c", body), 401)
    assert lives.everything() == before


@pytest.mark.parametrize("what", dict.fromkeys(row[0] for row in TABLE))
async def test_what_does_not_exist_is_not_found_however_large_its_number(call: Caller, anna: Actor, what: str) -> None:
    body = next(row[2] for row in TABLE if row[0] == what)
    for unknown in (0, -1, 999, 2**31 - 1, 2**31, 2**63, 10**30):
        refused(await call(what.format(id=unknown, need=unknown), anna, body), 404, 422)
    for odd in ("x", "1.5", "%00", "1e3"):
        refused(await call(what.format(id=odd, need=odd), anna, body), 404, 422)
