"""What the tests of the page's parts share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from streamlit.components.v2 import manifest_scanner

from playground.experiment import Experiment
from playground.web.frame.desk import Desk
from playground.web.parts import models
from playground.web.points.points import elsewhere


@pytest.fixture(autouse=True, scope="session")
def no_manifests() -> Iterator[None]:
    """For each run of a page Streamlit's AppTest reads the metadata of every package installed, in
    search of components, which none of them has: a fifth of these tests' time, by py-spy.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", list)
        yield


@pytest.fixture
def supplied() -> None:
    """The supplied networks, shared by all pages of a process, with all their images."""
    models.supplied()
    models.linear()


@pytest.fixture
def few_tests(supplied: None, few_tests: None) -> None:
    """What a page loads for all must not keep the few images of one test."""


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
