"""Which tests are slow: those that `tests/slow.txt` names; and what tests of several rooms share.

`python -m tests --times` measures every test and writes that file again. Processor seconds count,
not the clock's, so that a busy machine names the same tests.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

FILE = Path(__file__).with_name("slow.txt")
ONE, ALL = 0.3, 1.5  # CPU seconds of a function's slowest case, and of all its cases

START = pytest.StashKey[float]()
SPENT: dict[str, list[float]] = defaultdict(list)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--times", action="store_true", help="measure, and write tests/slow.txt")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what the file names."""
    names = set(FILE.read_text().split())
    for item in items:
        if function(item.nodeid) in names:
            item.add_marker(pytest.mark.slow)


def function(name: str) -> str:
    """A test without its case: ``tests/test_walls.py::test_contracts_notice``."""
    return name.partition("[")[0]


def spent() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    return sum(os.times()[:4])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    item.stash[START] = spent()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fixtures count for the test that came first to ask for them."""
    try:
        return (yield)
    finally:
        item.user_properties.append(("cpu", spent() - item.stash[START]))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call":
        SPENT[function(report.nodeid)].append(dict(report.user_properties).get("cpu", 0.0))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the file, where all tests have been run: by the process that hears of all of them."""
    if session.config.getoption("--times") and not hasattr(session.config, "workerinput"):
        slow = (name for name, cpu in SPENT.items() if max(cpu) >= ONE or sum(cpu) >= ALL)
        FILE.write_text("\n".join(sorted(slow)) + "\n")


@pytest.fixture
def few_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """MNIST has 1,000 images to test with: a Run measures all of them whenever it rests."""
    from playground.data import dataset, mnist  # not before a test asks for it

    known, test = mnist.load()
    images = known, dataset.Split(test.x[:1000], test.y[:1000])
    monkeypatch.setattr(mnist.Mnist, "images", lambda self: images)
