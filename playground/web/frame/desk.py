"""One visitor's work on one page: the Experiment as edited, and the Run that trains it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from playground.engine import ShapeError
from playground.experiment import Experiment, ValidationError, edits
from playground.experiment.controls import Controls
from playground.training.resting import Resting
from playground.training.run import Run
from playground.training.snapshot import Snapshot

BUSY = ("compiling", "running")
MOMENT = 1.0  # seconds that a page waits for a new Run; on a busy machine it may take most of them


class Desk(Resting):
    """Verbs for the page's buttons, and words for what it has to say.

    experiment: what the forms show. problem: why it cannot run (then `run` is the one before it).
    notice: something to say once. error: something to say until the next change.
    """

    def __init__(
        self, name: str, default: Callable[[], Experiment], refuse: Callable[[Experiment], str]
    ) -> None:
        self.name, self.default, self.refuse = name, default, refuse
        self.experiment = default()
        self.previous: Experiment | None = None
        self.run: Run | None = None
        self.problem: ShapeError | None = None
        self.notice = self.error = ""
        self.speed = "normal"
        self.untouched = True
        self.changed = False
        self.told_playing = False  # what the Play button says
        self.widgets: dict[tuple, tuple[int, Any]] = {}  # see forms
        self.controls = Controls()  # what a link hides and locks
        self.links: deque[str] = deque([""], maxlen=50)
        self._play = False
        self._hurry = 0.0

    # ---- the Run ----

    def ready(self) -> None:
        """Have a Run for the Experiment, if it can run."""
        if self.run is None and self.problem is None:
            self._start(self.experiment)

    def snapshot(self) -> Snapshot | None:
        """The newest picture of the Run; None where nothing has ever run.

        A new Run is mostly ready at once: wait a moment rather than show that it is not yet.
        """
        if self.run is None:
            return None
        while self.run.status == "compiling" and time.monotonic() < self._hurry:
            time.sleep(0.01)
        return self.run.snapshot()

    @property
    def busy(self) -> bool:
        """Whether the Run trains, or gets ready to."""
        return self.run is not None and self.run.status in BUSY

    @property
    def playing(self) -> bool:
        """Whether it trains, or will as soon as it is ready: what the Play button shows."""
        return self._play and self.busy

    @property
    def stuck(self) -> bool:
        """Whether there is nothing to train: layers that do not fit, or no point to learn from."""
        return self.problem is not None or self.run is None or not len(self.run.data.train)

    def play(self) -> None:
        """Train until paused."""
        if self.run and not self.stuck:
            self.run.play(self.speed)
            self._play = True

    def pause(self) -> None:
        """No step more."""
        self._play = False
        if self.run:
            self.run.pause()

    def toggle(self) -> None:
        """Play or pause."""
        self.untouched = False
        if self.playing:
            self.pause()
        else:
            self.play()

    def touch(self) -> None:
        """Enough of the first visit's line."""
        self.untouched = False

    def step(self) -> None:
        """One mini-batch."""
        self.untouched = False
        if self.run and not self.stuck:
            self.pause()
            self.run.step()

    def half_turn(self) -> None:
        """Of a game: one step of whoever is next."""
        self.untouched = False
        if self.run and not self.stuck:
            self.pause()
            self.run.half_turn()

    def reset(self) -> None:
        """Back to the same initial weights."""
        self._play = False
        if self.run:
            self.run.reset()

    def reseed(self) -> None:
        """Other initial weights for the same data."""
        self._play = False
        if self.run:
            self.run.reseed()
            self.experiment = self.run.experiment

    def rewind(self, step: int) -> None:
        """Be as it was after so many steps, with the settings of then."""
        self._play = False
        if self.run and not self.problem:
            self.run.rewind(step)
            self.experiment = self.run.experiment

    def set_speed(self, speed: str) -> None:
        """Change the pace, at once if it plays."""
        self.speed = speed
        if self.playing:
            self.play()

    def restart_with(self, changes: Mapping[tuple, Any]) -> None:
        """From the initial weights with other values of the Experiment, by their paths."""
        self.reset()
        for path, value in changes.items():
            self.put(path, value)

    def set_parameter(self, name: str, index: tuple[int, ...], value: float) -> None:
        """Set one weight or bias by hand, also while the network trains."""
        try:
            if self.run:
                self.run.set_parameter(name, index, value)
        except ValueError as error:
            self.error, self.changed = edits.sentence(error), True

    def watch(self) -> None:
        """A page looks on."""
        if self.run:
            self.run.watch()

    # ---- the Experiment ----

    def put(self, path: tuple, value: Any) -> None:
        """Change one value of the Experiment."""
        self.change_to(edits.put(self.experiment, path, value))

    def change_to(self, description: dict[str, Any]) -> None:
        """Take an edited description: live where that is possible, from the start where not."""
        self.error = ""
        self.untouched = False
        try:
            experiment = edits.read(description)
        except ValidationError as error:
            self.error = edits.sentence(error)
            return
        before, self.experiment = self.experiment, experiment
        if not self._fits(experiment):
            self.previous = before
            self.pause()
            return
        if self.run and self.run.update(experiment):
            return
        trained = self.run is not None and self.run.status not in ("ready", "compiling")
        playing = self.playing
        self._start(experiment)
        if trained:
            self.notice = edits.why_again(before, experiment)
        if playing:
            self.play()

    def undo(self) -> None:
        """Back to the Experiment before the one that cannot run."""
        if self.previous is not None:
            self.experiment, self.problem, self.previous = self.previous, None, None

    def _fits(self, experiment: Experiment) -> bool:
        self.problem = edits.problem(experiment)
        return self.problem is None

    def _start(self, experiment: Experiment, run: Run | None = None) -> None:
        if self.run:
            self.run.close()
        self._play = False
        self.experiment = experiment
        self.run = run or Run(experiment)
        self._hurry = time.monotonic() + MOMENT
        self.changed = True

    # ---- links ----

    def link(self) -> str | None:
        """What the address should carry; None for the page's own set-up."""
        link = self.experiment.to_link()
        if self.experiment.described() == self.default().described():
            return None
        if link not in self.links:
            self.links.append(link)
        return link

    def follow_link(self, link: str) -> bool:
        """Open the Experiment of a link; garbage leaves everything as it is, with a word."""
        self.links.append(link)
        try:
            experiment = Experiment.from_link(link, check=False)
        except ValueError as error:
            self.error = edits.sentence(error)
            return False
        return self.open_experiment(experiment)

    def open_experiment(self, experiment: Experiment, run: Run | None = None) -> bool:
        """Put an Experiment (and the Run that came with it) on the desk, if it belongs there."""
        self.error = self.refuse(experiment) or edits.refusal(experiment)
        if self.error:
            return False
        self.experiment, self.untouched, self.changed = experiment, False, True
        if self._fits(experiment):
            self._start(experiment, run)
        return True

    def close(self) -> None:
        """End the Run: its visitor has not come back."""
        if self.run:
            self.run.close()
            self.run = None
