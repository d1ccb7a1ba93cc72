"""Runs kept for comparison: what they were and how they went, as a small record that stays."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from playground.experiment import Experiment, in_words
from playground.training.snapshot import Snapshot

MOST = 8
LONGEST_NAME = 40  # letters
LETTERS = "ABCDEFGH"


@dataclass(frozen=True, eq=False)
class Pin:
    """One run. history: columns by epoch, up to where it was when it was pinned.

    exact: whether its Experiment alone gives the same curves again; not so where settings or
    weights were changed while it trained.
    """

    letter: str
    name: str
    experiment: Experiment
    history: dict[str, np.ndarray]
    metrics: dict[str, dict[str, float]]
    epochs: float
    seconds_per_epoch: float
    exact: bool = True

    @classmethod
    def of(cls, snapshot: Snapshot, letter: str, name: str = "") -> Pin:
        """The record of a Run at the moment of its Snapshot."""
        past = snapshot.history["step"] <= snapshot.step
        history = {key: column[past] for key, column in snapshot.history.items()}
        return cls(
            letter,
            name or f"Run {letter}",
            snapshot.experiment,
            history,
            snapshot.metrics,
            snapshot.epoch,
            snapshot.seconds_per_epoch,
            snapshot.repeatable,
        )


class Pins:
    """At most eight of them, in the order in which they came; each has a letter of its own."""

    def __init__(self) -> None:
        self.kept: list[Pin] = []

    def add(self, snapshot: Snapshot) -> str:
        """Pin a run; returns what there is to say about it.

        The same set-up pinned again is the same run, further on: it takes the place of the first.
        """
        for place, pin in enumerate(self.kept):
            if pin.exact and snapshot.repeatable and pin.experiment == snapshot.experiment:
                self.kept[place] = Pin.of(snapshot, pin.letter, pin.name)
                return f"{pin.name} was pinned before: it is up to date now."
        said = ""
        if len(self.kept) == MOST:
            said = f"There is room for {MOST} runs: {self.kept.pop(0).name} had to go."
        used = {pin.letter for pin in self.kept}
        letter = next(sign for sign in LETTERS if sign not in used)
        self.kept.append(Pin.of(snapshot, letter))
        return said

    def remove(self, letter: str) -> None:
        """Forget a run."""
        self.kept = [pin for pin in self.kept if pin.letter != letter]

    def rename(self, letter: str, name: str) -> None:
        """Call a run something else; without a name it is called by its letter again."""
        name = " ".join(name.split())[:LONGEST_NAME] or f"Run {letter}"
        self.kept = [replace(pin, name=name) if pin.letter == letter else pin for pin in self.kept]

    def find(self, letter: str) -> Pin | None:
        """The run with this letter."""
        return next((pin for pin in self.kept if pin.letter == letter), None)


def differences(runs: Sequence[Pin]) -> list[str]:
    """Of each run, in what it differs from the first one, in words."""
    parts = []
    for run in runs:
        if run is runs[0]:
            parts.append("the reference" if len(runs) > 1 else "")
            continue
        words = in_words.words(runs[0].experiment, run.experiment)
        parts.append("; ".join(words) or "the same set-up")
    return parts


def table(runs: Sequence[Pin]) -> str:
    """All curves as CSV: one row a run and measurement. Empty: not measured in that run."""
    columns = list(dict.fromkeys(name for run in runs for name in run.history if name != "step"))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["run", "difference", *columns])
    for run, words in zip(runs, differences(runs), strict=True):
        for row in range(len(run.history["epoch"])):
            values = [
                repr(float(run.history[name][row])) if name in run.history else ""
                for name in columns
            ]
            writer.writerow([_safe(run.name), words, *values])
    return out.getvalue()


def _safe(name: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{name}" if name[:1] in "=+-@" else name
