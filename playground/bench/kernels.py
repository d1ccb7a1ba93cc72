"""Single products of the engine against NumPy's sgemm doing as many operations."""

from __future__ import annotations

import numpy as np

from playground.bench.workloads import Side, Workload
from playground.engine.builder import Address, Builder, Tensor
from playground.engine.layers.convolution import correlate, correlate_gradients, spread
from playground.engine.network import LANES
from playground.engine.program import Program, aligned

MATMULS = (  # units, features, batch, target
    (120, 400, 64, 0.9), (128, 784, 64, 0.9), (512, 512, 512, 0.7), (1024, 1024, 1024, 0.7),
)  # fmt: skip
CONVOLUTIONS = (  # channels, size, filters, kernel
    (1, 32, 6, 5), (6, 14, 16, 5), (32, 16, 64, 3),
)  # fmt: skip


def _program(emit, parameters: np.ndarray, chunks: int) -> Program:
    build = Builder(LANES, chunks, np.dtype("f4"), training=False, places={})
    build.coupled = True  # each chunk in its own memory, as sgemm's columns are
    emit(build)
    program = Program(build, {"parameters": parameters})
    program.gradients = aligned(chunks * (parameters.size + 16), np.float32).reshape(chunks, -1)
    program.bind("gradients", program.gradients)
    memory = program._link(False)[2]
    memory[:] = np.random.default_rng(0).standard_normal(memory.size, dtype=np.float32)
    return program


def _sgemm(rows: int, inner: int, columns: int) -> Side:
    random = np.random.default_rng(0)
    a = random.standard_normal((rows, inner), dtype=np.float32)
    b = random.standard_normal((inner, columns), dtype=np.float32)
    out = np.empty((rows, columns), np.float32)

    def run(count: int) -> None:
        for _ in range(count):
            np.matmul(a, b, out=out)

    return Side(run)


def _matmul(units: int, features: int, batch: int) -> Side:
    weight = aligned(units * features, np.float32)
    weight[:] = np.random.default_rng(1).standard_normal(weight.size, dtype=np.float32)
    place = Tensor("parameters", 0, (units, features), 1)

    def emit(build: Builder) -> None:
        x, y = build.tensor((features,)), build.tensor((units,))
        build.multiply(
            Address(place), features, Address(x), Address(y), LANES, None, units, LANES,
            [(range(features), range(0, features * LANES, LANES), [0], [0])],
        )  # fmt: skip

    program = _program(emit, weight, batch // LANES)
    return Side(program.run)


def _convolution(which: str, channels: int, size: int, filters: int, kernel: int) -> Side:
    weight = aligned(filters * channels * kernel**2, np.float32)
    weight[:] = np.random.default_rng(1).standard_normal(weight.size, dtype=np.float32)
    shape = (filters, channels, kernel, kernel)
    place, out = Tensor("parameters", 0, shape, 1), size - kernel + 1

    def emit(build: Builder) -> None:
        x, y = build.tensor((channels, size, size)), build.tensor((filters, out, out))
        if which == "forward":
            correlate(build, x, place, y, 1, 1, 1, None)
        elif which == "input gradient":
            spread(build, y, place, x, 1, 0, 1, 1)
        else:
            correlate_gradients(build, y, x, Tensor("gradients", 0, shape, 1), 1, 1, 1)

    return Side(_program(emit, weight, 2).run)


def workloads() -> list[Workload]:
    """Matrix products at network shapes and beyond, convolutions with both gradients."""
    found = []
    for units, features, batch, target in MATMULS:
        found.append(
            Workload(
                f"matmul {units}×{features}×{batch}",
                lambda s=(units, features, batch): _matmul(*s),
                {"sgemm": lambda s=(units, features, batch): _sgemm(*s)},
                2.0 * units * features * batch, targets={"sgemm": target},
            )  # fmt: skip
        )
    for channels, size, filters, kernel in CONVOLUTIONS:
        inner, pixels = channels * kernel**2, (size - kernel + 1) ** 2
        for which in ("forward", "input gradient", "weight gradient"):
            if which == "input gradient" and channels == 1:
                continue  # nobody asks for the gradient of the pixels
            found.append(
                Workload(
                    f"conv {channels}→{filters} {kernel}×{kernel} on {size}×{size}, {which}",
                    lambda s=(which, channels, size, filters, kernel): _convolution(*s),
                    {"sgemm": lambda s=(filters, inner, pixels * 64): _sgemm(*s)},
                    2.0 * filters * inner * pixels * 64, targets={"sgemm": 0.8},
                )  # fmt: skip
            )
    return found
