"""What trains and measures: the engine's objects of one Run, and the rules for touching them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from playground.engine import AdversarialTraining, FrozenNetwork, Generator, Training
from playground.experiment import Experiment
from playground.training import build, evaluation, messages
from playground.training.checkpoints import Recording, Recordings
from playground.training.early_stopping import Watch
from playground.training.fair_lock import CORES, Turns
from playground.training.history import History

LARGE = 16e6  # multiplications of a batch from which two threads beat one: LeNet-5 has 27 million


class Trainer:
    """Network, optimizer, data and history, all guarded by one lock that is never held for long.

    Order of locks: a core (`CORES`), then `lock`. Whoever computes takes both, by `turn`.
    alone: where its data are not there, it answers without, and does not train.
    """

    def __init__(self, experiment: Experiment, alone: bool = False) -> None:
        self.experiment = experiment.check()
        self.data = build.data(experiment, alone)
        self.network, self.training = build.learner(experiment, self.data)
        self.work = build.work(experiment, self.network)
        self._large = self.work >= LARGE
        self._splits = {"train": evaluation.sample(self.data.train), "test": self.data.test}
        if len(self.data.validation):
            self._splits["validation"] = self.data.validation
        self._named = [
            (split, name)
            for name in ("loss", *evaluation.metrics(self.network, self.data))
            for split in self._splits
        ]
        self.history = History(
            ["step", "epoch", "batch_loss", *(f"{split}_{name}" for split, name in self._named)]
        )
        self.recordings = Recordings(
            sum(a.nbytes for a in self.training.state().values()) if self.training else 0
        )
        self._seconds, self._steps = 0.0, 0  # trained since the start, whatever was rewound
        self.batch_losses = np.zeros(2)  # since the last measurement: their sum, and how many
        self.failure = ""  # why it cannot go on as it is
        self.watch = self._make_watch()
        self.ended = ""  # why it ended by itself
        self.diverged = self.prepared = False
        self.by_hand = False  # whether numbers of the network came from elsewhere than training
        self.retuned = False  # whether a setting was changed since the start
        self._unmeasured = False  # whether that happened after the newest measurement
        self._life = 0  # counts restarts: what was measured in an earlier life is no news
        self._one_at_a_time = Turns(1)  # prepares or measures
        self.lock = Turns(1)  # held by whoever reads or changes anything of the above

    def _make_watch(self) -> Watch:
        return Watch(self.experiment.stop, validated=len(self.data.validation) > 0)

    # ---- where it is ----
    @property
    def step(self) -> int:
        """Batches trained on so far."""
        return self.training.step if self.training else 0

    @property
    def epoch(self) -> float:
        """Passes over the training data so far."""
        return self.step / self.steps_per_epoch

    @property
    def steps_per_epoch(self) -> int:
        return self.training.steps_per_epoch if self.training else 1

    @property
    def under_way(self) -> tuple[str, int]:
        """Of a game: who is next, and how many steps of this turn are made."""
        training = self.training
        if not isinstance(training, AdversarialTraining):
            return "", 0
        return training.next_player, training.done

    @property
    def rhythm(self) -> float | None:
        """Steps a second that eyes can follow; None where epochs are the measure."""
        return self.training.rhythm if self.training else None

    @property
    def steps_left(self) -> int | None:
        """Steps until the epochs asked for are done, or nothing is left to grow; None: never."""
        if self.training is None:
            return None
        epochs, most = self.experiment.stop.epochs, self.training.most_steps
        ends = [] if epochs is None else [epochs * self.steps_per_epoch]
        ends += [] if most is None else [most]
        return max(min(ends) - self.step, 0) if ends else None

    @property
    def over(self) -> bool:
        """Whether there is nothing more to train."""
        return self.training is None or self.diverged or bool(self.ended) or self.steps_left == 0

    # ---- training ----
    @contextmanager
    def turn(self) -> Iterator[None]:
        """A core, and this trainer, for one caller; served in the order in which they came."""
        with CORES, self.lock:
            yield

    def advance(self, steps: int, beyond: bool = False) -> np.ndarray:
        """Within a turn: train on so many batches, no more than are left unless `beyond`.

        Returns their losses. Where they overflow, everything is as it was before. Where ends of
        epochs are watched, it goes no further than the next one.
        """
        left = None if beyond else self.steps_left
        steps = steps if left is None else min(steps, left)
        if self.experiment.stop.watching:
            steps = min(steps, self.steps_per_epoch - self.step % self.steps_per_epoch)
        if self.training is None or self.diverged or not steps:
            return np.zeros(0, np.float32)
        # Parallel steps pay only for large networks that need not share the cores; same bits.
        self.training.parallel = self._large and CORES.alone
        self._leave_the_past()
        start = time.perf_counter()
        progress = self.training.train(steps)
        self._seconds, self._steps = (
            self._seconds + time.perf_counter() - start,
            self._steps + progress.steps,
        )
        if not progress.steps and progress.finite:
            return progress.losses  # nothing was left to grow
        if not progress.finite:
            self._fail(self.step + progress.steps)
            return np.zeros(0, np.float32)
        # One after the other, so that the sum does not depend on how steps fall into turns.
        terms = np.concatenate((self.batch_losses[:1], progress.losses))
        self.batch_losses[:] = np.add.accumulate(terms)[-1], self.batch_losses[1] + progress.steps
        return progress.losses

    def half_turn(self) -> str:
        """Within a turn: one step of either network; who made it, or nothing where it overflowed.

        What was measured at this turn is measured anew.
        """
        training = self.training
        if not isinstance(training, AdversarialTraining):
            raise ValueError("There is one network here, and nobody to take turns with.")
        if self.diverged:
            return ""
        self._leave_the_past()
        player = training.next_player
        progress = training.half_turn()
        if not progress.finite:
            self._fail(self.step + 1)
            return ""
        self._unmeasured = True
        return player

    def _fail(self, reached: int) -> None:
        self.failure = messages.diverged(self.experiment, reached, reached / self.steps_per_epoch)
        self.diverged = True

    def look(self) -> bool:
        """At the end of an epoch, once: whether a condition to stop holds; `ended` says which.

        Patience that is at an end brings back the weights of its best epoch.
        """
        with self._one_at_a_time:
            with self.lock:
                watch, life, epoch = self.watch, self._life, self.epoch
                ends = self.step and self.step % self.steps_per_epoch == 0
                if not watch.splits or not ends or watch.seen == epoch or self.diverged:
                    return False
                frozen = self.network.snapshot()
                known = self.history.rows and self.history.rows[-1][0] == self.step
                metrics = self.metrics() if known and not self._unmeasured else {}
            measured = {
                split: metrics.get(split)
                or evaluation.evaluate(frozen, self._splits[split], self.data)
                for split in watch.splits
            }
            with self.lock:
                if life != self._life or watch is not self.watch:
                    return False
                self.ended = watch.see(epoch, measured, self.network.flat)
                if self.ended and watch.best_epoch != epoch:
                    self._bring_back(watch.best_parameters)
                return bool(self.ended)

    def _bring_back(self, parameters: np.ndarray | None) -> None:
        if parameters is not None:
            self.network.load_parameters(parameters)
            self._unmeasured = True
            self._life += 1

    def go_on(self) -> None:
        """Train on, although a condition had ended it; patience counts anew."""
        if self.ended:
            self.ended = ""
            self.watch.restart()

    def trained(self) -> Training:
        """What trains; ValueError where there are no data to train on."""
        if self.training is None:
            raise ValueError("This network came without data: it predicts, and cannot be trained.")
        return self.training

    def set_live(self, experiment: Experiment) -> bool:
        """Take over an Experiment that differs in live options alone; False if it does not."""
        changes = self.experiment.live_changes(experiment)
        if changes is None:
            return False
        for (kind, name), value in changes.items():
            if self.training:
                self.training.set(kind, name, value)
            if kind.startswith("discriminator layer ") and isinstance(self.network, Generator):
                position = int(kind.removeprefix("discriminator layer "))
                self.network.opponent.retune(position, **{name: value})
            if kind.startswith("layer "):
                self.network.retune(int(kind.removeprefix("layer ")), **{name: value})
        if changes:
            self.diverged, self.failure = False, ""
            self.retuned = self.retuned or self.step > 0
            self.recordings.relabel(self.step, experiment)
        conditions, self.experiment = self.experiment.stop, experiment
        if experiment.stop != conditions:
            self.watch, self.ended = self._make_watch(), ""
        return True

    def set_parameter(self, name: str, index: tuple[int, ...], value: float) -> None:
        """Set one number of the network; what was measured at this step is measured anew."""
        place = self.network.state_dict().get(name)
        if (
            place is None
            or len(index) != place.ndim
            or any(not 0 <= i < size for i, size in zip(index, place.shape, strict=True))
        ):
            raise ValueError(f"The network has no number {name}{list(index)}.")
        with np.errstate(over="ignore"):
            if not np.isfinite(np.float32(value)):
                raise ValueError("A weight must be a finite number.")
        self._leave_the_past()
        self.network.parameter(name)[index] = value
        self.by_hand = self._unmeasured = True
        self._life += 1

    def restart(self, experiment: Experiment) -> None:
        """Back to the initial weights of the Experiment's seed."""
        if experiment.seed == self.experiment.seed and not self.by_hand:
            self.history.restart()
        else:
            self.history.clear()
        self.experiment, self.retuned = experiment, False
        self._seconds, self._steps = 0.0, 0
        self.network.reseed(experiment.seed)
        if self.training:
            self.training.seed = experiment.seed
            self.training.restart()
        self.batch_losses[:] = 0
        self.diverged, self.failure, self.by_hand = False, "", False
        self.watch, self.ended = self._make_watch(), ""
        self._life += 1
        self.recordings.clear()
        for start in self.history.rows:  # of the same weights: it need not be measured again
            self._record(self._state(), start)

    # ---- back in time ----
    def rewind(self, step: int) -> None:
        """Be as it was at the recorded moment that is no later than `step`.

        What came later stays known until training goes on from here.
        """
        moment = self.recordings.find(step)
        self.trained().restore(moment.state)
        newest = moment is self.recordings.kept[-1]
        self.set_live(moment.experiment.changed(stop=self.experiment.stop))
        self.recordings.back = None if newest else moment
        self.batch_losses[:] = 0
        self.diverged, self.failure, self._unmeasured = False, "", False
        self.watch, self.ended = self._make_watch(), ""
        self._life += 1

    def _leave_the_past(self) -> None:
        """Where it was brought back, and now goes on, what came later never happened."""
        if back := self.recordings.go_on():
            self.history.rewind(back.row)

    @property
    def seconds_per_epoch(self) -> float:
        """Of training alone; NaN before the first step."""
        return self._seconds / self._steps * self.steps_per_epoch if self._steps else np.nan

    # ---- measuring ----
    @property
    def reads(self) -> tuple[int, ...]:
        """The shape of what the network reads: a sample, or noise."""
        game = self.experiment.adversarial
        return self.data.shape if game is None else (game.noise,)

    def prepare(self) -> None:
        """Compile or load all that training and measuring need, and measure the start."""
        with self._one_at_a_time:
            if not self.prepared:
                if self.training:
                    self.training.compile(parallel=self._large)
                self.network.predict(np.zeros((1, *self.reads), np.float32))
                if not self.history.rows:  # a loaded Run brings its own
                    self._measure()
                elif self.history.rows[-1][0] == self.step:
                    self._record(self._state(), self.history.rows[-1])
                self.prepared = True

    def measure(self, glance: bool = False) -> None:
        """Bring the history up to the newest step.

        glance: on the first samples of large splits only, to be measured whole once it rests.
        """
        with self._one_at_a_time:
            self._measure(glance)

    def _measure(self, glance: bool = False) -> None:
        with self.lock:
            known = self.history.rows and self.history.rows[-1][0] == self.step
            past = self.recordings.back is not None
            if not self.training or ((known or past) and not self._unmeasured):
                return
            self._unmeasured, state = glance, self._state()
            life, step, epoch = self._life, self.step, self.epoch
            frozen, (total, count) = self.network.snapshot(), self.batch_losses.copy()
            self.batch_losses[:] = 0
        look_at = evaluation.sample if glance else (lambda part: part)
        results = {
            split: evaluation.evaluate(frozen, look_at(part), self.data)
            for split, part in self._splits.items()
        }
        batch_loss = total / count if count else results["train"]["loss"]
        measured = [results[split][name] for split, name in self._named]
        with self.lock:
            if life == self._life:
                self.history.add([step, epoch, batch_loss, *measured])
                self._record(state, self.history.rows[-1])

    def _state(self) -> dict[str, np.ndarray]:
        """Copies of all that training changes; nothing where there is no room to record it."""
        return self.trained().state() if self.recordings.most else {}

    def _record(self, state: dict[str, np.ndarray], row: tuple[float, ...]) -> None:
        if state:
            self.recordings.add(Recording(self.experiment, state, row))

    def metrics(self) -> dict[str, dict[str, float]]:
        """The newest measurement by split."""
        back = self.recordings.back
        rows = [back.row] if back else self.history.rows
        newest = rows[-1][3:] if rows else [np.nan] * len(self._named)
        metrics: dict[str, dict[str, float]] = {split: {} for split in self._splits}
        for (split, name), value in zip(self._named, newest, strict=True):
            metrics[split][name] = value
        return metrics

    def freeze(self) -> FrozenNetwork:
        """The network as it is now, for reading outside the lock."""
        with self.lock:
            return self.network.snapshot()

    def recent(self) -> dict[str, Any]:
        """The newest row of the history by column."""
        return dict(zip(self.history.columns, self.history.rows[-1], strict=True))
