"""The arithmetic of layers against einsum and loops that can be read off the formula.

Sizes run over every tile of the register tiles and every remainder: units, features, channels, and
samples below, at and above a chunk's 16 or 32 lanes.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from playground.engine import Network, registry
from tests.engine.compare import close

TOLERANCES = {"float32": 2e-6, "float64": 1e-13}
BATCHES = (1, 5, 16, 17, 32, 33, 64, 70)
both = pytest.mark.parametrize("dtype", TOLERANCES)


def network(layer: dict, shape: tuple[int, ...], dtype: str) -> Network:
    """One layer with weights between −1 and 1, and squared error behind it."""
    random = np.random.default_rng(5)
    built = Network(
        [registry.make("layer", layer), registry.make("layer", {"type": "flatten"})],
        shape,
        registry.make("loss", {"type": "mse"}),
        dtype=dtype,
    )
    state = built.state_dict()
    numbers = {name: random.uniform(-1, 1, start.shape) for name, start in state.items()}
    built.load_state_dict({name: array.astype(np.float32) for name, array in numbers.items()})
    return built


def run(built: Network, samples: int) -> dict[str, np.ndarray]:
    """A batch through the layer and back: x, y, the gradient of y that squared error gives."""
    random = np.random.default_rng(6)
    shape = (samples, *built.plan.input_shape)
    x = random.uniform(-1, 1, shape).astype(np.float32).astype(built.dtype)
    y = built.activations(x)[0]
    target = random.uniform(-1, 1, (samples, y[0].size))
    _, gradients, gx = built.backward(x, target)
    gy = 2 * (y - target.reshape(y.shape)) / y.size
    return {"x": x, "y": y, "gy": gy, "gx": gx, **gradients}


def fits(found: np.ndarray, truth: np.ndarray, dtype: str, what: str) -> None:
    close(found, truth, TOLERANCES[dtype], what)


def wide(built: Network, name: str) -> np.ndarray:
    return built.parameter(name).astype(np.float64)


@both
@pytest.mark.parametrize("features", [1, 2, 3, 16, 31, 32, 33, 70])
def test_dense_is_einsum(features, dtype):
    batches = itertools.cycle(BATCHES)
    for units in (*range(1, 28), 48, 65):
        built = network({"type": "dense", "units": units}, (features,), dtype)
        got, w, b = run(built, next(batches)), wide(built, "0.weight"), wide(built, "0.bias")
        fits(got["y"], np.einsum("uf,nf->nu", w, got["x"]) + b, dtype, "y")
        fits(got["gx"], np.einsum("uf,nu->nf", w, got["gy"]), dtype, "gx")
        fits(got["0.weight"], np.einsum("nu,nf->uf", got["gy"], got["x"]), dtype, "gw")
        scale = np.abs(got["gy"]).sum()
        close(got["0.bias"], got["gy"].sum(axis=0), TOLERANCES[dtype], "gb", scale)


def windows(shape, options):
    """Every output pixel with the kernel pixels and image pixels that meet there."""
    size, stride = options["kernel_size"], options.get("stride", 1)
    padding, dilation = options.get("padding", 0), options.get("dilation", 1)
    reach = dilation * (size - 1) + 1
    for r in range((shape[1] + 2 * padding - reach) // stride + 1):
        for s in range((shape[2] + 2 * padding - reach) // stride + 1):
            for i, j in itertools.product(range(size), repeat=2):
                row = r * stride + i * dilation - padding
                column = s * stride + j * dilation - padding
                if 0 <= row < shape[1] and 0 <= column < shape[2]:
                    yield r, s, i, j, row, column


CONVOLUTIONS = [
    ((1, 5, 5), {"filters": 1, "kernel_size": 3}, 1),
    ((1, 28, 28), {"filters": 6, "kernel_size": 5, "padding": 2}, 2),
    ((6, 9, 9), {"filters": 16, "kernel_size": 5}, 33),
    ((3, 4, 6), {"filters": 13, "kernel_size": 1}, 16),
    ((2, 5, 4), {"filters": 7, "kernel_size": 3, "padding": 1, "stride": 2}, 17),
    ((2, 7, 7), {"filters": 5, "kernel_size": 2, "stride": 4}, 3),
    ((1, 3, 3), {"filters": 25, "kernel_size": 3, "padding": 4}, 2),
    ((5, 2, 9), {"filters": 3, "kernel_size": 2, "padding": 1, "stride": 3}, 40),
    ((2, 8, 7), {"filters": 4, "kernel_size": 3, "dilation": 2, "padding": 3, "stride": 2}, 5),
    ((4, 6, 5), {"filters": 8, "kernel_size": 3, "groups": 4, "padding": 1}, 7),
    ((6, 5, 5), {"filters": 3, "kernel_size": 2, "groups": 3, "stride": 2}, 18),
]


@both
@pytest.mark.parametrize(("shape", "options", "samples"), CONVOLUTIONS)
def test_convolution_is_a_sum_over_windows(shape, options, samples, dtype):
    built = network({"type": "conv2d", **options}, shape, dtype)
    got, w, b = run(built, samples), wide(built, "0.weight"), wide(built, "0.bias")
    y = np.zeros(got["y"].shape) + b[:, None, None]
    gx, gw = np.zeros(got["x"].shape), np.zeros(w.shape)
    groups = options.get("groups", 1)
    filters, channels = options["filters"] // groups, shape[0] // groups
    for r, s, i, j, row, column in windows(shape, options):
        for group in range(groups):
            o, c = (slice(group * n, (group + 1) * n) for n in (filters, channels))
            pixel, error = got["x"][:, c, row, column], got["gy"][:, o, r, s]
            y[:, o, r, s] += pixel @ w[o, :, i, j].T
            gx[:, c, row, column] += error @ w[o, :, i, j]
            gw[o, :, i, j] += error.T @ pixel
    fits(got["y"], y, dtype, "y")
    fits(got["gx"], gx, dtype, "gx")
    fits(got["0.weight"], gw, dtype, "gw")
    scale = np.abs(got["gy"]).sum() / options["filters"]
    close(got["0.bias"], got["gy"].sum(axis=(0, 2, 3)), TOLERANCES[dtype], "gb", scale)


POOLS = [
    ((1, 4, 4), {"pool_size": 2}, 1),
    ((3, 7, 5), {"pool_size": 3, "stride": 1, "padding": 1}, 17),
    ((2, 5, 9), {"pool_size": 2, "stride": 3}, 33),
    ((2, 6, 6), {"pool_size": 5, "stride": 2, "padding": 2}, 16),
    ((1, 3, 8), {"pool_size": 1, "stride": 2}, 5),
]


def pooled(x, gy, options, kind):
    """Pooling and its gradient by loops over pixels."""
    size, padding = options["pool_size"], options.get("padding", 0)
    stride = options.get("stride", size)
    y, gx = np.zeros(gy.shape), np.zeros(x.shape)
    for n, c, r, s in np.ndindex(gy.shape):
        top, left = r * stride - padding, s * stride - padding
        rows = slice(max(top, 0), top + size)
        square = x[n, c, rows, max(left, 0) : left + size]
        if kind == "max_pool2d":
            y[n, c, r, s] = square.max()
            i, j = np.unravel_index(square.argmax(), square.shape)
            gx[n, c, rows.start + i, max(left, 0) + j] += gy[n, c, r, s]
        else:
            y[n, c, r, s] = square.sum() / size**2
            gx[n, c, rows, max(left, 0) : left + size] += gy[n, c, r, s] / size**2
    return y, gx


@both
@pytest.mark.parametrize("kind", ["max_pool2d", "avg_pool2d"])
@pytest.mark.parametrize(("shape", "options", "samples"), POOLS)
def test_pooling_reads_squares(shape, options, samples, kind, dtype):
    got = run(network({"type": kind, **options}, shape, dtype), samples)
    y, gx = pooled(got["x"], got["gy"], options, kind)
    fits(got["y"], y, dtype, "y")
    fits(got["gx"], gx, dtype, "gx")


@both
def test_the_first_of_equal_maxima_receives_the_gradient(dtype):
    built = network({"type": "max_pool2d", "pool_size": 2}, (1, 2, 2), dtype)
    _, _, gx = built.backward(np.full((1, 1, 2, 2), 3.0), np.array([[1.0]]))
    assert gx.ravel().tolist() == [4, 0, 0, 0]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("kind", ["max_pool2d", "avg_pool2d", "conv2d"])
def test_what_is_not_a_number_shows(kind, bad):
    size = {"kernel_size": 2, "filters": 2} if kind == "conv2d" else {"pool_size": 2}
    built = network({"type": kind, **size}, (1, 4, 4), "float32")
    x = np.ones((3, 1, 4, 4), np.float32)
    x[1, 0, 1, 1] = bad
    y = built.activations(x)[0]
    assert not np.isfinite(y[1]).all()
    assert np.isfinite(y[[0, 2]]).all(), "samples beside it are not touched"
