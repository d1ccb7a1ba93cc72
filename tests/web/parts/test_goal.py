"""A lesson's goal on a page where no network learns: asked of the visitor's kernel, or walkers."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from playground.experiment.descent import Descent
from playground.lessons import shelf

SCRIPT = """
from playground.web.{page} import {page}
from playground.web.parts import goal
from playground.web.parts.learning import learning
{read}
learning().lesson, learning().goal = "{lesson}", True
goal.line("{page}")
"""
KERNELS = {
    "page": "convolution",
    "lesson": "filters",
    "read": "convolution.read_link()",
}
WALKERS = {
    "page": "surface",
    "lesson": "surface",
    "read": "from playground.web.surface.ground import here\nhere().read_link()",
}


def line(words: dict[str, str], **query: str) -> str:
    """What the goal's line says."""
    page = AppTest.from_string(SCRIPT.format(**words), default_timeout=60)
    page.query_params.update(query)
    page.run()
    assert not page.exception
    return " ".join(block.value for block in page.markdown)


@pytest.mark.parametrize(
    ("kernel", "reached"),
    [("sobel_x", True), ("sobel_y", False), ("edge", False), ("blur", False)],
)
def test_a_kernel_for_upright_edges_alone_reaches_the_goal(kernel, reached):
    said = line(KERNELS, kernel=kernel)
    assert "largest sum of a row **" in said and "largest sum of a column **" in said
    assert ("check_circle" in said) == reached and (":material/flag:" in said) != reached


def test_all_walkers_together_reach_the_goal_with_rates_of_their_own():
    race = shelf.lessons()["surface"].race()
    said = line(WALKERS, s=race.to_link())
    assert "flag" in said and "**294**" in said  # Adam's
    rates = {"rmsprop": 0.1, "adam": 0.5}
    better = [
        part.described() | {"learning_rate": rates.get(part.type, part.learning_rate)}
        for part in race.optimizers
    ]
    said = line(WALKERS, s=race.changed(optimizers=better).to_link())
    assert "check_circle" in said and "**148**" in said


def test_who_leaves_the_map_is_not_down():
    race = shelf.lessons()["surface"].race()
    lost = [part.described() | {"learning_rate": 5.0} for part in race.optimizers[:2]]
    said = line(WALKERS, s=race.changed(optimizers=lost).to_link())
    assert "flag" in said and "**never**" in said


def test_another_surface_and_no_walkers_say_so():
    race = shelf.lessons()["surface"].race()
    said = line(WALKERS, s=race.changed(surface="bowl").to_link())
    assert "flag" in said and "another surface" in said
    said = line(WALKERS, s=Descent(surface="ravine").to_link())
    assert "flag" in said and "choose an optimizer" in said
