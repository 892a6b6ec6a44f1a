"""Photos and videos: each belongs to one need or offer, is used once, and is gone when it is left out."""

from collections.abc import Callable
from typing import Any

import pytest

from gsapp import access, db
from gsapp.access import Actor, NoSuchFile, NotYourNeed
from gsapp.errors import Invalid
from gsapp.guards import FileGone, NeedHasAnswers, OfferDecided
from gsapp.models import Need, Offer, StoredFile
from gsapp.queries import needs as need_queries
from gsapp.queries import offers as offer_queries
from gsapp.queries.files import file_to_read
from gsapp.schemas.admin import WhyForm
from gsapp.schemas.forms import parse
from gsapp.schemas.needs import NeedChanges
from gsapp.schemas.offers import OfferChanges, OfferForm
from gsapp.schemas.on_behalf import ResidentForm
from gsapp.services import admin_needs, files, leaving, needs, offers, on_behalf
from gsapp.services.files import FileInUse, TooManyFiles
from tests.support import lives
from tests.support.lives import need_form, person, publish, refused, row
from tests.support.samples import mp4, send

pytestmark = pytest.mark.usefixtures("database")
NOBODYS = "0" * 32 + ".jpg"


@pytest.fixture
def anna(on: object) -> Actor:
    return person("anna")


@pytest.fixture
def ben(on: object) -> Actor:
    return person("ben")


def recorded(chief: Actor) -> int:
    """A resident without the internet."""
    typed = {"name": "Granny", "phone": "13912345678", "consent_at": "2026-11-20T10:00", "consent_how": "phone"}
    return db.write(on_behalf.record_resident, actor=chief, form=parse(ResidentForm, typed))


def stored(name: str) -> Any:
    with db.current().read_only() as session:
        return session.get_one(StoredFile, name)


def answer(volunteer: Actor, need_id: int, attachments: str) -> int:
    form = parse(OfferForm, {"message": "I can come.", "attachments": attachments})
    return db.write(offers.make_offer, actor=volunteer, need_id=need_id, form=form)


def change(author: Actor, need_id: int, attachments: str) -> None:
    form = parse(NeedChanges, {"attachments": attachments})
    db.write(needs.edit_need, actor=author, need_id=need_id, form=form)


def may_see(reader: Actor, name: str) -> bool:
    try:
        db.read(file_to_read, actor=reader, name=name)
    except NoSuchFile:
        return False
    return True


def test_files_are_shown_in_the_order_of_their_list(anna: Actor, ben: Actor) -> None:
    first, film, last = send(anna), send(anna, mp4()), send(anna)
    need_id = publish(anna, attachments=f"{last}, {film},{first}")
    shown = db.read(need_queries.need_detail, actor=ben, need_id=need_id)
    assert [file.name for file in shown.files] == [last, film, first]
    assert [file.kind for file in shown.files] == ["image", "video", "image"]
    assert shown.files[0].small == shown.small == f"/files/{last}/small"
    assert (shown.files[1].small, shown.files[1].width, shown.files[1].media_type) == (None, 320, "video/mp4")
    draft = db.read(need_queries.need_draft, actor=anna, need_id=need_id)
    assert draft.files == shown.files
    assert draft.attachments == f"{last}, {film},{first}"


def test_an_offer_has_files_of_its_own(anna: Actor, ben: Actor) -> None:
    eve = person("eve")
    name = send(ben)
    need_id = publish(anna)
    offer_id = answer(ben, need_id, name)
    shown = db.read(offer_queries.offer_detail, actor=anna, offer_id=offer_id)
    assert [file.name for file in shown.files] == [name]
    assert [may_see(reader, name) for reader in (anna, ben, lives.coordinator(), eve)] == [True, True, True, False]
    used = stored(name)
    assert (used.need_id, used.offer_id) == (need_id, offer_id)


def test_an_unused_file_is_its_senders_alone(anna: Actor, ben: Actor) -> None:
    name = send(anna)
    assert [may_see(reader, name) for reader in (anna, ben, lives.coordinator())] == [True, False, False]
    need_id = publish(anna, attachments=name)
    assert [may_see(reader, name) for reader in (anna, ben, lives.coordinator("chief"))] == [True, True, True]
    assert row(Need, need_id).attachments == name


