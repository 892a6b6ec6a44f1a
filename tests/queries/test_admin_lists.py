"""Lists for coordinators (people, kinds of help, cities, reports), denied to others."""

from typing import Any

import pytest

from gsapp import db
from gsapp.access import Actor, CoordinatorsOnly
from gsapp.api.exports import EXPORTS
from gsapp.i18n import translator
from gsapp.queries import admin_needs, admin_offers, admin_overview, admin_people, admin_places, admin_reports
from gsapp.schemas.admin import (
    AdminNeedFilter,
    AdminOfferFilter,
    CityFilter,
    MatchFilter,
    NoteForm,
    ReportFilter,
    ReportForm,
    TypeFilter,
    UserFilter,
    WhyForm,
)
from gsapp.schemas.forms import parse
from gsapp.services import admin_places as administration_places
from gsapp.services import reports
from gsapp.services.admin_needs import take_down_need
from gsapp.services.suspension import restore, suspend
from gsapp.vocabulary import Reportable, Role
from tests.support import lives
from tests.support.lives import CARE, coordinator, people, person

EN = translator("en")
WHY = WhyForm(reason="spam")
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def chief() -> Actor:
    return coordinator("chief")


def found(chief: Actor, **asked: Any) -> list[str]:
    page = db.read(admin_people.users, actor=chief, filter=parse(UserFilter, asked))
    assert page.total == len(page.items)
    return [user.username for user in page.items]


def written(export: str, chief: Actor, filter: Any) -> list[list[Any]]:
    """The rows that a file would have."""
    with db.current().read_only() as session:
        return [list(row) for row in EXPORTS[export].table(session, actor=chief, filter=filter, t=EN).rows]


def test_people_are_found_by_the_beginning_of_a_name_and_by_a_whole_phone_number(chief: Actor) -> None:
    person("anna", name="王小明", phone="13900000001")
    person("Annika", name="Li Wei", phone="13900000002")
    person("100%", name="o'Neil", phone="13900000003")
    assert found(chief, q="ann") == ["Annika", "anna"]
    assert found(chief, q="anna") == ["anna"]
    assert found(chief, q="王小") == ["anna"]
    assert found(chief, q="li") == ["Annika"]
    assert found(chief, q="小明") == []
    assert found(chief, q="139 0000 0001") == ["anna"]
    assert found(chief, q="1390000000") == [], "nobody finds out a phone number digit by digit"
    assert found(chief, q="100%") == ["100%"]
    assert found(chief, q="%") == found(chief, q="_") == found(chief, q="' OR 1=1 --") == []


def test_people_are_filtered_by_role_and_suspension_and_sorted(chief: Actor) -> None:
    anna, ben = people("anna", "ben")
    db.write(suspend, actor=chief, user_id=ben.user_id, form=WHY)
    assert found(chief) == ["ben", "anna", "chief"]
    assert found(chief, sort="oldest") == ["chief", "anna", "ben"]
    assert found(chief, sort="username") == ["anna", "ben", "chief"]
    assert found(chief, role="coordinator") == ["chief"]
    assert found(chief, role="member", suspended="no") == ["anna"]
    assert found(chief, suspended="yes") == ["ben"]
    db.write(restore, actor=chief, user_id=ben.user_id, form=WHY)
    assert found(chief, suspended="yes") == []
    assert anna.role is Role.MEMBER


def test_people_come_page_by_page(chief: Actor) -> None:
    people(*(f"member{number}" for number in range(5)))
    pages = [
        db.read(admin_people.users, actor=chief, filter=UserFilter(size=2, page=number, sort="username"))
        for number in (1, 2, 3, 4)
    ]
    assert [page.total for page in pages] == [6] * 4
    listed = [user.username for page in pages for user in page.items]
    assert listed == ["chief", *(f"member{number}" for number in range(5))]


def test_the_file_of_people_has_the_rows_of_the_list_and_no_phone(chief: Actor) -> None:
    person("anna", name="王小明", phone="13900000001")
    rows = written("people", chief, UserFilter(sort="username"))
    assert [row[1:4] for row in rows] == [["anna", "王小明", "Member"], ["chief", "chief Wang", "Coordinator"]]
    assert "13900000001" not in repr(rows)


def test_an_account_shows_what_a_coordinator_may_see(chief: Actor) -> None:
    anna, ben = people("anna", "ben")
    lives.matched(anna, ben)
    lives.publish(anna)
    db.write(suspend, actor=chief, user_id=anna.user_id, form=WHY)
    seen = db.read(admin_people.user_detail, actor=chief, user_id=anna.user_id)
    stored = lives.user(anna)
    assert (seen.needs, seen.offers, seen.matches, seen.reports) == (2, 0, 1, 0)
    assert seen.suspended_because == "spam"
    assert stored.phone not in repr(seen)
    assert stored.id_number not in repr(seen)
    assert seen.phone == f"{stored.phone[:3]}****{stored.phone[-4:]}"
    assert db.read(admin_people.user_detail, actor=chief, user_id=ben.user_id).matches == 1


