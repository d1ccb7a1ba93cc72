"""What a network looks at: against finite differences, plain loops and scikit-learn."""

import numpy as np
import pytest

from playground.analysis import attribution, embedding, feature_visualisation
from playground.engine import Network, losses, registry


def network(*layers, shape=(1, 9, 9), seed=3):
    return Network(
        [registry.make("layer", layer) for layer in layers], shape, losses.MSE(), seed=seed
    )


@pytest.fixture
def smooth():
    """Smooth everywhere, so that finite differences are right."""
    return network(
        {"type": "conv2d", "filters": 3, "kernel_size": 3, "activation": "tanh"},
        {"type": "avg_pool2d"},
        {"type": "flatten"},
        {"type": "dense", "units": 6, "activation": "tanh"},
        {"type": "dense", "units": 4},
    )


@pytest.fixture
def image():
    return np.random.default_rng(1).random((1, 9, 9)).astype(np.float32)


@pytest.mark.parametrize("label", [0, 3])
def test_saliency_equals_finite_differences(smooth, image, label):
    found, step = attribution.saliency(smooth.snapshot(), image, label), 1e-2
    steps = (step * np.eye(81, dtype=np.float32)).reshape(81, 1, 9, 9)
    ahead, behind = smooth.predict(image + steps), smooth.predict(image - steps)
    wanted = ((ahead - behind)[:, label] / (2 * step)).reshape(1, 9, 9)
    np.testing.assert_allclose(found, wanted, atol=2e-3 * np.abs(wanted).max())


def test_a_linear_network_says_what_its_weights_say(image):
    linear = network({"type": "flatten"}, {"type": "dense", "units": 2})
    slope = attribution.saliency(linear, image, 1)
    np.testing.assert_allclose(slope.ravel(), linear.state_dict()["1.weight"][1], rtol=1e-5)
    bias = linear.state_dict()["1.bias"][1]
    score = float((slope * image).sum() + bias)
    assert score == pytest.approx(float(linear.predict(image[None])[0, 1]), rel=1e-4)


def chances(net):
    def of(x):
        powers = np.exp(net.predict(x))
        return powers / powers.sum(1, keepdims=True)

    return of


def test_covering_a_blank_area_changes_nothing(smooth):
    image = np.zeros((1, 9, 9), np.float32)
    image[0, 2:5, 0:3] = 0.8
    drop = attribution.occlusion(chances(smooth), image, 2, patch=3)
    assert (drop[:, 4:] == 0).all() and (drop[6:] == 0).all()
    assert np.abs(drop[2:5, 0:3]).min() > 0


def test_occlusion_equals_covering_one_patch_at_a_time(smooth, image):
    of = chances(smooth)
    drop, cover = attribution.occlusion(of, image, 1, patch=3), attribution.background(image)
    assert cover.shape == (1, 1, 1) and 0 < cover < 1
    for row, column in ((0, 0), (4, 5), (8, 2)):
        covered = image.copy()
        for y in range(row - 1, row + 2):
            for x in range(column - 1, column + 2):
                if 0 <= y < 9 and 0 <= x < 9:
                    covered[0, y, x] = cover[0, 0, 0]
        wanted = of(image[None])[0, 1] - of(covered[None])[0, 1]
        assert drop[row, column] == pytest.approx(wanted, abs=1e-6)


def relu_network():
    return network(
        {"type": "conv2d", "filters": 4, "kernel_size": 3, "activation": "relu"},
        {"type": "max_pool2d"},
        {"type": "conv2d", "filters": 5, "kernel_size": 2, "activation": "relu"},
        {"type": "flatten"},
        {"type": "dense", "units": 3},
        shape=(1, 12, 12),
    )


@pytest.mark.parametrize(("depth", "units"), [(1, 4), (3, 5), (5, 3)])
def test_the_climb_raises_every_unit(depth, units):
    net = relu_network()
    found = feature_visualisation.favourites(net.snapshot(), depth, range(units), steps=40)
    assert len(found.inputs) == units and (found.after > found.before + 0.05).all()
    assert found.inputs.min() >= 0 and found.inputs.max() <= 1


