"""The wall shows numbers, kinds of help and cities; no names and no texts reach its page."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gsapp import db
from gsapp.i18n import translator
from gsapp.queries.walls import wall
from gsapp.vocabulary import MetricKey
from pages.components.dashboard import wall as wall_regions
from tests.support.dashboard import desk, later
from tests.support.lives import matched, offer, people, publish

pytestmark = pytest.mark.rules

REGIONS = (wall_regions.date, wall_regions.tiles, wall_regions.matrix, wall_regions.oldest, wall_regions.feed)


@pytest.mark.usefixtures("database")
def test_nothing_on_the_wall_names_a_person(wait: Callable[[timedelta], None]) -> None:
    anna, ben = people("annabelle", "benedict")
    publish(anna, title="Ring Annabelle at 13812345678", description="Mrs Wang knows", **later(days=20))
    wait(timedelta(days=4))
    offer(ben, publish(anna, title="For Benedict only"), message="I am Benedict")
    matched(anna, ben, title="Annabelle Wang")
    shown = db.read(wall)
    told = shown.model_dump_json() + "".join(str(region(translator("en"), shown)) for region in REGIONS)
    for secret in ("nnabelle", "enedict", "Wang", "138", "Ring", "Mrs"):
        assert secret not in told, secret
    assert "nnabelle" in desk().model_dump_json(), "the dashboard does tell"
    assert [need.minutes for need in shown.oldest] == [4 * 24 * 60, 0]
    assert shown.tile(MetricKey.OPEN).value == 2
    assert [step.action for step in shown.feed][:2] == ["OfferAccepted", "OfferMade"]
