import threading
import time

from playground.training.fair_lock import Turns


def test_places_are_limited():
    turns, inside, most = Turns(2), [], []

    def work():
        for _ in range(30):
            with turns:
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.0005)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 2 and turns.alone


def test_nobody_is_overtaken():
    turns, served = Turns(1), []

    def work(name):
        with turns:
            served.append(name)

    threads = []
    with turns:
        for name in range(20):
            threads.append(threading.Thread(target=work, args=(name,)))
            threads[-1].start()
            while len(turns._line) <= name:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert served == list(range(20))


def test_whoever_lets_go_and_comes_back_at_once_queues_again():
    """With Python's own lock the loop below would keep the waiting thread out."""
    turns, told = Turns(1), []
    turns.__enter__()
    waiting = threading.Thread(target=lambda: turns.__enter__() or told.append("served"))
    waiting.start()
    while not turns._line:
        time.sleep(0.001)
    turns.__exit__()
    waiting.join(5)
    assert told == ["served"] and turns._free == 0


def test_alone():
    turns = Turns(2)
    assert turns.alone
    with turns:
        assert turns.alone
        with turns:
            assert not turns.alone


def test_an_error_gives_the_place_back():
    turns = Turns(1)
    for _ in range(2):
        try:
            with turns:
                raise KeyError
        except KeyError:
            pass
    assert turns._free == 1
