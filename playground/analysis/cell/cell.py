"""One cell of a layer worked out in float64: what it reads, weighs, adds up and makes of it.

Checked against the engine: a cell's `value` here and the engine's activation are the same number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from playground.analysis.by_hand import bracketed, number
from playground.engine import Layer, Plan, Row, activations, registry
from playground.engine.layers.dense import Dense
from playground.engine.network import FrozenNetwork, Network

Index = tuple[int, ...]


@dataclass(frozen=True)
class Line:
    """`words`: `numbers` = `value`"""

    words: str
    numbers: str
    value: float


@dataclass(frozen=True, eq=False)
class Window:
    """A patch of maps and the kernel that weighs it: [maps, rows, columns] all.

    places: which number (flat) of the layer that is read; −1 outside of the image, where it is 0.
    names: the maps' numbers, from 0. marked: the flat place in the patch of the largest number.
    """

    patch: np.ndarray
    places: np.ndarray
    names: np.ndarray
    weights: np.ndarray | None = None
    marked: int | None = None

    @property
    def products(self) -> np.ndarray | None:
        """Number times weight, cell by cell."""
        return None if self.weights is None else self.patch * self.weights


@dataclass(frozen=True, eq=False)
class Terms:
    """What is added up where no window is: numbers, their weights (or none) and the summands."""

    inputs: np.ndarray
    places: np.ndarray
    parts: np.ndarray
    weights: np.ndarray | None = None
    heads: tuple[str, ...] = ("number", "weight", "product")


@dataclass(frozen=True)
class Work:
    """The arithmetic of one cell. reads: which of `values` the places are in; None: in none."""

    about: str
    value: float
    lines: tuple[Line, ...] = ()
    reads: int | None = None
    window: Window | None = None
    terms: Terms | None = None


@dataclass(frozen=True, eq=False)
class Place:
    """A cell, and all that its arithmetic may need."""

    row: Row
    index: Index
    values: Sequence[np.ndarray]
    state: Mapping[str, np.ndarray]

    @property
    def x(self) -> np.ndarray:
        """What the layer reads."""
        return self.values[self.row.position].astype(np.float64)

    @property
    def found(self) -> float:
        """What the engine made of it."""
        return float(self.values[self.row.position + 1][self.index])

    def parameter(self, name: str) -> np.ndarray:
        return self.state[f"{self.row.position}.{name}"].astype(np.float64)


def work(
    network: Network | FrozenNetwork, values: Sequence[np.ndarray], position: int, index: Index
) -> Work:
    """How layer `position` comes to its number at `index`.

    network: frozen or not; values: one image's, see the package. The position after the last layer
    stands for the probabilities that a softmax makes of the outputs.
    """
    plan = network.plan
    if position == len(plan.rows):
        return softmax(values[-1], index, position)
    place = Place(plan.rows[position], index, values, network.state_dict())
    layer = place.row.layer
    result = WORKED.get(type(layer).type, untold)(layer, place)
    return replace(result, reads=source(plan, result.reads)) if result.reads is not None else result


def source(plan: Plan, number: int) -> int:
    """The values that a layer really reads: those before layers that only hand them on."""
    while number and plan.rows[number - 1].layer.passes_on:
        number -= 1
    return number


# By the name of the layer: its class is another one after its module has been loaded anew.
Rule = Callable[[Any, Place], Work]  # of the layer and one of its cells
WORKED: dict[str, Rule] = {}


def works(*names: str) -> Callable[[Rule], Rule]:
    """Register how the cells of these layers are worked out."""

    def take(rule: Rule) -> Rule:
        WORKED.update(dict.fromkeys(names, rule))
        return rule

    return take


def untold(layer: Layer, place: Place) -> Work:
    """A layer whose numbers are not worked out here."""
    about = (layer.__doc__ or "").strip().splitlines()[0]
    return Work(f"{about} Too many steps to write down: here is the result alone.", place.found)


# ---- what several layers do ----


def look(
    x: np.ndarray, channels: range, corner: tuple[int, int], size: tuple[int, int], step: int = 1
) -> Window:
    """The patch of x [channels, height, width] whose upper left pixel is `corner`."""
    rows, columns = (
        start + step * np.arange(count) for start, count in zip(corner, size, strict=True)
    )
    height, width = x.shape[1:]
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
    flat = rows.clip(0, height - 1)[:, None] * width + columns.clip(0, width - 1)
    places = np.array([channel * height * width + flat for channel in channels])
    places = np.where(inside, places, -1)
    patch = np.where(inside, x.ravel()[places], 0.0)
    return Window(patch, places, np.array(channels))


def add_up(products: np.ndarray, bias: float | None) -> list[Line]:
    """The lines from products [maps, …] to the sum."""
    sums = products.reshape(len(products), -1).sum(1)
    total, each = float(sums.sum()), products[0].size
    count = f"{each} products" if each > 1 else "One product"
    if len(products) == 1:
        lines = [Line(f"All {count} together" if each > 1 else count, "", total)]
    else:
        lines = [Line(f"{count} of each of {len(sums)} maps", summands(sums), total)]
    if bias is not None:
        lines.append(Line("plus the bias", f"{number(total)} + {bracketed(bias)}", total + bias))
    return lines


def summands(parts: np.ndarray, most: int = 4) -> str:
    """0.5 + (−1) + …: a few summands, of many the largest."""
    if len(parts) > most:
        parts = parts[np.argsort(-np.abs(parts), kind="stable")]
    shown = [bracketed(float(part)) for part in parts[:most]]
    return " + ".join(shown + ["…"] * (len(parts) > most))


def activate(name: str, lines: list[Line], sums: Sequence[float] = ()) -> float:
    """What the activation makes of the last line; adds a line of its own."""
    total = lines[-1].value
    if name == "identity":
        return total
    title = registry.get("activation", name).title
    if name == "softmax":
        top = max(sums)
        powers = np.exp(np.array(sums) - top)
        value = math.exp(total - top) / float(powers.sum())
    else:
        value = curve(name, total)
    rule = f"max(0, {number(total)})" if name == "relu" else f"{title} of {number(total)}"
    lines.append(Line(f"then {title}", rule, value))
    return value


def curve(name: str, total: float) -> float:
    """The activation of one sum, by the engine's own kernel."""
    return float(activations.curve(name, np.array([total], np.float32))[0][0])


