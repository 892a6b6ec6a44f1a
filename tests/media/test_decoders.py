"""Decoder processes: limits, and that a hostile file ends its decoder and nothing else."""

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gsapp import startup
from gsapp.errors import Busy
from gsapp.media import decoders
from gsapp.media.decoder_process import CPU_SECONDS, MAX_MEMORY
from gsapp.media.decoders import Checked
from gsapp.media.prepared import NotAKindWeTake, PictureTooLarge, PictureUnreadable, Prepared, VideoUnreadable
from tests.support.samples import mp4, picture, webm

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(autouse=True)
def none_idle() -> Iterator[None]:
    decoders.close()
    yield
    decoders.close()


def checked(tmp_path: Path, content: bytes) -> Checked:
    part = tmp_path / "part"
    part.write_bytes(content)
    return decoders.check(part)


def idle() -> int:
    """The process that waits."""
    (decoder,) = decoders._idle
    return decoder.process.pid


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("content", [picture(), picture("PNG"), picture("WEBP"), mp4(), webm()])
def test_every_kind_comes_back_as_from_the_parser_itself(tmp_path: Path, content: bytes) -> None:
    outcome, seconds = checked(tmp_path, content)
    assert isinstance(outcome, Prepared)
    assert (outcome.small is not None) == (outcome.ending in ("jpg", "png", "webp"))
    assert outcome.small is None or outcome.small.is_file()
    assert seconds >= 0


def test_refusals_come_back_by_name_and_the_process_stays(tmp_path: Path) -> None:
    checked(tmp_path, picture())
    first = idle()
    for content, refusal in (
        (picture()[:200], PictureUnreadable),
        (picture("PNG", size=(5000, 5000)), PictureTooLarge),
        (webm()[:-100], VideoUnreadable),
        (b"text", NotAKindWeTake),
    ):
        assert type(checked(tmp_path, content).outcome) is refusal
    assert idle() == first


def test_one_that_takes_too_long_is_killed_and_the_next_file_gets_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked(tmp_path, picture())
    first = idle()
    monkeypatch.setattr(decoders, "DEADLINE", 0.01)
    outcome, seconds = checked(tmp_path, picture("PNG", size=(4000, 4000)))
    assert (type(outcome), seconds) == (PictureUnreadable, CPU_SECONDS)
    assert is_gone(first)
    monkeypatch.undo()
    assert isinstance(checked(tmp_path, picture()).outcome, Prepared)


def test_one_that_was_killed_while_it_waited_costs_no_file(tmp_path: Path) -> None:
    checked(tmp_path, picture())
    (decoder,) = decoders._idle
    decoder.process.kill()
    decoder.process.wait()
    assert isinstance(checked(tmp_path, picture()).outcome, Prepared)


def test_without_processes_the_site_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", none_left)
    with pytest.raises(Busy):
        checked(tmp_path, picture())


@LINUX
@pytest.mark.slow
def test_memory_and_processor_time_are_limited(tmp_path: Path) -> None:
    checked(tmp_path, picture(size=(1000, 1000)))
    small, _ = resource.prlimit(idle(), resource.RLIMIT_AS)
    seconds, _ = resource.prlimit(idle(), resource.RLIMIT_CPU)
    assert small < MAX_MEMORY / 4
    assert 0 < seconds <= CPU_SECONDS + 2
    resource.prlimit(idle(), resource.RLIMIT_AS, (100 * 1024**2, 100 * 1024**2))
    first = idle()
    assert type(checked(tmp_path, picture("PNG", size=(4000, 3000))).outcome) is PictureUnreadable
    assert isinstance(checked(tmp_path, picture()).outcome, Prepared)
    assert idle() == first


@LINUX
def test_it_inherits_no_keys_and_no_connections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_KEY", "only-for-these-tests")
    inheritable = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(inheritable, True)
    checked(tmp_path, picture())
    os.close(inheritable)
    assert "DATA_KEY" not in Path(f"/proc/{idle()}/environ").read_text()
    assert sorted(each.name for each in Path(f"/proc/{idle()}/fd").iterdir()) == ["0", "1", "2"]


def test_paths_may_have_any_letters_in_any_locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("LC_ALL", "C")
    odd = tmp_path / "资料 \n'x"
    odd.mkdir()
    assert isinstance(checked(odd, picture()).outcome, Prepared)


def test_the_stop_of_the_site_ends_all(tmp_path: Path) -> None:
    checked(tmp_path, picture())
    waiting = idle()
    slow: list[Checked] = []
    busy = threading.Thread(target=lambda: slow.append(checked(tmp_path, picture("PNG", size=(4800, 4800)))))
    checked(tmp_path, picture())
    busy.start()
    while not decoders._busy:
        time.sleep(0.001)
    startup.close()
    busy.join(10)
    assert is_gone(waiting)
    assert [type(each.outcome) for each in slow] in ([PictureUnreadable], [Prepared])
    assert not decoders._busy


def test_it_ends_when_the_site_was_killed(tmp_path: Path) -> None:
    checked(tmp_path, picture())
    (decoder,) = decoders._idle
    decoder._stdin.close()  # as the end of the parent does
    assert decoder.process.wait(10) == 0
