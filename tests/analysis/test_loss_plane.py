"""The loss over a plane of weights: against the network's own loss, and against plain algebra."""

from __future__ import annotations

import numpy as np
import pytest

from playground.analysis import loss_plane as planes
from playground.analysis.loss_plane import has_plane, loss_plane
from playground.engine import Network
from playground.experiment import Experiment
from playground.training.run import Run


@pytest.fixture(scope="module")
def trained():
    run = Run(Experiment.preset("circle"))
    run.train(12, callback=lambda record: None)
    yield run
    run.close()


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(planes, "SIDES", (9,))


def drawn(run, kind):
    return loss_plane(run.snapshot(), run.path, kind)


def loss_at(snapshot, flat):
    network = Network(snapshot.network.layers, snapshot.data.shape, snapshot.network.loss)
    network.load_parameters(flat)
    train = snapshot.data.train
    return float(network.loss.evaluate(network.predict(train.x), train.y))


def test_the_path_of_a_run_is_what_it_can_rewind_to(trained):
    path = trained.path
    assert [epoch for epoch, _ in path] == [epoch for _, epoch in trained.recorded]
    np.testing.assert_array_equal(path[-1][1], trained.network.flat)
    start = Network(trained.snapshot().network.layers, (2,), trained.network.loss, seed=1)
    assert path[0][1].shape == start.flat.shape and (path[0][1] != path[-1][1]).any()


@pytest.mark.parametrize("kind", ["path", "random"])
def test_the_losses_are_those_of_the_networks_there(trained, kind):
    snapshot, plane = trained.snapshot(), drawn(trained, kind)
    assert plane.path_losses[-1] == pytest.approx(snapshot.metrics["train"]["loss"], rel=1e-6)
    np.testing.assert_allclose(plane.path[-1], 0, atol=1e-9)
    assert plane.epochs.tolist() == [float(epoch) for epoch in range(13)]
    rows = np.stack([flat for _, flat in trained.path]).astype(float)
    if kind == "path":
        _, _, directions = np.linalg.svd(rows - rows.mean(0), full_matrices=False)
        for k in range(2):  # a direction has no sign of its own
            along = (rows - rows[-1]) @ directions[k]
            np.testing.assert_allclose(abs(along), abs(plane.path[:, k]), atol=1e-5)
        corner = rows[-1].copy()
        for k, along in enumerate((plane.a[0], plane.b[-1])):
            sign = np.sign(((rows - rows[-1]) @ directions[k])[0] * plane.path[0, k])
            corner += along * sign * directions[k]
        assert plane.losses[-1, 0] == pytest.approx(loss_at(snapshot, corner), rel=1e-4)
        assert 0.9 < sum(plane.shares) <= 1 + 1e-9
    else:
        middle = plane.losses[4, 4]
        assert middle == pytest.approx(snapshot.metrics["train"]["loss"], rel=1e-6)
        assert plane.a[[0, -1]].tolist() == [-1, 1]


def test_every_filter_of_a_random_direction_is_as_long_as_the_networks():
    run = Run(Experiment.preset("lenet5"))
    network = run.freeze()
    for direction in planes._random(network, seed=3):
        for name, place in network.places.items():
            part = direction[place.offset : place.offset + place.size].reshape(place.shape)
            if name.endswith("bias"):
                assert not part.any()
                continue
            lengths = [
                np.linalg.norm(array.reshape(len(array), -1), axis=1)
                for array in (part, network.parameter(name))
            ]
            np.testing.assert_allclose(*lengths, rtol=1e-5)
    first, second = planes._random(network, seed=3)
    assert abs(first @ second) < 0.1 * np.linalg.norm(first) * np.linalg.norm(second)
    run.close()


def test_running_statistics_stay_where_they_are():
    layers = [{"type": "dense", "units": 3}, {"type": "batch_norm"}, {"type": "dense", "units": 1}]
    described = Experiment.preset("circle").described() | {"layers": layers}
    run = Run(Experiment.model_validate(described))
    run.train(3, callback=lambda record: None)
    network = run.freeze()
    moves = planes._moves(network)
    still = sum(p.size for name, p in network.places.items() if name.endswith(planes.STATISTICS))
    assert still and (~moves).sum() == still
    plane = drawn(run, "path")
    assert np.isfinite(plane.losses).all() and plane.moved == moves.sum()
    run.close()


def test_the_work_tells_how_far_it_is_and_can_be_stopped(trained):
    heard: list[float] = []

    def tell(share):
        heard.append(share)
        return len(heard) < 20

    assert loss_plane(trained.snapshot(), trained.path, "path", tell=tell) is None
    assert len(heard) == 20
    heard.clear()
    assert loss_plane(trained.snapshot(), trained.path, "path", tell=lambda s: not heard.append(s))
    assert heard[-1] == 1.0 and heard[2:] == sorted(heard[2:])


def test_where_time_is_short_fewer_samples_are_asked(trained, monkeypatch):
    monkeypatch.setattr(planes, "SECONDS", 0.0)
    assert drawn(trained, "random").samples == planes.FEWEST


@pytest.mark.parametrize(("preset", "why"), [("gan_ring", "single"), ("forest_spiral", "single")])
def test_what_has_no_single_loss_says_so(preset, why):
    run = Run(Experiment.preset(preset))
    assert why in has_plane(run.snapshot())
    run.close()
