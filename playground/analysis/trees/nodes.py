"""One node of a tree: its way from the root, its arithmetic, its region of the plane."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from playground.data import FEATURES
from playground.experiment import numerals, tree_bounds
from playground.training.snapshot import Snapshot
from playground.trees import Ensemble, Tree
from playground.trees.joined import Deep

ROUNDING = 1e-6  # of the numbers that were added: less is what float32 rounds
TITLES = {"gini": "Gini impurity", "entropy": "Entropy, bits", "squared_error": "Variance"}


def ensemble(snapshot: Snapshot) -> Ensemble:
    """The trees of a Snapshot; ValueError where it has a network."""
    if not isinstance(cast(object, snapshot.network), Ensemble):
        raise ValueError("This run has a network, and no trees.")
    return cast(Ensemble, snapshot.network)


@dataclass(frozen=True, eq=False)
class Wording:
    """What inputs are called, and their numbers in their own units.

    mean, deviation: of each input, where they were scaled. words: of an input that stands for one
    word of a column, “column = word”. centre, scale: of the values that are predicted.
    """

    names: tuple[str, ...]
    mean: np.ndarray
    deviation: np.ndarray
    words: np.ndarray
    centre: float = 0.0
    scale: float = 1.0

    @property
    def scaled(self) -> bool:
        """Whether predicted values were scaled."""
        return (self.centre, self.scale) != (0.0, 1.0)

    def rule(self, place: int, threshold: float, met: bool = True) -> str:
        """A question about an input, or its opposite: x₁ ≤ 0.50, x₁ > 0.50, colour ≠ red."""
        name = self.names[place]
        if self.words[place]:
            return name.replace(" = ", " ≠ ", 1) if met else name
        own = _moved(threshold * self.deviation[place], self.mean[place])
        return f"{name} {'≤' if met else '>'} {threshold_words(own)}"

    def value(self, value: float, whole: bool) -> str:
        """A predicted value, or what a tree adds to it (not whole), in its own units."""
        own = _moved(value * self.scale, self.centre if whole else 0.0)
        return threshold_words(own if abs(own) > ROUNDING * self.scale else 0.0)


def _moved(distance: float, centre: float) -> float:
    """Their sum; what is left of it by rounding alone is zero."""
    total = distance + centre
    return float(total) if abs(total) > ROUNDING * abs(centre) else 0.0


def unscaled(names: Sequence[str]) -> Wording:
    """Inputs that are numbers as they are."""
    width = len(names)
    return Wording(tuple(names), np.zeros(width), np.ones(width), np.zeros(width, bool))


def wording(snapshot: Snapshot) -> Wording:
    """What rules call each input of a Snapshot."""
    table = snapshot.data.table
    if isinstance(cast(object, snapshot.network), Deep):
        width = tree_bounds.features(snapshot.experiment)
        plain = unscaled([f"neuron {place + 1}" for place in range(width)])
        if table is None:
            return plain
        return replace(plain, centre=table.fitted.centre, scale=table.fitted.scale)
    if table is None:
        return unscaled(_names(snapshot))
    columns, fitted = table.layout.columns, table.fitted
    words = [column.kind == "one_hot" for column in columns for _ in column.inputs]
    return Wording(
        table.layout.inputs,
        fitted.mean,
        fitted.deviation,
        np.array(words),
        fitted.centre,
        fitted.scale,
    )


def _names(snapshot: Snapshot) -> list[str]:
    shape = snapshot.data.shape
    if len(shape) == 3 and shape[0] == 1:
        return [f"pixel {row},{column}" for row in range(shape[1]) for column in range(shape[2])]
    given = snapshot.data.feature_names
    names = given or [f"input {place + 1}" for place in range(int(np.prod(shape)))]
    return [FEATURES[name][0] if name in FEATURES else name for name in names]


@dataclass(frozen=True)
class Line:
    """One step of a calculation: what it is, how it comes about, what it gives."""

    words: str
    formula: str
    result: str


def parents(tree: Tree) -> np.ndarray:
    """The parent of every node: int64 [nodes]; −1 for the root."""
    above = np.full(tree.nodes, -1, np.int64)
    inner = np.flatnonzero(tree.feature >= 0)
    above[tree.left[inner]] = above[tree.right[inner]] = inner
    return above


def way(tree: Tree, node: int) -> list[int]:
    """The nodes from the root down to this one."""
    above, path = parents(tree), [node]
    while above[path[0]] >= 0:
        path.insert(0, int(above[path[0]]))
    return path


def rule(tree: Tree, node: int, names: Wording, met: bool = True) -> str:
    """A node's question, or its opposite."""
    return names.rule(int(tree.feature[node]), float(tree.threshold[node]), met)


def threshold_words(value: float) -> str:
    """Two digits behind the point, more where those are all zero, none where it is large."""
    size = abs(value)
    written = numerals.short(value, 2) if 0 < size < 0.01 else numerals.fixed(value, 2)
    return (numerals.short(value, 5) if size >= 1000 else written).replace("-", "−")


