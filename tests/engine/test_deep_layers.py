"""What the layers of deep networks promise besides the numbers that cases.py compares."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import Network, ShapeError, Training, plan, registry
from tests.engine.case import FLATTEN, dense, layer
from tests.engine.deep_cases import RESIDUAL_NET


def network(*layers: dict, shape: tuple[int, ...], loss: str = "mse") -> Network:
    stack = [registry.make("layer", one) for one in layers]
    return Network(stack, shape, registry.make("loss", {"type": loss}))


def training(net: Network, x, y, **options) -> Training:
    return Training(net, x, y, registry.make("optimizer", {"type": "sgd"}), **options)


def masks(one: dict, samples: int = 70, shape: tuple[int, ...] = (6, 10, 10)) -> np.ndarray:
    """The gradient by the input [samples, *shape], of one size where `one` lets it pass."""
    net = network(one, FLATTEN, dense(1), shape=shape)
    net.load_state_dict({"2.weight": np.ones((1, np.prod(shape))), "2.bias": [-1e6]})
    return net.backward(np.ones((samples, *shape)), np.zeros((samples, 1)))[2]


# ---- dropout ----
def test_dropout_keeps_its_share_and_the_mean():
    gradient = masks(layer("dropout", rate=0.3))
    kept = gradient != 0
    assert kept.mean() == pytest.approx(0.7, abs=0.01)  # ± 4 deviations of 42,000 draws
    undropped = masks(layer("dropout", rate=0.0))
    np.testing.assert_allclose(gradient[kept] / undropped[kept], 1 / 0.7, rtol=1e-3)


def test_dropout_draws_every_number_by_itself():
    kept = masks(layer("dropout", rate=0.5)) != 0
    flat = kept.reshape(70, -1).astype(float)
    assert flat.mean(axis=0).std() == pytest.approx(0.5 / 70**0.5, rel=0.15)
    assert flat.mean(axis=1).std() == pytest.approx(0.5 / 600**0.5, rel=0.35)
    neighbours = flat[:, 1:], flat[:, :-1], flat[1:], flat[:-1], flat[:32], flat[32:64]
    for a, b in zip(neighbours[::2], neighbours[1::2], strict=True):
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.03


def test_dropout_of_maps_keeps_or_drops_them_whole():
    kept = masks(layer("spatial_dropout2d", rate=0.4), samples=200) != 0
    whole = kept.reshape(200, 6, -1)
    assert (whole.all(axis=2) == whole.any(axis=2)).all()
    assert whole.all(axis=2).mean() == pytest.approx(0.6, abs=0.06)


def test_dropout_draws_anew_at_every_step_and_the_same_again():
    def losses(seed: int, parallel: bool = False) -> np.ndarray:
        net = network(dense(30), layer("dropout", rate=0.5), dense(1), shape=(5,))
        x, y = np.ones((70, 5), np.float32), np.zeros((70, 1), np.float32)
        run = training(net, x, y, seed=seed, batch_size=70)
        run.set("optimizer", "learning_rate", 0)
        run.parallel = parallel
        return run.train(6).losses

    first = losses(seed=1)
    assert len(set(first.tolist())) == 6
    assert (losses(seed=1) == first).all() and (losses(seed=1, parallel=True) == first).all()
    assert (losses(seed=2) != first).all()


def test_prediction_drops_nothing():
    x = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    assert (network(layer("dropout", rate=0.9), shape=(4,)).predict(x) == x).all()


# ---- batch normalisation ----
def test_asking_for_gradients_moves_no_running_statistics():
    net, (x, y) = RESIDUAL_NET.network(), RESIDUAL_NET.batch()
    before = net.parameters()
    net.gradients(x, y)
    assert (net.parameters() == before).all()
    training(net, x, y).train(1)
    assert (net.parameter("1.bn1.running_mean") != before[: net.places["1.bn1.bias"].size]).any()


@pytest.mark.parametrize("batch_size", [1, 5])
def test_one_sample_has_no_variance(batch_size):
    net = network(dense(3), layer("batch_norm"), dense(1), shape=(2,))
    x, y = np.ones((1, 2)), np.ones((1, 1))
    with pytest.raises(ValueError, match=r"Layer 2 \(Batch normalisation\).*at least 2"):
        net.gradients(x, y)
    with pytest.raises(ValueError, match="at least 2"):
        training(net, x, y, batch_size=batch_size)
    assert np.isfinite(net.gradients(x, y, training=False)[0])
    image = network(layer("residual", filters=2, stride=2), FLATTEN, dense(1), shape=(1, 2, 2))
    with pytest.raises(ValueError, match=r"Layer 1 \(Residual block\)"):
        image.gradients(np.ones((1, 1, 2, 2)), y)


def test_a_last_batch_of_one_sample_teaches_only_the_bias():
    net = network(layer("batch_norm"), dense(1), shape=(2,))
    x = np.random.default_rng(0).normal(3, 2, (5, 2)).astype(np.float32)
    run = training(net, x, np.ones((5, 1), np.float32), batch_size=4, shuffle=False)
    run.train(1)
    before = net.state_dict()
    assert run.train(1).finite
    after = net.state_dict()
    for name in ("0.running_mean", "0.running_var", "0.weight"):
        assert (after[name] == before[name]).all(), name
    assert (after["0.bias"] != before["0.bias"]).all()


def test_prediction_does_not_depend_on_the_other_samples():
    net, (x, _) = RESIDUAL_NET.network("float64"), RESIDUAL_NET.batch()
    alone = np.concatenate([net.predict(sample[None]) for sample in x])
    np.testing.assert_allclose(alone, net.predict(x), rtol=1e-12, atol=1e-12)


def test_threads_do_not_change_a_bit():
    results = []
    for parallel in (False, True):
        net, (x, y) = RESIDUAL_NET.network(), RESIDUAL_NET.batch()
        x, y = np.concatenate([x, x[::-1]])[:70], np.concatenate([y, y[::-1]])[:70]
        run = training(net, x, y, batch_size=70)
        run.parallel = parallel
        results.append((run.train(5).losses, net.parameters()))
    for sequential, parallel in zip(*results, strict=True):
        assert (sequential == parallel).all()


def test_names_are_those_of_pytorch():
    net = network(layer("batch_norm"), layer("residual", filters=2), shape=(1, 4, 4))
    assert list(net.state_dict())[:6] == [
        "0.weight",
        "0.bias",
        "0.running_mean",
        "0.running_var",
        "0.num_batches_tracked",
        "1.conv1.weight",
    ]
    state = {name: a for name, a in net.state_dict().items() if "num_batches" not in name}
    net.load_state_dict(state)
    with pytest.raises(ValueError, match=r"missing parameters: 0.running_mean"):
        net.load_state_dict({n: a for n, a in state.items() if n != "0.running_mean"})


# ---- embedding ----
@pytest.mark.parametrize("symbol", [-1, 5, 1e9, np.nan, np.inf])
def test_an_unknown_symbol_gives_no_number(symbol):
    net = network(layer("embedding", input_dim=5, output_dim=2), FLATTEN, shape=(2,))
    found = net.predict(np.array([[0, symbol], [4, 2]]))
    assert np.isnan(found[0, 2:]).all() and np.isfinite(found[0, :2]).all()
    assert np.isfinite(found[1]).all()


# ---- joints ----
MISFITS = [
    ([dense(4), layer("add", from_layer=0)], (3,), 1, ["3 numbers", "the data", "4"]),
    ([dense(4), layer("add", from_layer=5)], (3,), 1, ["no layer 5 before"]),
    ([dense(4), layer("concatenate", from_layer=2)], (3,), 1, ["no layer 2 before"]),
    (
        [layer("conv2d", filters=2), FLATTEN, layer("concatenate", from_layer=1)],
        (1, 5, 5),
        2,
        ["18", "2×3×3", "layer 1"],
    ),
    ([layer("reshape", shape=[3, 3])], (1, 2, 5), 0, ["3×3 are 9 numbers", "1×2×5 has 10"]),
    ([layer("residual", kernel_size=4)], (1, 8, 8), 0, ["odd", "4"]),
    ([layer("residual", stride=2)], (9,), 0, ["image", "9"]),
    ([layer("inception")], (9,), 0, ["image", "9"]),
    ([layer("batch_norm")], (4, 5), 0, ["row of numbers or an image", "4×5"]),
    ([layer("conv2d_transpose", padding=9)], (1, 3, 3), 0, ["padding of 9", "3×3"]),
    ([layer("conv2d_transpose", output_padding=2)], (1, 3, 3), 0, ["output padding of 2"]),
    ([layer("conv2d_transpose", groups=2)], (1, 3, 3), 0, ["1 channels", "2 equal groups"]),
    ([layer("up_sampling2d")], (9,), 0, ["image"]),
    ([layer("global_avg_pool2d")], (9,), 0, ["image"]),
    ([layer("local_response_norm")], (9,), 0, ["image"]),
    ([layer("spatial_dropout2d")], (9,), 0, ["image"]),
    ([layer("embedding")], (1, 9, 9), 0, ["row of symbols", "1×9×9"]),
]


@pytest.mark.parametrize(("layers", "shape", "place", "words"), MISFITS)
def test_a_stack_that_cannot_work_is_refused_with_help(layers, shape, place, words):
    stack = [registry.make("layer", one) for one in layers]
    with pytest.raises(ShapeError) as refused:
        plan(stack, shape)
    assert refused.value.position == place
    for word in words:
        assert word in refused.value.message
    for fix in refused.value.fixes:
        mended = [dict(one) for one in layers]
        if fix.changes is None:
            del mended[fix.position]
        else:
            mended[fix.position] |= fix.changes
        plan([registry.make("layer", one) for one in mended], shape)


def test_a_joint_offers_a_layer_that_fits():
    stack = [dense(4), dense(5), dense(4), layer("add", from_layer=2), dense(1)]
    with pytest.raises(ShapeError) as refused:
        plan([registry.make("layer", one) for one in stack], (3,))
    assert {"from_layer": 1} in [fix.changes for fix in refused.value.fixes]
