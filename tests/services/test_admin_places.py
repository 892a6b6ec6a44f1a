"""Kinds of help and cities: adding, naming, ordering, switching off and on."""

import pytest

from gsapp import db, events
from gsapp.access import Actor, CoordinatorsOnly
from gsapp.errors import NotFound
from gsapp.models import City, ServiceType
from gsapp.queries import places
from gsapp.queries.community import waiting_now
from gsapp.schemas.admin import CityForm, TypeForm
from gsapp.services import admin_places as admin
from gsapp.services import needs
from tests.support.lives import (
    BEIJING,
    CARE,
    PLUMBING,
    coordinator,
    need_form,
    one_step,
    person,
    publish,
    refused,
    refused_for_hostile_ids,
    row,
)

GARDEN = TypeForm(name="Gardens", target_hours=24)
TAIPA = CityForm(name="Taipa", province="Macau")
pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]


@pytest.fixture
def chief() -> Actor:
    return coordinator()


def names() -> list[str]:
    return [kind.name for kind in db.read(places.service_types)]


def pipes(**changes: object) -> TypeForm:
    """The kind of help that every database begins with, as it is stored now."""
    stored = row(ServiceType, PLUMBING)
    return TypeForm.model_validate({"name": stored.name, "target_hours": stored.target_hours} | changes)


def test_a_new_kind_of_help_stands_last_and_can_be_chosen(chief: Actor) -> None:
    with one_step(events.TypeAdded(len(names()) + 1), actor=chief, reason="Gardens"):
        type_id = db.write(admin.add_type, actor=chief, form=GARDEN)
    assert names()[-1] == "Gardens"
    publish(person("anna"), type_id=type_id)


def test_names_are_unique_to_the_letter(chief: Actor) -> None:
    type_id = db.write(admin.add_type, actor=chief, form=GARDEN)
    refused(admin.TypeNameTaken, admin.add_type, actor=chief, form=GARDEN)
    db.write(admin.add_type, actor=chief, form=TypeForm(name="gardens"))
    taken = pipes(name="gardens")
    refused(admin.TypeNameTaken, admin.edit_type, actor=chief, type_id=type_id, was=GARDEN, form=taken)


def test_a_kind_of_help_is_renamed_under_its_needs(chief: Actor) -> None:
    before, after = pipes(), pipes(name="Pipes", target_hours=5)
    publish(person("anna"))
    assert db.read_shared(waiting_now, most=1)[0].type_name == before.name
    with one_step(events.TypeEdited(PLUMBING), actor=chief, reason="管道维修 · 72 → Pipes · 5"):
        db.write(admin.edit_type, actor=chief, type_id=PLUMBING, was=before, form=after)
    assert pipes() == after
    assert db.read_shared(waiting_now, most=1)[0].type_name == "Pipes", "nobody reads the old name from the cache"


def test_of_two_who_edit_at_once_the_second_is_told(chief: Actor) -> None:
    seen_by_both = pipes()
    db.write(admin.edit_type, actor=chief, type_id=PLUMBING, was=seen_by_both, form=pipes(target_hours=5))
    late = pipes(name="Pipes")
    refused(admin.ChangedMeanwhile, admin.edit_type, actor=chief, type_id=PLUMBING, was=seen_by_both, form=late)
    assert pipes().target_hours == 5


def test_saving_what_was_there_is_no_step(chief: Actor) -> None:
    before = db.read(places.service_types)
    db.write(admin.edit_type, actor=chief, type_id=PLUMBING, was=pipes(), form=pipes())
    assert db.read(places.service_types) == before


def test_kinds_of_help_change_places(chief: Actor) -> None:
    first, second, *rest = names()
    with one_step(events.TypeMoved(CARE), actor=chief, new="up", reason=second):
        db.write(admin.move_type, actor=chief, type_id=CARE, direction="up")
    assert names() == [second, first, *rest]
    db.write(admin.move_type, actor=chief, type_id=CARE, direction="down")
    assert names() == [first, second, *rest]


