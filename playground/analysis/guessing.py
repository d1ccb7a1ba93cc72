"""What guessing gives, without a look at the input: the mark that a network has to beat."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from playground.data import Data
from playground.experiment import numerals


@dataclass(frozen=True)
class Guess:
    """loss: of the best answer that never changes, on the test data. share: how often the most
    frequent class is right; 0 for values."""

    loss: float
    share: float
    words: str


def guess(data: Data) -> Guess:
    """For classes: the entropy of their shares, in nats; for values: their variance."""
    y = data.test.y
    if not data.classes:
        known = y[np.isfinite(y)].astype(np.float64)
        variance = float(known.var()) if known.size else 0.0
        words = f"Always saying the mean costs a loss of {numerals.loss(variance)}."
        return Guess(variance, 0.0, words)
    counts = np.bincount(y[y >= 0].astype(np.int64), minlength=data.classes)
    shares = counts / max(counts.sum(), 1)
    present = shares[shares > 0]
    entropy = float(-(present * np.log(present)).sum())
    top = float(shares.max(initial=0))
    words = f"Guessing gives {numerals.percent(top, 0)} right."
    if data.next_symbol:
        bits = numerals.fixed(entropy / math.log(2), 2)
        words = f"Knowing only how frequent each letter is costs {bits} bits per character."
    return Guess(entropy, top, words)
