"""What trees are held against scikit-learn on: every kind and option, seeds, odd inputs.

scikit-learn is called directly, with the same words and the same seed; nothing but equality, bit
for bit, will do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn import ensemble, tree

from playground.engine import registry
from playground.trees import Growth
from tests.pieces import cases

PEERS: dict[str, tuple[Any, str]] = {
    "decision_tree": (tree, "DecisionTree"),
    "random_forest": (ensemble, "RandomForest"),
    "extra_trees": (ensemble, "ExtraTrees"),
    "adaboost": (ensemble, "AdaBoost"),
    "gradient_boosting": (ensemble, "GradientBoosting"),
    "hist_gradient_boosting": (ensemble, "HistGradientBoosting"),
}
UNITS = 4
SEEDS = (0, 7, 2**32 - 1)
ROWS = 90


def gaussian(random: np.random.Generator) -> np.ndarray:
    """Five inputs without structure."""
    return random.normal(size=(ROWS, 5))


def coarse(random: np.random.Generator) -> np.ndarray:
    """Few different numbers, and so many ties."""
    return random.integers(-1, 2, size=(ROWS, 5))


def constant(random: np.random.Generator) -> np.ndarray:
    """Two columns that never change, of five."""
    return gaussian(random) * [1, 0, 1, 0, 1] + [0, 3, 0, -1, 0]


def twice(random: np.random.Generator) -> np.ndarray:
    """Every row twice, and a column twice."""
    half = np.repeat(gaussian(random)[: ROWS // 2], 2, axis=0)
    half[:, 4] = half[:, 0]
    return half


def extreme(random: np.random.Generator) -> np.ndarray:
    """Columns from 1e-30 to 1e30, and numbers next to each other in single precision."""
    columns = gaussian(random) * [1e-30, 1e30, 1, 1e-3, 1]
    columns[:, 4] = 1 + np.arange(ROWS) % 7 * np.finfo(np.float32).eps
    return columns


INPUTS = (gaussian, coarse, constant, twice, extreme)
CLASSES = (2, 3, 0)  # 0: values


@dataclass(frozen=True)
class Case:
    """Trees, data and a seed. few: of 12 rows, with a class that has one row alone."""

    trees: dict[str, Any]
    inputs: Any
    classes: int
    seed: int
    few: bool = False

    def __str__(self) -> str:
        options = " ".join(f"{key} {value}" for key, value in self.trees.items())
        size = " few rows" if self.few else ""
        return f"{options}, {self.inputs.__name__} {self.classes} seed {self.seed}{size}"

    def data(self, other: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Inputs [N, 5], and answers that depend on products of them."""
        random = np.random.default_rng([self.seed, other])
        x = self.inputs(random).astype(np.float32)
        z = x / np.maximum(np.abs(x).max(axis=0), np.finfo(np.float32).tiny)
        value = z[:, 0] * z[:, 1] + z[:, 2] + 0.3 * random.normal(size=ROWS)
        if self.few:
            x, value = x[:12], value[:12]
        if not self.classes:
            return x, value.astype(np.float32)
        y = np.digitize(value, np.quantile(value, np.arange(1, self.classes) / self.classes))
        if self.few:
            y = np.where(np.arange(12) == 5, 0, np.maximum(y, 1))
        return x, y

    def grown(self) -> Growth:
        """Ours, unit by unit, to the end."""
        growth = Growth(registry.make("tree", self.trees), *self.data(), self.classes, self.seed)
        while growth.train(1).steps:
            pass
        return growth

    def peer(self) -> Any:
        """scikit-learn's estimator with the same words, fitted."""
        options = dict(self.trees)
        name = options.pop("type")
        module, start = PEERS[name]
        if "max_features" in options:
            words = {"auto": "sqrt" if self.classes else 1.0, "all": None}
            options["max_features"] = words.get(options["max_features"], options["max_features"])
        if not self.classes:
            options.pop("criterion", None)
        if name == "adaboost":
            base = {key: options.pop(key) for key in ("max_depth", "criterion") if key in options}
            kind = tree.DecisionTreeClassifier if self.classes else tree.DecisionTreeRegressor
            options["estimator"] = kind(**{"max_depth": 1 if self.classes else 3, **base})
        if name == "hist_gradient_boosting":
            options["max_iter"] = options.pop("n_estimators")
            options["early_stopping"] = False
        kind = getattr(module, start + ("Classifier" if self.classes else "Regressor"))
        return kind(random_state=self.seed, **options).fit(*self.data())


def few(description: dict[str, Any]) -> dict[str, Any]:
    """The same with few units."""
    names = {option.name for option in registry.options(registry.get("tree", description["type"]))}
    return {"n_estimators": UNITS, **description} if "n_estimators" in names else description


def all_cases(name: str) -> Iterator[Case]:
    """Every option on classes and values, every seed, every kind of inputs."""
    plain = few({"type": name})
    for description in cases.described(registry.get("tree", name)):
        for classes in CLASSES:
            yield Case(few(description), gaussian, classes, SEEDS[1])
    for classes in CLASSES:
        yield from (Case(plain, gaussian, classes, seed) for seed in SEEDS)
        yield from (Case(plain, inputs, classes, SEEDS[1]) for inputs in INPUTS[1:])
        yield Case(plain, gaussian, classes, SEEDS[1], few=True)
