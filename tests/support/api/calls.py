"""Asking the API in one line, and what every answer must look like."""

from typing import Any

import httpx

from gsapp import security
from gsapp.access import Actor
from gsapp.models import User
from tests.support import lives

REQUEST = {
    "ps_title": "The kitchen pipe leaks",
    "stype_id": lives.PLUMBING,
    "cityID": lives.BEIJING,
    "ps_begindate": "2026-11-24T15:00:00",
    "ps_enddate": "2026-11-24T17:00:00",
}
SECRETS = ("password", "bpwd", "hash", "Traceback", "sqlalchemy")


def token_of(actor: Actor) -> str:
    generation = lives.row(User, actor.user_id).token_generation
    return security.vault().access_tokens.issue(user_id=actor.user_id, username=actor.username, generation=generation)


class Caller:
    """`await call("GET /users/me", anna)`: a path below /api/v1, with the token of `by`."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def __call__(self, what: str, by: Actor | str | None = None, json: Any = None, **more: Any) -> httpx.Response:
        method, path = what.split(" ", 1)
        headers = dict(more.pop("headers", {}))
        if by is not None:
            headers["Authorization"] = f"Bearer {by if isinstance(by, str) else token_of(by)}"
        if json is not None:
            more["json"] = json
        return await self.client.request(method, f"/api/v1{path}", headers=headers, **more)


def data(response: httpx.Response, status: int = 200) -> Any:
    """What a good answer carries."""
    assert response.status_code == status, response.text
    answer = response.json()
    assert set(answer) == {"code", "message", "data"}
    assert answer["code"] == 200
    assert isinstance(answer["message"], str)
    return answer["data"]


def refused(response: httpx.Response, *statuses: int) -> dict[str, Any]:
    """The body of a refusal with one of these statuses."""
    assert response.status_code in statuses, response.text
    assert response.headers["content-type"] == "application/json"
    answer: dict[str, Any] = response.json()
    assert set(answer) == {"code", "message", "detail"}
    assert answer["code"] == response.status_code
    assert answer["message"]
    assert not any(word in response.text for word in SECRETS[2:])
    if response.status_code == 401:
        assert response.headers["www-authenticate"] == "Bearer"
    if response.status_code == 422:
        assert all(set(problem) == {"field", "reason"} and problem["reason"] for problem in answer["detail"])
    return answer


def fields(response: httpx.Response) -> set[str]:
    """The fields that a 422 finds fault with."""
    return {problem["field"] for problem in refused(response, 422)["detail"]}
