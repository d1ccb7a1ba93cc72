"""Training of a generator and a discriminator, by turns, in one program.

I. Goodfellow et al., "Generative adversarial nets", 2014. A turn is k steps of the discriminator,
each on a new batch and new fakes, and one of the generator. As in PyTorch, the discriminator reads
real samples and fakes one after the other.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from playground.engine.augmentation import Augmentation
from playground.engine.builder import Builder
from playground.engine.games import FAKE, GENERATOR, REAL
from playground.engine.generator import APART, Generator
from playground.engine.interpreter import BEFORE_LAST, LAST
from playground.engine.kernels import adversarial as kernels
from playground.engine.kernels import batches
from playground.engine.kernels.batches import CLOCK, CURSOR, EPOCH, PERIOD, STEP
from playground.engine.layer import Shape
from playground.engine.network import (
    Network,
    begin,
    bring_in,
    chunks_of,
    is_chain,
)
from playground.engine.operands import CHUNK, GRADIENTS, Address, Tensor
from playground.engine.optimizers import Optimizer
from playground.engine.program import LOSSES, Program
from playground.engine.regularizers import NoRegularizer, Regularizer
from playground.engine.schedules import Constant, Schedule
from playground.engine.training import Progress, Training, emit_update, settings_of

OPPONENT = "discriminator"  # its buffer, and how its names and settings begin


class AdversarialTraining(Training):
    """Both networks, their data and their optimizers; a step of this is a whole turn.

    x is [N, *shape], float32 or bytes (times `scale`); `steps` of the discriminator make a turn.
    An epoch is as many turns as the data have batches. Schedule, penalty and clipping are those of
    either network, each by itself.
    """

    network: Generator
    rhythm = 300.0  # turns a second: `gan_ring` finds its eight clouds within 3 to 7 s, watched

    def __init__(
        self,
        network: Generator,
        x: np.ndarray,
        optimizer: Optimizer,
        opponent: Optimizer,
        steps: int = 1,
        regularizer: Regularizer | None = None,
        batch_size: int = 32,
        seed: int = 1,
        scale: float = 1.0,
        shuffle: bool = True,
        schedule: Schedule | None = None,
        clip_norm: float = 0.0,
        clip_value: float = 0.0,
        augmentation: Augmentation | None = None,
    ) -> None:
        if not len(x):
            raise ValueError("there are no samples to train on")
        self.network, self.batch_size = network, min(batch_size, len(x))
        self.samples, self.seed, self.shuffle = len(x), seed, shuffle
        self.parallel, self.period = False, steps + 1
        self.schedule, regularizer = schedule or Constant(), regularizer or NoRegularizer()
        x = np.ascontiguousarray(x, dtype=np.uint8 if x.dtype == np.uint8 else network.dtype)
        build = self._builder()
        self._options(build, optimizer, opponent, regularizer, clip_norm, clip_value)
        place = self._order = build.counters(np.arange(len(x)))
        turns, counted = (build.counters(np.zeros(CLOCK)) for _ in range(2))
        build.op(kernels.next_step, build.clock, place, len(x), turns, counted, whole=True)
        start = len(build.operations)
        data = Tensor("x", 0, (1,), 1)
        bytes_scale = scale if x.dtype == np.uint8 else None
        real, _ = bring_in(build, self._shape, data, place, bytes_scale, augmentation)
        for tensor in (real, real.turned) if network.signed else ():
            if tensor is not None:
                build.op(kernels.stretch, tensor)
        self._emit_opponent(build, real)
        self._emit_update_of(build, OPPONENT, opponent, regularizer, turns, counted)
        middle = len(build.operations)
        self._emit_generator(build)
        self._emit_update_of(build, "", optimizer, regularizer, turns, turns)
        for number, operation in enumerate(build.operations[start:], start):
            operation.every = BEFORE_LAST if number < middle else LAST
        self._take_options(build)
        parts = {"parameters": network.flat, OPPONENT: network.opponent.flat, "x": x}
        self.program = Program(build, parts, self._spans[-1])
        self._kept: dict[str, np.ndarray] = {}
        self.restart()

    # ---- building ----
    @property
    def _shape(self) -> Shape:
        return self.network.opponent.plan.input_shape

    def _builder(self) -> Builder:
        """Gradients lie behind each other: the generator's, the discriminator's of real samples,
        that of fakes; each starts at a multiple of 16."""
        network, opponent = self.network, self.network.opponent
        own, other = (-(-one.trained // 16) * 16 for one in (network, opponent))
        self._spans = (own, own + other, own + 2 * other)
        lanes, chunks = chunks_of(self.batch_size, self._spans[-1])
        places = {
            f"{OPPONENT}.{name}": Tensor(OPPONENT, place.offset, place.shape, 1)
            for name, place in opponent.places.items()
        }
        build = Builder(lanes, chunks, network.dtype, True, {**network.places, **places})
        build.shifts[OPPONENT] = own
        return build

    def _options(
        self,
        build: Builder,
        optimizer: Optimizer,
        opponent: Optimizer,
        regularizer: Regularizer,
        clip_norm: float,
        clip_value: float,
    ) -> None:
        self._settings = {
            "optimizer": settings_of(build, optimizer),
            f"{OPPONENT} optimizer": settings_of(build, opponent),
            "regularizer": settings_of(build, regularizer),
            "game": settings_of(build, self.network.game),
            "clipping": {
                "clip_norm": build.setting(clip_norm),
                "clip_value": build.setting(clip_value),
            },
        }

    def _take_options(self, build: Builder) -> None:
        """Live options of layers: of "layer 2", or of "discriminator layer 2"."""
        for name, place in build.options.items():
            *opponent, position, option = name.split(".")
            kind = " ".join([*opponent, f"layer {position}"])
            self._settings.setdefault(kind, {})[option] = place

    def _stack(self, build: Builder, network: Network, x: Tensor, name: str, apart: int) -> Tensor:
        """One network's layers; `apart`: from which position on its streams of chance are."""
        build.outputs, build.chain = [x], is_chain(network.layers)
        for position, layer in enumerate(network.layers):
            build.prefix, build.position = f"{name}{position}.", apart + position
            x = layer.emit(build, x)
            build.outputs.append(x)
        return x

    def _fakes(self, build: Builder, learns: bool) -> Tensor:
        """What the generator makes of new noise, in the shape of real samples."""
        noise = build.tensor(self.network.plan.input_shape)
        noise.wanted = False
        build.op(kernels.draw_noise, noise, build.clock, CHUNK, self.network.uniform)
        made = self._stack(build, self.network, noise, "", 0)
        if learns:
            return made if made.shape == self._shape else build.reshape(made, self._shape)
        build.forget_backward()
        return Tensor(made.buffer, made.offset, self._shape, made.lanes, None, False)

    def _judge(self, build: Builder, x: Tensor, role: int, apart: int) -> None:
        """The discriminator on some samples, the cost of a role, and the way back."""
        z = self._stack(build, self.network.opponent, x, f"{OPPONENT}.", apart)
        z.gradient = build.tensor(z.shape)
        self.network.game.emit(build, z, role, add=role == FAKE)
        build.run_backward()

    def _emit_opponent(self, build: Builder, real: Tensor) -> None:
        """The discriminator's cost and gradient, of a real batch and of as many fakes."""
        first, second, _ = self._spans
        real.wanted = False
        self._judge(build, real, REAL, APART)
        build.shifts[OPPONENT] = second
        self._judge(build, self._fakes(build, learns=False), FAKE, 2 * APART)
        build.shifts[OPPONENT] = first
        self._emit_sums(build, first, self.network.opponent.trained, second - first)

    def _emit_generator(self, build: Builder) -> None:
        """The generator's cost and gradient; that of the discriminator is made and not used."""
        self._judge(build, self._fakes(build, learns=True), GENERATOR, APART)
        self._emit_sums(build, 0, self.network.trained, 0)

    def _emit_sums(self, build: Builder, first: int, size: int, second: int) -> None:
        """Add up what the chunks found: losses, and a gradient of so many numbers."""
        chunks, stride = build.chunks, self._spans[-1]
        if chunks > 1:
            losses = Tensor(LOSSES, 0, (chunks,), 1)
            build.op(batches.total, losses, Tensor(LOSSES, chunks, (1,), 1), whole=True)
        if (chunks > 1 or second) and size:
            g = Address(Tensor(GRADIENTS, first, (size,), 1))
            build.op(kernels.sum_gradients, g, chunks, stride, size, second, whole=True)

    def _emit_update_of(
        self,
        build: Builder,
        name: str,
        optimizer: Optimizer,
        regularizer: Regularizer,
        turns: Any,
        counted: Any,
    ) -> None:
        """One network's update; rates follow turns, and an optimizer counts its own steps."""
        network = self.network.opponent if name else self.network
        kind = f"{name} optimizer".strip()
        main, build.clock = build.clock, turns
        settings = dict(self._settings[kind])
        settings["learning_rate"] = self.schedule.emit(build, settings["learning_rate"])
        build.clock = counted
        settings_by_kind = {**self._settings, "optimizer": settings}
        first = self._spans[0] if name else 0
        emit_update(
            build, network, optimizer, regularizer, settings_by_kind, name or "parameters", first
        )
        build.clock = main
        clip = self._settings["game"].get("clip")
        if name and clip is not None and network.trained:
            build.op(kernels.clamp, Tensor(name, 0, (network.trained,), 1), clip, whole=True)

    # ---- clock ----
    @property
    def step(self) -> int:
        """Whole turns played so far."""
        return int(self.program.clock[STEP]) // self.period

    @property
    def done(self) -> int:
        """Steps of the turn under way that are made; 0: a turn begins."""
        return int(self.program.clock[STEP]) % self.period

    @property
    def next_player(self) -> str:
        """Whose step comes next: "discriminator" or "generator"."""
        return "generator" if self.done == self.period - 1 else "discriminator"

    def seek(self, step: int, done: int = 0) -> None:
        """Set the clock to the moment after `step` turns, and so many steps of the next one."""
        begin(self.program, self.samples, self.batch_size, self.seed, self.shuffle)
        clock = self.program.clock
        clock[PERIOD] = self.period
        if read := step * (self.period - 1) + done:
            epoch, batch = divmod(read - 1, self.steps_per_epoch)
            cursor = min((batch + 1) * self.batch_size, self.samples)
            clock[STEP] = step * self.period + done
            clock[EPOCH], clock[CURSOR] = epoch, cursor

    # ---- verbs ----
    def train(self, steps: int) -> Progress:
        """So many turns in one call that holds no lock of Python's; one under way is the first.

        `losses` are the generator's, one a turn; `opponent` the discriminator's, one for each of
        its steps. Where one of them or a weight overflows, all is as it was when the call began.
        """
        return self._run(max(steps * self.period - self.done, 0) if steps > 0 else 0)

    def half_turn(self) -> Progress:
        """One step of whoever is next: `next_player`."""
        return self._run(1)

    def _run(self, count: int) -> Progress:
        self._keep()
        done = self.done
        losses = self.program.run(count, self.parallel)
        flats = (self.network.flat, self.network.opponent.flat)
        finite = bool(np.isfinite(losses).all() and all(np.isfinite(one).all() for one in flats))
        last = (np.arange(len(losses)) + done + 1) % self.period == 0
        own, other = losses[last], losses[~last]
        if not finite:
            self.restore(self._kept)
        mean = float(np.mean(own, dtype=np.float64)) if len(own) else math.nan
        return Progress(len(own), mean, own, finite, other)

    def set(self, kind: str, name: str, value: float) -> None:
        """As of a network; besides ("discriminator optimizer", …), ("game", "clip"), and
        ("adversarial", "steps"): then a turn that is under way begins anew."""
        if (kind, name) != ("adversarial", "steps"):
            super().set(kind, name, value)
            return
        if self.period == int(value) + 1:
            return
        turns = self.step
        self.period = int(value) + 1
        self.program.clock[PERIOD] = self.period
        self.program.clock[STEP] = turns * self.period

    def restore(self, state: dict[str, np.ndarray]) -> None:
        super().restore(state)
        self.period = int(self.program.clock[PERIOD])

    def _changing(self) -> dict[str, np.ndarray]:
        return {**super()._changing(), OPPONENT: self.network.opponent.flat}

    def memory_bytes(self) -> int:
        state = sum(array.nbytes for array in self._changing().values())
        return self.network.memory_bytes() + self.program.memory_bytes() + state
