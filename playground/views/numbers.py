"""A step of one weight as formulas with their numbers, and as a table of the batch."""

from __future__ import annotations

import re

import numpy as np

from playground.analysis.by_hand import Line
from playground.analysis.by_hand import number as plain
from playground.analysis.one_step import Explanation
from playground.engine import registry
from playground.experiment import numerals

TERMS = 3  # of a sum are written out
ROWS = 30  # of a batch are listed
_SIGNS = {
    "·": r"\cdot",
    "−": "-",
    "±": r"\pm",
    "²": "^2",
    "p": "w",
    "p′": "w'",
    "√": r"\sqrt",
    "m̂": r"\hat m",
    "v̂": r"\hat v",
    "‖g‖": r"\lVert g\rVert",
    "‖w′‖": r"\lVert w'\rVert",
    "η": r"\eta",
    "μ": r"\mu",
    "λ": r"\lambda",
    "ε": r"\varepsilon",
    "α": r"\alpha",
    "ρ": r"\rho",
    "β₁": r"\beta_1",
    "β₂": r"\beta_2",
}
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
Row = tuple[str, str]


def formulas(explanation: Explanation) -> list[Row]:
    """(what, LaTeX) from the sum of a neuron to the new weight."""
    return [*_forwards(explanation), *_backwards(explanation), *_update(explanation)]


def _forwards(explanation: Explanation) -> list[Row]:
    closer = explanation.closer
    term = explanation.terms[closer.number]
    count = len(explanation.terms)
    own = explanation.index[1] if len(explanation.index) > 1 else -1
    most = TERMS if len(closer.inputs) <= TERMS else TERMS - 1
    order = sorted(range(len(closer.inputs)), key=lambda i: i != own)[:most]
    parts = [
        f"{number(closer.weights[i])} \\cdot {number(closer.inputs[i])}" for i in sorted(order)
    ]
    if own >= 0:
        at = sorted(order).index(own)
        parts[at] = rf"\underline{{{parts[at]}}}"
    more = [r"\dots"] if len(closer.inputs) > TERMS else []
    bias = number(closer.bias)
    parts += [*more, bias if own >= 0 else rf"\underline{{{bias}}}"]
    curve = registry.get("activation", explanation.activation)
    applied = rf"{curve.symbol}({number(term.total, False)})" if curve.forward else "z"
    output = rf"f(z) = {applied} = {number(term.output, False)}"
    return [
        ("Sum", rf"z = w \cdot a + \dots + b = {' + '.join(parts)} = {number(term.total, False)}"),
        ("Output", output),
        (
            "Loss",
            rf"\ell = {number(term.loss, False)}, \quad L = \tfrac{{1}}{{{count}}} \sum \ell "
            rf"= {number(explanation.loss, False)}",
        ),
    ]


def _backwards(explanation: Explanation) -> list[Row]:
    closer = explanation.closer
    term, count = explanation.terms[closer.number], len(explanation.terms)
    if closer.onwards is None:
        rule, numbers = r"\frac{\partial \ell}{\partial f}", number(closer.effect)
    else:
        rule = r"\textstyle\sum_k w_k \delta_k"
        shown = [f"{number(w)} \\cdot {number(slope)}" for w, slope in closer.onwards[:TERMS]]
        more = [r"\dots"] if len(closer.onwards) > TERMS else []
        numbers = " + ".join([*shown, *more])
        numbers = f"({numbers})" if len(closer.onwards) > 1 else numbers
    listed = [number(other.product) for other in explanation.terms[:TERMS]]
    more = [r"\dots"] if count > TERMS else []
    return [
        (
            "Slope",
            rf"\delta = \frac{{\partial \ell}}{{\partial z}} = f'(z) \cdot {rule} = "
            rf"{number(closer.curve)} \cdot {numbers} = {number(term.slope, False)}",
        ),
        (
            "Share",
            rf"\delta \cdot a = {number(term.slope)} \cdot {number(term.incoming)} = "
            rf"{number(term.product, False)}",
        ),
        (
            "Gradient",
            rf"g = \frac{{\partial L}}{{\partial w}} = \tfrac{{1}}{{{count}}} \sum \delta "
            rf"\cdot a = \tfrac{{1}}{{{count}}} ({' + '.join([*listed, *more])}) = "
            rf"{number(explanation.gradient, False)}",
        ),
        (
            "Check",
            rf"\frac{{L(w + h) - L(w - h)}}{{2h}} = {number(explanation.measured, False)}"
            r",\quad h = 10^{-4}",
        ),
    ]


def _update(explanation: Explanation) -> list[Row]:
    rows = [("Update" if n == 0 else "", _line(line)) for n, line in enumerate(explanation.lines)]
    same = np.isclose(explanation.new_value, explanation.engine_new_value, rtol=1e-5, atol=1e-6)
    verdict = (
        rf"{numerals.short(explanation.engine_new_value, 7)}\ \text{{in the engine, too}}"
        if same
        else rf"\text{{but the engine has }} {numerals.short(explanation.engine_new_value, 7)}"
    )
    return [*rows, ("New", rf"w' = {numerals.short(explanation.new_value, 7)},\ {verdict}")]


def _line(line: Line) -> str:
    symbol, formula, numbers = tex(line.symbol), tex(line.formula), tex(line.numbers)
    return f"{symbol} = {formula} = {numbers} = {number(line.value, False)}"


def agrees(explanation: Explanation) -> bool:
    """Whether the measured slope is the worked-out one."""
    return bool(np.isclose(explanation.gradient, explanation.measured, rtol=0.01, atol=1e-6))


def number(value: float, factor: bool = True) -> str:
    """Four digits; as a factor or a summand a negative number stands in brackets."""
    text = numerals.short(value + 0.0, 4)
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    return f"({text})" if factor and value < 0 else text


def tex(text: str) -> str:
    """A formula of `playground.analysis.by_hand`, its words parted by spaces, as LaTeX."""
    words = text.split(" ")
    signs = [_word(word) for word in words]
    for at in [n for n, word in enumerate(words) if word == "√"]:
        end = at + 1
        if words[end] == "(":
            end += words[end:].index(")")
            signs[at + 1] = signs[end] = ""
        signs[at] += "{"
        signs[end] += "}"
    return re.sub(r" +", " ", " ".join(signs))


def _word(word: str) -> str:
    if word in _SIGNS:
        return _SIGNS[word]
    word = word.replace("−", "-").replace("′", "'")
    word = re.sub(
        r"·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda match: rf" \cdot 10^{{{match[1].translate(_LOWERED)}}}", word
    )
    return rf"\text{{ {word} }}" if re.fullmatch("[a-z]{2,}", word) else word


def batch(explanation: Explanation) -> list[list[str]]:
    """Rows of the batch: point, a, z, f(z), ℓ, δ, δ·a; the last row is their mean."""
    rows = [
        [
            f"{term.sample + 1:,}",
            *map(
                plain, (term.incoming, term.total, term.output, term.loss, term.slope, term.product)
            ),
        ]
        for term in explanation.terms[:ROWS]
    ]
    if len(explanation.terms) > ROWS:
        rows.append([f"and {len(explanation.terms) - ROWS} more", *[""] * 6])
    rows.append(["mean", "", "", "", plain(explanation.loss), "", plain(explanation.gradient)])
    return rows


def curve(explanation: Explanation) -> str:
    """What the neuron does with its sum, by name."""
    return registry.get("activation", explanation.activation).title
