"""Formulas that people type: read by a parser of our own, computed by NumPy, never by `eval`.

    formula = parse("x^2 + y^2 < 9")
    formula(x, y)                     # float64, as x and y: above 0 where it holds

Precedence from loose to tight: or, and, not, comparisons, + and −, · and ÷ (also left out: 2x),
the sign, powers (from the right). A comparison is how far it is from being wrong, so that its
border is where it is 0: a < b is b − a, `and` the smaller of two, `or` the larger, `not` the
negative; y = f(x) is y − f(x), above 0 above the curve. What has no value is NaN or infinite.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial, reduce

import numpy as np

LONGEST = 200  # characters
DEEPEST = 40  # brackets, signs and powers inside each other

Node = Callable[[dict[str, np.ndarray]], np.ndarray]

TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+\.?[0-9]*(?:e[+-]?[0-9]+)?|\.[0-9]+(?:e[+-]?[0-9]+)?)"
    r"|(?P<name>[^\W\d]\w*)|(?P<sign><=|>=|[-+*/^(),<>=]))"
)
# What keyboards, textbooks and phones write, as the parser reads it.
SPELLINGS = {
    "**": "^", "²": "^2", "³": "^3", "·": "*", "×": "*", "÷": "/", "−": "-", "–": "-",
    "≤": "<=", "≥": ">=", "==": "=", "π": " pi ", "√": " sqrt ", "&": " and ", "|": " or ",
    "₁": "1", "₂": "2", "[": "(", "]": ")", "{": "(", "}": ")",
}  # fmt: skip
CONSTANTS = {"pi": np.pi, "e": np.e}
VARIABLES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "x1": lambda x, y: x,
    "x2": lambda x, y: y,
    "r": np.hypot,
    "angle": lambda x, y: np.arctan2(y, x),
}
SAME = (
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "exp", "log"),
    *("log2", "log10", "sqrt", "cbrt", "abs", "sign", "floor", "ceil", "round"),
)  # called as in NumPy
FUNCTIONS: dict[str, tuple[int, Callable[..., np.ndarray]]] = {
    **{name: (1, getattr(np, name)) for name in SAME},
    "ln": (1, np.log),
    "asin": (1, np.arcsin),
    "acos": (1, np.arccos),
    "atan": (1, np.arctan),
    "min": (2, np.minimum),
    "max": (2, np.maximum),
    "mod": (2, np.mod),
}
DIGITS, WORDS = "0123456789.", ("and", "or", "not")
SUMS = {"+": np.add, "-": np.subtract}
PRODUCTS = {"*": np.multiply, "/": np.divide}
COMPARISONS = {"<": -1, "<=": -1, ">": 1, ">=": 1, "=": 1}


class FormulaError(ValueError):
    """Why a text is no formula: a sentence for its writer."""


class Formula:
    """A formula of x and y. `compares`: whether it says where something holds, and gives no value.

    Called with float64 arrays of one shape, it gives one of that shape; no warning is raised.
    """

    def __init__(self, node: Node, compares: bool) -> None:
        self._node, self.compares = node, compares

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            values = {name: variable(x, y) for name, variable in VARIABLES.items()}
            return np.broadcast_to(np.asarray(self._node(values), np.float64), np.shape(x))


def parse(text: str) -> Formula:
    """The formula that a text says; FormulaError where it says none."""
    if len(text) > LONGEST:
        raise FormulaError(f"The formula is too long: {LONGEST} characters are allowed.")
    parser = _Parser(_tokens(text))
    node = parser.either()
    if parser.next == ",":
        raise FormulaError(
            "Write decimals with a point, as 0.5: a comma parts the two of min(x, y)."
        )
    if parser.next:
        raise FormulaError(f"There is something too much from “{parser.next[:20]}” on.")
    return Formula(node, parser.compares)


def _tokens(text: str) -> list[str]:
    text = text.lower()
    for spelling, meant in SPELLINGS.items():
        text = text.replace(spelling, meant)
    tokens, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            sign = text[place:].strip()[:1]
            raise FormulaError(f"“{sign}” means nothing here.")
        tokens.append(match[0].strip())
        place = match.end()
    if not tokens:
        raise FormulaError("There is no formula yet. An example: y > 2 sin(x)")
    return tokens


class _Parser:
    """One method a level of precedence, the loosest first; each leaves `place` behind its part."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.place, self.depth = tokens, 0, 0
        self.compares = False

    @property
    def next(self) -> str:
        """The token to be read; nothing at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        """The next token, if it is one of these; else nothing."""
        if self.next not in wanted or not self.next:
            return ""
        self.place += 1
        return self.tokens[self.place - 1]

    def either(self) -> Node:
        return self._joined("or", self.both, np.maximum)

    def both(self) -> Node:
        return self._joined("and", self.opposite, np.minimum)

    def _joined(self, word: str, part: Callable[[], Node], ufunc: np.ufunc) -> Node:
        node = part()
        while self.take(word):
            self.compares = True
            node = _apply(ufunc, node, part())
        return node

    def opposite(self) -> Node:
        if self.take("not"):
            self.compares = True
            return self._deeper(lambda: _apply(np.negative, self.opposite()))
        return self.comparison()

    def comparison(self) -> Node:
        node, holds = self.sum(), []
        while sign := self.take(*COMPARISONS):
            self.compares = True
            other = self.sum()
            pair = (node, other) if COMPARISONS[sign] > 0 else (other, node)
            holds.append(_apply(np.subtract, *pair))
            node = other
        return reduce(partial(_apply, np.minimum), holds) if holds else node

    def sum(self) -> Node:
        node = self.product()
        while sign := self.take(*SUMS):
            node = _apply(SUMS[sign], node, self.product())
        return node

    def product(self) -> Node:
        node = self.signed()
        while True:
            if sign := self.take(*PRODUCTS):
                node = _apply(PRODUCTS[sign], node, self.signed())
            elif self._begins():
                if self.next[0] in DIGITS and self.tokens[self.place - 1][0] in DIGITS:
                    raise FormulaError(f"A sign is missing before “{self.next[:20]}”.")
                node = _apply(np.multiply, node, self.power())
            else:
                return node

    def _begins(self) -> bool:
        """Whether a factor begins here: times may be left out, as in 2x."""
        first = self.next[:1]
        return bool(first) and (first in f"({DIGITS}" or first.isalpha()) and self.next not in WORDS

    def signed(self) -> Node:
        if self.take("-"):
            return self._deeper(lambda: _apply(np.negative, self.signed()))
        if self.take("+"):
            return self._deeper(self.signed)
        return self.power()

    def power(self) -> Node:
        node = self.atom()
        if self.take("^"):
            return self._deeper(lambda: _apply(np.power, node, self.signed()))
        return node

    def atom(self) -> Node:
        token = self.next
        self.place += 1
        if token[:1] and token[0] in DIGITS:
            return _constant(float(token))
        if token == "(":
            return self._closed(self.either)
        if token in VARIABLES:
            return lambda values: values[token]
        if token in CONSTANTS:
            return _constant(CONSTANTS[token])
        if token in FUNCTIONS:
            return self._call(token)
        if not token:
            raise FormulaError("The formula ends too early: something is missing at its end.")
        if token[0].isalpha() and token not in WORDS:
            raise FormulaError(
                f"“{token[:20]}” is not known here. There are x, y, r, angle, pi, e, and "
                "functions such as sin(x), sqrt(x), abs(x), exp(x), min(x, y)."
            )
        raise FormulaError(f"Something is missing before “{token[:20]}”.")

    def _call(self, name: str) -> Node:
        count, function = FUNCTIONS[name]
        if not self.take("("):
            if count == 1 and name == "sqrt" and self._begins():  # √x
                return _apply(function, self._deeper(self.power))
            inside = ", ".join("xy"[:count])
            raise FormulaError(f"Write {name} with brackets: {name}({inside}).")

        def inner() -> Node:
            parts = [self.sum()]
            while self.take(","):
                parts.append(self.sum())
            if len(parts) != count:
                numbers = "one number" if count == 1 else f"{count} numbers"
                raise FormulaError(f"{name} takes {numbers}, here are {len(parts)}.")
            return _apply(function, *parts)

        return self._closed(inner)

    def _closed(self, inner: Callable[[], Node]) -> Node:
        node = self._deeper(inner)
        if not self.take(")"):
            where = f" before “{self.next[:20]}”" if self.next else ""
            raise FormulaError(f"A bracket is not closed{where}.")
        return node

    def _deeper(self, inner: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(f"The formula is nested more than {DEEPEST} deep.")
        node = inner()
        self.depth -= 1
        return node


def _constant(number: float) -> Node:
    value = np.asarray(number, np.float64)
    return lambda values: value


def _apply(function: Callable[..., np.ndarray], *parts: Node) -> Node:
    return lambda values: function(*(part(values) for part in parts))
