"""Training: a network's program with an optimizer at its end, many batches a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.engine import registry
from playground.engine.augmentation import Augmentation
from playground.engine.builder import Builder
from playground.engine.kernels import updates
from playground.engine.kernels.batches import COUNT, CURSOR, EPOCH, ORDERED, START, STEP
from playground.engine.network import Network, batch_program, begin, targets_of
from playground.engine.operands import GRADIENTS, Address, SettingPlace, Tensor
from playground.engine.optimizers import Optimizer
from playground.engine.program import Program
from playground.engine.regularizers import NoRegularizer, Regularizer
from playground.engine.schedules import Constant, Schedule


@dataclass(frozen=True, eq=False)
class Progress:
    """What one call of `Training.train` did."""

    steps: int
    loss: float  # mean over these steps; of the data alone, without the penalty on weights
    losses: np.ndarray  # one a step
    finite: bool  # False: the loss or a weight overflowed, and the last finite state is back
    opponent: np.ndarray | None = None  # of two networks: the discriminator's losses


class Training:
    """A network, its data and its optimizer, ready to step.

    x is [N, *input_shape], float32 or bytes (then `scale` turns a byte into a number); y holds
    class numbers or targets, or nothing where the target is x. The order of samples in an epoch
    follows from the seed and the epoch.
    Gradients are cut off at ±clip_value and shortened to clip_norm (0: neither), as in PyTorch
    before any penalty; `accumulate` batches share an update by the mean of their gradients. An
    `augmentation` changes the samples on their way in, not those of `x`.

    With `carries` samples are windows of one long sequence. They are cut into as many parts as a
    batch has places; every step reads the next window of each part, in order, and recurrent layers
    go on from what they remembered (truncated back-propagation through time: Williams and Peng,
    1990). At the start of an epoch they begin anew. Windows that are left over are not used.
    """

    most_steps: int | None = None  # a network is never done
    rhythm: float | None = None  # steps a second that eyes can follow; None: by epochs

    def __init__(
        self,
        network: Network,
        x: np.ndarray,
        y: np.ndarray | None,
        optimizer: Optimizer,
        regularizer: Regularizer | None = None,
        batch_size: int = 32,
        seed: int = 1,
        scale: float = 1.0,
        shuffle: bool = True,
        schedule: Schedule | None = None,
        clip_norm: float = 0.0,
        clip_value: float = 0.0,
        accumulate: int = 1,
        augmentation: Augmentation | None = None,
        carries: bool = False,
    ) -> None:
        if not len(x):
            raise ValueError("there are no samples to train on")
        self.network, self.batch_size = network, min(batch_size, len(x))
        order = np.arange(len(x))
        if carries:
            windows = len(x) // self.batch_size
            order = order[: windows * self.batch_size].reshape(self.batch_size, windows).T.ravel()
        self.samples, self.seed, self.shuffle = len(order), seed, shuffle and not carries
        self.parallel = False
        x = np.ascontiguousarray(x, dtype=np.uint8 if x.dtype == np.uint8 else network.dtype)
        y = targets_of(network, y)
        data = Tensor("x", 0, (1,), 1)
        bytes_scale = scale if x.dtype == np.uint8 else None
        build, self._order = batch_program(
            network,
            self.batch_size,
            order,
            True,
            data,
            scale=bytes_scale,
            augmentation=augmentation,
            carries=carries,
        )
        self.schedule, regularizer = schedule or Constant(), regularizer or NoRegularizer()
        self._settings = {
            "regularizer": settings_of(build, regularizer),
            "optimizer": settings_of(build, optimizer),
            "clipping": {
                "clip_norm": build.setting(clip_norm),
                "clip_value": build.setting(clip_value),
            },
        }
        for name, place in build.options.items():
            position, _, option = name.partition(".")
            self._settings.setdefault(f"layer {position}", {})[option] = place
        self._emit_accumulation(build, accumulate)
        settings = dict(self._settings["optimizer"])
        settings["learning_rate"] = self.schedule.emit(build, settings["learning_rate"])
        emit_update(
            build, network, optimizer, regularizer, self._settings | {"optimizer": settings}
        )
        buffers = {"parameters": network.flat, "x": x, "y": y}
        self.program = Program(build, buffers, network.trained)
        self._kept: dict[str, np.ndarray] = {}
        self.restart()

    def _emit_accumulation(self, build: Builder, batches: int) -> None:
        """Sum the gradients of so many batches; what is emitted from then on waits for the last."""
        if batches == 1:
            return
        g = Tensor(GRADIENTS, 0, (self.network.trained,), 1)
        collected = build.state("collected", g.shape)
        build.op(updates.collect, g, collected, Address(build.constant(1 / batches)), whole=True)
        build.every = batches
        build.op(updates.hand_over, g, collected, whole=True)

    # ---- clock ----
    @property
    def step(self) -> int:
        """Batches trained on so far."""
        return int(self.program.clock[STEP])

    @property
    def steps_per_epoch(self) -> int:
        return -(-self.samples // self.batch_size)

    @property
    def epoch(self) -> float:
        """Epochs trained so far, with the part of the one under way."""
        return self.step / self.steps_per_epoch

    @property
    def learning_rate(self) -> float:
        """The learning rate in force for the next batch."""
        factor = self.schedule.factor(self.step, self.steps_per_epoch)
        return float(self._setting("optimizer", "learning_rate")[0]) * factor

    # ---- verbs ----
    def compile(self, parallel: bool = False) -> None:
        """Compile or load everything a step needs, and what a parallel one needs besides."""
        self.program.compile(parallel)

    def pending(self) -> list[str]:
        """The kernels that are not compiled yet."""
        return self.program.pending()

    def train(self, steps: int) -> Progress:
        """Run batches in one call that holds no lock of Python's.

        Where the loss or a weight overflows, the network, the optimizer and the clock go back to
        what they were when the call began: the last state known to be finite.
        """
        self._keep()
        losses = self.program.run(steps, self.parallel)
        finite = bool(np.isfinite(losses).all() and np.isfinite(self.network.flat).all())
        if not finite:
            self.restore(self._kept)
        mean = float(np.mean(losses, dtype=np.float64)) if len(losses) else float("nan")
        return Progress(len(losses), mean, losses, finite)

    def _keep(self) -> None:
        """Copy all that training changes, to where it was copied before."""
        if not self._kept:
            self._kept = self.state()
        for name, array in self._changing().items():
            np.copyto(self._kept[name], array)

    def set(self, kind: str, name: str, value: float) -> None:
        """Change a live option from the next batch on: ("optimizer", "learning_rate", 0.1).

        kind: "optimizer", "regularizer", "clipping" or "layer" and its position: "layer 2".
        KeyError where it has no such option.
        """
        if name not in self._settings.get(kind, {}):
            raise KeyError(f"{name!r} of {kind} cannot change while training")
        self._setting(kind, name)[0] = value

    def _setting(self, kind: str, name: str) -> np.ndarray:
        word = self._settings[kind][name]
        return self.program.tables[word : word + 1].view(np.float64)

    def restart(self) -> None:
        """Forget the optimizer's state and the clock; the weights stay."""
        self.seek(0)
        self.program.state[:] = 0

    def seek(self, step: int) -> None:
        """Set the clock to the moment after `step` batches; weights and optimizer stay."""
        begin(self.program, self.samples, self.batch_size, self.seed, self.shuffle)
        if step > 0:
            epoch, batch = divmod(step - 1, self.steps_per_epoch)
            cursor = min((batch + 1) * self.batch_size, self.samples)
            clock = self.program.clock
            clock[STEP], clock[EPOCH], clock[CURSOR] = step, epoch, cursor

    def _changing(self) -> dict[str, np.ndarray]:
        """All that training changes."""
        program = self.program
        return {"parameters": self.network.flat, "optimizer": program.state, "clock": program.clock}

    def state(self) -> dict[str, np.ndarray]:
        """Copies of all that training changes."""
        return {name: array.copy() for name, array in self._changing().items()}

    def memory_bytes(self) -> int:
        """What training keeps in memory besides the samples; a copy of its state is part of it."""
        state = sum(array.nbytes for array in self._changing().values())
        targets = self.program.buffers["y"].nbytes
        return self.network.memory_bytes() + self.program.memory_bytes() + state + targets

    def last_batch(self) -> np.ndarray:
        """Which samples the last step was made from."""
        clock = self.program.clock
        first = self._order + int(clock[START])
        return self.program.tables[first : first + int(clock[COUNT])].copy()

    def optimizer_state(self) -> dict[str, dict[str, np.ndarray]]:
        """What the optimizer remembers of each parameter, under PyTorch's names."""
        memory: dict[str, dict[str, np.ndarray]] = {name: {} for name in self.network.declared}
        spans = {"weights": 0, "others": self.network.weights}
        offset = 0
        for label, size in self.program.build.states:
            span, _, word = label.partition(".")
            if span in spans:
                for name, place in self.network.places.items():
                    start = place.offset - spans[span]
                    if start >= 0 and start + place.size <= size:
                        values = self.program.state[offset + start :][: place.size]
                        memory[name][word] = values.reshape(place.shape).copy()
            offset += size
        return memory

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """The opposite of `state`; the order of the epoch under way is drawn again."""
        arrays = self._changing()
        for name, array in arrays.items():
            if state[name].shape != array.shape:
                raise ValueError(f"the saved {name} do not belong to this network")
        for name, array in arrays.items():
            array[:] = state[name]
        self.program.clock[ORDERED] = 0


