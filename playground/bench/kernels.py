"""Single products of the engine against NumPy's sgemm doing as many operations."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from playground.bench.contest import Side, Workload
from playground.engine.builder import Builder
from playground.engine.layers.convolution import correlate, correlate_gradients, spread
from playground.engine.network import LANES
from playground.engine.operands import Address, Tensor
from playground.engine.program import Program, aligned

MATMULS = (  # units, features, batch, target
    (120, 400, 64, 0.9),
    (128, 784, 64, 0.9),
    (512, 512, 512, 0.7),
    (1024, 1024, 1024, 0.7),
)
CONVOLUTIONS = (  # channels, size, filters, kernel
    (1, 32, 6, 5),
    (6, 14, 16, 5),
    (32, 16, 64, 3),
)


class Chunks:
    """A program of one operation over `chunks` chunks, each in its own memory."""

    def __init__(
        self, emit: Callable[[Builder], None], parameters: np.ndarray, chunks: int
    ) -> None:
        build = Builder(LANES, chunks, np.dtype("f4"), training=False, places={})
        build.coupled = True
        emit(build)
        self.program = Program(build, {"parameters": parameters}, trained=parameters.size)
        memory = self.program._link(False)[2]
        self.stride = (memory.size - build.local_size) // max(chunks - 1, 1)
        self.memory, self.chunks, self.run = memory, chunks, self.program.run

    def part(self, tensor: Tensor, chunk: int) -> np.ndarray:
        """A chunk's numbers of a tensor, [rows, lanes]."""
        start = tensor.offset + chunk * self.stride
        return self.memory[start : start + tensor.size * LANES].reshape(-1, LANES)


def _numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(shape, dtype=np.float32)


def _flat(array: np.ndarray) -> np.ndarray:
    """A copy as the engine keeps parameters: in one row, aligned."""
    row = aligned(array.size, np.dtype("f4"))
    row[:] = array.ravel()
    return row


def _sgemm(rows: int, inner: int, columns: int) -> Side:
    a, b, out = _numbers(rows, inner), _numbers(inner, columns), np.empty((rows, columns), "f4")

    def run(count: int) -> None:
        for _ in range(count):
            np.matmul(a, b, out=out)

    return Side(run, lambda: np.matmul(a, b))


def _matmul(units: int, features: int, batch: int) -> Side:
    """The same product as `_sgemm` has, the batch in chunks of lanes."""
    weight, x = Tensor("parameters", 0, (units, features), 1), _numbers(features, batch)
    places: list[Tensor] = []

    def emit(build: Builder) -> None:
        places.extend((build.tensor((features,)), build.tensor((units,))))
        build.multiply(
            Address(weight),
            features,
            Address(places[0]),
            Address(places[1]),
            LANES,
            None,
            units,
            LANES,
            [(range(features), range(0, features * LANES, LANES), [0], [0])],
        )

    chunks = Chunks(emit, _flat(_numbers(units, features)), batch // LANES)
    for chunk in range(chunks.chunks):
        chunks.part(places[0], chunk)[:] = x[:, chunk * LANES :][:, :LANES]

    def check() -> np.ndarray:
        chunks.run(1)
        return np.concatenate([chunks.part(places[1], c) for c in range(chunks.chunks)], axis=1)

    return Side(chunks.run, check)


def _convolution(which: str, channels: int, size: int, filters: int, kernel: int) -> Side:
    """A batch of 64 images; the sgemm beside it multiplies as often, on numbers of its own."""
    shape, out = (filters, channels, kernel, kernel), size - kernel + 1
    weight = Tensor("parameters", 0, shape, 1)

    def emit(build: Builder) -> None:
        x, y = build.tensor((channels, size, size)), build.tensor((filters, out, out))
        if which == "forward":
            correlate(build, x, weight, y, 1, 1, 1, None)
        elif which == "input gradient":
            spread(build, y, weight, x, 1, 0, 1, 1)
        else:
            correlate_gradients(build, y, x, Tensor("gradients", 0, shape, 1), 1, 1, 1)

    chunks = Chunks(emit, _flat(_numbers(*shape)), 64 // LANES)
    chunks.memory[:] = _numbers(chunks.memory.size)
    return Side(chunks.run)


def _against_sgemm(
    name: str, ours: Callable[[], Side], rows: int, inner: int, columns: int, goal: float
) -> Workload:
    rival = {"sgemm": partial(_sgemm, rows, inner, columns)}
    return Workload(name, ours, rival, 2.0 * rows * inner * columns, targets={"sgemm": goal})


def workloads() -> list[Workload]:
    """Matrix products at network shapes and beyond, convolutions with both gradients."""
    entries = []
    for rows, inner, columns, goal in MATMULS:
        ours = partial(_matmul, rows, inner, columns)
        entries.append(
            _against_sgemm(f"matmul {rows}×{inner}×{columns}", ours, rows, inner, columns, goal)
        )
    for channels, size, filters, kernel in CONVOLUTIONS:
        work = filters, channels * kernel**2, (size - kernel + 1) ** 2 * 64
        title = f"conv {channels}→{filters} {kernel}×{kernel} on {size}×{size}"
        for which in ("forward", "input gradient", "weight gradient"):
            if which == "input gradient" and channels == 1:
                continue  # nobody asks for the gradient of the pixels
            ours = partial(_convolution, which, channels, size, filters, kernel)
            entries.append(_against_sgemm(f"{title}, {which}", ours, *work, 0.8))
    return entries
