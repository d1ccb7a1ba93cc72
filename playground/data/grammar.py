"""Expressions that people type: tokens, and a parser that builds closures; never Python's `eval`.

Precedence from loose to tight: or, and, not, comparisons, + and −, · and ÷ (also left out: 2x),
the sign, powers (from the right). A comparison is how far it is from being wrong, so that its
border is where it is 0: a < b is b − a, `and` the smaller of two, `or` the larger, `not` the
negative. Which names there are, and what a comparison gives, a `Language` says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

import numpy as np

DEEPEST = 40  # brackets, signs and powers inside each other

Node = Callable[[Mapping[str, Any]], Any]

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
DIGITS, WORDS = "0123456789.", ("and", "or", "not")
SUMS = {"+": np.add, "-": np.subtract}
PRODUCTS = {"*": np.multiply, "/": np.divide}
COMPARISONS = {"<": -1, "<=": -1, ">": 1, ">=": 1, "=": 1}


class FormulaError(ValueError):
    """Why a text is no formula: a sentence for its writer."""


@dataclass(frozen=True)
class Language:
    """The names of a kind of expression.

    variables: looked up when it is computed. functions: of each, how many arguments it takes, the
    fewest and the most, and what computes it. apart: how far a is above b, for comparisons; strict:
    whether a tie is wrong. whole: whether arguments may be comparisons. unknown: what to say of a
    name that there is not; example: of an empty text. longest: characters.
    """

    variables: frozenset[str]
    constants: Mapping[str, float]
    functions: Mapping[str, tuple[int, int, Callable[..., Any]]]
    unknown: str
    example: str
    longest: int = 200
    apart: Callable[[Any, Any, bool], Any] = lambda a, b, strict: np.subtract(a, b)
    whole: bool = False


def read(text: str, language: Language) -> tuple[Node, bool]:
    """What computes the text's value, and whether it compares; FormulaError where it is none."""
    if len(text) > language.longest:
        raise FormulaError(f"The formula is too long: {language.longest} characters are allowed.")
    parser = _Parser(_tokens(text, language.example), language)
    node = parser.either()
    if parser.next == ",":
        raise FormulaError(
            "Write decimals with a point, as 0.5: a comma parts the two of min(x, y)."
        )
    if parser.next:
        raise FormulaError(f"There is something too much from “{parser.next[:20]}” on.")
    return node, parser.compares


def _tokens(text: str, example: str) -> list[str]:
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
        raise FormulaError(f"There is no formula yet. An example: {example}")
    return tokens


class _Parser:
    """One method a level of precedence, the loosest first; each leaves `place` behind its part."""

    def __init__(self, tokens: list[str], language: Language) -> None:
        self.tokens, self.place, self.depth = tokens, 0, 0
        self.language = language
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
            holds.append(_apply(self._apart(sign), *pair))
            node = other
        return reduce(partial(_apply, np.minimum), holds) if holds else node

    def _apart(self, sign: str) -> Callable[..., Any]:
        strict = sign in ("<", ">")
        return lambda a, b: self.language.apart(a, b, strict)

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
        if token in self.language.variables:
            return lambda values: values[token]
        if token in self.language.constants:
            return _constant(self.language.constants[token])
        if token in self.language.functions:
            return self._call(token)
        if not token:
            raise FormulaError("The formula ends too early: something is missing at its end.")
        if token[0].isalpha() and token not in WORDS:
            raise FormulaError(f"“{token[:20]}” is not known here. {self.language.unknown}")
        raise FormulaError(f"Something is missing before “{token[:20]}”.")

    def _call(self, name: str) -> Node:
        least, most, function = self.language.functions[name]
        if not self.take("("):
            if name == "sqrt" and self._begins():  # √x
                return _apply(function, self._deeper(self.power))
            inside = ", ".join("xy"[:most])
            raise FormulaError(f"Write {name} with brackets: {name}({inside}).")

        def inner() -> Node:
            part = self.either if self.language.whole else self.sum
            parts = [part()] if least or self.next != ")" else []
            while parts and self.take(","):
                parts.append(part())
            if not least <= len(parts) <= most:
                numbers = "one number" if most == 1 else f"{most} numbers"
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


def _apply(function: Callable[..., Any], *parts: Node) -> Node:
    return lambda values: function(*(part(values) for part in parts))
