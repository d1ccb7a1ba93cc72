"""The toy sets against their published rules, written here in another way."""

import math

import numpy as np
import pytest

from playground.data import features
from playground.engine import registry

TOYS = ["circle", "xor", "gauss", "spiral", "reg_plane", "reg_gauss"]
CLASSES = TOYS[:4]


def load(name, seed=3, **options):
    return registry.make("data", {"type": name, **options}).load(seed)


def everything(name, **options):
    """All points and answers of a set, whatever the split."""
    data = load(name, **options)
    splits = (data.train, data.validation, data.test)
    return (
        np.concatenate([s.points for s in splits]).astype(float),
        np.concatenate([s.y for s in splits]),
    )


def expected(name, x, y):
    """The answer without noise at one point, by the rule in words."""
    if name == "circle":
        return int(math.sqrt(x * x + y * y) < 2.5)
    if name == "xor":
        return int((x >= 0) == (y >= 0))
    if name == "reg_plane":
        return (x + y) / 10
    best = 0.0
    for row, signs in ((2.5, "+-+"), (-2.5, "-+-")):
        for column, sign in zip((-4, 0, 4), signs, strict=True):
            height = max(0.0, 1 - math.dist((x, y), (column, row)) / 2)
            if height > abs(best):
                best = height if sign == "+" else -height
    return best


@pytest.mark.parametrize("name", ["circle", "xor", "reg_plane", "reg_gauss"])
def test_without_noise_every_answer_follows_the_rule(name):
    points, answers = everything(name, samples=2000)
    rule = [expected(name, x, y) for x, y in points]
    assert np.allclose(answers, rule, atol=2e-6)
    assert len(set(answers.tolist())) > 1


def test_circle_is_a_disc_and_a_ring():
    points, answers = everything("circle", samples=4000)
    radius = np.hypot(*points.T)
    inner, outer = radius[answers == 1], radius[answers == 0]
    assert len(inner) == len(outer) == 2000
    assert inner.max() <= 2.5 and outer.min() >= 3.5 and outer.max() <= 5
    # Uniform in the radius, not in the area: the means are in the middle.
    assert inner.mean() == pytest.approx(1.25, abs=0.06)
    assert outer.mean() == pytest.approx(4.25, abs=0.06)


def test_xor_keeps_away_from_the_axes():
    points, _ = everything("xor", samples=4000)
    assert np.abs(points).min() >= 0.3 - 1e-6 and 5.2 < np.abs(points).max() <= 5.3 + 1e-6


@pytest.mark.parametrize(("noise", "variance"), [(0, 0.5), (10, 1.2), (25, 2.25), (50, 4.0)])
def test_gauss_spreads_with_noise(noise, variance):
    points, answers = everything("gauss", samples=10_000, noise=noise)
    for answer, centre in ((1, 2.0), (0, -2.0)):
        cloud = points[answers == answer]
        assert cloud.mean(0) == pytest.approx([centre, centre], abs=0.12)
        assert cloud.var(0) == pytest.approx([variance, variance], rel=0.08)


def test_spiral_has_two_arms_half_a_turn_apart():
    points, answers = everything("spiral", samples=500)
    for answer, turn in ((1, 0.0), (0, math.pi)):
        arm = points[answers == answer]
        arm = arm[np.argsort(np.hypot(*arm.T))]
        for i, (x, y) in enumerate(arm):
            r, t = 5 * i / 250, 1.75 * i / 250 * 2 * math.pi + turn
            assert (x, y) == pytest.approx((r * math.sin(t), r * math.cos(t)), abs=1e-5)


@pytest.mark.parametrize(
    ("name", "moved"),
    [
        ("circle", False),
        ("xor", False),
        ("reg_plane", False),
        ("reg_gauss", False),
        ("spiral", True),
        ("gauss", True),
    ],
)
def test_noise_moves_the_points_only_where_it_should(name, moved):
    """Elsewhere it changes the answers and leaves the points where the rule drew them."""
    points, answers = everything(name, samples=2000, noise=0)
    noisy_points, noisy_answers = everything(name, samples=2000, noise=50)
    if moved:
        assert not np.allclose(np.sort(points, 0), np.sort(noisy_points, 0), atol=0.1)
        return
    assert np.array_equal(np.sort(points, 0), np.sort(noisy_points, 0))
    wrong = [expected(name, *point) for point in noisy_points] - noisy_answers
    assert np.mean(np.abs(wrong) > 1e-5) > 0.05
    assert np.array_equal(noisy_points, points) and not np.array_equal(noisy_answers, answers)


