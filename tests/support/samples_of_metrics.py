"""Reading the counters of this process in tests."""

from collections.abc import Callable

from gsapp.monitoring import counters


def value(name: str, **labels: str) -> float:
    """The present value of a series, 0 if there is none yet."""
    return counters.registry.get_sample_value(f"{counters.NAMESPACE}_{name}", labels) or 0.0


def counted(name: str, **labels: str) -> Callable[[], float]:
    """How much a series has grown since this call."""
    before = value(name, **labels)
    return lambda: value(name, **labels) - before