def test_only_ones_own_unused_files_can_be_used(anna: Actor, ben: Actor) -> None:
    mine, used, his = send(anna), send(anna), send(ben)
    first = publish(anna, attachments=used)
    other = publish(anna)
    theirs = publish(ben)
    for names in (his, used, NOBODYS, f"{mine},{his}"):
        refused(FileGone, needs.publish_need, actor=anna, form=need_form(attachments=names))
        changes = parse(NeedChanges, {"attachments": names})
        refused(FileGone, needs.edit_need, actor=anna, need_id=other, form=changes)
        form = parse(OfferForm, {"attachments": names})
        refused(FileGone, offers.make_offer, actor=anna, need_id=theirs, form=form)
    change(anna, first, f"{mine},{used}")
    assert stored(mine).need_id == first


def test_the_refusal_is_told_at_the_field(anna: Actor) -> None:
    error = refused(FileGone, needs.publish_need, actor=anna, form=need_form(attachments=NOBODYS))
    assert isinstance(error, Invalid)
    assert set(error.fields) == {"attachments"}
    assert error.status == 400


def test_at_most_five_each(anna: Actor) -> None:
    names = [send(anna) for _ in range(6)]
    refused(TooManyFiles, needs.publish_need, actor=anna, form=need_form(attachments=",".join(names)))
    need_id = publish(anna, attachments=",".join([*names[:5], names[0], "old server.jpg"]))
    assert len(db.read(need_queries.need_detail, actor=anna, need_id=need_id).files) == 5


def test_what_an_edit_leaves_out_is_gone(anna: Actor, on: Callable[[], set[str]]) -> None:
    kept, dropped, added = send(anna), send(anna), send(anna)
    need_id = publish(anna, attachments=f"{kept},{dropped}")
    change(anna, need_id, f"{added},{kept}")
    assert on() == {kept, added}
    assert row(Need, need_id).attachments == f"{added},{kept}"
    db.write(needs.edit_need, actor=anna, need_id=need_id, form=parse(NeedChanges, {"title": "Another"}))
    assert on() == {kept, added}
    change(anna, need_id, "")
    assert on() == set()


def test_an_offers_files_change_with_it(anna: Actor, ben: Actor, on: Callable[[], set[str]]) -> None:
    old, new = send(ben), send(ben)
    offer_id = answer(ben, publish(anna), old)
    db.write(offers.edit_offer, actor=ben, offer_id=offer_id, form=parse(OfferChanges, {"message": "Soon."}))
    assert on() == {old, new}
    db.write(offers.edit_offer, actor=ben, offer_id=offer_id, form=parse(OfferChanges, {"attachments": new}))
    assert on() == {new}
    assert row(Offer, offer_id).attachments == new


def test_an_edit_that_is_refused_keeps_every_file(anna: Actor, ben: Actor, on: Callable[[], set[str]]) -> None:
    name = send(anna)
    need_id = publish(anna, attachments=name)
    without = parse(NeedChanges, {"attachments": ""})
    refused(NotYourNeed, needs.edit_need, actor=ben, need_id=need_id, form=without)
    offer_id = answer(ben, need_id, send(ben))
    refused(NeedHasAnswers, needs.edit_need, actor=anna, need_id=need_id, form=without)
    lives.accept(anna, offer_id)
    changes = parse(OfferChanges, {"attachments": ""})
    refused(OfferDecided, offers.edit_offer, actor=ben, offer_id=offer_id, form=changes)
    assert len(on()) == 2


def test_files_go_only_after_the_commit(anna: Actor, on: Callable[[], set[str]]) -> None:
    name = send(anna)

    def dropped_then_broken(session: Any) -> None:
        files.discard_file(session, actor=anna, name=name)
        raise RuntimeError("after the last statement")

    with pytest.raises(RuntimeError):
        db.write(dropped_then_broken)
    assert on() == {name}


def test_names_of_a_former_server_stay_as_they_are(anna: Actor, ben: Actor) -> None:
    name = send(anna)
    need_id = publish(anna, attachments=f"a.jpg,{name},../b.png,photo 3.JPG")
    assert [file.name for file in db.read(need_queries.need_detail, actor=ben, need_id=need_id).files] == [name]
    change(anna, need_id, "../b.png,a.jpg")
    assert row(Need, need_id).attachments == "../b.png,a.jpg"
    assert not may_see(anna, "a.jpg")


def test_a_name_like_ours_of_a_former_server_may_stay_but_shows_nothing(anna: Actor) -> None:
    need_id = publish(anna)
    lives_before = f"{NOBODYS},{'1' * 32}.png"

    def as_imported(session: Any) -> None:
        session.get_one(Need, need_id).attachments = lives_before

    db.write(as_imported)
    change(anna, need_id, f"{NOBODYS}")
    assert row(Need, need_id).attachments == NOBODYS
    assert db.read(need_queries.need_detail, actor=anna, need_id=need_id).files == ()


