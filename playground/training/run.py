"""The Run: an Experiment being trained."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from os import PathLike
from typing import Any

import numpy as np

from playground.data import SEEDS, Data
from playground.engine import FrozenGenerator, FrozenNetwork, Network
from playground.experiment import Experiment
from playground.training import continuation, evaluation, game, generation, messages, run_files
from playground.training.player import Player
from playground.training.progress import ProgressBar
from playground.training.rehearsal import Rehearsal, rehearse
from playground.training.snapshot import Snapshot
from playground.training.trainer import Trainer

WORK = 4e8  # multiplications of a turn in `train`, about 20 ms; a fixed number, so runs repeat
MOST_STEPS = 5000  # of such a turn
FRESH = 1.0  # seconds for which a published snapshot is the newest, while training goes on
PATIENCE = 0.5  # seconds that `snapshot` waits for a thread that is about to end


class Run:
    """Owns the network, the optimizer's state, the data and the history of one Experiment.

    >>> run = Run(Experiment.preset("circle"))
    >>> len(run.train(epochs=2))
    2

    The same Experiment gives the same losses bit for bit, on one thread or many. Every verb may be
    called from any thread. ValidationError where the Experiment's layers do not fit.
    """

    def __init__(self, experiment: Experiment, alone: bool = False) -> None:
        self._trainer = Trainer(experiment, alone)
        self._player = Player(self._trainer, self.publish)
        self._published: tuple[float, Snapshot] | None = None
        self._closed = False

    # ---- what it holds ----
    @property
    def experiment(self) -> Experiment:
        """What is being trained, live changes and a new seed included."""
        return self._trainer.experiment

    @property
    def network(self) -> Network:
        """The network itself. While the Run plays, read that of `freeze` or a snapshot instead."""
        return self._trainer.network

    @property
    def data(self) -> Data:
        """What it learns from and is tested on."""
        return self._trainer.data

    @property
    def history(self) -> dict[str, np.ndarray]:
        """What was measured so far: step, epoch, batch_loss, train_loss, test_loss, …"""
        with self._trainer.lock:
            return self._trainer.history.arrays()

    @property
    def status(self) -> str:
        """ready, compiling, running, paused, diverged or finished."""
        trainer, playing = self._trainer, self._player.playing
        if not trainer.prepared and self._player.busy:
            return "compiling"
        if playing or trainer.diverged:
            return "running" if playing else "diverged"
        if trainer.steps_left == 0 or trainer.ended:
            return "finished"
        return "paused" if trainer.step else "ready"

    @property
    def message(self) -> str:
        """What there is to say about the status; empty where it speaks for itself."""
        if self.status == "compiling" and self._trainer.training:
            return messages.waiting(self._trainer.training.pending())
        if self._trainer.failure or self._trainer.ended or self.status != "finished":
            return self._trainer.failure or self._trainer.ended
        if self._trainer.training and self._trainer.training.most_steps == self._trainer.step:
            return messages.grown(self.experiment, round(self._trainer.epoch))
        return messages.done(self.experiment)

    @property
    def memory_bytes(self) -> int:
        """What the compiled network takes for training, by its memory plan, besides the data."""
        with self._trainer.lock:
            return (self._trainer.training or self.network).memory_bytes()

    # ---- training in the caller's thread ----
    def step(self) -> float:
        """Train on one mini-batch; returns its loss, or NaN where it overflowed."""
        self._check_trainable()
        self._trainer.prepare()
        with self._trainer.turn():
            self._trainer.go_on()
            losses = self._trainer.advance(1, beyond=True)
        self._trainer.look()
        return float(losses[-1]) if len(losses) else float("nan")

    def half_turn(self) -> str:
        """Of a game: one step of whoever is next; returns who that was.

        "discriminator" or "generator", or "" where it overflowed. `step` and `train` complete a
        turn that is under way. ValueError where there is one network.
        """
        self._check_trainable()
        self._trainer.prepare()
        with self._trainer.turn():
            self._trainer.go_on()
            player = self._trainer.half_turn()
            self._published = None
        return player

    def train(
        self,
        epochs: int = 1,
        callback: Callable[[dict[str, Any]], None] | None = None,
        bar: ProgressBar | None = None,
    ) -> list[dict[str, Any]]:
        """Train for so many epochs, measure after each, and return a record of each.

        A record: {"epoch", "loss" (mean over the epoch's batches), "test_loss", "metrics" (by
        split), "seconds"}; `callback` gets it at once. Without a callback a terminal shows how it
        goes. Where the loss overflows training ends early: `status` is "diverged"; where a goal is
        reached or patience is at an end, or trees have no more to grow, too: "finished".
        """
        self._check_trainable()
        bar = bar or ProgressBar(enabled=callback is None)
        trainer, records = self._trainer, []
        trainer.prepare()
        with trainer.lock:
            trainer.go_on()
        for _ in range(epochs):
            start = time.perf_counter()
            if not self._train_epoch(bar):
                break
            trainer.measure()
            with trainer.lock:
                row, metrics = trainer.recent(), trainer.metrics()
            records.append(
                {
                    "epoch": row["epoch"],
                    "loss": row["batch_loss"],
                    "test_loss": row["test_loss"],
                    "metrics": metrics,
                    "seconds": time.perf_counter() - start,
                }
            )
            (callback or bar.tell)(records[-1])
            if trainer.look():
                break
        trainer.measure()  # other weights may be back
        return records

    def _train_epoch(self, bar: ProgressBar) -> bool:
        """As many steps as an epoch has; False where it had to stop.

        Turns have a fixed number of steps: so a run that diverges repeats exactly, too.
        """
        trainer = self._trainer
        turn = min(max(int(WORK / trainer.work), 1), MOST_STEPS)
        first, count = trainer.step, trainer.steps_per_epoch
        with trainer.lock:
            trainer.batch_losses[:] = 0
        while (done := trainer.step - first) < count:
            if self._closed or trainer.diverged or trainer.look():
                return False
            with trainer.turn():
                if not len(trainer.advance(min(turn, count - done), beyond=True)):
                    return False
            bar.show(int(trainer.epoch) + 1, done / count)
        return True

    def evaluate(self, split: str = "test") -> dict[str, float]:
        """Loss and accuracy (or mean absolute error) on all of "train", "validation" or "test".

        Of a reconstruction: "loss", "reconstruction" and, where codes are drawn, "kl", in nats per
        sample; see `evaluation.evaluate`. Of a game: "loss" of the generator, "discriminator_loss"
        and, where the data are clouds, "modes" and "share"; see `game.evaluate`.
        """
        part = self.data.split(split)
        if not len(part):
            raise ValueError(f"this experiment has no {split} data")
        return evaluation.evaluate(self.freeze(), part, self.data)

    def generate(
        self,
        length: int = 1,
        prompt: str | Sequence[float] | int = "",
        temperature: float = 1.0,
        seed: int = 0,
        n: int | None = None,
    ) -> str | np.ndarray:
        """What nobody wrote, measured or drew; the same seed gives the same.

        Of a network that reconstructs, and of a generator, n samples as those of the data are,
        pixels from 0 to 1: `generate(n, seed=…)`. Else how a
        text or a series goes on, so many characters or values: text follows the prompt, and each
        character is drawn with the chance p^(1/temperature), the likeliest at 0; a series follows
        its own end, or a prompt of numbers, and every value is read back as if it had been
        measured. ValueError where the network was trained for something else, or the prompt has
        characters that its text had not.
        """
        frozen, count = self.freeze(), length if n is None else n
        second = prompt if isinstance(prompt, int) else seed  # of samples, the seed may come second
        if isinstance(frozen, FrozenGenerator):
            return game.generate(frozen, count, second)
        if frozen.loss.reconstructs:
            return generation.generate(frozen, self.data, count, second)
        prompt = str(prompt) if isinstance(prompt, int) else prompt
        return continuation.generate(frozen, self.data, count, prompt, temperature, seed)

    def freeze(self) -> FrozenNetwork:
        """The network as it is now, all of one step, for reading while the Run plays on."""
        return self._trainer.freeze()

    def _check_trainable(self) -> None:
        if self._trainer.training is None:
            raise ValueError("This network came without data: it predicts, and cannot be trained.")
        if self._closed:
            raise ValueError("This Run is closed.")

    def rehearse(self) -> Rehearsal:
        """The next step: what it looks at, and what it would make of every parameter.

        Nothing is changed: the Run trains on as if it had not been asked.
        """
        self._check_trainable()
        self._trainer.prepare()
        return rehearse(self._trainer)

    # ---- training in the background ----
    def play(self, speed: str = "normal") -> None:
        """Train in a thread until paused: "slow", "normal" or "max"."""
        with self._trainer.lock:
            self._check_trainable()
            self._trainer.diverged, self._trainer.failure = False, ""
            self._trainer.go_on()
            self._player.play(speed)

    def pause(self) -> None:
        """Stop the thread; no step is made after this returns."""
        self._player.pause()

    def watch(self, seconds: float = 5.0) -> None:
        """Somebody looks on: for so long, snapshots are published as training goes."""
        self._player.watch(seconds)

    def close(self) -> None:
        """Stop for good. What was trained can still be asked and saved."""
        with self._trainer.lock:
            self._closed = True
        self._player.pause()

    # ---- changes ----
    def reset(self) -> None:
        """Pause, and go back to the same initial weights."""
        self._restart(self.experiment)

    def reseed(self, seed: int | None = None) -> None:
        """Pause, and draw other initial weights (the next seed's) for the same data."""
        following = (self.experiment.seed + 1) % (SEEDS + 1)
        self._restart(self.experiment.reseeded(following if seed is None else seed))

    def _restart(self, experiment: Experiment) -> None:
        self.pause()
        with self._trainer.lock:
            self._trainer.restart(experiment)
            self._published = None

    def rewind(self, step: int) -> None:
        """Pause, and be as it was at the recorded moment that is no later than `step`.

        Weights, optimizer and live settings are those of then; trained on from there, the same
        losses come again bit for bit. Until then `rewind` leads forward, too. ValueError where
        nothing was recorded: a network too large for that, or one that came without data.
        """
        self.pause()
        self._player.settle(PATIENCE)
        self._trainer.measure()  # so that the present is among what was recorded
        with self._trainer.lock:
            self._trainer.rewind(step)
            self._published = None

    @property
    def recorded(self) -> tuple[tuple[int, float], ...]:
        """Step and epoch of every moment that `rewind` can bring back."""
        with self._trainer.lock:
            return self._trainer.recordings.marks()

    @property
    def path(self) -> tuple[tuple[float, np.ndarray], ...]:
        """Epoch and all parameters of every recorded moment, up to the present; read-only."""
        with self._trainer.lock:
            kept, now = self._trainer.recordings.kept, self._trainer.step
            return tuple(
                (moment.epoch, moment.state["parameters"]) for moment in kept if moment.step <= now
            )

    def update(self, experiment: Experiment) -> bool:
        """Take over what may change while training: rates and the like, and when to stop.

        True: nothing else differed, and it holds from the next batch on. False: nothing was done,
        because the difference needs a new Run.
        """
        with self._trainer.lock:
            done = self._trainer.set_live(experiment)
            if done:
                self._published = None
        return done

    def set_parameter(self, name: str, index: tuple[int, ...], value: float) -> None:
        """Set one weight or bias by hand, also while training: ("0.weight", (1, 0), 0.5).

        ValueError where there is no such number in `state_dict`, or the value is not finite.
        """
        with self._trainer.lock:
            self._trainer.set_parameter(name, index, value)
            self._published = None

    # ---- pictures ----
    def snapshot(self) -> Snapshot:
        """The newest picture.

        While the Run is "compiling" it has no measurements yet, and asking its network would wait
        for the compiler.
        """
        player, trainer = self._player, self._trainer
        if not trainer.prepared:
            player.start()
        if not player.playing:
            player.settle(PATIENCE)
        if not player.busy:
            trainer.measure()
        published, newest = self._published or (0.0, None)
        old = time.monotonic() - published > FRESH if player.busy else False
        if newest is None or old or (not player.busy and newest.step != trainer.step):
            newest = self.publish()
        return newest.now(self.status, self.message)

    def publish(self) -> Snapshot:
        """Freeze the Run as it is."""
        trainer = self._trainer
        with trainer.lock:
            rate, left = self._player.pace.steps_per_second, trainer.steps_left
            epochs = rate / trainer.steps_per_epoch
            snapshot = Snapshot(
                trainer.experiment,
                self.status,
                self.message,
                trainer.step,
                trainer.epoch,
                rate,
                epochs,
                epochs * len(self.data.train),
                left / rate if left is not None and rate else None,
                trainer.history.arrays(),
                trainer.metrics(),
                trainer.network.snapshot(),
                self.data,
                trainer.seconds_per_epoch,
                trainer.recordings.marks(),
                trainer.recordings.most > 0,
                not (trainer.by_hand or trainer.retuned),
                *trainer.under_way,
            )
            self._published = time.monotonic(), snapshot
        return snapshot

    # ---- files ----
    def save(self, path: str | PathLike[str]) -> None:
        """Write weights, Experiment, optimizer state and history: training can go on from it."""
        run_files.save(self._trainer, path)

    @classmethod
    def load(
        cls,
        path: str | PathLike[str],
        experiment: Experiment | None = None,
        alone: bool = False,
    ) -> Run:
        """The Run that `save` wrote; FileError (a ValueError) says what is wrong with a file.

        Also a network in an ONNX file (.onnx), and, given the Experiment that they belong to, the
        weights of a PyTorch module, its state_dict in safetensors. alone: a network whose images
        are not there answers and generates without them, and cannot train.
        """
        saved = run_files.read(path, experiment)
        run = cls(saved.experiment, alone)
        run_files.restore(run._trainer, saved)
        return run
