"""Recounting the monthly totals lists every difference, and a rebuild repairs it."""

import pytest
from sqlmodel import Session, col, delete, update

from gsapp import db
from gsapp.effects import monthly
from gsapp.effects.monthly import Difference, Key
from gsapp.models import MonthlyTotal
from tests.support.lives import BEIJING, CARE, NINGBO, PLUMBING, matched, people, publish

pytestmark = pytest.mark.usefixtures("database")


def spoil(session: Session) -> None:
    of_care = col(MonthlyTotal.type_id) == CARE
    session.exec(update(MonthlyTotal).where(of_care).values(published=7, completed=3))
    session.exec(delete(MonthlyTotal).where(col(MonthlyTotal.type_id) == PLUMBING))
    session.add(MonthlyTotal(month="202501", type_id=CARE, city_id=NINGBO, published=1, completed=0))


def test_right_totals_differ_in_nothing() -> None:
    assert db.read(monthly.differences) == []
    anna, ben = people("anna", "ben")
    matched(anna, ben)
    assert db.read(monthly.differences) == []


def test_every_wrong_missing_or_needless_total_is_named_and_mended() -> None:
    anna, ben = people("anna", "ben")
    matched(anna, ben)
    publish(anna, type_id=CARE)
    db.write(spoil)
    found = db.read(monthly.differences)
    assert found == [
        Difference(Key("202501", CARE, NINGBO), stored=(1, 0), counted=(0, 0)),
        Difference(Key("202611", PLUMBING, BEIJING), stored=(0, 0), counted=(1, 1)),
        Difference(Key("202611", CARE, BEIJING), stored=(7, 3), counted=(1, 0)),
    ]
    assert str(found[2]) == "202611 type 2 city 1: published 7 (counted 1), completed 3 (counted 0)"
    assert db.write(monthly.rebuild) == 2
    assert db.read(monthly.differences) == []
