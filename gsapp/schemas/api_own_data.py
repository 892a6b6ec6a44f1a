"""Response of `/api/v1` with all data stored about the caller."""

from typing import Any

from gsapp.schemas.api import Answered, example

Rows = tuple[dict[str, Any], ...]
NEED = {"id": 1, "title": "The kitchen pipe leaks", "state": "active", "city": "杭州", "kind_of_help": "管道维修"}


class KeptData(Answered):
    """All data stored about the caller. `account` is an object, every other part a list of rows with named values."""

    model_config = example(
        as_of="2026-11-23T04:00:00Z",
        account={"id": 1, "username": "anna", "id_number_masked": "E1*****78"},
        needs=[NEED],
        taken_down=[],
        offers=[],
        matches=[],
        thanks=[],
        news=[],
        news_wanted=[],
        steps=[{"at": "2026-11-23T04:00:00Z", "action": "NeedPublished", "need_id": 1, "by": "anna"}],
        questions=[],
        reports=[],
        files=[],
        signed_in=[],
        calendar_address=[],
        password_links=[],
        wall_links=[],
    )

    as_of: str
    account: dict[str, Any]
    needs: Rows
    taken_down: Rows
    offers: Rows
    matches: Rows
    thanks: Rows
    news: Rows
    news_wanted: Rows
    steps: Rows
    questions: Rows
    reports: Rows
    files: Rows
    signed_in: Rows
    calendar_address: Rows
    password_links: Rows
    wall_links: Rows
