"""Memory: what a network takes, what it says it takes, and that nothing of a step stays behind."""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
import pytest

from playground.engine import Training, network, registry
from playground.engine.network import LANES, MOST_GRADIENTS, chunks_of
from tests.engine.case import Case, dense, layer
from tests.engine.cases import CASES
from tests.engine.compare import close

FLATTEN = layer("flatten")


def training(case: Case, optimizer: str = "adam", **options) -> Training:
    x, y = case.batch()
    made = registry.make("optimizer", {"type": optimizer, "learning_rate": 0.01})
    return Training(case.network(), x, y, made, **{"batch_size": case.samples, **options})


# ---- what it says it takes ----
CONV = layer("conv2d", filters=16, kernel_size=3, padding=1, activation="relu")
LARGE = [
    Case("images", (CONV, CONV, layer("max_pool2d"), FLATTEN, dense(10)), (3, 28, 28), "mse", 100),
    Case("coupled", (CONV, layer("batch_norm"), FLATTEN, dense(4)), (1, 28, 28), "mse", 64),
    Case("wide", (dense(700, "tanh"), dense(500), dense(10)), (500,), "mse", 70),
    Case("many lanes", (dense(1500), dense(10)), (1500,), "mse", 200),
]


@pytest.mark.parametrize("parallel", [False, True])
@pytest.mark.parametrize("case", LARGE, ids=lambda case: case.name)
def test_memory_is_as_told(case, parallel):
    def build() -> Training:
        x, y = case.batch()
        made = registry.make("optimizer", {"type": "adam"})
        run = Training(case.network(), x, y, made, batch_size=case.samples)
        run.parallel = parallel
        return run

    build().train(1)  # compiles
    data = sum(array.nbytes for array in case.batch())
    gc.collect()
    tracemalloc.start()
    run = build()
    told_before = run.memory_bytes()
    run.train(2)
    run.network.predict(case.batch()[0])
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0] - data
    tracemalloc.stop()
    assert run.memory_bytes() == pytest.approx(taken, rel=0.1)
    assert taken > 1e6
    if not parallel:
        predictions = run.network.memory_bytes() - 2 * run.network.flat.nbytes
        assert told_before + predictions == run.memory_bytes(), "it is told before it is taken"


# ---- batches of any size ----
@pytest.mark.parametrize("trained", [1, 50_000, 1_500_000, 20_000_000])
@pytest.mark.parametrize("batch", [1, 16, 17, 32, 33, 64, 65, 100, 1000, 4096])
def test_chunks_hold_the_batch_and_their_gradients_fit(batch, trained):
    lanes, chunks = chunks_of(batch, trained)
    assert lanes * chunks >= batch > lanes * (chunks - 1)
    assert lanes % 16 == 0 and (lanes % LANES == 0 or batch <= 16)
    assert chunks <= 2 or chunks * trained <= MOST_GRADIENTS
    assert lanes <= LANES or chunks_of(lanes, trained)[1] <= 2, "no wider than need be"


def test_wide_chunks_compute_the_same(monkeypatch):
    monkeypatch.setattr(network, "MOST_GRADIENTS", 0)  # two chunks, however large
    for samples in (70, 200, 321):
        case = Case(
            "any",
            (CONV, layer("max_pool2d"), FLATTEN, dense(33, "tanh"), dense(5)),
            (2, 6, 7),
            "mse",
            samples,
        )
        wide = case.network().backward(*case.batch())
        monkeypatch.undo()
        narrow = case.network().backward(*case.batch())
        monkeypatch.setattr(network, "MOST_GRADIENTS", 0)
        assert chunks_of(samples, 10**6)[0] > LANES
        for name, truth in narrow[1].items():
            close(wide[1][name], truth, 2e-6, name)
        close(wide[2], narrow[2], 2e-6, "x")


# ---- nothing stays behind ----
# The gradient of layer 1 comes from two sides, the pooling first, whose squares miss some pixels.
SMALL = layer("conv2d", filters=3, kernel_size=3, stride=2)
UNCOVERED = [
    Case(
        "pixels in no square",
        (
            layer("conv2d", filters=3, kernel_size=2),
            SMALL,
            layer("branch", from_layer=1),
            layer("max_pool2d"),
            layer("add", from_layer=2),
            FLATTEN,
            dense(2),
        ),
        (1, 6, 8),
    ),
]


@pytest.mark.parametrize("case", [*CASES, *UNCOVERED], ids=lambda case: case.name)
def test_a_step_finds_no_leftovers_of_the_one_before(case):
    whole, before = training(case, "sgd"), training(case, "sgd")
    for loss in whole.train(4).losses:
        fresh = training(case, "sgd")
        fresh.restore(before.state())
        assert fresh.train(1).losses[0] == loss
        before = fresh
    assert (whole.network.flat == before.network.flat).all()


def test_arrays_asked_about_are_let_go():
    asked = Case("asked", (dense(2),), (3,)).network()
    x = np.zeros((50_000, 3), np.float32)
    asked.predict(x[:20])
    gc.collect()
    tracemalloc.start()
    asked.predict(x)
    gc.collect()
    left = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert left < 50_000
