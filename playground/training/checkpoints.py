"""Moments of a training that it can go back to: the weights, and all that the optimizer remembers.

Bounded in number and in memory. Where there are too many, those that crowd together go, as in the
history; the first and the newest stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from playground.experiment import Experiment

MOST = 200  # moments
MOST_BYTES = 64_000_000  # eight moments of a VAE of 784-400-20 with Adam
FEWEST = 8  # fewer than these are not worth keeping


@dataclass(frozen=True, eq=False)
class Recording:
    """One moment: what training changes, the settings in force, and what was measured.

    state: `Training.state()`. row: the history's row of this step.
    """

    experiment: Experiment
    state: dict[str, np.ndarray]
    row: tuple[float, ...]

    @property
    def step(self) -> int:
        """Batches trained on until then."""
        return int(self.row[0])

    @property
    def epoch(self) -> float:
        """Passes over the data until then."""
        return self.row[1]


class Recordings:
    """The moments of one training in the order of its steps.

    most: how many there is room for; 0: one moment of this network takes too much memory.
    back: the moment that the training was brought back to, until it goes on from there.
    """

    def __init__(self, bytes_each: int) -> None:
        room = min(MOST, MOST_BYTES // max(bytes_each, 1))
        self.most = room if room >= FEWEST else 0
        self.kept: list[Recording] = []
        self.spacing = 0.0  # steps that two moments keep apart
        self.back: Recording | None = None

    def add(self, moment: Recording) -> None:
        """Put the newest moment at the end; one of the same step, or too close by, gives way."""
        moments = self.kept
        again = bool(moments) and moments[-1].step == moment.step
        crowded = len(moments) > 1 and moments[-1].step - moments[-2].step < self.spacing
        if again or crowded:
            moments.pop()
        moments.append(moment)
        if len(moments) > self.most:
            self._thin()

    def _thin(self) -> None:
        self.spacing = (self.kept[-1].step - self.kept[0].step) / (self.most / 2)
        thinned = self.kept[:1]
        for moment in self.kept[1:-1]:
            if moment.step - thinned[-1].step >= self.spacing:
                thinned.append(moment)
        self.kept = [*thinned, self.kept[-1]]

    def marks(self) -> tuple[tuple[int, float], ...]:
        """Step and epoch of every moment."""
        return tuple((moment.step, moment.epoch) for moment in self.kept)

    def find(self, step: int) -> Recording:
        """The newest moment that is no later than a step; ValueError where there is none."""
        earlier = [moment for moment in self.kept if moment.step <= step]
        if not earlier:
            raise ValueError(f"Nothing was recorded up to step {step:,}.")
        return earlier[-1]

    def relabel(self, step: int, experiment: Experiment) -> None:
        """Other settings hold from this step on."""
        for place, moment in enumerate(self.kept):
            if moment.step == step:
                self.kept[place] = replace(moment, experiment=experiment)

    def go_on(self) -> Recording | None:
        """Training goes on from `back`, which is returned: what came later is forgotten."""
        back, self.back = self.back, None
        if back is not None:
            self.kept = [moment for moment in self.kept if moment.step <= back.step]
        return back

    def clear(self) -> None:
        """Forget everything."""
        self.kept.clear()
        self.spacing, self.back = 0.0, None
