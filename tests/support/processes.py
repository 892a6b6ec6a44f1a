"""Programs that tests start: they end with the test session, even when it is killed."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from socket import socket
from subprocess import DEVNULL
from time import monotonic, sleep


class DidNotStart(Exception):
    """A program ended, or was not ready in time; the text holds what it wrote."""


def start(
    command: Sequence[str], *, log: Path, cwd: Path, env: Mapping[str, str], stdin: socket | int = DEVNULL
) -> subprocess.Popen[bytes]:
    """Start a program that writes to `log` and is told to end when this process dies. Call from the main thread."""
    with log.open("ab") as output:
        # setpriv (part of every Debian) asks the kernel for the signal: no code of ours runs between fork and exec.
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", *command],
            stdin=stdin if isinstance(stdin, int) else stdin.fileno(),
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=dict(env),
        )


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], *, log: Path, seconds: float) -> None:
    """Return as soon as `ready()`. Raises `DidNotStart` when the program ends before, or the time is over."""
    deadline = monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise DidNotStart(f"{process.args!r} ended with {process.returncode}:\n{read(log)}")
        if monotonic() > deadline:
            stop(process)
            raise DidNotStart(f"{process.args!r} was not ready after {seconds:.0f} s:\n{read(log)}")
        sleep(0.02)


def stop(process: subprocess.Popen[bytes], *, seconds: float = 10) -> int:
    """End the program by SIGTERM, by SIGKILL if that takes too long. Returns its exit status."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


def read(log: Path) -> str:
    return log.read_text(errors="replace") if log.exists() else ""


def plain_environment(**settings: str) -> dict[str, str]:
    """The environment for a program under test: nothing of this shell's settings, nothing of pytest's."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return kept | {"LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"} | settings
