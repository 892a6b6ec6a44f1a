"""The list of what `make screens` makes pictures of."""

from pages import site_map
from tests.support.browser.screen_places import Places
from tests.support.browser.screen_states import all_screens


def test_every_page_and_every_state_has_a_picture_of_its_own() -> None:
    places: Places = {route.pattern: (route.pattern, "") for route in site_map()}
    names = [screen.name for screen in all_screens(places)]
    assert len(names) == len(set(names))
    assert len(names) > len(places)


def test_a_new_page_is_among_the_pictures_by_itself() -> None:
    assert "quite-new" in [screen.name for screen in all_screens({"/quite/new": ("/quite/new", "")})]