def test_spiral_noise_is_bounded_by_its_share():
    clean, _ = everything("spiral", samples=400, noise=0)
    noisy, _ = everything("spiral", samples=400, noise=20)
    assert 0.15 < np.abs(clean - noisy).max() <= 0.2 + 1e-6


def test_plane_noise_is_bounded_by_its_share():
    points, answers = everything("reg_plane", samples=4000, noise=50)
    stray = answers - points.sum(1) / 10
    assert 0.5 < np.abs(stray).max() <= 0.6 + 1e-6


@pytest.mark.parametrize("name", TOYS)
def test_a_seed_replays_and_another_differs(name):
    one, again, other = load(name, 3), load(name, 3), load(name, 4)
    own = registry.make("data", {"type": name, "seed": 3}).load(99)
    for data in (again, own):
        assert np.array_equal(one.train.x, data.train.x)
        assert np.array_equal(one.test.y, data.test.y)
    assert not np.array_equal(one.train.x, other.train.x)


@pytest.mark.parametrize("name", TOYS)
@pytest.mark.parametrize(("share", "held"), [(0.1, 0.0), (0.5, 0.2), (0.9, 0.5)])
def test_splits_part_all_points(name, share, held):
    data = load(name, samples=200, noise=1, train_fraction=share, validation_fraction=held)
    learned = round(200 * share)
    assert len(data.train) + len(data.validation) == learned
    assert len(data.validation) == round(learned * held)
    assert len(data.test) == 200 - learned
    points = np.concatenate([data.train.points, data.validation.points, data.test.points])
    assert len(np.unique(points, axis=0)) == 200


@pytest.mark.parametrize("name", CLASSES)
def test_points_are_shuffled_before_the_split(name):
    data = load(name, samples=1000)
    assert 0.4 < data.train.y.mean() < 0.6 and data.classes == 2
    assert data.train.y.dtype == np.int64 and set(data.test.y) == {0, 1}


@pytest.mark.parametrize("name", TOYS)
def test_what_a_set_promises_before_it_is_loaded_is_true(name):
    piece = registry.make("data", {"type": name, "features": ("x1", "sin_x2", "x1_x2")})
    data = piece.load(1)
    assert data.shape == piece.shape == data.train.x.shape[1:] == (3,)
    assert (data.task, data.classes) == (piece.task, piece.classes)
    assert data.feature_names == ("x1", "sin_x2", "x1_x2")
    assert data.train.x.dtype == np.float32
    assert np.array_equal(data.train.x, features(data.train.points, data.feature_names))
    assert len(data.train.x) == (600 if data.task == "regression" else 250)


def test_features_by_hand():
    point = [[2.0, -3.0]]
    names = ["x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2", "r", "angle"]
    values = [2, -3, 4, 9, -6, math.sin(2), math.sin(-3), math.sqrt(13), -math.atan(1.5)]
    assert features(np.array(point), names)[0] == pytest.approx(values)
    assert features(np.array(point), ["x2", "x1"]).tolist() == [[-3, 2]]


def test_the_direction_is_in_radians_from_the_first_axis():
    points = np.array([[1.0, 0], [0, 2], [-3, 0], [0, -4], [-1, -1], [0, 0]])
    quarters = features(points, ["angle"])[:, 0] / (math.pi / 4)
    assert quarters == pytest.approx([0, 2, 4, -2, -3, 0])


@pytest.mark.parametrize("name", TOYS)
def test_nobody_can_write_to_the_arrays(name):
    data = load(name)
    for array in (data.train.x, data.train.y, data.test.points):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_an_unknown_split_is_named():
    with pytest.raises(ValueError, match=r"'trian'.*train, validation and test"):
        load("xor").split("trian")
