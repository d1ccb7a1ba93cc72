"""Losses: what targets may be, outputs that are images, and batches seen as a whole."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import Network, Training, registry

random = np.random.default_rng(6)


def made(type: str, **options):
    return registry.make("loss", {"type": type, **options})


def images(loss) -> tuple[Network, Network]:
    """The same convolution with its outputs as an image, and laid out as a row."""
    layer = registry.make("layer", {"type": "conv2d", "filters": 3, "kernel_size": 2})
    flatten = registry.make("layer", {"type": "flatten"})
    return Network([layer], (2, 4, 3), loss), Network([layer, flatten], (2, 4, 3), loss)


@pytest.mark.parametrize("type", ["mse", "mae", "huber", "binary_cross_entropy"])
def test_outputs_may_be_images(type):
    x = random.normal(size=(37, 2, 4, 3)).astype(np.float32)
    y = random.integers(0, 2, (37, 3, 3, 2)).astype(np.float32)
    image, row = images(made(type))
    (loss, gradients), (same, others) = image.gradients(x, y), row.gradients(x, y.reshape(37, -1))
    assert loss == same and loss == pytest.approx(image.loss.evaluate(image.predict(x), y), 1e-6)
    assert all((gradients[name] == others[name]).all() for name in gradients)


def test_an_autoencoder_learns():
    x = random.uniform(size=(64, 1, 4, 4)).astype(np.float32)
    layer = {"type": "conv2d", "filters": 1, "kernel_size": 3, "padding": 1}
    network = Network([registry.make("layer", layer)], (1, 4, 4), made("mse"))
    adam = registry.make("optimizer", {"type": "adam", "learning_rate": 0.03})
    run = Training(network, x, x, adam, batch_size=16)
    assert run.train(400).losses[-1] < 1e-3


def test_soft_f1_sees_the_batch_as_a_whole():
    layer = registry.make("layer", {"type": "dense", "units": 3})
    x, y = random.normal(size=(150, 4)).astype(np.float32), random.integers(0, 3, 150)
    flats = []
    for parallel in (False, True):
        network = Network([layer], (4,), made("soft_f1"))
        sgd = registry.make("optimizer", {"type": "sgd"})
        run = Training(network, x, y, sgd, batch_size=150, shuffle=False)
        told = network.loss.evaluate(network.predict(x), y)
        run.parallel = parallel
        assert run.train(1).loss == pytest.approx(told, rel=1e-6)
        run.train(9)
        flats.append(network.flat.copy())
    assert (flats[0] == flats[1]).all()


def test_soft_f1_of_sure_answers_is_one_minus_f1():
    y = np.array([0, 0, 0, 1, 1, 2])
    sure = 1000.0 * np.eye(3)[[0, 0, 1, 1, 1, 0]]
    f1 = np.mean([2 * 2 / 6, 2 * 2 / 5, 0])  # 2 · hits / (named + meant)
    assert made("soft_f1").evaluate(sure, y) == pytest.approx(1 - f1, rel=1e-6)


def test_kl_of_class_numbers_is_cross_entropy():
    z, y = random.normal(size=(9, 4)), random.integers(0, 4, 9)
    cross_entropy = made("softmax_cross_entropy").evaluate(z, y)
    assert made("kl_divergence").evaluate(z, y) == pytest.approx(cross_entropy, rel=1e-12)


def test_targets_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="negative"):
        made("kl_divergence").targets(np.array([[-0.5, 1.5]]), 2)
    for type, outputs in (("hinge", 3), ("softmax_cross_entropy", 3)):
        with pytest.raises(ValueError, match="from 0 to 2"):
            made(type).targets(np.array([0, 3]), outputs)
    with pytest.raises(ValueError, match="from 0 to 1"):
        made("hinge").targets(np.array([0, 2]), 1)


def test_how_many_outputs_two_classes_need():
    either = ("mse", "mae", "huber", "hinge", "soft_f1")
    assert all(made(type).outputs(2) == (1, 2) for type in either)
    assert made("binary_cross_entropy").outputs(2) == (1,)
    assert made("softmax_cross_entropy").outputs(2) == made("kl_divergence").outputs(2) == (2,)
    assert all(made(type).outputs(10) == (10,) for type in registry.names("loss"))


@pytest.mark.parametrize("type", registry.names("loss"))
def test_probabilities_are_beliefs(type):
    loss = made(type)
    for outputs in loss.outputs(2):
        p = loss.probabilities(random.normal(size=(20, outputs)).astype(np.float32))
        assert p.shape == (20, 2) and np.allclose(p.sum(axis=1), 1) and (p >= 0).all()
