"""Networks: shapes, refusals that help, names and layouts, pictures that do not move."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from playground.engine import Network, ShapeError, plan, registry
from tests.engine.cases import CASES, FLATTEN, LENET, dense, layer

LENET_5 = [
    layer("conv2d", filters=6, kernel_size=5, padding=2, activation="relu"),
    layer("max_pool2d", pool_size=2, stride=2),
    layer("conv2d", filters=16, kernel_size=5, activation="relu"),
    layer("max_pool2d", pool_size=2),
    FLATTEN,
    dense(120, "relu"),
    dense(84, "relu"),
    dense(10),
]


def stack(*layers: dict) -> list:
    return [registry.make("layer", one) for one in layers]


# ---- plans ----
def test_lenet_5_by_the_book():
    lenet = plan(stack(*LENET_5), (1, 28, 28))
    assert [row.output_shape for row in lenet.rows] == [
        (6, 28, 28),
        (6, 14, 14),
        (16, 10, 10),
        (16, 5, 5),
        (400,),
        (120,),
        (84,),
        (10,),
    ]
    assert [row.parameters for row in lenet.rows] == [156, 0, 2416, 0, 0, 48120, 10164, 850]
    assert lenet.parameters == 61706
    assert lenet.rows[0].multiply_adds == 28 * 28 * 6 * 25
    assert lenet.rows[5].multiply_adds == 400 * 120


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_plan_tells_what_comes_out(case):
    network, (x, _) = case.network(), case.batch()
    outputs = network.activations(x)
    assert len(outputs) == len(network.plan.rows)
    for row, output in zip(network.plan.rows, outputs, strict=True):
        assert output.shape == (len(x), *row.output_shape)
        assert output.dtype == np.float32
    assert (outputs[-1] == network.predict(x)).all()
    sizes = sum(p.size for p, *_ in network.declared.values() if p.trained)
    assert sizes == network.plan.parameters
    shapes = {name: array.shape for name, array in network.state_dict().items()}
    assert shapes == {name: p.shape for name, (p, *_) in network.declared.items()}


# The stack, its input, the place of the fault, and what the sentence must name.
MISFITS = [
    ([dense(3)], (1, 28, 28), 0, ["Layer 1 (Dense)", "1×28×28", "Flatten"]),
    ([layer("conv2d")], (5,), 0, ["Layer 1 (Convolution)", "image", "5"]),
    ([FLATTEN, layer("max_pool2d")], (1, 4, 4), 1, ["Layer 2 (Max pool)", "16"]),
    ([layer("conv2d", kernel_size=5)], (1, 4, 9), 0, ["5×5", "4×9"]),
    ([layer("conv2d", kernel_size=3, dilation=4)], (1, 8, 8), 0, ["9×9", "8×8"]),
    ([layer("conv2d", kernel_size=9, padding=1)], (1, 5, 5), 0, ["9×9", "5×5", "padded by 1"]),
    ([layer("max_pool2d", pool_size=2)] * 3, (1, 7, 7), 2, ["Layer 3", "2×2", "1×1"]),
    ([layer("avg_pool2d", pool_size=3)], (1, 2, 5), 0, ["Layer 1 (Average pool)", "3×3", "2×5"]),
    ([layer("max_pool2d", pool_size=3, padding=2)], (1, 9, 9), 0, ["padding of 2", "size 3"]),
    ([layer("conv2d", filters=4, groups=2)], (3, 9, 9), 0, ["3 channels", "2 equal groups"]),
    ([layer("conv2d", filters=3, groups=2)], (2, 9, 9), 0, ["3 filters", "2 equal groups"]),
    ([layer("conv2d", filters=1024, padding=30)] * 2, (1, 500, 500), 0, ["134 million"]),
]


@pytest.mark.parametrize(("layers", "shape", "place", "words"), MISFITS)
def test_a_stack_that_cannot_work_is_refused(layers, shape, place, words):
    with pytest.raises(ShapeError) as refused:
        plan(stack(*layers), shape)
    error = refused.value
    assert error.position == place and str(error) == error.message
    assert error.message.startswith(f"Layer {place + 1} (") and error.message.endswith(".")
    for word in words:
        assert word in error.message


@pytest.mark.parametrize(("layers", "shape", "place", "words"), MISFITS)
def test_what_is_offered_helps(layers, shape, place, words):
    with pytest.raises(ShapeError) as refused:
        plan(stack(*layers), shape)
    assert refused.value.fixes, "nothing is offered"
    for fix in refused.value.fixes:
        mended = [dict(one) for one in layers]
        if fix.changes is None:
            del mended[fix.position]
            assert fix.label == f"Remove layer {fix.position + 1}"
        else:
            mended[fix.position].update(fix.changes)
        if mended:
            try:
                plan(stack(*mended), shape)
            except ShapeError as error:
                removed = fix.changes is None
                assert removed and error.position >= place, f"{fix.label}: {error.message}"


# ---- parameters ----
def test_names_and_layouts_are_pytorchs():
    shapes = {name: array.shape for name, array in LENET.network().state_dict().items()}
    assert shapes == {
        "0.weight": (3, 1, 5, 5),
        "0.bias": (3,),
        "2.weight": (5, 3, 3, 3),
        "2.bias": (5,),
        "5.weight": (12, 20),
        "5.bias": (12,),
        "6.weight": (10, 12),
        "6.bias": (10,),
    }


def test_state_goes_out_and_in():
    network = LENET.network()
    state = network.state_dict()
    other = Network(network.layers, LENET.shape, network.loss, seed=99)
    assert not (other.predict(LENET.batch()[0]) == network.predict(LENET.batch()[0])).all()
    other.load_state_dict(state)
    assert (other.predict(LENET.batch()[0]) == network.predict(LENET.batch()[0])).all()
    state["0.weight"][:] = 0
    assert other.parameter("0.weight").any(), "a state_dict must be a copy"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"0.weight": None}, "missing parameters: 0.weight"),
        ({"9.weight": np.zeros(3)}, "unknown parameters: 9.weight"),
        ({"0.bias": np.zeros(4)}, "0.bias has shape"),
        ({"0.bias": np.array([1, np.nan, 2])}, "0.bias holds"),
        ({"0.bias": np.array(["a", "b", "c"])}, "0.bias holds"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change, words):
    network = LENET.network()
    before = network.parameters()
    state = {**network.state_dict(), "2.bias": np.full(5, 7.0), **change}
    with pytest.raises(ValueError, match=words):
        network.load_state_dict({k: v for k, v in state.items() if v is not None})
    assert (network.parameters() == before).all()


# ---- questions ----
@pytest.mark.parametrize("samples", [0, 1, 15, 16, 17, 31, 32, 33, 100])
def test_a_sample_does_not_see_its_neighbours(samples):
    network = LENET.network()
    x = np.random.default_rng(1).normal(size=(samples, 1, 12, 12)).astype(np.float32)
    together = network.predict(x)
    assert together.shape == (samples, 10)
    alone = [network.predict(x[i : i + 1])[0] for i in range(samples)]
    assert np.allclose(together, np.array(alone).reshape(-1, 10), rtol=0, atol=1e-5)


@pytest.mark.parametrize("shape", [(12, 12), (1, 1, 12, 13), (2, 144), (3, 2, 12, 12)])
def test_wrong_input_is_refused_with_both_shapes(shape):
    network = LENET.network()
    for ask in (network.predict, network.activations, network.snapshot().predict):
        with pytest.raises(ValueError, match=r"\[N, 1, 12, 12\].*" + str(shape[-1])):
            ask(np.zeros(shape, np.float32))


def test_other_kinds_of_numbers_and_layouts_are_read():
    network, (x, _) = LENET.network(), LENET.batch()
    x = np.round(x * 3)
    truth = network.predict(x)
    for same in (x.astype(np.int64), x.astype(np.float64), np.asfortranarray(x), x.tolist()):
        assert (network.predict(same) == truth).all()


@pytest.mark.parametrize("y", [[10], [-1]])
def test_class_numbers_out_of_range_are_refused(y):
    network = LENET.network()
    with pytest.raises(ValueError, match="from 0 to 9"):
        network.gradients(np.zeros((1, 1, 12, 12), np.float32), np.array(y))


def test_gradients_want_a_sample():
    with pytest.raises(ValueError, match="at least one"):
        LENET.network().gradients(np.zeros((0, 1, 12, 12), np.float32), np.zeros(0, int))


def test_asking_changes_nothing():
    network, (x, y) = LENET.network(), LENET.batch()
    before, copy = network.parameters(), x.copy()
    first = network.gradients(x, y)
    network.predict(x)
    again = network.gradients(x, y)
    assert first[0] == again[0]
    assert all((first[1][name] == again[1][name]).all() for name in first[1])
    assert (network.parameters() == before).all() and (x == copy).all()


# ---- pictures ----
def test_a_snapshot_does_not_move():
    network, (x, _) = LENET.network(), LENET.batch()
    picture, before = network.snapshot(), network.predict(x)
    network.load_parameters(network.parameters() * 2)
    assert not (network.predict(x) == before).all()
    assert (picture.predict(x) == before).all()
    assert (picture.activations(x)[-1] == before).all()
    with pytest.raises(ValueError, match="read-only"):
        picture.state_dict()["0.weight"][:] = 0


def test_many_threads_may_ask_at_once():
    networks, (x, _) = [LENET.network() for _ in range(3)], LENET.batch()
    for number, network in enumerate(networks):
        network.load_parameters(network.parameters() * (1 + number))
    pictures = [network.snapshot() for network in networks] + [networks[0].snapshot()]
    networks[0].load_parameters(networks[0].parameters() * 5)
    truths = [picture.predict(x) for picture in pictures]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda i: pictures[i % 4].predict(x), range(400)))
    assert all((answer == truths[i % 4]).all() for i, answer in enumerate(answers))
