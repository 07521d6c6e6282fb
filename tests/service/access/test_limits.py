"""Rates and concurrency, counted over processes."""

import os

import pytest

from service.access import limits as module
from service.access.limits import Limits


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def admitted(limits, id, rate, tries):
    return sum(limits.admit(id, rate) == 0 for _ in range(tries))


def test_a_rate_is_kept_over_time_with_a_burst_of_ten_seconds(clock):
    limits = Limits()
    assert admitted(limits, "a", 60, 100) == 10
    assert limits.admit("a", 60) == pytest.approx(1)
    total = 0
    for _ in range(600):
        clock[0] += 0.1
        total += admitted(limits, "a", 60, 5)
    assert total == pytest.approx(60, abs=1)


def test_keys_do_not_touch_each_other(clock):
    limits = Limits()
    admitted(limits, "a", 60, 100)
    assert admitted(limits, "b", 60, 100) == 10


def test_a_slow_rate_admits_one(clock):
    limits = Limits()
    assert admitted(limits, "a", 1, 3) == 1
    clock[0] += 60
    assert admitted(limits, "a", 1, 3) == 1


def test_no_limit():
    limits = Limits()
    assert admitted(limits, "a", None, 1000) == 1000
    assert all(limits.enter("a", None) for _ in range(1000))


def test_concurrency():
    limits = Limits()
    assert [limits.enter("a", 2) for _ in range(3)] == [True, True, False]
    limits.leave("a", 2)
    assert limits.enter("a", 2)


def in_child(act):
    if (pid := os.fork()) == 0:
        os._exit(0 if act() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_processes_count_together_and_one_that_died_no_more():
    limits = Limits(2)

    def second():
        limits.join(1)
        return limits.enter("a", 2) and admitted(limits, "a", 6, 10) == 1

    assert in_child(second)  # ends without leaving, as when it is killed
    assert [limits.enter("a", 2) for _ in range(2)] == [True, False]
    assert limits.admit("a", 6) > 0

    def replacement():
        limits.join(1)
        return limits.enter("a", 2)

    assert in_child(replacement)


def test_more_keys_than_rows_share_the_last(monkeypatch):
    monkeypatch.setattr(module, "_ROWS", 3)
    limits = Limits()
    assert [limits.enter(id, 1) for id in "abcd"] == [True, True, True, False]
