"""One parameter's update worked out in float64, line by line, with the numbers in the formulas."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.engine import optimizers
from playground.experiment import numerals

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Line:
    """`symbol` = `formula` = `numbers` = `value`"""

    symbol: str
    formula: str
    numbers: str
    value: float


class Sheet:
    """Lines, and the values of the symbols in them."""

    def __init__(self, **known: float) -> None:
        self.lines: list[Line] = []
        self.known = known

    def add(self, symbol: str, formula: str, value: float) -> float:
        """Write a line; words of the formula that are known symbols are shown as numbers, too."""
        words = [
            bracketed(self.known[word]) if word in self.known else word
            for word in formula.split(" ")
        ]
        self.lines.append(Line(symbol, formula, " ".join(words), value))
        self.known[symbol] = value
        return value


def number(value: float) -> str:
    """Four digits, and a true minus sign."""
    text = numerals.short(value, 4)
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}·10{str(int(exponent)).translate(RAISED)}"
    return text.replace("-", "−")


def bracketed(value: float) -> str:
    """A number as a factor or a summand: −2 is (−2)."""
    return f"({number(value)})" if value < 0 else number(value)


@functools.singledispatch
def update(optimizer: Any, sheet: Sheet, state: Mapping[str, float], step: int) -> float:
    """Write how p and g give the new p; returns it. `state` is what was remembered before."""
    raise NotImplementedError(f"What {optimizer.title} does is not worked out number by number.")


def _decayed(sheet: Sheet, optimizer: Any) -> float:
    """The gradient with the pull towards 0 that PyTorch's optimizers call weight decay."""
    g, p = sheet.known["g"], sheet.known["p"]
    if not optimizer.weight_decay:
        return g
    sheet.known["λ"] = optimizer.weight_decay
    return sheet.add("g", "g + λ · p", g + optimizer.weight_decay * p)


@update.register
def _(optimizer: optimizers.SGD, sheet: Sheet, state: Mapping[str, float], step: int) -> float:
    g, p, rate = _decayed(sheet, optimizer), sheet.known["p"], sheet.known["η"]
    momentum = optimizer.momentum
    if not momentum:
        return sheet.add("p′", "p − η · g", p - rate * g)
    sheet.known.update({"μ": momentum, "b": state["momentum_buffer"]})
    b = sheet.add("b′", "μ · b + g", momentum * state["momentum_buffer"] + g)
    if optimizer.nesterov:
        return sheet.add("p′", "p − η · ( g + μ · b′ )", p - rate * (g + momentum * b))
    return sheet.add("p′", "p − η · b′", p - rate * b)


@update.register
def _(optimizer: optimizers.Adagrad, sheet: Sheet, state: Mapping[str, float], step: int) -> float:
    g, p, rate = _decayed(sheet, optimizer), sheet.known["p"], sheet.known["η"]
    sheet.known.update({"v": state["sum"], "ε": optimizer.epsilon})
    v = sheet.add("v′", "v + g ²", state["sum"] + g * g)
    new = p - rate * g / (math.sqrt(v) + optimizer.epsilon)
    return sheet.add("p′", "p − η · g / ( √ v′ + ε )", new)


@update.register
def _(optimizer: optimizers.RMSprop, sheet: Sheet, state: Mapping[str, float], step: int) -> float:
    g, p, rate = _decayed(sheet, optimizer), sheet.known["p"], sheet.known["η"]
    alpha = optimizer.alpha
    sheet.known.update({"α": alpha, "v": state["square_avg"], "ε": optimizer.epsilon})
    v = alpha * state["square_avg"] + (1 - alpha) * g * g
    sheet.add("v′", "α · v + ( 1 − α ) · g ²", v)
    spread = v
    if optimizer.centered:
        sheet.known["m"] = state["grad_avg"]
        m = sheet.add("m′", "α · m + ( 1 − α ) · g", alpha * state["grad_avg"] + (1 - alpha) * g)
        spread = sheet.add("s", "v′ − m′ ²", v - m * m)
    else:
        sheet.known["s"] = spread
    direction = sheet.add("d", "g / ( √ s + ε )", g / (math.sqrt(spread) + optimizer.epsilon))
    if optimizer.momentum:
        sheet.known.update({"μ": optimizer.momentum, "b": state["momentum_buffer"]})
        direction = sheet.add(
            "d", "μ · b + d", optimizer.momentum * state["momentum_buffer"] + direction
        )
    return sheet.add("p′", "p − η · d", p - rate * direction)


@update.register
def _(optimizer: optimizers.Adadelta, sheet: Sheet, state: Mapping[str, float], step: int) -> float:
    g, p, rate = _decayed(sheet, optimizer), sheet.known["p"], sheet.known["η"]
    rho, epsilon = optimizer.rho, optimizer.epsilon
    sheet.known.update({"ρ": rho, "v": state["square_avg"], "u": state["acc_delta"], "ε": epsilon})
    v = sheet.add("v′", "ρ · v + ( 1 − ρ ) · g ²", rho * state["square_avg"] + (1 - rho) * g * g)
    d = math.sqrt(state["acc_delta"] + epsilon) / math.sqrt(v + epsilon) * g
    d = sheet.add("d", "g · √ ( u + ε ) / √ ( v′ + ε )", d)
    return sheet.add("p′", "p − η · d", p - rate * d)


def _adam(
    optimizer: optimizers.Adam | optimizers.AdamW,
    sheet: Sheet,
    state: Mapping[str, float],
    step: int,
    g: float,
) -> float:
    p, rate = sheet.known["p"], sheet.known["η"]
    beta_1, beta_2 = optimizer.beta_1, optimizer.beta_2
    sheet.known.update(
        {
            "β₁": beta_1,
            "β₂": beta_2,
            "m": state["exp_avg"],
            "v": state["exp_avg_sq"],
            "ε": optimizer.epsilon,
            "t": step,
        }
    )
    m = sheet.add("m′", "β₁ · m + ( 1 − β₁ ) · g", beta_1 * state["exp_avg"] + (1 - beta_1) * g)
    v = sheet.add(
        "v′", "β₂ · v + ( 1 − β₂ ) · g ²", beta_2 * state["exp_avg_sq"] + (1 - beta_2) * g * g
    )
    m = sheet.add("m̂", "m′ / ( 1 − β₁ ^ t )", m / (1 - beta_1**step))
    v = sheet.add("v̂", "v′ / ( 1 − β₂ ^ t )", v / (1 - beta_2**step))
    new = p - rate * m / (math.sqrt(v) + optimizer.epsilon)
    return sheet.add("p′", "p − η · m̂ / ( √ v̂ + ε )", new)


@update.register
def _(optimizer: optimizers.Adam, sheet: Sheet, state: Mapping[str, float], step: int) -> float:
    return _adam(optimizer, sheet, state, step, _decayed(sheet, optimizer))


@update.register
def _(optimizer: optimizers.AdamW, sheet: Sheet, state: Mapping[str, float], step: int) -> float:
    g, p = sheet.known["g"], sheet.known["p"]
    if optimizer.weight_decay:
        sheet.known["λ"] = optimizer.weight_decay
        shrunk = p * (1 - sheet.known["η"] * optimizer.weight_decay)
        sheet.add("p", "p · ( 1 − η · λ )", shrunk)
    return _adam(optimizer, sheet, state, step, g)
