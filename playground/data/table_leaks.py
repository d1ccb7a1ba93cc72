"""Columns that give the answer away: what is learned from them is of no use for new rows."""

from __future__ import annotations

import numpy as np

from playground.data.tables import Column

ALIKE = 0.9999  # correlation from which two columns are one number
CHANCE = 10  # fewer rows may be in one order by chance
OFTEN = 5  # rows for each word, before it counts that a word always has the same answer


def leak(column: Column, target: Column, classes: bool) -> str:
    """What to say of a column that gives the answer away; nothing where it does not."""
    both = ~column.missing & ~target.missing
    given = f"“{column.name[:30]}” gives “{target.name[:30]}” away"
    if both.sum() < 3:
        return ""
    if column.numeric and target.numeric and not classes:
        return _number(column.values[both], target.values[both], given)
    if column.numeric and column.exceeds(OFTEN * target.distinct):
        return ""
    codes, answers, most = column.codes[both].astype(np.int64), target.codes[both], target.distinct
    words, kinds, pairs = (
        int(np.count_nonzero(np.bincount(numbers)))
        for numbers in (codes, answers, codes * most + answers)
    )
    if pairs != words or kinds < 2 or words < kinds:
        return ""
    if words == kinds and (classes or words < len(codes) / 2):
        return f"{given}: each of its values stands for one answer. Leave it out."
    if not column.numeric and len(codes) >= OFTEN * words:
        return f"{given}: each of its words has always the same answer. Leave it out?"
    return ""


def _number(a: np.ndarray, b: np.ndarray, given: str) -> str:
    if not (np.isfinite(a).all() and np.isfinite(b).all()) or a.std() == 0 or b.std() == 0:
        return ""
    if abs(np.corrcoef(a, b)[0, 1]) > ALIKE:
        return f"{given}: it is the same number, shifted or scaled. Leave it out."
    if len(a) < CHANCE:
        return ""
    order = np.lexsort((b, a))
    steps, rises = np.diff(a[order]), np.diff(b[order])
    ties = ((steps == 0) != (rises == 0)).any()
    if not ties and ((rises >= 0).all() or (rises <= 0).all()):
        return f"{given}: its numbers rise and fall exactly with it. Leave it out."
    return ""
