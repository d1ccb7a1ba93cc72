"""Points by a formula of one's own: where it holds, or the value that it has."""

from __future__ import annotations

import functools

import numpy as np

from playground.data.formula import Formula, FormulaError, parse
from playground.data.toy import COLOURS, EDGE, Toy
from playground.engine.registry import choice, register, text

EXAMPLES = {
    "classification": ("y > 2 sin(x)", "x^2 + y^2 < 9", "sin(x) sin(y) > 0", "1 < r < 3 or r > 5"),
    "regression": ("sin(x) cos(y)", "x y / 10", "exp(-r^2 / 8)", "abs(x) - abs(y)"),
}
PLACES = 4_000  # at which a formula is looked at before it is taken
LEAST = 0.01  # of the plane: where the formula has a value, and where each class lies
TRIES = 400  # times as many places as points; enough where a hundredth has a value


@register("data", "own_formula", "Your formula")
class OwnFormula(Toy):
    """Points by a formula of your own: blue where it holds, or as high as it says.

    x, y ~ U(−6, 6), where the formula has a value. Classes: blue where it is above 0, as in
    y > sin(x) or 9 − x² − y². Values: what it gives, divided by its greatest size on the plane
    where that is above 1. Noise η·U(−6, 6) moves the place that is asked for. What can be written:
    see `playground/data/formula.py`. (Asked for as tensorflow/playground#252.)
    """

    task: str = choice(
        "classification",
        tuple(EXAMPLES),
        "Whether the formula says where points are blue, or which value they have.",
        title="Answers",
    )
    expression: str = text(
        "Of x and y. Classes: where points are blue, such as y > 2 sin(x). Values: how high they "
        "are, such as sin(x) cos(y). Empty: the example.",
        title="Formula",
    )

    @property
    def formula(self) -> Formula:
        """The one in force; FormulaError where the text is none."""
        return parse(self.expression or EXAMPLES[self.task][0])

    @property
    def class_names(self) -> tuple[str, ...]:
        return COLOURS[:2] if self.task == "classification" else ()

    def check(self) -> None:
        """FormulaError where the text cannot be read, or is no rule for these answers."""
        formula = self.formula
        if self.task == "regression" and formula.compares:
            raise FormulaError(
                "A value needs no comparison: write what it is, such as sin(x) cos(y)."
            )
        values = _values(self.expression or EXAMPLES[self.task][0])
        if np.isfinite(values).mean() < LEAST:
            raise FormulaError("The formula has a value almost nowhere between −6 and 6.")
        values = values[np.isfinite(values)]
        blue = float((values > 0).mean())
        if self.task == "classification" and not LEAST <= blue <= 1 - LEAST:
            colour = "blue" if blue > 0.5 else "orange"
            raise FormulaError(f"Almost every point would be {colour}: nothing is to be learned.")

    def draw(self, random: np.random.Generator, noise: float) -> tuple[np.ndarray, np.ndarray]:
        formula, points, values = self.formula, np.zeros((0, 2)), np.zeros(0)
        for _ in range(TRIES):
            places = random.uniform(-EDGE, EDGE, (self.samples, 2))
            moved = places + noise * random.uniform(-EDGE, EDGE, places.shape)
            heights = formula(*moved.T)
            known = np.isfinite(heights)
            points = np.concatenate([points, places[known]])[: self.samples]
            values = np.concatenate([values, heights[known]])[: self.samples]
            if len(points) == self.samples:
                break
        points, values = np.resize(points, (self.samples, 2)), np.resize(values, self.samples)
        if self.task == "classification":
            return points, values > 0
        heights = _values(self.expression or EXAMPLES[self.task][0])
        tallest = np.abs(heights[np.isfinite(heights)]).max()
        return points, np.clip(values / max(1.0, tallest), -1, 1)


@functools.lru_cache(64)
def _values(expression: str) -> np.ndarray:
    """The formula's values at places of the plane that chance drew once."""
    values = parse(expression)(*np.random.default_rng(0).uniform(-EDGE, EDGE, (2, PLACES)))
    values.flags.writeable = False
    return values
