"""What a browser may say about the files of a form, and what is shown of files."""

from collections.abc import Mapping

import pytest
from markupsafe import Markup

from pages.components.attachments import NOT_SENT, STILL_SENDING, Attached
from pages.components.gallery import across, small_picture

PHOTO, OTHER, FILM = f"{'a' * 32}.jpg", f"{'b' * 32}.png", f"{'c' * 32}.mp4"


def said(names: object = "", sending: object = 0, failed: object = 0) -> dict[str, object]:
    return {"names": names, "sending": sending, "failed": failed}


def test_the_browser_says_which_files_are_there_in_their_order() -> None:
    files = Attached("")
    assert files.update_from_browser(said(f"{FILM},{PHOTO}"))
    assert files.value == f"{FILM},{PHOTO}"
    assert files.update_from_browser(said(PHOTO))
    assert files.value == PHOTO
    assert files.update_from_browser(said())
    assert files.value == ""


@pytest.mark.parametrize(
    "hostile",
    [
        None,
        PHOTO,
        {},
        said(None),
        said([PHOTO]),
        said("../../etc/passwd"),
        said("<script>alert(1)</script>"),
        said(f"{PHOTO}, {OTHER}"),
        said(f"{PHOTO},"),
        said(f"{PHOTO}\n"),
        said(f"{PHOTO},{PHOTO}"),
        said(",".join(f"{number:032x}.jpg" for number in range(6))),
        said(f"{'a' * 32}.svg"),
        said("a" * 10_000_000),
        said(PHOTO, sending=-1),
        said(PHOTO, sending=True),
        said(PHOTO, sending="1"),
        said(PHOTO, failed=10**9),
        said(PHOTO, failed=0.5),
    ],
)
def test_what_no_browser_of_ours_would_say_changes_nothing(hostile: Mapping[str, object] | str | None) -> None:
    files = Attached(OTHER)
    assert not files.update_from_browser(hostile)
    assert files.value == OTHER
    assert files.unfinished() is None


def test_files_of_a_former_server_stay_in_the_list_and_are_not_shown() -> None:
    files = Attached(f"holiday.jpg,{PHOTO},../x.png")
    assert files.shown == (PHOTO,)
    assert files.update_from_browser(said(OTHER))
    assert files.value == f"{OTHER},holiday.jpg,../x.png"


def test_a_form_waits_for_what_is_on_its_way_and_for_what_failed() -> None:
    files = Attached("")
    files.update_from_browser(said(sending=2, failed=1))
    assert (sentence := files.unfinished()) is not None
    assert sentence.msgid == STILL_SENDING
    files.update_from_browser(said(PHOTO, failed=1))
    assert (sentence := files.unfinished()) is not None
    assert sentence.msgid == NOT_SENT
    files.update_from_browser(said(PHOTO))
    assert files.unfinished() is None


def test_a_row_without_a_picture_has_no_place_for_one() -> None:
    assert small_picture(None) == Markup("")
    assert f'src="/files/{PHOTO}/small"' in small_picture(f"/files/{PHOTO}/small")


@pytest.mark.parametrize(
    ("kinds", "wide"),
    [("p", {0}), ("pp", set()), ("ppp", {0}), ("pppp", set()), ("ppppp", {0}), ("ppvp", {2, 3}), ("vpp", {0})],
)
def test_no_row_of_photos_has_a_hole(kinds: str, wide: set[int]) -> None:
    assert across(["video" if kind == "v" else "image" for kind in kinds]) == wide
