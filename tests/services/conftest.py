"""Every test of a use case: own keys and a stopped clock."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def frozen(keys: None, wait: Callable[[timedelta], None]) -> None:
    """Every test here has keys of its own and a clock that is not running."""


@pytest.fixture
def on(disk: Path) -> Callable[[], set[str]]:
    """The names of all files that lie on the disk."""
    return lambda: {path.name for path in disk.rglob("*") if path.is_file() and path.suffix != ".small"}
