"""Several Runs that play at once, each by its own player, and are paused and started together."""

from __future__ import annotations

from collections.abc import Sequence

from playground.experiment import Experiment
from playground.training.resting import Resting
from playground.training.run import Run
from playground.training.snapshot import Snapshot

ENDED = ("finished", "diverged")


class SideBySide(Resting):
    """Runs of one contrast: at normal speed all make as many epochs a second.

    Trees and games, whose steps are no epochs, play as fast as they go. Where the machine cannot
    keep up, the cores serve them in turn.
    """

    def __init__(self, experiments: Sequence[Experiment]) -> None:
        self.runs = [Run(experiment) for experiment in experiments]

    @property
    def busy(self) -> bool:
        """Whether one of them trains, or gets ready to."""
        return any(run.status in ("compiling", "running") for run in self.runs)

    @property
    def playing(self) -> bool:
        """Whether one of them trains."""
        return any(run.status == "running" for run in self.runs)

    @property
    def ended(self) -> bool:
        """Whether all have come to their ends."""
        return all(run.status in ENDED for run in self.runs)

    def snapshots(self) -> list[Snapshot]:
        """The newest picture of each."""
        return [run.snapshot() for run in self.runs]

    def play(self) -> None:
        """Train those that have not ended."""
        for run in self.runs:
            if run.status not in ENDED:
                experiment = run.experiment
                steady = experiment.trees is None and experiment.adversarial is None
                run.play("normal" if steady else "max")

    def pause(self) -> None:
        """No step more."""
        for run in self.runs:
            run.pause()

    def watch(self) -> None:
        """Somebody looks on."""
        for run in self.runs:
            run.watch()

    def reset(self) -> None:
        """All from their starting weights."""
        for run in self.runs:
            run.reset()

    def close(self) -> None:
        """Stop for good."""
        for run in self.runs:
            run.close()
