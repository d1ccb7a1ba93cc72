"""Codes drawn by chance, what they cost, noise on the way in, and a network read as two halves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from playground.engine import Network, Training, registry
from playground.engine.augmentation import examples
from playground.engine.coding import code_depth, divergence
from playground.engine.losses import sigmoid
from tests.engine import noise
from tests.engine.case import FLATTEN, Description, dense, layer

SAMPLING = layer("sampling")
PIXELS = np.random.default_rng(1).uniform(size=(50, 1, 4, 4)).astype(np.float32)
VAE = (FLATTEN, dense(9, "tanh"), dense(6), SAMPLING, dense(9, "tanh"), dense(16))


def network(*layers: Description, shape=(1, 4, 4), **loss) -> Network:
    made = [registry.make("layer", one) for one in layers]
    return Network(made, shape, registry.make("loss", {"type": "reconstruction", **loss}))


def training(*layers: Description, batch_size=50, parallel=False, **options) -> Training:
    sgd = registry.make("optimizer", {"type": "sgd", "learning_rate": 0.01})
    made = Training(network(*layers), PIXELS, None, sgd, batch_size=batch_size, **options)
    made.parallel = parallel
    return made


# ---- what a code costs ----


@pytest.mark.parametrize(("mean", "log_variance"), [(0.0, 0.0), (0.7, -3.0), (-2.0, 1.2)])
def test_the_divergence_is_the_integral_that_it_stands_for(mean, log_variance):
    q, p = stats.norm(mean, np.exp(log_variance / 2)), stats.norm()
    found = divergence(np.array([[mean, log_variance]]))[0, 0]
    low, high = q.interval(1 - 1e-14)
    truth = integrate.quad(lambda z: q.pdf(z) * (q.logpdf(z) - p.logpdf(z)), low, high)[0]
    assert found == pytest.approx(truth, abs=1e-8)


@pytest.mark.parametrize("beta", [0.0, 0.5, 1e6])
def test_the_loss_grows_by_beta_times_the_divergence(beta):
    layers = (*VAE[:3], layer("sampling", beta=beta), *VAE[4:])
    made = network(*layers)
    loss, gradients = made.gradients(PIXELS)
    without, _ = network(*VAE[:3], layer("sampling", beta=0.0), *VAE[4:]).gradients(PIXELS)
    cost = divergence(made.activations(PIXELS)[2]).sum(1).mean()
    assert loss == pytest.approx(without + beta * cost, rel=1e-5)
    assert all(np.isfinite(gradient).all() for gradient in gradients.values())


def test_the_loss_counts_codes_whatever_it_compares():
    """Also where no gradient passes the layer, and where one sum is taken over all chunks."""
    still = registry.make("optimizer", {"type": "sgd", "learning_rate": 0.0})
    for loss, y in (("mse", np.zeros((50, 3))), ("soft_f1", np.arange(50) % 3)):
        made = [registry.make("layer", one) for one in (SAMPLING, dense(3))]
        net = Network(made, (6,), registry.make("loss", {"type": loss}))
        x = PIXELS.reshape(50, 16)[:, :6]
        _, costs = net.draw(x)
        run = Training(net, x, y, still, batch_size=50)
        losses = run.train(60).losses
        assert costs.sum(1).mean() == pytest.approx(divergence(x).sum(1).mean())
        assert (losses > 0).all() and losses.max() < 10  # no pile of old costs


# ---- what is drawn ----


def test_draws_are_standard_normal_and_independent():
    unit = network(SAMPLING, dense(8), shape=(8,), distribution="gaussian")
    z = unit._outputs(np.zeros((20_000, 8)), [1], seed=3)[0]
    assert stats.kstest(z.ravel(), "norm").pvalue > 1e-3
    assert abs(np.corrcoef(z, rowvar=False) - np.eye(4)).max() < 0.03
    assert abs(np.corrcoef(z[:-1, 0], z[1:, 0])[0, 1]) < 0.03
    others = unit._outputs(np.zeros((20_000, 8)), [1], seed=4)[0]
    assert (z != others).mean() > 0.99


def test_draws_have_the_mean_and_the_deviation_that_they_are_told():
    unit = network(SAMPLING, dense(4), shape=(4,), distribution="gaussian")
    x = np.tile(np.float32([3, -1, np.log(4), np.log(0.25)]), (20_000, 1))
    z = unit._outputs(x, [1], seed=1)[0]
    assert z.mean(0) == pytest.approx([3, -1], abs=0.05)
    assert z.std(0) == pytest.approx([2, 0.5], rel=0.02)
    assert (unit.encode(x) == [3, -1]).all()  # in prediction the mean


def test_every_step_draws_anew_and_a_seed_draws_the_same_on_any_thread():
    def losses(**options) -> np.ndarray:
        return training(*VAE, **options).train(8).losses

    first = losses(seed=1)
    assert (losses(seed=1) == first).all() and (losses(seed=1, parallel=True) == first).all()
    assert (losses(seed=2) != first).any()
    run = training(*VAE, shuffle=False, batch_size=25)
    state = {name: array.copy() for name, array in run.state().items()}
    a, b = run.train(1).loss, run.train(2).losses
    run.restore(state)
    assert run.train(1).loss == a and (run.train(2).losses == b).all()


def test_beta_changes_while_it_trains():
    run = training(*VAE)
    low = run.train(1).loss
    run.restart()
    run.set("layer 3", "beta", 1000.0)
    assert run.train(1).loss > low + 1
    with pytest.raises(KeyError):
        run.set("layer 1", "beta", 1.0)


# ---- the target is the input ----


def test_a_reconstruction_is_summed_over_pixels_and_averaged_over_samples():
    made = network(FLATTEN, dense(16))
    o, x = made.predict(PIXELS).astype(np.float64), PIXELS.reshape(50, 16).astype(np.float64)
    p = sigmoid(o)
    truth = -(x * np.log(p) + (1 - x) * np.log(1 - p)).sum(1).mean()
    assert made.gradients(PIXELS)[0] == pytest.approx(truth, rel=1e-5)
    assert made.loss.evaluate(o, PIXELS) == pytest.approx(truth, rel=1e-12)
    assert (made.reconstruct(PIXELS) == p.astype(np.float32).reshape(PIXELS.shape)).all()
    normal = network(FLATTEN, dense(16), distribution="gaussian", deviation=0.3)
    o = normal.predict(PIXELS).astype(np.float64)
    truth = -stats.norm(o, 0.3).logpdf(x).sum(1).mean()
    assert normal.gradients(PIXELS)[0] == pytest.approx(truth, rel=1e-5)


def test_noise_is_on_the_input_and_not_on_the_target():
    """Everything put out: what a network learns is the mean of the clean images."""
    dark = registry.make("augmentation", {"type": "corruption", "deviation": 0.0, "masked": 1.0})
    run = training(FLATTEN, dense(16), augmentation=dark)
    run.train(3000)
    learned = run.network.reconstruct(np.zeros((1, 1, 4, 4)))[0]
    assert learned == pytest.approx(PIXELS.mean(0), abs=0.02)


def test_noise_is_what_its_options_say():
    x = np.ones((200, 1, 10, 10), np.float32)
    shaken = examples(registry.make("augmentation", {"type": "corruption", "deviation": 0.3}), x)
    assert shaken.mean() == pytest.approx(1, abs=0.01) and shaken.std() == pytest.approx(0.3, 0.02)
    masked = {"type": "corruption", "deviation": 0.0, "masked": 0.25}
    put_out = examples(registry.make("augmentation", masked), x)
    assert set(np.unique(put_out)) == {0, 1} and put_out.mean() == pytest.approx(0.75, abs=0.02)
    start = noise.random_bits(noise.random_bits(1, 0), 7) & noise.HALF
    expected = 1 + 0.3 * noise.normal(start, np.arange(100))
    assert shaken[7].ravel() == pytest.approx(expected, abs=1e-5)


# ---- two halves ----


def test_encoding_and_decoding_make_the_reconstruction():
    made = network(*VAE)
    z = made.encode(PIXELS)
    assert z.shape == (50, 3) and made.code_shape == (3,)
    assert (made.decode(z) == made.reconstruct(PIXELS)).all()
    assert (made.snapshot().decode(z[:1]) == made.decode(z[:1])).all()
    with pytest.raises(ValueError, match=r"reads \[N, 3\]"):
        made.decode(np.zeros((2, 4)))


@pytest.mark.parametrize(
    ("layers", "depth"),
    [
        ((dense(5), dense(1), dense(5), dense(6)), 2),  # the narrowest
        ((dense(9), dense(6)), 1),  # a code of more numbers than the input
        ((dense(4), SAMPLING, dense(1), dense(6)), 2),  # where it is drawn
        ((dense(3), dense(6), layer("concatenate", from_layer=1), dense(6)), 1),
        ((dense(4), dense(3), layer("concatenate", from_layer=1), dense(6)), 1),  # 3 is passed by
    ],
)
def test_where_the_code_is(layers, depth):
    made = network(*layers, shape=(6,), distribution="gaussian")
    assert code_depth(made.plan) == depth
    x = PIXELS.reshape(50, 16)[:, :6]
    assert made.decode(made.encode(x)) == pytest.approx(made.reconstruct(x), abs=1e-6)


def test_a_network_without_a_middle_has_no_code():
    with pytest.raises(ValueError, match="no layer in between"):
        network(dense(6), shape=(6,)).encode(np.zeros((1, 6)))
    around = network(dense(6), layer("add", from_layer=0), shape=(6,))
    with pytest.raises(ValueError, match="no layer in between"):
        around.decode(np.zeros((1, 6)))


def test_only_a_reconstruction_needs_no_answers():
    classifier = Network(
        [registry.make("layer", dense(2))], (3,), registry.make("loss", {"type": "mse"})
    )
    with pytest.raises(ValueError, match="needs y"):
        classifier.gradients(np.zeros((1, 3)))
    with pytest.raises(ValueError, match="reconstructs no input"):
        classifier.reconstruct(np.zeros((1, 3)))
