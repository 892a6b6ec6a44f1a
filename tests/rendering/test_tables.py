"""Exported tables: each column's header belongs to its cells, and rows are read one by one."""

from collections.abc import Iterator
from typing import Any

import pytest

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.api.exports import EXPORTS
from gsapp.i18n import N_, translator
from gsapp.rendering.columns import Column, Layout
from gsapp.rendering.spreadsheets import KINDS
from gsapp.schemas.admin import ReportForm
from gsapp.schemas.forms import parse
from gsapp.services import reports
from gsapp.vocabulary import MetricKey, Reportable
from tests.support import lives
from tests.support.lives import NOON

EN = translator("en")
FILTERS: dict[str, dict[str, Any]] = {"dashboard": {"metric": MetricKey.OPEN}, "history": {"sort": "oldest"}}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def chief(database: db.Database, keys: None) -> Actor:
    """A coordinator who has a need and an offer, in a town where something was reported."""
    chief, anna = lives.coordinator("chief"), lives.person("anna", name="王小明")
    lives.offer(chief, lives.publish(anna, title="Pipe"), "I have tools")
    lives.publish(chief, title="Lamp")
    form = ReportForm(reason="Rude")
    db.write(reports.report_abuse, actor=chief, kind=Reportable.USER, thing_id=anna.user_id, form=form)
    return chief


def first_row(export: str, chief: Actor) -> dict[str, Any]:
    """The first row by the words of its header."""
    known = EXPORTS[export]
    with db.current().read_only() as session:
        filter = parse(known.form, FILTERS.get(export, {}))
        table = known.table(session, actor=chief, filter=filter, t=EN)
        assert len(set(table.header)) == len(table.header)
        return dict(zip(table.header, next(iter(table.rows)), strict=True))


@pytest.mark.parametrize(
    ("export", "cells"),
    [
        ("people", {"Username": "anna", "Full name": "王小明", "Role": "Member", "Suspended since": None}),
        ("all-needs", {"What is needed": "Lamp", "Full name": "chief Wang", "State": "Waiting for help"}),
        (
            "all-offers",
            {"What is needed": "Pipe", "Username": "chief", "Asked by": "anna", "State": "Waiting for an answer"},
        ),
        ("kinds-of-help", {"Number": 1, "Can be chosen": "yes"}),
        ("cities", {"City": "北京", "Province": "北京", "Can be chosen": "yes"}),
        ("reports", {"About": "Person", "Person behind it": "anna", "Reported by": "chief", "Handled by": ""}),
        ("history", {"By": "the system", "Step": "Registered", "Need": None, "Reason": ""}),
        ("statistics", {"Month": "2026-11", "City": "北京", "Published": 2, "Completed": 0, "Share done": 0}),
        ("dashboard", {"What is needed": "Pipe", "Asked by": "anna", "State": "Waiting for help", "Minutes waited": 0}),
        ("my-needs", {"What is needed": "Lamp", "Helpers wanted": 1, "Offers waiting": 0}),
        ("my-offers", {"What is needed": "Pipe", "Asked by": "anna", "Message": "I have tools", "Decided": None}),
    ],
)
def test_the_first_row_of_an_export_says_under_each_header_what_belongs_there(
    chief: Actor, export: str, cells: dict[str, Any]
) -> None:
    row = first_row(export, chief)
    assert {header: row[header] for header in cells} == cells


def test_the_export_of_members_behind_a_number_has_two_columns(chief: Actor) -> None:
    lives.matched(*lives.people("bea", "ben"))
    known = EXPORTS["dashboard"]
    with db.current().read_only() as session:
        filter = parse(known.form, {"metric": MetricKey.ACTIVE_VOLUNTEERS})
        table = known.table(session, actor=chief, filter=filter, t=EN)
        assert table.header == ["Username", "Registered on"]
        assert [row[0] for row in table.rows] == ["ben"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_is_read_when_the_one_before_it_is_written(kind: str) -> None:
    written: list[int] = []

    def rows() -> Iterator[int]:
        for number in range(3):
            assert written == list(range(number))
            yield number

    def cell(number: int, _: object) -> int:
        written.append(number)
        return number

    layout = Layout("numbers", (Column(N_("Number"), cell),))
    KINDS[kind].write(layout.table(rows(), EN)).close()
    assert written == [0, 1, 2]
