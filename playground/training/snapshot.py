"""A Snapshot: an immutable picture of a Run at one moment; all that a view may read."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from playground.data import Data, features
from playground.engine import FrozenGenerator, FrozenNetwork
from playground.experiment import Experiment
from playground.training.evaluation import numbers
from playground.training.game import Game

EDGE = 6.0  # the plane that is shown is [−EDGE, EDGE]²
MOST_NEURONS = 64  # of a layer, in `neurons`
SUREST = 1 - 2**-12  # so that a float32 keeps it apart from the next class
TINY = 1e-12
PLANE_NUMBERS = 4_000_000  # that `neurons` computes at a time


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What a Run was at one moment.

    status: ready, compiling, running, paused, diverged or finished; message: what there is to say
    about it, in a sentence. history: arrays by column (step, epoch, batch_loss, train_loss,
    test_loss, train_accuracy, …). metrics: the newest of them, by split. Numbers "train" of a large
    data set are measured on its first samples; so are the others while a Run plays, and on all of
    their samples once it rests. What has not been measured is NaN.
    """

    experiment: Experiment
    status: str
    message: str
    step: int
    epoch: float
    steps_per_second: float
    epochs_per_second: float
    samples_per_second: float
    seconds_left: float | None  # until the epochs asked for are done
    history: dict[str, np.ndarray]
    metrics: dict[str, dict[str, float]]
    network: FrozenNetwork
    data: Data
    seconds_per_epoch: float = math.nan  # of training alone
    recorded: tuple[tuple[int, float], ...] = ()  # step and epoch of what `Run.rewind` can bring
    recordable: bool = True  # False: the network is too large for that
    repeatable: bool = True  # False: settings or weights were changed while it trained
    next_player: str = ""  # of a game: "discriminator" or "generator"
    half_steps: int = 0  # of a game: steps that are made of the turn under way
    _cache: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    def _once(self, key: Any, compute: Callable[[], Any]) -> Any:
        """Compute heavy things when first asked for, and once."""
        with self._lock:
            if key not in self._cache:
                self._cache[key] = compute()
            return self._cache[key]

    @property
    def labels(self) -> list[str]:
        """What the classes are called."""
        return [str(name) for name in self.data.class_names]

    @property
    def rewound(self) -> bool:
        """Whether the Run was brought back, and has not gone on from there yet."""
        return bool(self.recorded) and self.recorded[-1][0] > self.step

    def now(self, status: str, message: str) -> Snapshot:
        """The same picture with the status of this moment."""
        if (status, message) == (self.status, self.message):
            return self
        return replace(self, status=status, message=message)

    @property
    def game(self) -> Game:
        """What is to be seen of two networks; ValueError where there is one."""
        network = self.network
        if not isinstance(network, FrozenGenerator):
            raise ValueError("There is one network here, and no game.")
        of = network, self.data, self.next_player, self.half_steps
        game: Game = self._once("game", lambda: Game(*of))
        return game

    # ---- any input ----
    def freeze(self) -> FrozenNetwork:
        """Its network, as a Run gives its own: whoever reads one reads either."""
        return self.network

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Outputs [N, outputs] for inputs [N, *shape]: numbers, or the bytes of an image."""
        return self.network.predict(numbers(x, self.data.scale))

    def activations(self, x: np.ndarray) -> list[np.ndarray]:
        """What every layer makes of the inputs: one array [N, *shape] a layer."""
        return self.network.activations(numbers(x, self.data.scale))

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """What the network believes, [N, classes], from its outputs [N, outputs]."""
        return self.network.loss.probabilities(outputs)

    # ---- the plane ----
    def plane(self, resolution: int) -> np.ndarray:
        """The answer over [−6, 6]²: float32 [resolution, resolution].

        Row i is x₂ = linspace(−6, 6)[i], column j is x₁ = linspace(−6, 6)[j]. −1 is surely orange,
        +1 surely blue; of a regression it is the predicted value. With more classes the whole part
        is the number of the likeliest one, and the rest how sure it is: 0 where all are as likely.
        """
        return self._once(("plane", resolution), lambda: self._plane(resolution))

    def _plane(self, resolution: int) -> np.ndarray:
        answer = self.answer(self.network.predict(self._grid(resolution)))
        return _maps(answer[:, None], resolution)[0]

    def answer(self, outputs: np.ndarray) -> np.ndarray:
        """What `plane` shows of outputs [N, outputs]: one number each."""
        if not self.data.classes:
            return outputs[:, 0]
        belief = self.probabilities(outputs)
        if self.data.classes == 2:
            return belief[:, 1] - belief[:, 0]
        belief /= np.maximum(belief.sum(axis=1, keepdims=True), TINY)  # sigmoids apart: not 1 yet
        winner, guess = self.network.loss.classes(outputs), 1 / self.data.classes
        sure = (np.take_along_axis(belief, winner[:, None], 1)[:, 0] - guess) / (1 - guess)
        return winner + np.clip(sure, 0, SUREST)

    def neurons(self, resolution: int) -> list[np.ndarray]:
        """What everything in the network says over the plane: [count, resolution, resolution].

        First the inputs, then every layer, rows and columns as in `plane`; of wide layers the first
        64 neurons. A single output is shown as `plane` shows it; of one output a class, what is
        believed of that class: from −1, surely not, to 1, surely.
        """
        return self._once(("neurons", resolution), lambda: self._neurons(resolution))

    def _neurons(self, resolution: int) -> list[np.ndarray]:
        grid = self._grid(resolution)
        width = sum(math.prod(row.output_shape) for row in self.network.plan.rows)
        slice_ = max(PLANE_NUMBERS // width, 1)  # bounds what is held at a time
        parts = []
        for start in range(0, len(grid), slice_):
            x = grid[start : start + slice_]
            layers = self.network.activations(x)
            if layers[-1].shape[1:] == (1,):
                layers[-1] = self.answer(layers[-1])[:, None]
            elif layers[-1].shape[1:] == (self.data.classes,):
                layers[-1] = 2 * self.probabilities(layers[-1]) - 1
            parts.append([values.reshape(len(x), -1)[:, :MOST_NEURONS] for values in (x, *layers)])
        return [_maps(np.concatenate(layer), resolution) for layer in zip(*parts, strict=True)]

    def _grid(self, resolution: int) -> np.ndarray:
        if not self.data.feature_names or isinstance(self.network, FrozenGenerator):
            raise ValueError("this data set does not lie in a plane")
        return _inputs(resolution, tuple(self.data.feature_names))


@lru_cache(16)
def _inputs(resolution: int, names: tuple[str, ...]) -> np.ndarray:
    """The features of the whole plane, the same for all who look at it; read-only."""
    along = np.linspace(-EDGE, EDGE, resolution)
    x, y = np.meshgrid(along, along)
    inputs = features(np.stack([x.ravel(), y.ravel()], axis=1), names)
    inputs.flags.writeable = False
    return inputs


def _maps(values: np.ndarray, resolution: int) -> np.ndarray:
    """[points of the grid, count] → [count, rows, columns], read-only."""
    maps = np.ascontiguousarray(values.T, np.float32).reshape(-1, resolution, resolution)
    maps.flags.writeable = False
    return maps