def test_a_need_taken_back_has_no_files_any_more(anna: Actor, ben: Actor, on: Callable[[], set[str]]) -> None:
    name = send(anna)
    need_id = publish(anna, attachments=f"a.jpg,{name}")
    db.write(needs.delete_need, actor=anna, need_id=need_id)
    assert on() == set()
    assert row(Need, need_id).attachments == "a.jpg"
    assert not may_see(anna, name)


def test_what_was_taken_down_is_shown_to_coordinators_alone(anna: Actor, ben: Actor) -> None:
    chief = lives.coordinator()
    name = send(anna)
    need_id = publish(anna, attachments=name)
    assert may_see(ben, name)
    why = parse(WhyForm, {"reason": "rude"})
    db.write(admin_needs.take_down_need, actor=chief, need_id=need_id, form=why)
    assert [may_see(reader, name) for reader in (anna, ben, chief)] == [False, False, True]
    assert db.read(need_queries.need_detail, actor=ben, need_id=need_id).files == ()


def test_discarding_is_for_the_sender_while_it_is_unused(anna: Actor, ben: Actor, on: Callable[[], set[str]]) -> None:
    used, free = send(anna), send(anna)
    publish(anna, attachments=used)
    refused(NoSuchFile, files.discard_file, actor=ben, name=free)
    refused(NoSuchFile, files.discard_file, actor=anna, name=NOBODYS)
    refused(NoSuchFile, files.discard_file, actor=anna, name="../../secret_key")
    refused(FileInUse, files.discard_file, actor=anna, name=used)
    db.write(files.discard_file, actor=anna, name=free)
    assert on() == {used}


def test_a_coordinator_sends_files_for_a_resident(on: Callable[[], set[str]]) -> None:
    chief, other = lives.coordinator("chief"), lives.coordinator("other")
    resident_id = recorded(chief)
    acting = db.read(access.on_behalf, chief, resident_id)
    name, strangers = send(chief), send(other)
    wrong = need_form(attachments=strangers)
    refused(FileGone, on_behalf.act_for, chief, resident_id, needs.publish_need, form=wrong)
    need_id = publish(acting, attachments=name)
    assert stored(name).uploader_id == chief.user_id
    # Another coordinator may go on: what the need has already needs nobody's leave.
    later = db.read(access.on_behalf, other, resident_id)
    change(later, need_id, f"{strangers},{name}")
    assert row(Need, need_id).attachments == f"{strangers},{name}"


def test_the_form_that_was_sent_twice_uses_its_files_once(anna: Actor) -> None:
    form = need_form(attachments=send(anna))
    ids = {db.write(needs.publish_need, actor=anna, form=form, client_key="one form") for _ in range(2)}
    assert len(ids) == 1


def test_of_who_leaves_no_file_stays(anna: Actor, ben: Actor, on: Callable[[], set[str]]) -> None:
    chief = lives.coordinator()
    of_need, of_offer, unused, others_ = send(anna), send(anna), send(anna), send(ben)
    mine = publish(anna, attachments=f"a.jpg,{of_need}")
    theirs = publish(ben, attachments=others_)
    offer_id = answer(anna, theirs, of_offer)
    for_resident = publish(db.read(access.on_behalf, chief, recorded(chief)), attachments=send(chief))
    db.write(files.forget_files_of, user_id=anna.user_id)
    assert {of_need, of_offer, unused} & on() == set()
    assert others_ in on()
    assert (row(Need, mine).attachments, row(Offer, offer_id).attachments) == ("a.jpg", "")
    db.write(files.forget_files_of, user_id=chief.user_id)
    assert row(Need, for_resident).attachments == ""
    assert on() == {others_}


def test_of_a_resident_who_leaves_not_even_what_was_taken_down_stays(on: Callable[[], set[str]]) -> None:
    """A coordinator has sent it for them, and no list names it any more."""
    chief = lives.coordinator()
    resident_id = recorded(chief)
    need_id = publish(db.read(access.on_behalf, chief, resident_id), attachments=send(chief))
    why = parse(WhyForm, {"reason": "rude"})
    db.write(admin_needs.take_down_need, actor=chief, need_id=need_id, form=why)
    assert len(on()) == 1
    db.write(leaving.leave_for_resident, actor=chief, user_id=resident_id)
    assert on() == set()
