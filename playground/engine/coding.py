"""Codes: a network read as two halves, one that makes a code of its input and one that reads it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.engine.layer import Layer, Plan, Shape
from playground.engine.losses import Loss


def code_depth(plan: Plan) -> int:
    """After how many layers the code is there; ValueError for a network that has none.

    It is what the last layer gives that draws codes; without one, the smallest output before the
    last layer's, and of equally small ones the first. No later layer may read past it.
    """
    layers = [row.layer for row in plan.rows]
    depths = [depth for depth in range(1, len(layers)) if not _bypassed(layers, depth)]
    if not depths:
        raise ValueError("This network has no layer in between whose output could be a code.")
    drawn = [depth for depth in depths if layers[depth - 1].coded]
    return drawn[-1] if drawn else min(depths, key=lambda depth: _size(plan, depth))


def _size(plan: Plan, depth: int) -> int:
    return math.prod(plan.rows[depth - 1].output_shape)


def _bypassed(layers: Sequence[Layer], depth: int) -> bool:
    """Whether a layer after the first `depth` ones reads what came before their output."""
    later = layers[depth:]
    return any(getattr(layer, "from_layer", depth) < depth for layer in later)


def divergence(statistics: np.ndarray) -> np.ndarray:
    """KL(N(μ, σ²) ‖ N(0, 1)) in nats of every number of a code.

    statistics: [N, 2 k, …], means and then logarithms of variances; returns float64 [N, k, …].
    """
    mean, log_variance = np.split(np.asarray(statistics, np.float64), 2, axis=1)
    return (mean**2 + np.exp(log_variance) - 1 - log_variance) / 2


class Coding:
    """What a network of either kind can say of codes."""

    plan: Plan
    loss: Loss

    def _outputs(
        self, x: np.ndarray, depths: Sequence[int], start: int = 0, seed: int | None = None
    ) -> list[np.ndarray]:
        """What comes out after the first d layers, for every d of `depths`.

        start: x is what the first so many layers gave. seed: draw codes from this, as training
        does.
        """
        raise NotImplementedError

    @property
    def code_shape(self) -> Shape:
        """The shape of one code."""
        return self.plan.rows[code_depth(self.plan) - 1].output_shape

    def encode(self, x: np.ndarray) -> np.ndarray:
        """The codes [N, *code_shape] of inputs [N, *shape]: where codes are drawn, their means."""
        return self._outputs(x, [code_depth(self.plan)])[0]

    def decode(self, z: np.ndarray) -> np.ndarray:
        """What codes [N, *code_shape] stand for, as inputs are: [N, *shape], pixels from 0 to 1."""
        start = code_depth(self.plan)
        return self._pictures(self._outputs(z, [len(self.plan.rows)], start)[0])

    def reconstruct(self, x: np.ndarray) -> np.ndarray:
        """What the network makes of inputs [N, *shape], as inputs are: `decode(encode(x))`."""
        return self._pictures(self._outputs(x, [len(self.plan.rows)])[0])

    def draw(self, x: np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Outputs with codes drawn by chance, as in training; the seed says by which.

        Besides, float64 [N, numbers of all drawn codes]: each number's divergence in nats.
        """
        places = [row.position for row in self.plan.rows if row.layer.coded]
        *statistics, outputs = self._outputs(x, [*places, len(self.plan.rows)], seed=seed)
        parts = [divergence(statistic).reshape(len(outputs), -1) for statistic in statistics]
        return outputs, np.concatenate([np.zeros((len(outputs), 0)), *parts], axis=1)

    @property
    def betas(self) -> np.ndarray:
        """β of each number that `draw` gives the divergence of."""
        rows: list[Any] = [row for row in self.plan.rows if row.layer.coded]
        parts = [np.full(math.prod(row.output_shape), row.layer.beta) for row in rows]
        return np.concatenate([np.zeros(0), *parts])

    def _pictures(self, outputs: np.ndarray) -> np.ndarray:
        return self.loss.means(outputs).reshape(len(outputs), *self.plan.input_shape)