def test_the_climb_reports_the_units_own_sums():
    """Before the ReLU, of the cell in the middle; on an image whole as the last layer sees it."""
    net = relu_network()
    found = feature_visualisation.favourites(net, 5, range(3), steps=20)
    np.testing.assert_allclose(net.predict(found.inputs).diagonal(), found.after, atol=1e-5)
    first = feature_visualisation.favourites(net, 1, range(4), steps=20)
    weights, bias = (net.state_dict()[f"0.{name}"] for name in ("weight", "bias"))
    sums = (weights * first.inputs).sum((1, 2, 3)) + bias
    np.testing.assert_allclose(sums, first.after, atol=1e-5)


def test_favourites_are_cut_to_what_the_units_see():
    net = relu_network()
    sides = [
        feature_visualisation.favourites(net, depth, range(2), steps=15).inputs.shape[2:]
        for depth in (1, 3, 5)
    ]
    assert sides == [(3, 3), (6, 6), (12, 12)]  # 6: two poolings' squares of two 3×3 windows


def test_the_same_seed_climbs_to_the_same_inputs():
    net = relu_network()
    one, again, other = (
        feature_visualisation.favourites(net, 3, range(2), steps=5, seed=seed).inputs
        for seed in (1, 1, 2)
    )
    assert (one == again).all() and (one.shape != other.shape or (one != other).any())


def test_a_block_is_climbed_with_its_own_steps_in_it():
    net = network(
        {"type": "residual", "filters": 3}, {"type": "flatten"}, {"type": "dense", "units": 2}
    )
    x = np.random.default_rng(6).random((2, 1, 9, 9)).astype(np.float32)
    block = attribution.part(net, 1, plain=True)
    np.testing.assert_array_equal(block.predict(x), net.activations(x)[0])
    found = feature_visualisation.favourites(net, 1, range(3), steps=30)
    assert (found.after >= found.before).all() and found.after.max() > found.before.max()


def test_the_climb_leaves_the_network_as_it_was():
    net = relu_network()
    before = net.parameters()
    feature_visualisation.favourites(net, 3, range(2), steps=3)
    attribution.saliency(net, np.zeros((1, 12, 12), np.float32), 0)
    assert (net.parameters() == before).all()


def test_pca_equals_scikit_learns():
    from sklearn.decomposition import PCA

    points = np.random.default_rng(4).normal(size=(60, 7)) @ np.diag(range(1, 8)) + 3
    found, shares = embedding.pca(points)
    peer = PCA(2, svd_solver="full").fit(points)
    np.testing.assert_allclose(shares, peer.explained_variance_ratio_, rtol=1e-6)
    np.testing.assert_allclose(found, peer.transform(points), rtol=1e-5, atol=1e-7)


def test_pca_of_a_single_feature_is_a_line():
    found, shares = embedding.pca(np.arange(5.0)[:, None])
    np.testing.assert_allclose(found, [[-2, 0], [-1, 0], [0, 0], [1, 0], [2, 0]])
    np.testing.assert_allclose(shares, [1, 0])


def test_tsne_keeps_neighbours_together():
    random = np.random.default_rng(5)
    group = np.repeat(range(3), 25)
    points = random.normal(size=(75, 6)) + 12 * np.eye(6)[group]
    found = embedding.tsne(points)
    gaps = np.hypot(*(found[:, None] - found[None]).transpose(2, 0, 1))
    np.fill_diagonal(gaps, np.inf)
    assert (group[gaps.argmin(1)] == group).all()
    assert (embedding.tsne(points) == found).all()


def test_the_last_hidden_layer_is_what_the_last_weights_read(smooth):
    assert embedding.last_hidden(smooth) == 4
    assert embedding.last_hidden(network({"type": "flatten"}, {"type": "dense", "units": 2})) == 1
    after = network(
        {"type": "flatten"}, {"type": "dense", "units": 2}, {"type": "activation", "name": "tanh"}
    )
    assert embedding.last_hidden(after) == 1
