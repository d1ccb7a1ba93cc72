"""Recurrent layers unrolled in time: every hidden state, cell and gate of one sequence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playground.engine import Plan
from playground.engine.layers.recurrent import Recurrent
from playground.engine.losses import sigmoid
from playground.engine.through_time import WEIGHTS


@dataclass(frozen=True)
class Part:
    """Something a cell holds at each step. gate: from 0 to 1; else it may be negative, too."""

    name: str
    title: str
    about: str
    gate: bool = False


H = Part("h", "Hidden state h", "what the layer says, and hears next")
PARTS: dict[str, tuple[Part, ...]] = {
    "simple_rnn": (H,),
    "lstm": (
        H,
        Part("c", "Cell c", "the memory that gates guard"),
        Part("f", "Forget gate f", "1 keeps, 0 erases", gate=True),
        Part("i", "Input gate i", "1 writes, 0 does not", gate=True),
        Part("g", "Candidate g", "what could be written"),
        Part("o", "Output gate o", "how much shows in h", gate=True),
    ),
    "gru": (
        H,
        Part("z", "Update gate z", "1 keeps, 0 replaces", gate=True),
        Part("r", "Reset gate r", "memory that n sees", gate=True),
        Part("n", "Candidate n", "what could be new"),
    ),
}
# In which order the gates' rows stand in the weights.
ROWS = {"simple_rnn": ("h",), "lstm": ("i", "f", "g", "o"), "gru": ("r", "z", "n")}

STATE: tuple[str, ...] = ("h", "c")  # what one step hands on to the next
State = dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Weights:
    """ih [rows, features], hh [rows, units], their biases [rows]: PyTorch's, in float64."""

    ih: np.ndarray
    hh: np.ndarray
    bias_ih: np.ndarray
    bias_hh: np.ndarray


@dataclass(frozen=True, eq=False)
class Strand:
    """One direction of one recurrent layer, over time.

    level: which of `num_layers`. x [time, features]: what it reads. values: by the name of a part,
    [time, units], in the order of time, for both directions. Besides, a GRU has "s" = W' h₋ + b'.
    """

    position: int
    level: int
    reverse: bool
    layer: Any
    weights: Weights
    x: np.ndarray
    values: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The layer's registered name."""
        return type(self.layer).type

    @property
    def parts(self) -> tuple[Part, ...]:
        """What its cells hold."""
        return PARTS[self.kind]

    @property
    def units(self) -> int:
        return self.weights.hh.shape[1]

    @property
    def steps(self) -> list[int]:
        """The steps in the order in which it goes through them."""
        times = list(range(len(self.x)))
        return times[::-1] if self.reverse else times

    def before(self, step: int) -> int | None:
        """The step it remembers at this one; None at its first."""
        step += 1 if self.reverse else -1
        return step if 0 <= step < len(self.x) else None

    def remembered(self, name: str, step: int) -> np.ndarray:
        """h or c of the step before, [units]; zeros at the first."""
        before = self.before(step)
        return np.zeros(self.units) if before is None else self.values[name][before]

    def rows(self, gate: str) -> slice:
        """Which rows of the weights belong to a gate."""
        place = ROWS[self.kind].index(gate)
        return slice(place * self.units, (place + 1) * self.units)


def unroll(
    plan: Plan, state: Mapping[str, np.ndarray], values: Sequence[np.ndarray]
) -> list[Strand]:
    """Every recurrent layer of a stack over time, from the first to the last.

    state: the network's `state_dict`. values: one sequence [time, …] and what every layer makes of
    it, as in `analysis.cell`. A layer that says how it goes on, but not in `PARTS`, is left out.
    """
    strands: list[Strand] = []
    for row in plan.rows:
        if isinstance(row.layer, Recurrent) and type(row.layer).type in PARTS:
            x = values[row.position].astype(np.float64)
            strands += _layer(row.layer, row.position, state, x)
    return strands


def _layer(
    layer: Recurrent, position: int, state: Mapping[str, np.ndarray], x: np.ndarray
) -> list[Strand]:
    strands: list[Strand] = []
    ends = ("", "_reverse") if layer.bidirectional else ("",)
    for level in range(layer.num_layers):
        both = []
        for end in ends:
            names = (f"{position}.{name}_l{level}{end}" for name in WEIGHTS)
            weights = Weights(*(np.asarray(state[name], np.float64) for name in names))
            strand = Strand(position, level, bool(end), layer, weights, x)
            _follow(strand)
            both.append(strand)
        strands += both
        x = np.concatenate([strand.values["h"] for strand in both], axis=1)
    return strands


def _follow(strand: Strand) -> None:
    """Fill in the values, step by step."""
    weights, units = strand.weights, strand.units
    entered = strand.x @ weights.ih.T + weights.bias_ih
    values = strand.values
    names = [part.name for part in strand.parts] + ["s"] * (strand.kind == "gru")
    values.update({name: np.zeros((len(strand.x), units)) for name in names})
    for step in strand.steps:
        memory: State = {name: strand.remembered(name, step) for name in STATE if name in values}
        for name, value in advance(strand, entered[step], memory).items():
            values[name][step] = value


def advance(strand: Strand, entered: np.ndarray, memory: State) -> State:
    """One step: `entered` = W x + b of all rows [rows], `memory` the h (and c) of the step before.

    The formulas stand with the layers, in `engine.layers.recurrent`.
    """
    weights, units, before = strand.weights, strand.units, memory["h"]
    recalled = weights.hh @ before + weights.bias_hh
    if strand.kind == "gru":
        r, z = (sigmoid(part) for part in np.split((entered + recalled)[: 2 * units], 2))
        s = recalled[2 * units :]
        n = np.tanh(entered[2 * units :] + r * s)
        return {"h": (1 - z) * n + z * before, "z": z, "r": r, "n": n, "s": s}
    sums = entered + recalled
    if strand.kind == "lstm":
        i, f, g, o = np.split(sums, 4)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        c = f * memory["c"] + i * g
        return {"h": o * np.tanh(c), "c": c, "f": f, "i": i, "g": g, "o": o}
    return {"h": np.tanh(sums) if strand.layer.activation == "tanh" else np.maximum(sums, 0)}
