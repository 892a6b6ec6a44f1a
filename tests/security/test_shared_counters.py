"""Counters that processes share by Redis; without it each process counts by itself, and nothing waits."""

from collections.abc import Iterator
from time import monotonic

import pytest

from gsapp.errors import TooMany
from gsapp.security import shared_counters
from gsapp.security.throttle import Throttle
from tests.support import redis


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[redis.Server]:
    with redis.Server(tmp_path_factory.mktemp("r")) as running:
        yield running


def test_two_processes_count_together(server: redis.Server) -> None:
    first, second = Throttle(redis_url=server.url), Throttle(redis_url=server.url)
    assert [first.step("needs", 1, 3), second.step("needs", 1, 3), first.step("needs", 1, 3)] == [0, 0, 0]
    assert second.step("needs", 1, 3) > 0
    assert second.step("needs", 2, 3) == 0


def test_failed_sign_ins_count_in_both_processes(server: redis.Server) -> None:
    first, second = Throttle(redis_url=server.url), Throttle(redis_url=server.url)
    for throttle in (first, second, first, second, first):
        with throttle.sign_in("anna", "203.0.113.7") as attempt:
            attempt.failed()
    with pytest.raises(TooMany), second.sign_in("anna", "203.0.113.7"):
        pass
    with second.sign_in("anna", "198.51.100.9") as attempt:
        attempt.succeeded()


def test_without_redis_a_process_counts_by_itself_and_does_not_wait(
    server: redis.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_counters, "RETRY_AFTER", 0.3)
    throttle = Throttle(redis_url=server.url)
    server.pause()
    started = monotonic()
    assert [throttle.step("needs", 1, 2) for _ in range(2)] == [0, 0]
    assert throttle.step("needs", 1, 2) > 0
    assert monotonic() - started < 3 * shared_counters.TIMEOUT
    server.go_on()
    while throttle.step("needs", 1, 2):
        assert monotonic() - started < 10, "Redis counts again when it is back"


def test_a_server_that_is_gone_is_no_error() -> None:
    throttle = Throttle(redis_url="unix:///nowhere/redis.sock")
    assert throttle.step("needs", 1, 1) == 0
    assert throttle.step("needs", 1, 1) > 0
