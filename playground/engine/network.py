"""A network: layers, their parameters, and what can be asked of them."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from playground.engine.augmentation import Augmentation
from playground.engine.builder import Builder
from playground.engine.coding import Coding
from playground.engine.initializers import GlorotUniform, Initializer
from playground.engine.kernel import Kernel
from playground.engine.kernels import batches, products
from playground.engine.layer import Layer, Parameter, Plan, Shape, plan
from playground.engine.losses import Loss, steps_of
from playground.engine.operands import CHUNK, Address, TablePlace, Tensor
from playground.engine.program import LOSSES, Program, aligned

LANES, FEW_LANES = 32, 16  # samples a chunk; 16 where a batch has no more
MOST_GRADIENTS = 2**22  # numbers of all chunks together, about (16 MB)


class Answering(Coding):
    """What a network and its frozen copy answer alike."""

    places: dict[str, Tensor]
    flat: np.ndarray
    _inference: Inference

    def parameter(self, name: str) -> np.ndarray:
        """A view of one parameter; writable, but for a frozen network's."""
        place = self.places[name]
        return self.flat[place.offset : place.offset + place.size].reshape(place.shape)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The outputs [N, outputs] before a softmax or sigmoid that belongs to the loss."""
        return self._outputs(x, [len(self.plan.rows)])[0]

    def features(self, x: np.ndarray) -> np.ndarray:
        """What the last layer reads: the output of the layer before it, or x: [N, *shape]."""
        return self._outputs(x, [len(self.plan.rows) - 1])[0]

    def activations(self, x: np.ndarray) -> list[np.ndarray]:
        """What every layer makes of x: one array [N, *shape] a layer."""
        return self._outputs(x, range(1, len(self.plan.rows) + 1))

    def _outputs(
        self, x: np.ndarray, depths: Sequence[int], start: int = 0, seed: int | None = None
    ) -> list[np.ndarray]:
        return self._inference.outputs(x, self.flat, depths, start, seed)


class Network(Answering):
    """Layers with parameters. `x` is [N, *input_shape], float32.

    >>> network = Network([Dense(units=2)], (2,), MSE())
    >>> network.predict(np.zeros((1, 2), np.float32)).shape
    (1, 2)
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        input_shape: Shape,
        loss: Loss,
        initializer: Initializer | None = None,
        seed: int = 1,
        dtype: str = "float32",
    ) -> None:
        self.plan, self.loss = plan(layers, input_shape), loss
        self.layers = tuple(row.layer for row in self.plan.rows)
        self.initializer = initializer or GlorotUniform()
        self.dtype = np.dtype(dtype)
        self._declare()
        self.reseed(seed)
        self._inference = Inference(self)

    # ---- parameters ----
    def _declare(self) -> None:
        """Give every parameter its place: weights, then what else is trained, then the rest."""
        declared = [
            (f"{row.position}.{p.name}", p, row.position, number)
            for row in self.plan.rows
            for number, p in enumerate(row.layer.parameters(row.input_shape))
        ]
        self.declared = {name: (p, where, number) for name, p, where, number in declared}
        order = sorted(declared, key=lambda entry: (not entry[1].trained, not entry[1].weight))
        self.places = {}
        offset = self.weights = self.trained = 0
        for name, p, _, _ in order:
            self.places[name] = Tensor("parameters", offset, p.shape, 1)
            offset += p.size
            self.weights = offset if p.weight and p.trained else self.weights
            self.trained = offset if p.trained else self.trained
        self.flat = aligned(offset, self.dtype)

    def reseed(self, seed: int) -> None:
        """Draw new weights, each array from a random stream named by its place in the stack."""
        self.seed = seed
        for name, (p, position, number) in self.declared.items():
            self.parameter(name)[...] = self._start(p, seed, position, number)
            if p.raised:
                first, end, height = p.raised
                self.parameter(name)[first:end] += height

    def _start(self, p: Parameter, seed: int, position: int, number: int) -> np.ndarray | float:
        if not p.weight:
            return self.initializer.bias if p.start is None else p.start
        return self.initializer.draw(np.random.default_rng([seed, position, number]), p)

    def reset(self) -> None:
        """Back to the weights drawn last."""
        self.reseed(self.seed)

    def parameters(self) -> np.ndarray:
        """A copy of all parameters in one row."""
        return self.flat.copy()

    def load_parameters(self, flat: np.ndarray) -> None:
        """The opposite of `parameters`."""
        self.flat[:] = flat

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copies of the parameters under PyTorch's names, in PyTorch's layouts."""
        return {name: self.parameter(name).copy() for name in self.declared}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """Take parameters from a `state_dict`; ValueError names what is missing or does not fit.

        Only `num_batches_tracked`, which nothing reads, may be missing, as in PyTorch.
        """
        missing = [name for name in self.declared if name not in state]
        if missing := [name for name in missing if not name.endswith("num_batches_tracked")]:
            raise ValueError(f"missing parameters: {', '.join(missing)}")
        if unknown := [name for name in state if name not in self.declared]:
            raise ValueError(f"unknown parameters: {', '.join(unknown)}")
        arrays = {name: np.asarray(value) for name, value in state.items()}
        for name, array in arrays.items():
            if array.shape != self.places[name].shape:
                raise ValueError(
                    f"{name} has shape {array.shape}, and {self.places[name].shape} is needed"
                )
            if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
                raise ValueError(f"{name} holds something that is not a finite number")
        for name, array in arrays.items():
            self.parameter(name)[...] = array

    # ---- questions ----
    def retune(self, position: int, **options: float) -> None:
        """Give a layer other values of live options; a training under way has its own."""
        row = self.plan.rows[position]
        layer: Any = row.layer
        row = replace(row, layer=replace(layer, **options))
        rows = (*self.plan.rows[:position], row, *self.plan.rows[position + 1 :])
        self.plan = replace(self.plan, rows=rows)
        self.layers = tuple(row.layer for row in rows)

    def kernels(self) -> list[Kernel]:
        """The kernels that a prediction runs."""
        return self._inference.kernels()

    def memory_bytes(self) -> int:
        """What the network keeps in memory: its weights, and what predictions needed so far."""
        return self.flat.nbytes + self._inference.memory_bytes()

    def snapshot(self) -> FrozenNetwork:
        """A picture of the network as it is now, for other threads to read."""
        return FrozenNetwork(self)

    def gradients(
        self, x: np.ndarray, y: np.ndarray | None = None, training: bool = True
    ) -> tuple[float, dict[str, np.ndarray]]:
        """The mean loss of a batch and its gradient by every parameter, as PyTorch gives them.

        `training` says whether layers behave as in training or as in prediction. Running statistics
        stay as they are. A reconstruction needs no y: its target is x.
        """
        loss, gradients, _ = self.backward(x, y, training)
        return loss, gradients

    def backward(
        self, x: np.ndarray, y: np.ndarray | None = None, training: bool = True
    ) -> tuple[float, dict[str, np.ndarray], np.ndarray]:
        """As `gradients`, with the gradient by the input, [N, *input_shape], besides."""
        x = self.check(x)
        if not len(x):
            raise ValueError("a batch needs at least one sample")
        targets = targets_of(self, y)
        gx = np.zeros_like(x)
        build, _ = batch_program(
            self, len(x), np.arange(len(x)), training, Tensor("x", 0, (1,), 1), wants_x=True
        )
        parameters = aligned(self.flat.size, self.dtype)  # running statistics move: in a copy
        parameters[:] = self.flat
        program = Program(
            build, {"parameters": parameters, "x": x, "y": targets, "gx": gx}, self.trained
        )
        begin(program, samples=len(x), batch=len(x))
        loss = float(program.run(1)[0])
        gradient = program.gradients[0].copy()
        result = {
            name: gradient[place.offset : place.offset + place.size].reshape(place.shape)
            for name, place in self.places.items()
            if self.declared[name][0].trained
        }
        return loss, {name: result[name] for name in self.declared if name in result}, gx

    def check(self, x: np.ndarray) -> np.ndarray:
        """x as [N, *input_shape] in this network's numbers; ValueError says what was expected."""
        return checked(x, self.plan.input_shape, self.dtype)


