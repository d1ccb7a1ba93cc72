"""The gradient by every hidden state: how far back in time the loss can teach.

With σ the largest singular value of ∂h_t/∂h_t₋₁, ‖∂L/∂h_t₋ₖ‖ ≤ σᵏ ‖∂L/∂h_t‖: below 1 it vanishes,
above 1 it explodes (Hochreiter, 1991; Bengio et al., 1994). Gates keep it near 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.analysis.memory.strands import Strand


@dataclass(frozen=True, eq=False)
class Flow:
    """Of one strand: ∂L/∂h_t [time, units], all later steps included, and ∂L/∂x [time, features].

    ∂L/∂h_t is that by the hidden state as the step hands it on; c is ∂L/∂c_t, what an LSTM's cell
    carries besides, and zeros of other layers.
    """

    strand: Strand
    h: np.ndarray
    c: np.ndarray
    x: np.ndarray


def through_time(strands: Sequence[Strand], slope: np.ndarray) -> list[Flow]:
    """Back-propagation through one recurrent layer.

    strands: all of the layer, as `unroll` gives them. slope: the gradient by the layer's output,
    [time, outputs] or, where it gives the last step alone, [outputs]. In the strands' order.
    """
    layer, units = strands[0].layer, strands[0].units
    ends = 2 if layer.bidirectional else 1
    length = len(strands[0].x)
    slope = np.asarray(slope, np.float64)
    if not layer.return_sequences:
        whole = np.zeros((length, ends * units))
        for side in range(ends):  # a reversed direction ends at the first step
            columns = slice(side * units, (side + 1) * units)
            whole[0 if side else -1, columns] = slope[columns]
        slope = whole
    flows: list[Flow] = []
    for level in range(layer.num_layers - 1, -1, -1):
        group = strands[level * ends : (level + 1) * ends]
        parts = np.split(slope, ends, axis=1)
        level_flows = [_back(strand, part) for strand, part in zip(group, parts, strict=True)]
        slope = np.sum([flow.x for flow in level_flows], axis=0)
        flows = level_flows + flows
    return flows


def norms(flow: Flow) -> np.ndarray:
    """‖∂L/∂h_t‖ for every t."""
    return np.linalg.norm(flow.h, axis=1)


def state_norms(flow: Flow) -> np.ndarray:
    """‖∂L/∂(h_t, c_t)‖ for every t: by all that the step hands on."""
    return np.hypot(norms(flow), np.linalg.norm(flow.c, axis=1))


def _back(strand: Strand, slope: np.ndarray) -> Flow:
    h, entered = slope.copy(), np.zeros((len(strand.x), len(strand.weights.ih)))
    rule, carry, cells = RULES[strand.kind], np.zeros(strand.units), np.zeros_like(h)
    for step in reversed(strand.steps):
        cells[step] = carry
        entered[step], recalled, past, carry = rule(strand, step, h[step], carry)
        before = strand.before(step)
        if before is not None:
            h[before] += strand.weights.hh.T @ recalled + past
    return Flow(strand, h, cells, entered @ strand.weights.ih)


# What each rule gives: the gradients by W x + b and by W' h₋ + b' of all rows, by h₋ past the
# weights, and by the cell of the step before.
Step = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _rnn(strand: Strand, step: int, slope: np.ndarray, carry: np.ndarray) -> Step:
    h = strand.values["h"][step]
    sums = slope * (1 - h**2 if strand.layer.activation == "tanh" else h > 0)
    return sums, sums, np.zeros(strand.units), carry


def _lstm(strand: Strand, step: int, slope: np.ndarray, carry: np.ndarray) -> Step:
    f, i, g, o, c = (strand.values[name][step] for name in "figoc")
    bent = np.tanh(c)
    cell = carry + slope * o * (1 - bent**2)
    before = strand.remembered("c", step)
    gates = (cell * g * i * (1 - i), cell * before * f * (1 - f), cell * i * (1 - g**2))
    sums = np.concatenate([*gates, slope * bent * o * (1 - o)])
    return sums, sums, np.zeros(strand.units), cell * f


def _gru(strand: Strand, step: int, slope: np.ndarray, carry: np.ndarray) -> Step:
    z, r, n, s = (strand.values[name][step] for name in "zrns")
    new = slope * (1 - z) * (1 - n**2)
    update = slope * (strand.remembered("h", step) - n) * z * (1 - z)
    reset = new * s * r * (1 - r)
    entered = np.concatenate([reset, update, new])
    return entered, np.concatenate([reset, update, new * r]), slope * z, carry


RULES = {"simple_rnn": _rnn, "lstm": _lstm, "gru": _gru}
