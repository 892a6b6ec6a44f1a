"""Links to the wall: who makes and revokes them, and what is kept of them."""

import pytest

from gsapp import db, events
from gsapp.access import Actor, CoordinatorsOnly
from gsapp.errors import Invalid, NotFound
from gsapp.models import WallLink
from gsapp.queries import walls as wall_queries
from gsapp.schemas.forms import parse
from gsapp.schemas.walls import WallLinkForm
from gsapp.security.tokens import hash_token
from gsapp.services import walls
from tests.support import lives

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]
FORM = WallLinkForm(label="The hall")


def make(chief: Actor, token: str = "open sesame") -> int:
    return db.write(walls.make_link, actor=chief, form=FORM, token_hash=hash_token(token))


def opened_by(token: str) -> int | None:
    return db.read(wall_queries.opens, token_hash=hash_token(token))


def test_a_link_opens_the_wall_until_it_is_revoked() -> None:
    chief = lives.coordinator()
    with lives.one_step(events.WallLinkMade(1), actor=chief, new="1"):
        link = make(chief)
    other = make(chief, "open barley")
    assert (opened_by("open sesame"), opened_by("another"), opened_by(hash_token("open sesame"))) == (link, None, None)
    assert "sesame" not in str(lives.row(WallLink, link)), "only the hash is kept"
    with lives.one_step(events.WallLinkRevoked(link), actor=chief, old="1"):
        db.write(walls.revoke_link, actor=chief, link_id=link)
    assert (opened_by("open sesame"), opened_by("open barley")) == (None, other)
    lives.refused(walls.LinkRevoked, walls.revoke_link, actor=chief, link_id=link)
    shown = {row.id: row for row in db.read(wall_queries.wall_links, actor=chief)}
    assert (shown[link].label, shown[link].made_by) == ("The hall", "keeper")
    assert (shown[link].revoked_at is not None, shown[other].revoked_at) == (True, None)


def test_only_coordinators_make_see_and_revoke_links() -> None:
    link, anna = make(lives.coordinator()), lives.person("anna")
    lives.refused(CoordinatorsOnly, walls.make_link, actor=anna, form=FORM, token_hash="x")
    lives.refused(CoordinatorsOnly, walls.revoke_link, actor=anna, link_id=link)
    with pytest.raises(CoordinatorsOnly):
        db.read(wall_queries.wall_links, actor=anna)


def test_links_that_nobody_made_cannot_be_revoked() -> None:
    lives.refused_for_hostile_ids(NotFound, "link_id", walls.revoke_link, actor=lives.coordinator())


def test_a_link_says_where_its_screen_hangs() -> None:
    with pytest.raises(Invalid):
        parse(WallLinkForm, {"label": "  "})
