"""The files of deploy/ as they are, with their placeholders filled in, and the reverse proxies that run them."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.server import ROOT

DEPLOY = ROOT / "deploy"
PROGRAMS = "/usr/sbin:/usr/bin:/sbin:/bin"


class NoProgram(Exception):
    """A program of Debian that these tests need is not installed."""


def filled(name: str, placeholders: Mapping[str, str]) -> str:
    """The text of a file in deploy/ with each placeholder replaced. One that is not in the file is an error."""
    text = (DEPLOY / name).read_text()
    for placeholder, value in placeholders.items():
        if placeholder not in text:
            raise ValueError(f"deploy/{name} does not contain {placeholder!r}")
        text = text.replace(placeholder, value)
    return text


def program(name: str, package: str) -> str:
    """The path of a program; servers are in /usr/sbin, which is not on every PATH."""
    found = shutil.which(name) or shutil.which(name, path=PROGRAMS)
    if not found:
        raise NoProgram(f"{name} is missing: install Debian's package {package}.")
    return found


def output(*command: str | Path, **environment: str) -> tuple[int, str]:
    """Exit status of a program, and all that it wrote."""
    done = subprocess.run(
        command,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout
