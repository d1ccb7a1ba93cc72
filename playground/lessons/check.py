"""Checks: what a lesson promises of a run, as an expression over what can be read of it.

    last(test_accuracy) >= 0.95 and not alike

It is parsed as formulas are (`playground/data/grammar.py`), never by Python's `eval`. Its value is
a margin: 0 or above where the check holds. A comparison gives how far it is from being wrong, as a
share of the larger side: a ≥ b is (a − b) / max(|a|, |b|), at most 1 in size where a side is
infinite; `and` takes the smaller, `or` the larger of two, `not` the negative. What is NaN, or
never happened, does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.data.formula import CONSTANTS
from playground.data.formula import FUNCTIONS as FORMULAS
from playground.data.grammar import FormulaError, Language, read

LONGEST = 300  # characters
TIE = 1e-12  # by which a strict comparison of equals is wrong
COLUMNS = {
    "step": "batches so far",
    "epoch": "passes over the training data so far",
    "batch_loss": "mean loss of the batches since the last measurement",
    "height": "how high a walker on a surface is above the least height, by step",
} | {
    f"{split}_{name}": f"{name} on the {words}"
    for split, words in {"train": "training", "validation": "validation", "test": "test"}.items()
    for name in (
        *("loss", "accuracy", "mae", "bits", "perplexity", "reconstruction", "kl"),
        *("discriminator_loss", "modes", "share"),
    )
}  # curves: one number a measurement
FACTS = {
    "diverged": "whether the loss overflowed",
    "alike": "whether all neurons of a hidden layer have the same weights",
}  # true or false
NUMBERS = {
    "epochs": "passes over the training data, in all",
    "classes": "how many classes there are",
    "parameters": "numbers to learn",
    "gradient_ratio": "the first layer's gradient as a share of the last one's, now",
    "start_gradient_ratio": "the same before training",
    "start_gradient": "the largest gradient of a layer as a multiple of its weights, at first",
    "dead": "the share of hidden neurons that are 0 for every sample, now",
    "stuck": "the share of hidden outputs at the flat ends of their curve, now",
    "start_stuck": "the same before training",
    "yes_accuracy": "the share of right answers to “is it of this class?”",
    "field": "the side of the square of pixels that a value of the last map can see",
    "kernel_sum": "the sum of a kernel's weights",
    "row_sums": "the largest size of the sum of a row of a kernel",
    "column_sums": "the largest size of the sum of a column of a kernel",
    "error": "mean squared error a pixel of what test images are rebuilt as",
    "pca_error": "the same of principal components, with as many numbers as the code has",
    "code_spread": "the standard deviation of the codes of test samples, mean over their numbers",
}
CALLS = {
    "first": (1, 1, "the first measurement of a curve"),
    "last": (1, 1, "the last one"),
    "lowest": (1, 1, "the lowest"),
    "highest": (1, 1, "the highest"),
    "rise": (1, 1, "how many times its lowest value a curve is at its end"),
    "wobble": (1, 1, "the mean step up or down of the second half of a curve"),
    "epochs_to": (1, 1, "the first epoch at which something holds; infinite where it never does"),
    "steps_to": (1, 1, "the first step at which something holds; infinite where it never does"),
    "zeros": (1, 1, "the share of exact zeros among the weights of a layer"),
    "largest": (1, 1, "the size of the largest weight of a layer"),
    "shifted": (1, 1, "accuracy on test images moved right by so many pixels"),
    "recall": (0, 0, "the share of the class that the threshold finds"),
    "precision": (0, 0, "the share of what passes the threshold that is of the class"),
    "roc_area": (0, 0, "the area under the ROC curve of the class"),
}  # fewest and most arguments, and what it gives


@dataclass(frozen=True)
class Check:
    """An expression over the readings of one run.

    readings: all that it may name, by name; of `CALLS` what computes them.
    """

    text: str

    def margin(self, readings: Mapping[str, Any]) -> float:
        """How far it is from being wrong; below 0: it does not hold."""
        value = self.value(readings)
        return -1.0 if np.isnan(value) else value

    def holds(self, readings: Mapping[str, Any]) -> bool:
        """Whether it is true of a run."""
        return self.margin(readings) >= 0

    def value(self, readings: Mapping[str, Any]) -> float:
        """The number that it gives; FormulaError where the text is no expression of one."""
        return self._value(readings)[0]

    def _value(self, readings: Mapping[str, Any]) -> tuple[float, bool]:
        """The number, and whether it is one of a comparison."""
        node, compares = read(self.text, _language(readings))
        with np.errstate(all="ignore"):
            value = np.asarray(node(_Signed(readings)), np.float64)
        if value.size != 1:
            raise FormulaError("A curve is many numbers: say first(…), last(…), lowest(…) of it.")
        return float(value.reshape(())), compares

    def proofread(self, compares: bool = True) -> None:
        """FormulaError where it could be asked of no run, or `compares` and it says yes to all."""
        _, is_comparison = self._value(_Blank())
        if compares and not is_comparison:
            raise FormulaError("A check compares: last(test_accuracy) >= 0.95, say.")


def _language(readings: Mapping[str, Any]) -> Language:
    def call(name: str) -> Callable[..., Any]:
        return lambda *values: readings[name](*values)

    mathematics = {name: FORMULAS[name] for name in ("abs", "log", "min", "max", "sqrt")}
    return Language(
        frozenset(COLUMNS) | frozenset(FACTS) | frozenset(NUMBERS),
        {"pi": CONSTANTS["pi"], "inf": np.inf},
        {name: (count, count, function) for name, (count, function) in mathematics.items()}
        | {name: (least, most, call(name)) for name, (least, most, _) in CALLS.items()},
        unknown="A check may name curves such as test_accuracy, numbers such as parameters, and "
        "ask last(…), epochs_to(…) and the like of them: see docs/adding-a-lesson.md.",
        example="last(test_accuracy) >= 0.95",
        longest=LONGEST,
        apart=_apart,
        whole=True,
    )


def _apart(a: Any, b: Any, strict: bool) -> np.ndarray:
    """By what share a is above b."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    gap = np.where(a == b, 0.0, a - b)
    scale = np.maximum(np.abs(a), np.abs(b))
    share = np.where(np.isinf(scale), np.sign(gap), gap / np.where(scale > 0, scale, 1))
    share = np.where(np.isnan(gap), -1.0, share)
    return np.where(share == 0, -TIE, share) if strict else share


class _Signed(Mapping[str, Any]):
    """Readings as the parser's mathematics wants them: true is 1, false −1."""

    def __init__(self, readings: Mapping[str, Any]) -> None:
        self._readings = readings

    def __getitem__(self, name: str) -> Any:
        value = self._readings[name]
        return (1.0 if value else -1.0) if name in FACTS else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._readings)

    def __len__(self) -> int:
        return len(self._readings)


class _Blank(Mapping[str, Any]):
    """Readings of no run: every curve has two numbers, and all else is 1."""

    def __getitem__(self, name: str) -> Any:
        if name in CALLS:
            return lambda *values: 1.0
        return np.ones(2) if name in COLUMNS else 1.0

    def __iter__(self) -> Iterator[str]:
        return iter((*COLUMNS, *FACTS, *NUMBERS, *CALLS))

    def __len__(self) -> int:
        return len(list(iter(self)))
