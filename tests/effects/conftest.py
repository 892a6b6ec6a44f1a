"""Every test of an effect: own keys and a stopped clock."""

from collections.abc import Callable
from datetime import timedelta

import pytest


@pytest.fixture(autouse=True)
def frozen(keys: None, wait: Callable[[timedelta], None]) -> None:
    """Every test here has keys of its own and a clock that is not running."""
