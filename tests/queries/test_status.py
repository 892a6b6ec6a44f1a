"""What people see of a need is derived once in Python and once in SQL: the two agree."""

from datetime import timedelta
from itertools import product

import pytest
from sqlmodel import Session, col, select

from gsapp import clock, db
from gsapp.models import Need
from gsapp.models.needs import status_at
from gsapp.vocabulary import NeedState, NeedStatus
from tests.support.lives import BEIJING, PLUMBING, person

PLACES = [(filter, taken, done) for filter in (1, 2, 3, 20) for taken in range(filter + 1) for done in range(taken + 1)]
ENDS = [timedelta(seconds=seconds) for seconds in (-86_400, -1, 0, 1, 86_400)]


def put(session: Session, *, author_id: int) -> None:
    """A need in every state there is, whether a life leads there or not."""
    now = clock.local_now()
    for (filter, taken, done), ends, state in product(PLACES, ENDS, NeedState):
        need = Need(
            author_id=author_id,
            title="",
            starts_at=now - timedelta(days=9),
            ends_at=now + ends,
            state=state,
            type_id=PLUMBING,
            city_id=BEIJING,
            helpers_wanted=filter,
            places_taken=taken,
            places_done=done,
            published_at=clock.now(),
        )
        session.add(need)


@pytest.mark.usefixtures("database")
def test_the_status_in_sql_is_the_status_in_python() -> None:
    db.write(put, author_id=person("anna").user_id)
    now = clock.local_now()
    with db.current().read_only() as session:
        found = session.exec(select(Need, status_at(now)).order_by(col(Need.id))).all()
    assert len(found) == len(PLACES) * len(ENDS) * 2
    assert [(need, status) for need, status in found if need.status(now) != status] == []
    assert {status for _, status in found} == {status.value for status in NeedStatus}