def test_kinds_of_help_and_cities_are_listed_switched_off_or_not(chief: Actor) -> None:
    db.write(administration_places.disable_type, actor=chief, type_id=CARE)
    db.write(administration_places.disable_city, actor=chief, city_id=lives.NINGBO)
    kinds = db.read(admin_places.all_types, actor=chief, filter=TypeFilter())
    assert (kinds.items[0].first, kinds.items[-1].last, kinds.total) == (True, True, 6)
    assert [kind.id for kind in kinds.items if not kind.enabled] == [CARE]
    off = db.read(admin_places.all_types, actor=chief, filter=TypeFilter(enabled="no"))
    assert [kind.id for kind in off.items] == [CARE]

    def cities(**asked: Any) -> list[str]:
        filter = parse(CityFilter, asked)
        page = db.read(admin_places.all_cities, actor=chief, filter=filter)
        assert [row[1] for row in written("cities", chief, filter)] == [c.name for c in page.items]
        return [city.name for city in page.items]

    assert cities() == ["北京", "杭州", "宁波", "成都"]
    assert cities(q="浙") == ["杭州", "宁波"]
    assert cities(enabled="no") == ["宁波"]
    assert cities(q="%") == []
    assert len(written("kinds-of-help", chief, TypeFilter())) == 6


def test_reports_are_listed_with_what_they_are_about(chief: Actor) -> None:
    anna, ben = people("anna", "ben")
    need_id = lives.publish(anna, title="Rude")
    offer_id = lives.offer(ben, need_id, "Silly")
    rude = ReportForm(reason="Not nice")
    ids = [
        db.write(reports.report_abuse, actor=who, kind=kind, thing_id=thing, form=rude)
        for who, kind, thing in (
            (ben, Reportable.NEED, need_id),
            (anna, Reportable.OFFER, offer_id),
            (anna, Reportable.USER, ben.user_id),
        )
    ]
    db.write(reports.handle_report, actor=chief, report_id=ids[2], form=NoteForm(note="Talked"))

    def listed(**asked: Any) -> list[int]:
        filter = parse(ReportFilter, asked)
        page = db.read(admin_reports.reports, actor=chief, filter=filter)
        assert page.total == len(page.items)
        assert [row[0] for row in written("reports", chief, filter)] == [r.id for r in page.items]
        return [report.id for report in page.items]

    assert listed() == ids[::-1]
    assert listed(sort="oldest") == ids
    assert listed(state="open") == ids[1::-1]
    assert listed(state="handled") == [ids[2]]
    assert listed(kind="offer") == [ids[1]]
    assert listed(person=str(ben.user_id)) == [ids[2], ids[1]]
    rows = db.read(admin_reports.reports, actor=chief, filter=ReportFilter(sort="oldest")).items
    assert [(row.title, row.person, row.reporter) for row in rows] == [
        ("Rude", "anna", "ben"),
        ("Silly", "ben", "anna"),
        ("ben", "ben", "anna"),
    ]
    assert (rows[2].handled_by, rows[2].note) == ("chief", "Talked")
    db.write(take_down_need, actor=chief, need_id=need_id, form=WHY)
    assert db.read(admin_reports.reports, actor=chief, filter=ReportFilter(sort="oldest")).items[0].title == "Rude"


def test_the_counts_of_the_start_page_are_those_of_the_lists(chief: Actor) -> None:
    anna, ben = people("anna", "ben")
    need_id = lives.publish(anna)
    lives.offer(ben, need_id)
    db.write(reports.report_abuse, actor=ben, kind=Reportable.NEED, thing_id=need_id, form=ReportForm(reason="Rude"))
    db.write(suspend, actor=chief, user_id=ben.user_id, form=WHY)
    counts = db.read(admin_overview.overview)
    assert counts.model_dump() == {
        "open_reports": 1,
        "people": 3,
        "suspended": 1,
        "coordinators": 1,
        "types": 6,
        "cities": 4,
        "open_needs": 1,
        "pending_offers": 1,
    }


def test_members_get_nothing_of_all_this(chief: Actor) -> None:
    anna, ben = people("anna", "ben")
    queries: list[tuple[Any, dict[str, Any]]] = [
        (admin_people.users, {"filter": UserFilter()}),
        (admin_people.user_detail, {"user_id": ben.user_id}),
        (admin_needs.needs_of_all, {"filter": AdminNeedFilter()}),
        (admin_offers.offers_of_all, {"filter": AdminOfferFilter()}),
        (admin_offers.matches_of_one, {"filter": MatchFilter(user_id=ben.user_id)}),
        (admin_places.all_types, {"filter": TypeFilter()}),
        (admin_places.all_cities, {"filter": CityFilter()}),
        (admin_reports.reports, {"filter": ReportFilter()}),
    ]
    streams = [
        (admin_people.stream_users, UserFilter()),
        (admin_needs.stream_needs, AdminNeedFilter()),
        (admin_offers.stream_offers, AdminOfferFilter()),
        (admin_places.stream_types, TypeFilter()),
        (admin_places.stream_cities, CityFilter()),
        (admin_reports.stream_reports, ReportFilter()),
    ]
    queries += [(stream, {"filter": filter}) for stream, filter in streams]
    for query, asked in queries:
        db.read(query, actor=chief, **asked)
        with pytest.raises(CoordinatorsOnly):
            db.read(query, actor=anna, **asked)
