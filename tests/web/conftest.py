"""What the tests of the page's parts share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from playground.experiment import Experiment
from playground.web.frame.desk import Desk
from playground.web.points.points import elsewhere


@pytest.fixture
def default() -> Callable[[], Experiment]:
    """What a desk of the Playground starts with."""
    return lambda: Experiment.preset("circle")


@pytest.fixture
def desk(default: Callable[[], Experiment]) -> Iterator[Desk]:
    """A desk of the Playground, as a visitor finds it."""
    made = Desk("playground", default, elsewhere)
    made.ready()
    yield made
    if made.run:
        made.run.close()