# ---- sums over everything ----


@works("dense")
def _(layer: Dense, place: Place) -> Work:
    weights, x, unit = place.parameter("weight"), place.x, place.index[0]
    parts, bias = weights[unit] * x, place.parameter("bias")
    lines = add_up(parts[None], bias[unit])
    value = activate(layer.activation, lines, (weights @ x + bias).tolist())
    about = f"Every one of {len(x)} numbers times its own weight, all added up."
    terms = Terms(x, np.arange(len(x)), parts, weights[unit])
    return Work(about, value, tuple(lines), place.row.position, terms=terms)


def softmax(outputs: np.ndarray, index: Index, reads: int) -> Work:
    """A score as a probability: p_i = e^z_i / Σ_j e^z_j."""
    scores = outputs.astype(np.float64).ravel()
    top, here = float(scores.max()), float(scores[index])
    powers = np.exp(scores - top)  # relative to the best, so that none overflows
    total = float(powers.sum())
    lines = (
        Line(
            "e to the score, less the best score",
            f"e^({number(here)} − {bracketed(top)})",
            float(powers[index]),
        ),
        Line("All of them added up", summands(powers, 3), total),
        Line(
            "The share of it",
            f"{number(float(powers[index]))} / {number(total)}",
            float(powers[index]) / total,
        ),
    )
    about = "Scores become shares of 1: e to each score, divided by the sum of them all."
    terms = Terms(scores, np.arange(len(scores)), powers, heads=("score", "power"))
    return Work(about, lines[-1].value, lines, reads, terms=terms)
