"""Videos keep every byte except location, time and device metadata, which are zeroed in place."""

import struct
from contextlib import suppress
from pathlib import Path

import pytest

from gsapp.errors import RuleBroken
from gsapp.media import mp4 as mp4_boxes
from gsapp.media import webm as webm_elements
from gsapp.media.kinds import prepare
from gsapp.media.prepared import Prepared, VideoUnreadable
from tests.support.samples import GPS, box, element, full, mp4, track, webm


def prepared(tmp_path: Path, content: bytes) -> tuple[Prepared, bytes]:
    part = tmp_path / "part"
    part.write_bytes(content)
    found = prepare(part)
    return found, part.read_bytes()


def test_what_people_see_and_hear_stays_as_it_is(tmp_path: Path) -> None:
    for content in (mp4(), mp4(b"qt  "), mp4(b"isom", box(b"udta", GPS)), webm(), webm(b"webm", element(0xEC, GPS))):
        _, kept = prepared(tmp_path, content)
        assert len(kept) == len(content)
        assert kept.count(b"\x55") == content.count(b"\x55")


def test_when_it_was_taken_is_forgotten(tmp_path: Path) -> None:
    long = struct.pack(">I", 1 << 24) + b"\x11" * 16 + bytes(88)
    content = mp4() + box(b"moof", box(b"traf"))
    _, kept = prepared(tmp_path, content)
    assert b"\x11" * 8 in content
    assert b"\x11" not in kept
    moved = content.replace(full(b"mvhd", b"\x11" * 8, struct.pack(">II", 600, 3000), bytes(80)), box(b"mvhd", long))
    assert moved != content
    with pytest.raises(VideoUnreadable):  # the box around it is too short now
        prepared(tmp_path, moved)


@pytest.mark.parametrize("handler", [b"meta", b"text", b"sbtl", b"tmcd"])
def test_a_track_of_places_or_of_the_hour_is_blanked(tmp_path: Path, handler: bytes) -> None:
    """Phones write places as a track of its own, drones as words below the picture, cameras the time of day."""
    _, kept = prepared(tmp_path, mp4(tracks=(track(), track(b"soun"), track(handler))))
    assert handler not in kept
    assert kept.count(b"trak") == 2


def test_its_size_is_that_of_the_picture_as_it_is_held(tmp_path: Path) -> None:
    lying = track(width=640, height=360)
    matrix = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    turned = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
    found, _ = prepared(tmp_path, mp4(tracks=(track(b"soun"), lying)))
    assert (found.width, found.height) == (640, 360)
    found, _ = prepared(tmp_path, mp4(tracks=(lying.replace(matrix, turned),)))
    assert (found.width, found.height) == (360, 640)
    found, _ = prepared(tmp_path, webm())
    assert (found.width, found.height) == (320, 240)


def test_lengths_are_told_in_three_ways(tmp_path: Path) -> None:
    content = mp4()
    last = content.rindex(b"mdat") - 4
    long = content[:last] + struct.pack(">I4sQ", 1, b"mdat", 16 + 500) + b"\x55" * 500
    prepared(tmp_path, long)
    to_the_end = content[:last] + struct.pack(">I4s", 0, b"mdat") + b"\x55" * 500
    prepared(tmp_path, to_the_end)
    for wrong in (15, 517, 2**63, 2**64 - 1):
        with pytest.raises(VideoUnreadable):
            prepared(tmp_path, content[:last] + struct.pack(">I4sQ", 1, b"mdat", wrong) + b"\x55" * 500)


def test_a_recording_of_a_browser_has_no_lengths(tmp_path: Path) -> None:
    content = webm()
    open_ended = b"\x01" + b"\xff" * 7
    segment = content.index(b"\x18\x53\x80\x67")
    cluster = content.index(b"\x1f\x43\xb6\x75")
    recorded = (
        content[: segment + 4] + open_ended + content[segment + 12 : cluster + 4] + open_ended + content[cluster + 12 :]
    )
    again = recorded + recorded[cluster:] + element(0x1254C367, GPS)
    _, kept = prepared(tmp_path, again)
    assert GPS not in kept
    assert kept[: len(recorded)] == recorded
    with pytest.raises(VideoUnreadable):
        prepared(tmp_path, again + b"<script>")


@pytest.mark.parametrize("content", [mp4(), mp4(b"qt  ", box(b"udta", GPS)), webm(), webm(b"webm", element(0xEC, GPS))])
def test_wherever_it_breaks_off_or_is_bent_it_is_refused_or_taken_but_never_an_error(
    tmp_path: Path, content: bytes
) -> None:
    for place in range(4, len(content) - 300, 3):
        for bent in (content[:place], content[:place] + b"\xff" + content[place + 1 :]):
            with suppress(RuleBroken):
                prepared(tmp_path, bent)


def test_boxes_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mp4_boxes, "MAX_BOXES", 20)
    prepared(tmp_path, mp4())
    with pytest.raises(VideoUnreadable):
        prepared(tmp_path, mp4(b"isom", *[box(b"trak")] * 20))


def tracks_of_nothing(tracks: int, voids: int, kind: bytes = b"\x83\x81\x02") -> bytes:
    """Tracks whose type stands behind many empty elements."""
    one = element(0xAE, b"\xec\x80" * voids, kind)
    return element(0x1A45DFA3, element(0x4282, b"webm")) + element(0x18538067, element(0x1654AE6B, one * tracks))


def test_elements_are_counted_for_the_whole_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webm_elements, "MAX_ELEMENTS", 60)
    prepared(tmp_path, webm(b"webm", *[element(0xEC)] * 40))
    clusters = [element(0x1F43B675, element(0xE7, b"\0"))] * 3
    for many in ([element(0x1549A966, element(0xEC) * 20)] * 3, [*clusters, *[element(0xEC)] * 60]):
        with pytest.raises(VideoUnreadable):
            prepared(tmp_path, webm(b"webm", *many))


def test_a_track_is_looked_through_once_and_only_at_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, parsed = webm_elements._element, 0

    def counted(data: bytearray, start: int, end: int) -> webm_elements.Element:
        nonlocal parsed
        parsed += 1
        return real(data, start, end)

    monkeypatch.setattr(webm_elements, "_element", counted)
    with pytest.raises(VideoUnreadable):
        prepared(tmp_path, tracks_of_nothing(50, 5000))
    assert parsed < 50 * 110
