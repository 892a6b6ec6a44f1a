"""A file is used once, even when several tabs use it concurrently.

On MariaDB only, and each race once more with its guard taken away, when it must end wrong.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, update
from sqlmodel import Session, col, select

from gsapp import access, db, guards
from gsapp.access import Actor, NoSuchFile
from gsapp.guards import FileGone
from gsapp.media.storage import storage
from gsapp.models import Need, Offer, StoredFile
from gsapp.schemas.forms import parse
from gsapp.schemas.offers import OfferForm
from gsapp.services import files, needs, offers
from gsapp.services.files import TooManyUnused
from tests.support import lives
from tests.support.lives import need_form, offer, person, publish, row
from tests.support.overlap import meet_after, meet_before, together, warm_up, without_row_locks
from tests.support.samples import on, send

CROWD = 8
pytestmark = [pytest.mark.mariadb, pytest.mark.usefixtures("database", "disk")]


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys():
        yield


@pytest.fixture
def database(mariadb_database: db.Database) -> db.Database:
    warm_up(mariadb_database, CROWD)
    return mariadb_database


@pytest.fixture
def anna(database: db.Database, disk: Path) -> Actor:
    return person("anna")


def unguarded(session: Session, name: str, uploader_ids: Any, *, need_id: int, offer_id: int | None) -> None:
    found = session.exec(select(StoredFile).where(StoredFile.name == name)).one()
    if found.uploader_id in uploader_ids:
        use = update(StoredFile).where(col(StoredFile.name) == name).values(need_id=need_id, offer_id=offer_id)
        session.exec(use.execution_options(synchronize_session=False))


def publishing(anna: Actor, name: str) -> Any:
    return partial(db.write, needs.publish_need, actor=anna, form=need_form(attachments=name))


def needs_stored() -> int:
    with db.current().read_only() as session:
        return session.exec(select(func.count()).select_from(Need)).one()


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without the guard it ends wrong"])
def test_of_many_needs_published_at_once_with_one_file_one_gets_it(
    anna: Actor, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    if not guarded:
        monkeypatch.setattr(guards, "use_file", unguarded)
    name = send(anna)
    meet_before(monkeypatch, guards, "use_file", CROWD)
    outcomes = together([publishing(anna, name)] * CROWD)
    won = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    if guarded:
        assert len(won) == needs_stored() == 1
        assert {type(outcome) for outcome in outcomes if isinstance(outcome, Exception)} == {FileGone}
    else:
        assert len(won) > 1
    assert storage().has(name)


def test_a_file_that_is_used_and_thrown_away_at_once_is_one_or_the_other(anna: Actor, disk: Path) -> None:
    for _ in range(10):
        name = send(anna)
        discarding = partial(db.write, files.discard_file, actor=anna, name=name)
        used, gone = together([publishing(anna, name), discarding])
        if isinstance(used, Exception):
            assert isinstance(used, FileGone)
            assert gone is None
            assert not storage().has(name)
        else:
            assert isinstance(gone, files.FileInUse)
            assert storage().has(name)


def test_thrown_away_twice_at_once_it_is_gone_once(anna: Actor, disk: Path) -> None:
    name = send(anna)
    results = together([partial(db.write, files.discard_file, actor=anna, name=name)] * 2)
    assert results.count(None) == 1
    assert {type(result) for result in results} == {type(None), NoSuchFile}
    assert on(disk) == []


def test_the_limit_of_unused_files_holds_for_uploads_at_once(
    anna: Actor, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_UNUSED_FILES", 3)
    meet_before(monkeypatch, files, "store_file", CROWD)
    results = together([partial(send, anna)] * CROWD)
    names = [result for result in results if isinstance(result, str)]
    assert len(names) == 3
    assert {type(result) for result in results if not isinstance(result, str)} == {TooManyUnused}
    assert len(on(disk)) == 6, "with their thumbnails; of those refused nothing"


def test_the_same_form_sent_twice_at_once_uses_its_file_once(anna: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    form = need_form(attachments=send(anna))
    meet_after(monkeypatch, needs, "_check_choices", 2)
    sending = partial(db.write, needs.publish_need, actor=anna, form=form, client_key="one form")
    first, second = together([sending] * 2)
    assert first == second
    assert needs_stored() == 1


def two_tabs_edit(anna: Actor) -> tuple[list[str], str]:
    """The files that belong to an offer after both have given it another one, and its list."""
    ben = person("ben")
    offer_id = offer(ben, publish(anna))
    forms = [parse(OfferForm, {"attachments": send(ben)}) for _ in range(2)]
    together([partial(db.write, offers.edit_offer, actor=ben, offer_id=offer_id, form=form) for form in forms])
    with db.current().read_only() as session:
        names = session.exec(select(StoredFile.name).where(StoredFile.offer_id == offer_id)).all()
    return list(names), row(Offer, offer_id).attachments


def test_an_offer_that_is_changed_in_two_tabs_at_once_has_the_files_of_its_list(
    anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before(monkeypatch, access, "own_offer", 2)
    names, attachments = two_tabs_edit(anna)
    assert names == [attachments]


def test_without_holding_its_need_it_would_have_more(anna: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    without_row_locks(monkeypatch)
    meet_after(monkeypatch, access, "own_offer", 2)
    names, attachments = two_tabs_edit(anna)
    assert len(names) == 2
    assert attachments in names
