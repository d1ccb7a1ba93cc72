"""One number of a recurrent layer worked out: what it reads, weighs, adds up and makes of it."""

from __future__ import annotations

import numpy as np

from playground.analysis.by_hand import bracketed, number
from playground.analysis.cell.cell import Line, Terms, Work, summands
from playground.analysis.memory.strands import Strand

TANH = ("g", "n")


def work(strand: Strand, name: str, step: int, unit: int) -> Work:
    """How the part `name` of a cell comes to its number.

    step: from 0, in the order of time. Where weights are involved `terms` lists the inputs of the
    step first, then what was remembered, which lies at `places` in `values["h"]` (−1: input).
    """
    if name == "c":
        return _cell(strand, step, unit)
    if name == "h" and strand.kind == "lstm":
        return _shown(strand, step, unit)
    if name == "h" and strand.kind == "gru":
        return _mixed(strand, step, unit)
    return _gate(strand, name, step, unit)


def _gate(strand: Strand, name: str, step: int, unit: int) -> Work:
    """A gate, a candidate, or the hidden state of a simple RNN."""
    row, weights = strand.rows(name).start + unit, strand.weights
    x, h, before = strand.x[step], strand.remembered("h", step), strand.before(step)
    entered, recalled = weights.ih[row] * x + 0.0, weights.hh[row] * h + 0.0  # no −0
    lines = [Line("Input times weights, added up", summands(entered), float(entered.sum()))]
    lines.append(Line("Memory times weights, added up", summands(recalled), float(recalled.sum())))
    if name == "n":
        total = _let_through(strand, lines, row, step, unit)
    else:
        total = _biased(strand, lines, row)
    gate = name not in TANH and strand.kind != "simple_rnn"
    value = float(strand.values[name][step, unit])
    if strand.kind == "simple_rnn" and strand.layer.activation == "relu":
        lines.append(Line("then ReLU", f"max(0, {number(total)})", value))
    else:
        lines.append(Line(f"then {'sigmoid' if gate else 'tanh'}", f"of {number(total)}", value))
    places = np.full(len(x) + len(h), -1)
    if before is not None:
        places[len(x) :] = before * strand.units + np.arange(strand.units)
    terms = Terms(
        np.concatenate([x, h]),
        places,
        np.concatenate([entered, recalled]),
        np.concatenate([weights.ih[row], weights.hh[row]]),
    )
    about = "Weighs what comes in now and what is remembered from the step before."
    return Work(about, value, tuple(lines), terms=terms)


def _biased(strand: Strand, lines: list[Line], row: int) -> float:
    """Everything together, with both biases."""
    a, b = float(strand.weights.bias_ih[row]), float(strand.weights.bias_hh[row])
    first, second = lines[-2].value, lines[-1].value
    text = f"{number(first)} + {bracketed(second)} + {bracketed(a)} + {bracketed(b)}"
    lines.append(Line("together, with both biases", text, first + second + a + b))
    return lines[-1].value


def _let_through(strand: Strand, lines: list[Line], row: int, step: int, unit: int) -> float:
    """A GRU's candidate hears of the memory, with its bias, what the reset gate lets through."""
    a, b = float(strand.weights.bias_ih[row]), float(strand.weights.bias_hh[row])
    entered, recalled = lines[-2].value, lines[-1].value
    r, s = float(strand.values["r"][step, unit]), recalled + b
    lines.append(Line("Memory with its bias", f"{number(recalled)} + {bracketed(b)}", s))
    lines.append(Line("What the reset gate lets through", _times(r, s), r * s))
    text = f"{number(entered)} + {bracketed(a)} + {bracketed(r * s)}"
    lines.append(Line("together, with the input’s bias", text, entered + a + r * s))
    return lines[-1].value


def _times(a: float, b: float) -> str:
    return f"{number(a)} · {bracketed(b)}"


def _cell(strand: Strand, step: int, unit: int) -> Work:
    """c = f · c₋ + i · g"""
    f, i, g, c = (float(strand.values[name][step, unit]) for name in "figc")
    before = float(strand.remembered("c", step)[unit])
    lines = (
        Line("Keep: forget gate times the old cell", _times(f, before), f * before),
        Line("Write: input gate times the candidate", _times(i, g), i * g),
        Line("The new cell", f"{number(f * before)} + {bracketed(i * g)}", c),
    )
    return Work("No weights here: two gates decide what stays and what is written.", c, lines)


def _shown(strand: Strand, step: int, unit: int) -> Work:
    """h = o · tanh(c)"""
    o, c, h = (float(strand.values[name][step, unit]) for name in "och")
    bent = float(np.tanh(c))
    lines = (
        Line("The cell, between −1 and 1", f"tanh of {number(c)}", bent),
        Line("Show: output gate times that", _times(o, bent), h),
    )
    return Work("The output gate shows a part of the cell.", h, lines)


def _mixed(strand: Strand, step: int, unit: int) -> Work:
    """h = (1 − z) · n + z · h₋"""
    z, n, h = (float(strand.values[name][step, unit]) for name in "znh")
    before = float(strand.remembered("h", step)[unit])
    lines = (
        Line("Keep: update gate times the old memory", _times(z, before), z * before),
        Line("Write: the rest times the candidate", _times(1 - z, n), (1 - z) * n),
        Line("The new memory", f"{number(z * before)} + {bracketed((1 - z) * n)}", h),
    )
    return Work("The update gate mixes the old memory with the candidate.", h, lines)
