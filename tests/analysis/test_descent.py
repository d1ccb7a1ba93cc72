"""Walkers against the optimizers' published formulas, worked out by hand in float64."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.analysis import descent
from playground.analysis.descent import LOST, STUCK, best_rates, walks
from playground.data.surfaces import SURFACES
from playground.engine import registry
from playground.experiment.descent import RATES, Descent, first, ways


def by_hand(name, gradient, start, rate, steps):
    """The formulas of the papers, with PyTorch's constants."""
    p, b, m, v, u, path = np.array(start, float), 0.0, 0.0, 0.0, 0.0, [start]
    for t in range(1, steps + 1):
        g = gradient(p)
        if name == "sgd":
            p = p - rate * g
        elif name == "momentum":
            b = 0.9 * b + g
            p = p - rate * b
        elif name == "nesterov":
            b = 0.9 * b + g
            p = p - rate * (g + 0.9 * b)
        elif name == "adagrad":
            v = v + g * g
            p = p - rate * g / (np.sqrt(v) + 1e-10)
        elif name == "rmsprop":
            v = 0.99 * v + 0.01 * g * g
            p = p - rate * g / (np.sqrt(v) + 1e-8)
        elif name == "adadelta":
            v = 0.9 * v + 0.1 * g * g
            change = g * np.sqrt(u + 1e-6) / np.sqrt(v + 1e-6)
            u = 0.9 * u + 0.1 * change * change
            p = p - rate * change
        else:
            if name == "adamw":
                p = p * (1 - rate * 0.01)
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            p = p - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        path.append(p)
    return np.array(path)


def down(name="sgd", **fields):
    options = {"learning_rate": fields.pop("rate", 0.02)} | fields.pop("options", {})
    return Descent.model_validate({"optimizers": [ways()[name] | options], **fields})


def test_there_is_a_formula_by_hand_for_every_optimizer():
    assert {known["type"] for known in ways().values()} == set(registry.names("optimizer"))
    assert len(ways()) == len(registry.names("optimizer")) + 2


@pytest.mark.parametrize("name", ways())
def test_a_walker_moves_as_the_papers_say(name):
    wanted = by_hand(name, lambda p: np.array([p[0], 50 * p[1]]), (-4.0, 1.0), 0.02, 60)
    [walk] = walks(down(name, steps=60))
    assert walk.end == ""
    np.testing.assert_allclose(walk.path, wanted, rtol=2e-4, atol=2e-5)
    np.testing.assert_allclose(
        walk.heights, (walk.path[:, 0] ** 2 + 50 * walk.path[:, 1] ** 2) / 2, rtol=1e-12
    )


def test_walkers_do_not_meet():
    together = walks(first())
    for part, walk in zip(first().optimizers, together, strict=True):
        [alone] = walks(first().changed(optimizers=[part.described()]))
        np.testing.assert_array_equal(walk.path, alone.path)


@pytest.mark.parametrize("name", SURFACES)
def test_every_surface_can_be_walked_by_all(name):
    everyone = [known | {"learning_rate": 0.001} for known in ways().values()]
    for walk in walks(Descent.model_validate({"surface": name, "optimizers": everyone})):
        assert walk.end == "" and walk.heights[-1] < walk.heights[0]


def test_steps_to_a_height():
    [walk] = walks(down("momentum", rate=0.03))
    reached = walk.steps_to(1e-3)
    assert walk.heights[int(reached)] <= 1e-3 < walk.heights[: int(reached)].min()
    assert walk.steps_to(-1) == math.inf


@pytest.mark.parametrize("name", ways())
def test_a_walker_that_overflows_has_left_the_map(name):
    [walk] = walks(down(name, surface="beale", rate=100.0, start=(900.0, 900.0)))
    assert np.isfinite(walk.path).all() and np.isfinite(walk.heights).all()
    assert walk.end in ("", LOST)


def test_past_two_over_the_curvature_descent_diverges():
    assert walks(down(rate=0.041, steps=2000))[0].end == LOST
    assert walks(down(rate=0.039, steps=2000))[0].end == ""


def test_a_walker_without_ground_stands_still():
    text = "x^2 + sqrt(x + 3.9) + y^2"  # nothing to the left of −3.9
    ground = {"surface": "own", "expression": text, "reach": 4.0, "steps": 50}
    [walk] = walks(down(**ground, start=(-3.899, 0.0), rate=0.3))  # steep: it steps over the edge
    assert walk.end == STUCK and walk.path.tolist() == [[-3.899, 0.0]]


def test_the_least_height_of_a_formula_is_looked_for():
    wanted = down(surface="own", expression="(x - 0.123)^2 + y^2 - 5", reach=2.0, rate=0.1)
    assert descent.floor(wanted.ground, walks(wanted)) == pytest.approx(-5, abs=1e-6)


def test_the_best_rates_are_the_best_of_all():
    wanted = first().changed(steps=60)
    best = best_rates(wanted)
    number = 1  # momentum
    part = wanted.optimizers[number]
    scores = {}
    for rate in RATES:
        [walk] = walks(wanted.changed(optimizers=[part.described() | {"learning_rate": rate}]))
        scores[rate] = walk.steps_to(1e-3 * float(walk.heights[0])) if not walk.end else math.inf
    assert scores[best[number]] == min(scores.values()) < math.inf
