"""Trees that grow: what a Run has in the place of a network and of what trains it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache, cached_property
from typing import Any

import numpy as np

from playground.engine.training import Progress
from playground.trees import arrays
from playground.trees.answers import Answers
from playground.trees.ensemble import Ensemble, rows
from playground.trees.model import Growing, Stage, TreeModel
from playground.trees.sums import Sums

RHYTHM = {"level": 1.5}  # units a second that eyes can follow
SAMPLES = 4000  # of the training rows, that the loss after each unit is measured on
SLICE = 2048  # rows that features are made of at a time


class Growth:
    """A kind of trees, its data, and the units that have grown; a step is one unit.

    Units stay known when it goes back, and are shown again when it goes on: they follow from the
    data and the seed alone. After `load_state_dict` those of the file stay; the estimator, which
    no file holds, grows them anew in silence when more are asked for.

    x: [N, *shape], bytes or float32, times `scale`; y: class numbers, or values (classes = 0).
    read: makes the `width` features that trees grow on; None: they are the inputs themselves.
    """

    steps_per_epoch = 1
    betas = Ensemble.betas

    def __init__(
        self,
        model: TreeModel,
        x: np.ndarray,
        y: np.ndarray,
        classes: int,
        seed: int,
        scale: float = 1.0,
        read: Callable[[np.ndarray], np.ndarray] = rows,
        width: int | None = None,
    ) -> None:
        self.model, self.classes, self.seed = model, classes, seed
        self._source, self._scale, self._read = x, scale, read
        self.width = math.prod(x.shape[1:]) if width is None else width
        self.y = np.asarray(y) if classes else np.asarray(y, np.float64)
        self.step = self.shown = 0
        self.parallel = False
        self.rhythm = RHYTHM.get(model.unit, 12.0)
        self._stages: list[Stage] = []
        self._growing: Growing | None = None
        self._drawn = 0  # units that the iterator has given
        self._most: int | None = None
        self._kind: Ensemble | None = None

    @cached_property
    def x(self) -> np.ndarray:
        """What the trees grow on: float32 [N, features], made when it is first asked for."""
        features = np.empty((len(self._source), self.width), np.float32)
        for start in range(0, len(features), SLICE):
            part = self._source[start : start + SLICE]
            if part.dtype == np.uint8:
                part = part.astype(np.float32) * np.float32(self._scale)
            features[start : start + SLICE] = rows(self._read(part))
        return features

    # ---- growing ----
    def compile(self, parallel: bool = False) -> None:
        """Have scikit-learn at hand, and all that is known before the first unit."""
        self._start()

    @staticmethod
    def get_ready() -> None:
        """Import scikit-learn, which takes seconds, before somebody waits for a unit."""
        _threads()

    def pending(self) -> list[str]:
        """Nothing is compiled that would be worth a word."""
        return []

    def _start(self) -> Growing:
        if self._growing is None:
            self._growing = self._begin()
            self._most, self._drawn = self._growing.most, 0
            grown = self._growing
            self._kind = Ensemble(grown.answers, self.combine, grown.start, (), Sums())
        return self._growing

    def _begin(self) -> Growing:
        if not len(self.y):
            meaning = self.model.answers(self.y, self.classes)
            return Growing(meaning, np.zeros(meaning.width), iter(()), 0)
        with _one_thread():
            return self.model.grow(self.x, self.y, self.classes, self.seed)

    @property
    def combine(self) -> str:
        """How the stages give an answer, see `Ensemble`."""
        values = self.model.combine == "votes" and not self.classes
        return "median" if values else self.model.combine

    @property
    def most_steps(self) -> int | None:
        """How many units there can be; None where the data will tell."""
        return self.model.most if self._most is None else self._most

    def train(self, steps: int) -> Progress:
        """So many units more, or as many as there are; the training loss after each."""
        losses = []
        for _ in range(steps):
            if self.step == len(self._stages) and not self._add():
                break
            self.step += 1
            self.shown = self.step
            losses.append(self._loss())
        values = np.array(losses, np.float32)
        mean = float(values.mean()) if len(values) else float("nan")
        return Progress(len(values), mean, values, True)

    def _loss(self) -> float:
        ensemble = self.snapshot()
        part = slice(SAMPLES)
        return ensemble.loss.evaluate(ensemble.predict(self.x[part]), self.y[part])

    def _add(self) -> bool:
        """The next unit; False where there is none."""
        growing = self._start()
        with _one_thread():
            for stage in growing.stages:
                self._drawn += 1
                if self._drawn > len(self._stages):
                    self._stages.append(stage)
                    return True
        self._most = len(self._stages)
        return False

    def restart(self) -> None:
        """Nothing has grown."""
        self.seek(0)
        self.shown = 0

    def reseed(self, seed: int) -> None:
        """Another seed, of which nothing is known yet."""
        if seed != self.seed:
            self.seed = seed
            self._stages, self._growing, self._most = [], None, None

    def seek(self, step: int) -> None:
        """Go on counting from so many units."""
        self.step = min(step, len(self._stages))

    def set(self, kind: str, name: str, value: float) -> None:
        """KeyError: no option changes while it grows."""
        raise KeyError(f"{name!r} of {kind} cannot change while trees grow")

    # ---- what it remembers ----
    def state(self) -> dict[str, np.ndarray]:
        """All that growing changes: two counts."""
        return {
            "parameters": self.flat,
            "clock": np.array([self.step]),
            "optimizer": np.zeros(0, np.float32),
        }

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """The opposite of `state`."""
        self.load_parameters(state["parameters"])
        self.seek(int(state["clock"][0]))

    @property
    def flat(self) -> np.ndarray:
        """How many units have a say."""
        return np.array([self.shown], np.int64)

    def parameters(self) -> np.ndarray:
        """The same, as a network has it."""
        return self.flat

    def parameter(self, name: str) -> np.ndarray:
        """ValueError: there is no number that a hand could set."""
        raise ValueError(f"Trees grow: {name} cannot be set by hand.")

    def load_parameters(self, flat: np.ndarray) -> None:
        """Let so many units have a say."""
        self.shown = min(int(flat[0]), len(self._stages))

    # ---- as a network ----
    def snapshot(self) -> Ensemble:
        """What has grown, which nothing can change any more."""
        if self._kind is None:
            self._start()
        assert self._kind is not None
        return replace(self._kind, stages=tuple(self._stages[: self.shown]))

    @property
    def loss(self) -> Answers:
        """What tells classes, probabilities and the loss from outputs."""
        return self.snapshot().loss

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Outputs [N, k], float64: shares of classes, log-odds, votes, or values."""
        return self.snapshot().predict(x)

    def state_dict(self) -> dict[str, np.ndarray]:
        """What has grown, as named arrays."""
        return arrays.to_arrays(self.snapshot())

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """The opposite of `state_dict`; TreeError where the arrays are no such trees."""
        answers = self.model.answers(self.y, self.classes)
        like = Ensemble(answers, self.combine, np.zeros(answers.width), (), Sums())
        loaded = arrays.from_arrays(state, like, self.width)
        self._stages, self._kind = list(loaded.stages), loaded.at(0)
        self._growing, self._drawn = None, 0
        self.step = self.shown = len(self._stages)

    def memory_bytes(self) -> int:
        """What the trees take, with the rows that they grow on."""
        own = sum(
            array.nbytes
            for stage in self._stages
            for tree in stage.trees
            for array in vars(tree).values()
            if isinstance(array, np.ndarray)
        )
        made = vars(self).get("x")
        sums = 0 if self._kind is None or self._kind.sums is None else self._kind.sums.nbytes
        return own + sums + self.y.nbytes + (0 if made is None else made.nbytes)


@cache
def _threads() -> Any:
    from importlib import import_module

    from threadpoolctl import ThreadpoolController

    import_module("sklearn.ensemble")  # brings the OpenMP that is to be held back
    return ThreadpoolController()


def _one_thread() -> AbstractContextManager[Any]:
    """OpenMP on one thread: cores are dealt out by turns, and several threads that wait for each
    other on a busy machine made histogram boosting fifty times slower."""
    limit: AbstractContextManager[Any] = _threads().limit(limits=1, user_api="openmp")
    return limit
