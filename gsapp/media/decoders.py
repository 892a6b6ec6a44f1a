"""Pool of decoder processes: uploads are parsed outside of the web process, with limits and a deadline (sandbox).

A hostile file can end its decoder, never the site: that upload is refused, and the next one gets a new process. The
processes are plain children instead of multiprocessing, which would hand them the environment with the keys, and whose
parent unpickles what they send.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from gsapp.errors import Busy, DomainError
from gsapp.media import kinds
from gsapp.media.decoder_process import CPU_SECONDS
from gsapp.media.prepared import REFUSALS, EmptyFile, NotAKindWeTake, Prepared

log = logging.getLogger(__name__)
PROCESSES = 2
"""How many wait for the next upload; decoding takes a core and up to 400 MB each."""
DEADLINE = 60.0  # seconds; more than CPU_SECONDS, because other programs may need the processor
MAX_TASKS = 100  # then a process is replaced, so that no leak of a decoder grows
MAX_REPLY = 64 * 1024
ROOT = Path(__file__).parents[2]


class Checked(NamedTuple):
    """The result of a decoder: the prepared file or the refusal, and the seconds of processor time it took."""

    outcome: Prepared | DomainError
    seconds: float


class _Decoder:
    """One process. `check` is called by one thread at a time."""

    def __init__(self) -> None:
        self.tasks = 0
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "gsapp.media.decoder_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            cwd="/",
            start_new_session=True,  # Ctrl+C is for the site, which ends its decoders after the open requests
        )
        self._stdin = cast(IO[bytes], self.process.stdin)
        self._stdout = cast(IO[bytes], self.process.stdout)

    def check(self, part: Path) -> dict[str, Any] | None:
        """The reply for one upload; None if the process died or was killed after DEADLINE."""
        self.tasks += 1
        deadline = threading.Timer(DEADLINE, self.process.kill)
        deadline.start()
        try:
            self._stdin.write(json.dumps(str(part)).encode() + b"\n")
            self._stdin.flush()
            reply = self._stdout.readline(MAX_REPLY)
        except BrokenPipeError:
            return None
        finally:
            deadline.cancel()
        with suppress(ValueError):
            found: dict[str, Any] = json.loads(reply)
            return found
        return None

    def end(self) -> int:
        """Kill the process and return its exit status."""
        self.process.kill()
        status = self.process.wait()
        for pipe in (self._stdin, self._stdout):
            with suppress(OSError):
                pipe.close()
        return status


_lock = threading.Lock()
_idle: list[_Decoder] = []
_busy: set[_Decoder] = set()


def check(part: Path) -> Checked:
    """Check an upload in a decoder process, which is started if none is free, and replace it in place.

    As many run at once as there are callers: `api.uploading` limits them. Raises `OSError` if the disk fails, `Busy` if
    no process can be started.
    """
    kind = kinds.kind_of(part)
    if kind in (EmptyFile, NotAKindWeTake):
        return Checked(kind(), 0)
    decoder, reply = _free_decoder(), None
    try:
        reply = decoder.check(part.absolute())
    finally:
        with _lock:
            _busy.discard(decoder)
            keep = reply is not None and decoder.tasks < MAX_TASKS and len(_idle) < PROCESSES
            if keep:
                _idle.append(decoder)
        status = None if keep else decoder.end()
    if reply is None:
        log.warning("an upload of %d bytes is refused: its decoder ended with status %s", part.stat().st_size, status)
        return Checked(kind(), CPU_SECONDS)
    return _checked(reply, part, kind)


def close() -> None:
    """Kill all decoder processes; uploads that are being checked are refused."""
    with _lock:
        idle, busy = _idle[:], list(_busy)
        _idle.clear()
    for decoder in idle:
        decoder.end()
    for decoder in busy:
        decoder.process.kill()  # the thread that waits for it sees that it has ended


def _free_decoder() -> _Decoder:
    while True:
        with _lock:
            decoder = _idle.pop() if _idle else None
        if decoder and decoder.process.poll() is not None:  # killed while it was idle, for lack of memory
            decoder.end()
            continue
        try:
            decoder = decoder or _Decoder()
        except OSError as error:
            log.exception("no decoder process can be started")
            raise Busy from error
        with _lock:
            _busy.add(decoder)
        return decoder


def _checked(reply: dict[str, Any], part: Path, kind: type[DomainError]) -> Checked:
    if "errno" in reply:
        raise OSError(reply["errno"], reply["reason"])
    if "fault" in reply:
        raise RuntimeError(f"the decoder failed:\n{reply['fault']}")
    seconds = float(reply["seconds"])
    if "refused" in reply:
        return Checked(REFUSALS.get(reply["refused"], kind)(), seconds)
    small = kinds.thumbnail_of(part) if reply["small"] else None
    return Checked(Prepared(reply["ending"], reply["width"], reply["height"], small), seconds)


def _environment() -> dict[str, str]:
    """What Python needs to find the same modules; none of the settings, so that a decoder never has the keys."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    path = dict.fromkeys([str(ROOT), *filter(os.path.isabs, sys.path)])
    return kept | {"PYTHONPATH": os.pathsep.join(path), "PYTHONUTF8": "1"}
