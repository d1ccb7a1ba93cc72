"""What a check may ask of a Run: its curves, its layers, its weights, its answers.

The names are those of `playground/lessons/check.py`; a method here answers each.
"""

from __future__ import annotations

import copy
import math
from functools import cached_property
from typing import Any

import numpy as np

from playground.analysis import metrics
from playground.analysis.curve_readings import Curves
from playground.analysis.health import Health, LayerHealth, examine
from playground.data.grammar import FormulaError
from playground.engine import FrozenNetwork
from playground.experiment import numerals
from playground.training.evaluation import numbers
from playground.training.run import Run

IMAGES = 2000  # test samples that are asked anew
FEW = 10  # measurements that are all looked at
TINY = 1e-30


class Readings(Curves):
    """The readings of a Run, each worked out when it is first asked for.

    threshold: from which chance on a sample is called of class 1. FormulaError where the Run
    has nothing of the kind.
    """

    def __init__(self, run: Run, threshold: float = 0.5) -> None:
        self.run, self.threshold = run, threshold
        self.history = _thinned(run.history, 1)

    def sparse(self, every: int) -> Readings:
        """With each so manyth measurement of a long history, as a page has that trains fast."""
        other = copy.copy(self)
        other.history = _thinned(self.run.history, every)
        return other

    # ---- of the whole run ----
    @property
    def diverged(self) -> bool:
        return self.run.status == "diverged"

    @property
    def epochs(self) -> float:
        return self.last(self.history["epoch"])

    @property
    def classes(self) -> int:
        return self.run.data.classes

    @cached_property
    def parameters(self) -> int:
        return int(self.network.plan.parameters)

    @cached_property
    def network(self) -> FrozenNetwork:
        return self.run.freeze()

    # ---- of layers, as the health check measures them ----
    @cached_property
    def health(self) -> Health:
        if not self.run.experiment.network or self.run.experiment.adversarial:
            raise FormulaError("Layers are looked at where one network learns, and no other.")
        return examine(self.run)

    @property
    def alike(self) -> bool:
        return any(layer.alike for layer in self.health.hidden)

    @property
    def gradient_ratio(self) -> float:
        return _ratio(self.health.layers)

    @property
    def start_gradient_ratio(self) -> float:
        return _ratio(self.health.start)

    @property
    def start_gradient(self) -> float:
        return max(layer.gradient / max(layer.weight, TINY) for layer in self.health.start)

    @property
    def dead(self) -> float:
        return float(np.mean(np.concatenate([layer.dead for layer in self._hidden(False)])))

    @property
    def stuck(self) -> float:
        return float(np.mean(np.concatenate([layer.saturated for layer in self._hidden(False)])))

    @property
    def start_stuck(self) -> float:
        return float(np.mean(np.concatenate([layer.saturated for layer in self._hidden(True)])))

    def _hidden(self, start: bool) -> list[LayerHealth]:
        layers = self.health.start if start else self.health.layers
        hidden = [layer for layer in layers if layer.hidden]
        if not hidden:
            raise FormulaError("There is no hidden layer to look at.")
        return hidden

    # ---- of weights ----
    def zeros(self, layer: float) -> float:
        return float(np.mean(self._weights(layer) == 0))

    def largest(self, layer: float) -> float:
        return float(np.abs(self._weights(layer)).max())

    def _weights(self, layer: float) -> np.ndarray:
        state = self.network.state_dict()
        names = [name for name in state if name.endswith("weight")]
        if not 0 <= layer < len(names):
            number = numerals.short(layer)
            raise FormulaError(f"There is no layer {number} with weights: the first one is 0.")
        return np.asarray(state[names[int(layer)]], np.float64)

    # ---- of answers about the test samples ----
    def shifted(self, right: float) -> float:
        test = self.run.data.test
        if test.x.ndim != 4:
            raise FormulaError("Only images can be moved.")
        x = moved(test.x[:IMAGES], round(float(right)))
        answers = self.network.loss.classes(self._predict(x))
        return float(np.mean(answers == test.y[:IMAGES]))

    @cached_property
    def chances(self) -> np.ndarray:
        """What is believed of every test sample, [N, classes]."""
        if self.classes < 2:
            raise FormulaError("There are no classes here.")
        return self.network.loss.probabilities(self._predict(self.run.data.test.x))

    def _predict(self, x: np.ndarray) -> np.ndarray:
        return self.network.predict(numbers(x, self.run.data.scale))

    @property
    def _own(self) -> np.ndarray:
        return self.run.data.test.y == 1

    @property
    def _yes(self) -> np.ndarray:
        return self.chances[:, 1] >= self.threshold

    def recall(self) -> float:
        return float(self._yes[self._own].mean())

    def false_alarms(self) -> float:
        """The share of the other class that the threshold takes for this one."""
        return float(self._yes[~self._own].mean())

    def precision(self) -> float:
        return float(self._own[self._yes].mean()) if self._yes.any() else math.nan

    def roc_area(self) -> float:
        return metrics.roc(self.run.data.test.y, self.chances, 1).area

    @property
    def yes_accuracy(self) -> float:
        return float(np.mean(self._own == self._yes))

    # ---- of the stack ----
    @property
    def field(self) -> int:
        """The window of a value of the last map: it grows by (k − 1) · dilation · jump a layer."""
        side, jump = 1, 1
        for row in self.network.plan.rows:
            layer: Any = row.layer
            size = getattr(layer, "kernel_size", 0) or getattr(layer, "pool_size", 0)
            if size:
                side += (size - 1) * getattr(layer, "dilation", 1) * jump
                jump *= getattr(layer, "stride", 0) or (size if hasattr(layer, "pool_size") else 1)
        return side

    # ---- of codes ----
    @cached_property
    def _test(self) -> np.ndarray:
        """Test samples as an autoencoder reads them."""
        if not self.network.loss.reconstructs:
            raise FormulaError("This network rebuilds nothing.")
        return numbers(self.run.data.test.x[:IMAGES], self.run.data.scale)

    @property
    def error(self) -> float:
        return float(np.mean((self.network.reconstruct(self._test) - self._test) ** 2))

    @cached_property
    def pca_error(self) -> float:
        """Pearson (1901): the mean and as many directions of largest variance of training data."""
        test = self._test.reshape(len(self._test), -1)
        train = numbers(self.run.data.train.x, self.run.data.scale).reshape(-1, test.shape[1])
        mean = train.mean(0)
        axes = np.linalg.eigh((train - mean).T @ (train - mean))[1]
        axes = axes[:, -math.prod(self.network.code_shape) :]
        return float(np.mean(((test - mean) @ axes @ axes.T + mean - test) ** 2))

    @property
    def code_spread(self) -> float:
        codes = self.network.encode(self._test).reshape(len(self._test), -1)
        return float(codes.std(0).mean())


def moved(images: np.ndarray, right: int) -> np.ndarray:
    """Images [N, maps, height, width] so many columns further right; zeros move in."""
    others, width = np.zeros_like(images), images.shape[3]
    others[..., max(right, 0) : width + min(right, 0)] = images[
        ..., max(-right, 0) : width + min(-right, 0)
    ]
    return others


def _thinned(history: dict[str, np.ndarray], every: int) -> dict[str, np.ndarray]:
    count = len(history["step"])
    looked_at = np.arange(count) % (1 if count < FEW * every else every) == 0
    looked_at[-1:] = True
    return {name: column[looked_at] for name, column in history.items()}


def _ratio(layers: tuple[LayerHealth, ...]) -> float:
    first, last = layers[0].gradient, layers[-1].gradient
    return first / last if last else 0.0