class FrozenNetwork(Answering):
    """A network's weights at one moment; any number of threads may read it."""

    def __init__(self, network: Network) -> None:
        self.plan, self.loss, self.layers = network.plan, network.loss, network.layers
        self.places, self.names = network.places, tuple(network.declared)
        self.flat = network.flat.copy()
        self.flat.flags.writeable = False
        self._inference = network._inference
        self.check = network.check

    def state_dict(self) -> dict[str, np.ndarray]:
        """Read-only views of the parameters under PyTorch's names."""
        return {name: self.parameter(name) for name in self.names}


class Inference:
    """The forward programs of a network, with weights of their own; one question at a time."""

    def __init__(self, network: Network) -> None:
        self.layers, self.plan, self.dtype = network.layers, network.plan, network.dtype
        self.places = network.places
        self.flat = aligned(network.flat.size, network.dtype)
        self._copied: np.ndarray | None = None  # whose weights `flat` holds, if they cannot change
        self._programs: dict[tuple, Program] = {}
        self.streams: dict[tuple[int, int], Any] = {}  # those that read windows in turn
        self.lock = threading.Lock()

    def outputs(
        self,
        x: np.ndarray,
        flat: np.ndarray,
        depths: Sequence[int],
        start: int = 0,
        seed: int | None = None,
    ) -> list[np.ndarray]:
        """What comes out after the first d layers, for every d of `depths`; 0 is the input.

        start: x is what the first so many layers gave. seed: codes are drawn, from this.
        """
        known = [self.plan.input_shape, *(row.output_shape for row in self.plan.rows)]
        x, depths = checked(x, known[start], self.dtype), tuple(depths)
        results = [np.zeros((len(x), *known[depth]), self.dtype) for depth in depths]
        if not len(x):
            return results
        lanes = 1 if len(x) == 1 else FEW_LANES if len(x) <= FEW_LANES else LANES
        key = lanes, depths, start, seed is not None
        with self.lock:
            program = self._programs.get(key)
            if program is None:
                program = self._programs[key] = self._build(*key)
            self.take(flat)
            program.bind("x", x)
            for depth, result in zip(depths, results, strict=True):
                program.bind(f"out{depth}", result)
            begin(program, samples=len(x), batch=lanes, seed=seed or 0)
            program.run(-(-len(x) // lanes))
            program.let_go("x", *(f"out{depth}" for depth in depths))
        return results

    def take(self, flat: np.ndarray) -> None:
        """Work with these weights; whoever calls it holds `lock`."""
        if self._copied is not flat:
            self.flat[:] = flat
            self._copied = None if flat.flags.writeable else flat

    def memory_bytes(self) -> int:
        """Weights, and the activations of every program."""
        programs = self._programs.values()
        return self.flat.nbytes + sum(program.memory_bytes() for program in programs)

    def kernels(self) -> list[Kernel]:
        """What one sample runs, and what many do."""
        programs = [self._build(lanes, (len(self.layers),)) for lanes in (1, LANES)]
        return list(dict.fromkeys(kernel for program in programs for kernel in program.kernels()))

    def _build(
        self, lanes: int, depths: tuple[int, ...], start: int = 0, drawing: bool = False
    ) -> Program:
        return forward_program(self, self.plan, lanes, depths, start, drawing)


def forward_program(
    network: Inference,
    planned: Plan,
    lanes: int,
    depths: Sequence[int],
    start: int = 0,
    drawing: bool = False,
    carries: bool = False,
) -> Program:
    """What predicts `lanes` samples at a time and delivers the outputs of some depths.

    start: what comes in is what the first so many layers gave. drawing: codes are drawn.
    """
    build = Builder(lanes, 1, network.dtype, training=False, places=network.places)
    build.chain, build.drawing = is_chain(network.layers), drawing
    build.carries = carries
    build.op(batches.next_batch, build.clock, build.table(()), 0, whole=True)
    x = build.tensor(planned.rows[start - 1].output_shape if start else planned.input_shape)
    build.op(batches.gather_next, x, Address(Tensor("x", 0, (1,), 1)), build.clock, CHUNK)
    build.outputs = [x] * (start + 1)  # no later layer reads those before the last
    for depth in range(start, len(planned.rows) + 1):
        if depth > start:
            x = emit_layer(build, planned.rows[depth - 1].layer, depth - 1, x)
        if depth in depths:
            out = Address(Tensor(f"out{depth}", 0, (1,), 1))
            build.op(batches.deliver, x, out, build.clock, CHUNK)
    nothing = np.zeros(0, network.dtype)
    return Program(build, {"parameters": network.flat, "x": nothing})


def checked(x: np.ndarray, shape: Shape, dtype: np.dtype) -> np.ndarray:
    """x as [N, *shape] in these numbers; ValueError says what was expected.

    An axis of one may stand elsewhere: [N, 28, 28, 1] is an image of one channel.
    """
    x = np.asarray(x)
    sizes = [[size for size in part if size != 1] for part in (x.shape[1:], shape)]
    if x.ndim == len(shape) + 1 and sizes[0] == sizes[1]:
        x = x.reshape(len(x), *shape)
    if x.ndim != len(shape) + 1 or x.shape[1:] != tuple(shape):
        raise ValueError(
            f"the network reads [N, {', '.join(map(str, shape))}], "
            f"and got an array of shape {list(x.shape)}"
        )
    return np.ascontiguousarray(x, dtype=dtype)


def targets_of(network: Network, y: np.ndarray | None) -> np.ndarray:
    """Labels as the program of a loss reads them; nothing where it reads the input instead."""
    if network.loss.reconstructs:
        return np.zeros(0, network.dtype)
    if y is None:
        raise ValueError(f"the loss {network.loss.title} needs y, the answers")
    targets = network.loss.lay_out(y, network.plan.output_shape)
    return np.ascontiguousarray(targets, network.dtype)


def is_chain(layers: Sequence[Layer]) -> bool:
    """Whether every layer reads the one before it, and nothing else."""
    return not any(layer.reads_earlier for layer in layers)


def emit_layer(build: Builder, layer: Layer, position: int, x: Tensor) -> Tensor:
    """Add a layer's operations, with its parameters in reach."""
    build.prefix, build.position = f"{position}.", position
    build.outputs = build.outputs or [x]
    build.outputs.append(layer.emit(build, x))
    return build.outputs[-1]


def chunks_of(batch: int, trained: int) -> tuple[int, int]:
    """How a batch is laid out: lanes of a chunk, and chunks.

    Every chunk has gradients of its own. Where those are many, chunks are fewer, though at least
    two, and wider: less memory, and large weights are read less often.
    """
    if batch <= FEW_LANES:
        return FEW_LANES, 1
    most = max(MOST_GRADIENTS // max(trained, 1), 2)
    lanes = LANES * -(-batch // (LANES * most))
    return lanes, -(-batch // lanes)


@dataclass(frozen=True, eq=False)
class Design:
    """What of a network a program is made from."""

    plan: Plan
    layers: Sequence[Layer]
    loss: Loss
    places: dict[str, Tensor]
    dtype: np.dtype
    trained: int


def batch_program(
    network: Network | Design,
    batch: int,
    order: np.ndarray,
    training: bool,
    data: Tensor,
    wants_x: bool = False,
    scale: float | None = None,
    augmentation: Augmentation | None = None,
    carries: bool = False,
) -> tuple[Builder, TablePlace]:
    """The operations of one batch: bring it in, forwards, loss, backwards, sum the gradients.

    carries: recurrent layers go on from where the batch before ended. Returns the builder and the
    place of the order of samples.
    """
    for row in network.plan.rows:
        least = row.layer.smallest_batch(row.input_shape)
        if training and batch < least:
            raise ValueError(
                f"Layer {row.position + 1} ({row.layer.title}) compares the samples of a batch: "
                f"training needs batches of at least {least}."
            )
    lanes, chunks = chunks_of(batch, network.trained)
    build = Builder(lanes, chunks, network.dtype, training=True, places=network.places)
    build.evaluating, build.chain = not training, is_chain(network.layers)
    build.carries = carries
    place = build.counters(np.asarray(order))
    build.op(batches.next_batch, build.clock, place, len(order), whole=True)
    width, steps = target_shape(network.loss, network.plan.output_shape)
    targets = Address(Tensor("y", 0, (1,), 1))
    if steps:  # before any chunk begins: what follows an operation of all chunks is a new segment
        build.op(batches.count_asked, targets, build.clock, place, steps * width, width, whole=True)
    x, clean = bring_in(build, network.plan.input_shape, data, place, scale, augmentation)
    x.wanted = wants_x
    if network.loss.reconstructs:
        y = Tensor(clean.buffer, clean.offset, (width,), clean.lanes)
    else:
        y = build.tensor((max(steps, 1) * width,))
        build.op(batches.gather, y, targets, build.clock, place, CHUNK)
    out = x
    for position, layer in enumerate(network.layers):
        out = emit_layer(build, layer, position, out)
    out.gradient = build.tensor(out.shape)
    network.loss.emit(build, out, y)
    build.run_backward()
    if wants_x:
        build.op(batches.deliver, x.gradient, Address(Tensor("gx", 0, (1,), 1)), build.clock, CHUNK)
    if chunks > 1:
        losses = Tensor(LOSSES, 0, (chunks,), 1)
        build.op(batches.total, losses, Tensor(LOSSES, chunks, (1,), 1), whole=True)
        gradients = Tensor("gradients", 0, (chunks,), -(-network.trained // 16) * 16)
        build.op(batches.sum_chunks, gradients, whole=True)
    return build, place


def target_shape(loss: Loss, shape: Shape) -> tuple[int, int]:
    """How many numbers a target has, and at how many steps there is one; 0: one a sample."""
    steps = 0 if loss.reconstructs else steps_of(shape)
    return 1 if loss.class_targets else math.prod(shape) // max(steps, 1), steps


def bring_in(
    build: Builder,
    shape: Shape,
    data: Tensor,
    order: TablePlace,
    scale: float | None,
    augmentation: Augmentation | None,
) -> tuple[Tensor, Tensor]:
    """The next samples: from bytes where there is a scale, and changed by an augmentation.

    Bytes come in as rows, which dense layers also read, and augmentations work on rows. Besides:
    what a reconstruction should give, the samples themselves unless noise covers them.
    """
    x, rows = build.tensor(shape), None
    clean = x
    if scale is None:
        build.op(batches.gather, x, Address(data), build.clock, order, CHUNK)
    else:
        rows = build.tensor(shape)
        build.op(
            batches.gather_bytes,
            rows,
            Address(data),
            build.clock,
            order,
            CHUNK,
            Address(build.constant(scale)),
        )
    if augmentation is not None and augmentation.active:
        if rows is None:
            rows = build.tensor(shape)
            build.op(products.transpose, Address(x), Address(rows), x.size, x.lanes)
        if augmentation.corrupts:
            clean = build.tensor(shape)
            build.op(products.transpose, Address(rows), Address(clean), x.lanes, x.size)
        changed = build.tensor(shape)
        augmentation.emit(build, rows, changed, order)
        rows = changed
    if rows is not None:
        build.op(products.transpose, Address(rows), Address(x), x.lanes, x.size)
    x.turned = rows
    return x, clean


def begin(program: Program, samples: int, batch: int, seed: int = 0, shuffle: bool = False) -> None:
    """Set a program's clock to the first batch of the first epoch."""
    clock = program.clock
    clock[:] = 0
    clock[batches.SAMPLES], clock[batches.BATCH] = samples, batch
    clock[batches.SEED], clock[batches.SHUFFLE] = seed, shuffle
