"""In a crowd every page is renewed less often, and every one still is."""

import asyncio
import threading
import time

import pytest

from playground.web.frame import crowd
from playground.web.frame.crowd import LONGEST, SHORTEST, Crowd, Timers


def felt(everybody, *late):
    for seconds in late:
        everybody.feel(seconds)
    return everybody.pause


def test_without_a_crowd_every_timer_passes():
    everybody = Crowd()
    assert felt(everybody, 0.0, 0.04, 0.06) == 0
    timers = Timers(everybody)
    assert all(timers.due("map", now) for now in (0.0, 0.01, 0.02))


def test_the_pause_grows_while_the_loop_is_late_and_shrinks_to_nothing():
    everybody = Crowd()
    assert felt(everybody, 0.5) == pytest.approx(SHORTEST * 1.25)
    assert felt(everybody, *[0.5] * 50) == LONGEST
    assert felt(everybody, *[0.08] * 50) == LONGEST  # neither late nor in time
    assert felt(everybody, *[0.0] * 100) == 0


def test_each_timer_passes_once_a_pause():
    everybody = Crowd()
    everybody.pause = 1.0
    timers = Timers(everybody)
    passed = {"map": 0, "panel": 0}
    for quarter in range(40):
        for name in passed:
            passed[name] += timers.due(name, quarter / 4)
    assert passed == {"map": 10, "panel": 10}


def test_timers_of_long_ago_are_forgotten():
    timers = Timers(Crowd())
    for number in range(100):
        timers.due(str(number), float(number))
    assert len(timers._passed) <= crowd.MOST_TIMERS


def test_a_loop_that_is_held_up_is_felt(monkeypatch):
    everybody, times = Crowd(), iter([0.0, 0.1, 1.0, 1.6])  # in time, then half a second late

    async def sleep(seconds):
        assert seconds == crowd.EVERY

    def clock():
        now = next(times, None)
        if now is None:
            raise asyncio.CancelledError
        return now

    monkeypatch.setattr(crowd.time, "monotonic", clock)
    monkeypatch.setattr(crowd.asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        everybody.watch().send(None)  # which never suspends here
    assert everybody.pause == pytest.approx(SHORTEST * 1.25)


def test_pages_run_in_the_order_asked_and_no_more_than_have_a_place(monkeypatch):
    monkeypatch.setattr(crowd, "_scripts", threading.BoundedSemaphore(1))
    running, most, order = [], [], []
    gate = threading.Event()

    def page(number):
        with crowd.script():
            running.append(number)
            order.append(number)
            most.append(len(running))
            assert gate.wait(20)
            running.remove(number)

    threads = [threading.Thread(target=page, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)  # one asks after the other
    assert order == [0]
    gate.set()
    for thread in threads:
        thread.join(20)
    assert order == list(range(5)) and max(most) == 1 and not running


def test_a_page_that_computes_for_long_holds_nobody_up_for_ever(monkeypatch):
    monkeypatch.setattr(crowd, "_scripts", threading.BoundedSemaphore(1))
    monkeypatch.setattr(crowd, "PATIENCE", 0.01)
    with crowd.script():
        with crowd.script():  # another's, after its patience
            pass
        assert not crowd._scripts.acquire(blocking=False)  # the first still has its place
    with pytest.raises(ZeroDivisionError), crowd.script():
        1 / 0  # noqa: B018
    assert crowd._scripts.acquire(blocking=False)
