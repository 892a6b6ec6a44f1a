"""Every test of a use case: keys of its own, and a clock that stands still."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gsapp import clock
from tests import lives


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys():
        yield


@pytest.fixture(autouse=True)
def wait() -> Iterator[Callable[[timedelta], None]]:
    """It is noon; `wait(timedelta(days=1))` makes it later."""
    with clock.at(lives.NOON) as move:
        yield move


@pytest.fixture
def on(disk: Path) -> Callable[[], set[str]]:
    """The names of all files that lie on the disk."""
    return lambda: {path.name for path in disk.rglob("*") if path.is_file() and path.suffix != ".small"}
