"""Autoencoders as Runs: what is measured, what is made, and that noise comes again bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from playground import Experiment, Run
from playground.engine.coding import divergence
from playground.training import evaluation

SAMPLING = {"type": "sampling"}
FEW = {"type": "mnist", "samples": 300, "validation_fraction": 0.005}
SMALL = Experiment.preset("vae").changed(
    data=FEW,
    batch_size=64,
    layers=[
        {"type": "flatten"},
        {"type": "dense", "units": 6},
        SAMPLING,
        {"type": "dense", "units": 784},
    ],
)
PLAIN = SMALL.changed(layers=[SMALL.layers[0], {"type": "dense", "units": 4}, SMALL.layers[3]])
POINTS = Experiment.preset("autoencoder_points")
VAE = POINTS.changed(
    layers=[{"type": "dense", "units": 2}, SAMPLING, {"type": "dense", "units": 2}]
)


def with_beta(experiment: Experiment, beta: float) -> Experiment:
    drawn = {**SAMPLING, "beta": beta}
    layers = [drawn if layer.type == "sampling" else layer for layer in experiment.layers]
    return experiment.changed(layers=layers)


def test_the_reported_bound_is_the_mean_over_the_whole_split():
    beta = 0.5
    run = Run(with_beta(SMALL, beta))
    run.train(1, callback=lambda record: None)
    found, test = run.evaluate("test"), run.data.test
    x = test.x.astype(np.float32) / 255
    statistics = run.network.activations(x)[1]
    kl = divergence(statistics).sum(1).mean()
    assert set(found) == {"loss", "reconstruction", "kl"}
    assert found["kl"] == pytest.approx(kl, rel=1e-6)
    assert found["loss"] == pytest.approx(found["reconstruction"] + beta * kl, rel=1e-6)
    draws = []
    mean, log_variance = np.split(statistics, 2, axis=1)
    for seed in range(2):
        noise = np.random.default_rng(seed).standard_normal(mean.shape)
        z = (mean + np.exp(log_variance / 2) * noise).astype(np.float32)
        p = run.network.decode(z).reshape(len(x), -1).astype(np.float64)
        flat = x.reshape(len(x), -1)
        p = np.clip(p, 1e-12, 1 - 1e-12)
        draws.append(-(flat * np.log(p) + (1 - flat) * np.log(1 - p)).sum(1).mean())
    assert found["reconstruction"] == pytest.approx(np.mean(draws), rel=0.005)
    assert run.evaluate("test") == found  # by the same draws


def test_without_codes_by_chance_there_is_no_divergence():
    run = Run(POINTS)
    record = run.train(1, callback=lambda record: None)[0]
    assert set(record["metrics"]["test"]) == {"loss", "reconstruction"}
    assert "test_reconstruction" in run.history and "test_kl" not in run.history


def test_codes_cost_where_classes_are_told_apart_too():
    told = {"loss": {"type": "softmax_cross_entropy"}, "layers": VAE.layers}
    run = Run(VAE.changed(**told))
    run.step()
    found = run.evaluate("test")
    assert set(found) == {"loss", "accuracy", "kl"} and found["loss"] > found["kl"] > 0


def test_noise_and_all_come_again_after_saving_and_rewinding(tmp_path):
    experiment = VAE.changed(augmentation={"type": "corruption", "deviation": 0.4, "masked": 0.2})
    run = Run(experiment)
    run.train(1, callback=lambda record: None)
    run.save(tmp_path / "run.safetensors")
    marked, at = run.network.parameters(), run.recorded[-1][0]
    after = [run.step() for _ in range(7)]
    again = Run.load(tmp_path / "run.safetensors")
    assert [again.step() for _ in range(7)] == after
    assert (again.network.flat == run.network.flat).all()
    run.rewind(at)
    assert (run.network.flat == marked).all()
    assert [run.step() for _ in range(7)] == after
    assert Run(experiment).step() == Run(experiment).step()


def test_beta_is_a_live_option_of_the_run():
    run, other = Run(VAE), Run(VAE)
    for made in (run, other):
        made.train(20, callback=lambda record: None)
    before = run.evaluate("test")
    assert run.update(with_beta(VAE, 50.0)) and run.experiment == with_beta(VAE, 50.0)
    after = run.evaluate("test")
    assert after["kl"] == before["kl"]
    assert after["loss"] == pytest.approx(before["reconstruction"] + 50 * before["kl"])
    for made in (run, other):
        made.train(20, callback=lambda record: None)
    assert run.evaluate("test")["kl"] < other.evaluate("test")["kl"] / 2
    run.rewind(0)
    assert run.experiment == VAE and run.network.betas.tolist() == [1.0]
    assert not run.update(VAE.changed(layers=[{"type": "dense", "units": 4}, *VAE.layers[1:]]))


@pytest.mark.parametrize("beta", [0.0, 1e6])
def test_no_beta_and_a_huge_one_train(beta):
    run = Run(with_beta(VAE, beta))
    run.train(10, callback=lambda record: None)
    found = run.evaluate("test")
    assert run.status != "diverged" and np.isfinite(list(found.values())).all()
    assert found["loss"] == pytest.approx(found["reconstruction"] + beta * found["kl"])


@pytest.mark.parametrize(
    "experiment", [SMALL, PLAIN, POINTS, VAE], ids=["images", "plain", "points", "vae"]
)
def test_samples_are_like_inputs_and_follow_from_the_seed(experiment):
    run = Run(experiment)
    run.step()
    made = run.generate(5, seed=3)
    assert made.shape == (5, *run.data.shape) and made.dtype == np.float32
    assert (run.generate(5, seed=3) == made).all() and (run.generate(5, seed=4) != made).any()
    if len(made.shape) == 4:
        assert made.min() >= 0 and made.max() <= 1
    for n in (0, 10**9):
        with pytest.raises(ValueError, match="at a time"):
            run.generate(n)


def test_a_plain_autoencoder_invents_codes_like_those_it_knows():
    run = Run(POINTS)
    run.train(60, callback=lambda record: None)
    x = run.data.train.x
    made = run.generate(500)
    assert made.mean(0) == pytest.approx(x.mean(0), abs=1.5)
    assert np.linalg.norm(made, axis=1).max() < 9


def test_a_classifier_invents_nothing():
    with pytest.raises(ValueError, match="answers questions"):
        Run(Experiment.preset("circle")).generate(3)


def test_a_code_of_one_number_and_one_of_more_than_the_input_learn():
    for units in (2, 12):  # of 2 inputs; half of them are variances
        layers = [{"type": "dense", "units": units}, SAMPLING, {"type": "dense", "units": 2}]
        run = Run(POINTS.changed(layers=layers))
        first = run.evaluate("test")["loss"]
        run.train(30, callback=lambda record: None)
        assert run.network.code_shape == (units // 2,)
        assert run.evaluate("test")["loss"] < first


def test_large_splits_are_measured_slice_by_slice():
    run = Run(PLAIN)
    whole = run.network.loss.evaluate(
        run.network.predict(run.data.test.x.astype(np.float32) / 255),
        run.data.test.x.astype(np.float64) / 255,
    )
    assert len(run.data.test) > evaluation.SLICE
    assert run.evaluate("test")["reconstruction"] == pytest.approx(whole, rel=1e-6)


def test_the_first_epoch_of_the_vae_learns_most():
    record = Run(Experiment.preset("vae")).train(1, callback=lambda record: None)[0]
    assert record["metrics"]["test"]["loss"] < 135
