"""Columns that give the answer away: what is learned from them is of no use for new rows."""

from __future__ import annotations

import numpy as np

from playground.data.tables import Column

ALIKE = 0.9999  # correlation from which two columns are one number
CHANCE = 10  # fewer rows may be in one order by chance
OFTEN = 5  # rows for each word, before it counts that a word always has the same answer
MANY = 30  # rows, before it counts that a column nearly gives the answer away
NEARLY = 0.98  # of the answers' variance, or of the mistakes of a guess, is gone with it


def leak(column: Column, target: Column, classes: bool) -> str:
    """What to say of a column that gives the answer away, or nearly; nothing where it does not."""
    both = ~column.missing & ~target.missing
    return _whole(column, target, classes, both) or _near(column, target, classes, both)


def _whole(column: Column, target: Column, classes: bool, both: np.ndarray) -> str:
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


def _near(column: Column, target: Column, classes: bool, both: np.ndarray) -> str:
    """The same for a column that leaves hardly anything open; `both` rows have cell and answer."""
    answers = target.codes[both] if classes else target.values[both]
    if both.sum() < MANY or not np.isfinite(answers).all() or np.ptp(answers) == 0:
        return ""
    if column.numeric and column.exceeds(OFTEN):
        why = _near_number(column.values[both], answers, classes)
    elif both.sum() < OFTEN * column.distinct:
        why = ""
    else:
        told = _told if classes else _explained
        why = "its words have nearly always one answer" * told(column.codes[both], answers)
    given = f"“{column.name[:30]}” nearly gives “{target.name[:30]}” away"
    return why and f"{given}: {why}. Is it known before the answer is? If not, leave it out."


def _near_number(values: np.ndarray, answers: np.ndarray, classes: bool) -> str:
    if not np.isfinite(values).all() or np.ptp(values) == 0:
        return ""
    if classes:
        return "by it alone all answers can be told apart" * _apart(values, answers)
    alike = float(np.corrcoef(values, answers)[0, 1])
    return f"their correlation is {alike:.3f}" if alike**2 > NEARLY else ""


def _apart(values: np.ndarray, answers: np.ndarray) -> bool:
    """Whether each class has a range of the numbers to itself."""
    order = np.lexsort((answers, values))
    tied = values[order][1:] == values[order][:-1]
    changes = answers[order][1:] != answers[order][:-1]
    kinds = len(np.unique(answers))
    return bool(changes.sum() == kinds - 1 and not (tied & changes).any())


def _told(codes: np.ndarray, answers: np.ndarray) -> bool:
    """Whether the commonest answer of each word leaves hardly a mistake of the best guess."""
    counts = np.zeros((codes.max() + 1, answers.max() + 1), np.int64)
    np.add.at(counts, (codes, answers), 1)
    guessed = len(codes) - counts.sum(axis=0).max()
    wrong = len(codes) - counts.max(axis=1).sum()
    return bool(wrong <= (1 - NEARLY) * guessed)


def _explained(codes: np.ndarray, answers: np.ndarray) -> bool:
    """Whether the mean of each word leaves hardly any variance of the values."""
    counts = np.bincount(codes)
    means = np.bincount(codes, answers) / np.maximum(counts, 1)
    return bool(((answers - means[codes]) ** 2).sum() < (1 - NEARLY) * answers.var() * len(codes))
