"""Fair queues: keys and lanes take turns, and what is too much is refused immediately."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, wait
from functools import partial

import pytest

from gsapp.errors import Busy
from gsapp.fair_executor import FairExecutor, Limits

Made = Callable[..., FairExecutor]


@pytest.fixture
def make() -> Iterator[Made]:
    made: list[FairExecutor] = []

    def executor(
        threads: int = 1, *, running: int = 1, per_key: int = 9, waiting: int = 99, **more: object
    ) -> FairExecutor:
        made.append(FairExecutor(threads, name="test", limits=Limits(running, per_key, waiting), **more))  # type: ignore[arg-type]
        return made[-1]

    yield executor
    for each in made:
        each.close()


class Gate:
    """A job that runs until it is opened."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.begun = threading.Event()

    def __call__(self) -> bool:
        self.begun.set()
        return self.open.wait(20)


def test_a_result_and_a_failure_reach_the_caller(make: Made) -> None:
    executor = make()
    assert executor.submit(lambda: 7, key="a").result(5) == 7
    with pytest.raises(ZeroDivisionError):
        executor.submit(lambda: 1 // 0, key="a").result(5)
    assert executor.submit(lambda: 8, key="a").result(5) == 8


def test_keys_take_turns(make: Made) -> None:
    executor, gate, done = make(), Gate(), list[str]()
    executor.submit(gate, key="a")
    asked = [executor.submit(partial(done.append, name), key=name) for name in "aaaabbc"]
    gate.open.set()
    wait(asked, 5)
    assert "".join(done) == "abcabaa"


def test_one_key_leaves_a_thread_to_the_others(make: Made) -> None:
    executor, gate = make(2), Gate()
    asked = [executor.submit(gate, key="a") for _ in range(5)]
    assert executor.submit(lambda: 7, key="b").result(5) == 7
    gate.open.set()
    wait(asked, 5)


def test_lanes_take_turns_as_often_as_they_are_named(make: Made) -> None:
    executor, gate, done = make(turns=("first", "second", "first")), Gate(), list[str]()
    executor.submit(gate, key=0, lane="second")
    asked = [
        executor.submit(partial(done.append, lane[0]), key=number, lane=lane)
        for number, lane in enumerate(["second"] * 4 + ["first"] * 4)
    ]
    gate.open.set()
    wait(asked, 5)
    assert "".join(done) == "ffsffsss"


def test_too_many_of_a_key_or_of_a_lane_are_refused(make: Made) -> None:
    executor, gate = make(per_key=2, waiting=3, turns=("one", "two")), Gate()
    executor.submit(gate, key="a", lane="one")
    for _ in range(2):
        executor.submit(gate, key="a", lane="one")
    with pytest.raises(Busy):
        executor.submit(gate, key="a", lane="one")
    executor.submit(gate, key="b", lane="one")
    with pytest.raises(Busy):
        executor.submit(gate, key="c", lane="one")
    last = executor.submit(gate, key="c", lane="two")
    gate.open.set()
    assert last.result(5)


def test_a_cancelled_job_does_not_run_and_a_closed_pool_cancels(make: Made) -> None:
    executor, gate, ran = make(), Gate(), list[int]()
    executor.submit(gate, key="a")
    gate.begun.wait(5)
    cancelled, last = (executor.submit(partial(ran.append, number), key="a") for number in (1, 2))
    assert cancelled.cancel()
    gate.open.set()
    last.result(5)
    assert ran == [2]
    closing = Gate()
    executor.submit(closing, key="a")
    left = executor.submit(lambda: 7, key="a")
    executor.close()
    closing.open.set()
    with pytest.raises(CancelledError):
        left.result(5)