def test_the_first_and_the_last_stay_where_they_are(chief: Actor) -> None:
    before = names()
    last = db.read(places.service_types)[-1].id
    db.write(admin.move_type, actor=chief, type_id=PLUMBING, direction="up")
    db.write(admin.move_type, actor=chief, type_id=last, direction="down")
    assert names() == before


def test_a_kind_of_help_that_is_off_cannot_be_chosen_and_stays_where_it_was(chief: Actor) -> None:
    anna = person("anna")
    need_id = publish(anna, type_id=PLUMBING)
    with one_step(events.TypeDisabled(PLUMBING), actor=chief, reason="管道维修"):
        db.write(admin.disable_type, actor=chief, type_id=PLUMBING)
    refused(needs.UnknownType, needs.publish_need, actor=anna, form=need_form(type_id=PLUMBING))
    db.write(needs.edit_need, actor=anna, need_id=need_id, form=need_form(title="Two pipes", type_id=PLUMBING))
    refused(admin.ChangedMeanwhile, admin.disable_type, actor=chief, type_id=PLUMBING)
    with one_step(events.TypeEnabled(PLUMBING), actor=chief, reason="管道维修"):
        db.write(admin.enable_type, actor=chief, type_id=PLUMBING)
    publish(anna, type_id=PLUMBING)


def test_a_city_is_added_once(chief: Actor) -> None:
    city_id = db.write(admin.add_city, actor=chief, form=TAIPA)
    assert row(City, city_id).province == "Macau"
    refused(admin.CityKnown, admin.add_city, actor=chief, form=TAIPA)
    db.write(admin.add_city, actor=chief, form=TAIPA.model_copy(update={"province": "MACAU"}))
    publish(person("anna"), city_id=city_id)


def test_a_city_that_is_off_cannot_be_chosen_and_stays_where_it_was(chief: Actor) -> None:
    anna = person("anna")
    need_id = publish(anna, city_id=BEIJING)
    with one_step(events.CityDisabled(BEIJING), actor=chief, reason="北京"):
        db.write(admin.disable_city, actor=chief, city_id=BEIJING)
    refused(needs.UnknownCity, needs.publish_need, actor=anna, form=need_form(city_id=BEIJING))
    db.write(needs.edit_need, actor=anna, need_id=need_id, form=need_form(title="Two pipes", city_id=BEIJING))
    refused(admin.ChangedMeanwhile, admin.disable_city, actor=chief, city_id=BEIJING)
    with one_step(events.CityEnabled(BEIJING), actor=chief, reason="北京"):
        db.write(admin.enable_city, actor=chief, city_id=BEIJING)


def test_all_this_is_for_coordinators_and_for_what_exists(chief: Actor) -> None:
    anna = person("anna")
    refused(CoordinatorsOnly, admin.add_type, actor=anna, form=GARDEN)
    refused(CoordinatorsOnly, admin.add_city, actor=anna, form=TAIPA)
    refused(CoordinatorsOnly, admin.edit_type, actor=anna, type_id=PLUMBING, was=pipes(), form=GARDEN)
    refused(CoordinatorsOnly, admin.move_type, actor=anna, type_id=PLUMBING, direction="down")
    refused_for_hostile_ids(NotFound, "type_id", admin.edit_type, actor=chief, was=GARDEN, form=GARDEN)
    refused_for_hostile_ids(NotFound, "type_id", admin.move_type, actor=chief, direction="up")
    for of_type in (admin.disable_type, admin.enable_type):
        refused(CoordinatorsOnly, of_type, actor=anna, type_id=PLUMBING)
        refused_for_hostile_ids(NotFound, "type_id", of_type, actor=chief)
    for of_city in (admin.disable_city, admin.enable_city):
        refused(CoordinatorsOnly, of_city, actor=anna, city_id=BEIJING)
        refused_for_hostile_ids(NotFound, "city_id", of_city, actor=chief)
