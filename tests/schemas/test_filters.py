"""What an address asks for."""

import pytest

from gsapp.errors import Invalid
from gsapp.schemas.admin import AdminNeedFilter
from gsapp.schemas.dashboard import DashboardFilter, RowsFilter
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.needs import NeedFilter
from gsapp.schemas.statistics import StatisticsFilter, this_month


def test_what_makes_no_sense_is_left_out_with_its_reason() -> None:
    filter, left_out = parse_filter(NeedFilter, {"q": "pipe", "type": "x", "status": "odd", "page": "2"})
    assert filter == NeedFilter(q="pipe", page=2)
    assert set(left_out) == {"type_id", "status"}
    assert left_out["status"].msgid == "Please choose one."


def test_a_name_without_a_value_asks_for_nothing() -> None:
    assert parse_filter(AdminNeedFilter, {"q": "", "type": "", "page": ""}) == (AdminNeedFilter(), {})


@pytest.mark.parametrize(
    ("place", "meant"), [("3", {"city_id": 3}), ("浙江", {"province": "浙江"}), ("-1", {"province": "-1"})]
)
def test_a_place_is_a_city_by_number_or_a_province_by_name(place: str, meant: dict[str, object]) -> None:
    filter, left_out = parse_filter(DashboardFilter, {"place": place, "type": "2", "city_id": "7", "province": "北京"})
    assert (filter.model_dump(exclude_defaults=True), left_out) == (meant | {"type_id": 2}, {})


def test_a_form_that_has_a_place_itself_takes_it_as_it_is() -> None:
    assert parse_filter(AdminNeedFilter, {"place": "3", "type": "2"})[0] == AdminNeedFilter(place="3", type=2)


def test_a_page_may_take_some_names_only() -> None:
    query = {"author_id": "5", "size": "100", "page": "3", "status": "odd"}
    assert parse_filter(NeedFilter, query, only=("page",)) == (NeedFilter(page=3), {})


def test_a_rule_about_several_fields_leaves_out_what_breaks_it() -> None:
    filter, left_out = parse_filter(StatisticsFilter, {"start_month": "2026-05", "end_month": "2001-01", "page": "2"})
    assert list(left_out) == ["start_month"]
    assert filter.end_month == this_month()


def test_what_must_be_given_is_demanded() -> None:
    with pytest.raises(Invalid):
        parse_filter(RowsFilter, {"page": "2"})
