"""The further toy sets against their rules, written here in another way."""

import math

import numpy as np
import pytest

from playground.engine import registry
from tests.data.test_toy import everything, load

SETS = {
    "moons": 2,
    "spirals": 3,
    "rings": 4,
    "checkerboard": 2,
    "ring": 2,
    "clouds": 2,
    "segment": 2,
    "swiss_roll": 0,
    "sine": 0,
}


@pytest.mark.parametrize(("name", "classes"), SETS.items())
def test_as_many_classes_as_promised_all_of_them_everywhere(name, classes):
    piece = registry.make("data", {"type": name})
    data = piece.load(1)
    assert data.classes == piece.classes == len(data.class_names) == classes
    assert data.task == ("classification" if classes else "regression")
    if classes:
        counts = np.bincount(everything(name, samples=1200)[1])
        assert len(counts) == classes and counts.min() > 0.8 * 1200 / classes
        assert set(data.train.y) == set(data.test.y) == set(range(classes))
    else:
        assert -1 <= data.train.y.min() < -0.9 and 0.9 < data.train.y.max() <= 1


@pytest.mark.parametrize("name", SETS)
def test_points_without_noise_lie_on_the_map(name):
    points, _ = everything(name, samples=3000)
    assert 4 < np.abs(points).max() <= 6


@pytest.mark.parametrize("name", SETS)
def test_a_seed_replays_noise_changes_and_another_seed_differs(name):
    same = [load(name, seed, noise=20).train.points for seed in (3, 3, 4)]
    assert np.array_equal(same[0], same[1]) and not np.array_equal(same[0], same[2])
    points, answers = everything(name, noise=0)
    noisy, others = everything(name, noise=40)
    assert not (np.array_equal(points, noisy) and np.array_equal(answers, others))


@pytest.mark.parametrize("name", SETS)
def test_splits_part_all_points(name):
    data = load(name, samples=200, noise=1, train_fraction=0.4, validation_fraction=0.25)
    assert [len(part) for part in (data.train, data.validation, data.test)] == [60, 20, 120]
    parts = [data.train.points, data.validation.points, data.test.points]
    assert len(np.unique(np.concatenate(parts), axis=0)) == 200


def test_moons_are_half_circles_that_mirror_each_other():
    points, answers = everything("moons", samples=400)
    for answer, sign in ((1, 1), (0, -1)):
        moon = sign * points[answers == answer] / 3.2 + [0.5, 0.25]
        assert np.hypot(*moon.T) == pytest.approx(np.ones(200), abs=1e-5)
        assert moon[:, 1].min() >= -1e-6
        assert np.ptp(moon[:, 0]) > 1.9


def test_spirals_are_three_arms_a_third_of_a_turn_apart():
    points, answers = everything("spirals", samples=300)
    for x, y, arm in np.column_stack([points, answers]):
        radius = math.hypot(x, y)
        if radius > 0.1:
            turned = math.atan2(x, y) - 2.5 * math.pi * radius / 5 - 2 * math.pi * arm / 3
            assert math.cos(turned) == pytest.approx(1, abs=1e-4)


def test_rings_lie_one_around_the_other():
    points, answers = everything("rings", samples=4000)
    radius = np.hypot(*points.T)
    for ring in range(4):
        own = radius[answers == ring]
        assert 1.4 * ring - 1e-6 <= own.min() and own.max() <= 1.4 * ring + 0.8 + 1e-6
    noisy, others = everything("rings", samples=4000, noise=25)
    assert np.array_equal(noisy, points) and 0.1 < np.mean(others != answers) < 0.9


def test_the_checkerboard_has_four_by_four_squares():
    points, answers = everything("checkerboard", samples=4000)
    squares = {}
    for (x, y), answer in zip(points, answers, strict=True):
        squares.setdefault((int((x + 6) // 3), int((y + 6) // 3)), set()).add(int(answer))
    assert len(squares) == 16
    assert all(found == {(i + j + 1) % 2} for (i, j), found in squares.items())
    noisy, others = everything("checkerboard", samples=4000, noise=10)
    assert np.array_equal(noisy, points) and 0 < np.mean(others != answers) < 0.3


def test_the_roll_tells_how_far_along_a_point_lies():
    points, answers = everything("swiss_roll", samples=500)
    turn = 3 * math.pi + 1.5 * math.pi * answers
    assert np.hypot(*points.T) == pytest.approx(5 * turn / (4.5 * math.pi), abs=1e-5)
    assert np.cos(np.arctan2(points[:, 1], points[:, 0]) - turn) == pytest.approx(1, abs=1e-5)


def test_the_wave_is_a_sine_of_one_coordinate():
    points, answers = everything("sine", samples=500)
    assert answers == pytest.approx(np.sin(points[:, 0]), abs=1e-6)
    _, noisy = everything("sine", samples=500, noise=20)
    stray = np.abs(np.arcsin(noisy) - np.arcsin(answers))
    assert stray.max() <= 0.2 * math.pi + 1e-3 and stray.max() > 0.3


def test_a_name_that_is_taken_is_refused():
    def another(module):
        return type("Sine", (registry.get("data", "sine"),), {"__module__": module})

    with pytest.raises(ValueError, match="two pieces are called data 'sine'"):
        registry.register("data", "sine")(another("playground.data.elsewhere"))
    assert registry.get("data", "sine").__module__ == "playground.data.curves"


@pytest.mark.parametrize(("name", "count", "gap"), [("ring", 8, 3.06), ("clouds", 25, 2.0)])
def test_clouds_are_normal_around_centres_of_their_own_colour(name, count, gap):
    data = load(name, samples=5000, noise=0)
    centres, deviation = data.clouds.centres, data.clouds.deviation
    assert len(centres) == count
    apart = np.hypot(*(centres[:, None] - centres).T)
    assert apart[apart > 0].min() == pytest.approx(gap, abs=0.01) and gap > 6 * deviation
    points, answers = everything(name, samples=5000)
    gaps = points[:, None] - centres
    nearest = np.hypot(*gaps.T).argmin(0)
    away = gaps[np.arange(len(points)), nearest] / deviation
    assert away.std() == pytest.approx(1, abs=0.03)
    assert np.mean(np.hypot(*away.T) <= 3) == pytest.approx(1 - np.exp(-4.5), abs=0.01)
    assert all(len(set(answers[nearest == cloud])) == 1 for cloud in range(count))