def path_words(tree: Tree, node: int, names: Wording) -> str:
    """What all samples of a node have in common."""
    path = way(tree, node)
    rules = [
        rule(tree, above, names, bool(tree.left[above] == below))
        for above, below in itertools.pairwise(path)
    ]
    return " and ".join(rules) if rules else "all samples"


def lines(
    tree: Tree, node: int, names: Wording, criterion: str, classes: bool, whole: bool = True
) -> list[Line]:
    """The arithmetic of a node: its impurity, its rule, what the rule gains.

    criterion: "gini", "entropy", "squared_error", or "" where no impurity is kept. classes: whether
    values are shares of classes. whole: whether a value is an answer, and not what a tree adds.
    """
    weight, value = float(tree.weight[node]), tree.value[node]
    told = [_samples(tree, node)]
    if criterion:
        shares = value if classes and criterion != "squared_error" else None
        told.append(_impurity(float(tree.impurity[node]) * names.scale**2, criterion, shares))
    if not classes or criterion in ("squared_error", ""):
        shown = names.value(float(value[0]), whole) if names.scaled else _number(float(value[0]))
        told.append(Line("Value", "what this node adds or answers", shown))
    if tree.feature[node] < 0:
        return told
    left, right = int(tree.left[node]), int(tree.right[node])
    told.append(
        Line(
            "Rule",
            f"{rule(tree, node, names)}?",
            f"{_count(tree, left)} yes, {_count(tree, right)} no",
        )
    )
    if not criterion:
        return told
    unit = names.scale**2  # that variances are in
    parts = [(float(tree.weight[k]), float(tree.impurity[k]) * unit) for k in (left, right)]
    after = sum(part * impurity for part, impurity in parts) / weight
    formula = " + ".join(
        f"{_plain(part)}/{_plain(weight)} · {_number(impurity)}" for part, impurity in parts
    )
    before = float(tree.impurity[node]) * unit
    title = "Information gain" if criterion == "entropy" else "Gain"
    told.append(Line("After the rule", formula, _number(after)))
    told.append(Line(title, f"{_number(before)} − {_number(after)}", _number(before - after)))
    return told


def _samples(tree: Tree, node: int) -> Line:
    drawn, weight = float(tree.samples[node]), float(tree.weight[node])
    if abs(drawn - weight) < 1e-9:
        return Line("Samples", f"of {_plain(float(tree.samples[0]))}", _plain(drawn))
    words = f"{_plain(drawn)} different rows, counted by their weights"
    return Line("Samples", words, _plain(weight))


def _impurity(known: float, criterion: str, shares: np.ndarray | None) -> Line:
    if shares is None:
        return Line("Variance", "mean of (y − mean of y)²", _number(known))
    parts = [numerals.fixed(float(share), 2) for share in shares if share > 0]
    if criterion == "gini":
        formula = "1 − " + " − ".join(f"{part}²" for part in parts)
    else:
        formula = " ".join(f"− {part}·log₂ {part}" for part in parts)
    return Line(TITLES[criterion], formula, _number(known))


def _count(tree: Tree, node: int) -> str:
    return _plain(float(tree.weight[node]))


def _plain(number: float) -> str:
    """Counts are whole; weights of AdaBoost are shares."""
    whole = abs(number - round(number)) < 1e-6
    return numerals.count(number) if whole else numerals.short(number)


def _number(value: float) -> str:
    """Three digits behind the point; two that count where these would all be zero."""
    tiny = 1e-12 < abs(value) < 0.0005
    return (numerals.short(value, 2) if tiny else numerals.fixed(value, 3)).replace("-", "−")


def say(trees: Ensemble, place: int, node: int, names: Wording) -> list[Line]:
    """What a tree's weight makes of a leaf: its share in the sum of boosting (η · value), or how
    much a vote counts (α); nothing where every tree counts alike."""
    tree = trees.trees[place]
    weight = trees.stages[place // len(trees.stages[0].trees)].weight
    if trees.combine in ("votes", "median"):
        return [Line("Its vote", "α, the weight of this tree among all", _number(weight))]
    if trees.combine != "sum" or weight == 1 or tree.feature[node] >= 0:
        return []
    value = float(tree.value[node, 0]) * names.scale
    formula = f"{_plain(weight)} · {_number(value)}, shrunk by the learning rate"
    return [Line("It adds", formula, _number(weight * value))]


def inside(tree: Tree, node: int, x: np.ndarray) -> np.ndarray:
    """Which inputs [N, features] come through a node: bool [N]."""
    through = np.ones(len(x), bool)
    path = way(tree, node)
    for above, below in itertools.pairwise(path):
        met = x[:, tree.feature[above]] <= tree.threshold[above]
        through &= met if tree.left[above] == below else ~met
    return through