def settings_of(build: Builder, piece: Any) -> dict[str, SettingPlace]:
    """Where those options of a piece lie that may change between batches."""
    names = [option.name for option in registry.options(type(piece)) if option.type is float]
    return {name: build.setting(getattr(piece, name)) for name in names}


def emit_update(
    build: Builder,
    network: Network,
    optimizer: Optimizer,
    regularizer: Regularizer,
    settings: dict[str, dict[str, SettingPlace]],
    buffer: str = "parameters",
    first: int = 0,
) -> None:
    """The operations after the gradients: clipping, penalty, optimizer, penalty.

    buffer: where the network's parameters lie. first: where its gradients begin.
    """
    penalty, clipping, own = (settings[kind] for kind in ("regularizer", "clipping", "optimizer"))
    g = Tensor(GRADIENTS, first, (network.trained,), 1)
    build.op(updates.clip, g, clipping["clip_value"], clipping["clip_norm"], whole=True)
    name = "" if buffer == "parameters" else f"{buffer}."
    spans = {"weights": (0, network.weights), "others": (network.weights, network.trained)}
    for label, (start, end) in spans.items():
        if start == end:
            continue
        p = Tensor(buffer, start, (end - start,), 1)
        g = Tensor(GRADIENTS, first + start, (end - start,), 1)
        if label == "weights":
            regularizer.before(build, p, g, penalty)
        optimizer.emit(build, p, g, name + label, own)
        if label == "weights":
            regularizer.after(build, p, penalty, own["learning_rate"])
