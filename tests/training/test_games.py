"""A Run of two networks: its verbs, its views, its file, and what happens where one wins."""

from __future__ import annotations

import numpy as np
import pytest

from playground import Experiment, Run
from playground.data import Clouds
from playground.training.game import coverage

LIKE = Experiment.preset("gan_ring").described()


def dense(*units, activation="relu"):
    hidden = [{"type": "dense", "units": n, "activation": activation} for n in units[:-1]]
    return [*hidden, {"type": "dense", "units": units[-1]}]


SMALL = Experiment.model_validate(
    {
        **LIKE,
        "data": {"type": "ring", "samples": 100},
        "layers": dense(6, 2),
        "adversarial": {"layers": dense(7, 1), "steps": 2},
        "batch_size": 20,
    }
)
IMAGES = SMALL.changed(
    data={"type": "mnist", "samples": 200},
    layers=[*dense(6, 784)[:1], {"type": "dense", "units": 784, "activation": "tanh"}],
    adversarial={"layers": [{"type": "flatten"}, *dense(7, 1)], "noise": 5},
)


@pytest.fixture
def run():
    return Run(SMALL)


def test_a_run_repeats_and_comes_back_bit_for_bit(run, tmp_path):
    losses = [record["loss"] for record in run.train(epochs=4)]
    assert run.snapshot().step == 12  # as many turns as the data have batches
    other = Run(SMALL)
    assert [record["loss"] for record in other.train(epochs=4)] == losses
    run.half_turn()
    run.save(tmp_path / "whole.safetensors")
    run.rewind(run.recorded[1][0])
    assert run.snapshot().step == 3
    assert [record["loss"] for record in run.train(epochs=3)] == losses[1:]
    run.reset()
    assert run.snapshot().step == 0
    assert [record["loss"] for record in run.train(epochs=4)] == losses
    run.reseed()
    assert run.train(epochs=1)[0]["loss"] != losses[0]


def test_a_file_holds_both_networks(run, tmp_path):
    run.train(epochs=2)
    run.half_turn()  # the turn under way is kept, too
    path = tmp_path / "game.safetensors"
    run.save(path)
    loaded = Run.load(path)
    assert loaded.evaluate() == run.evaluate() and loaded.snapshot().half_steps == 1
    assert (loaded.generate(5, seed=3) == run.generate(5, seed=3)).all()
    assert loaded.step() == run.step()
    assert (loaded.network.opponent.flat == run.network.opponent.flat).all()


def test_what_is_measured(run):
    found = run.evaluate("test")
    network, x = run.network, run.data.test.x
    fakes = network.opponent.predict(network.fakes(network.noise(len(x))))
    assert found["loss"] == pytest.approx(np.mean(np.logaddexp(0, -fakes)))
    real = network.opponent.predict(x)
    discriminator = np.mean(np.logaddexp(0, -real)) + np.mean(np.logaddexp(0, fakes))
    assert found["discriminator_loss"] == pytest.approx(discriminator)
    run.train(epochs=1)
    assert {"test_discriminator_loss", "test_modes", "test_share"} <= set(run.history)


def test_clouds_are_covered_by_their_share_alone():
    clouds = Clouds(np.array([[0.0, 0.0], [10.0, 0.0]]), 1.0)
    points = np.array([[0.0, 0.1]] * 90 + [[10.0, 2.9]] * 13 + [[5.0, 0.0]] * 1)
    modes, share = coverage(points, clouds)
    assert modes.tolist() == [True, True] and share == pytest.approx(103 / 104)
    assert coverage(np.delete(points, slice(90, 92), 0), clouds)[0].tolist() == [True, False]


def test_a_half_turn_is_seen(run):
    run.step()
    before = run.snapshot()
    assert (before.next_player, before.half_steps) == ("discriminator", 0)
    players = [run.half_turn(), run.half_turn(), run.half_turn()]
    assert players == ["discriminator", "discriminator", "generator"]
    run.half_turn()
    after = run.snapshot()
    assert (after.step, after.next_player, after.half_steps) == (2, "discriminator", 1)
    assert (after.game.plane(5) != before.game.plane(5)).any()
    run.step()
    assert run.snapshot().half_steps == 0


def test_views_of_the_plane(run):
    run.train(epochs=1)
    snapshot = run.snapshot()
    game, network = snapshot.game, snapshot.network
    assert snapshot.game is game
    assert (game.fakes(4) == network.samples(network.noise(9))[:4]).all()
    assert game.plane(3)[2, 0] == pytest.approx(game.belief(np.array([[-6.0, 6.0]]))[0])
    grid = game.bent_grid(5, reach=1.0)
    assert np.allclose(grid[0, 4], network.fakes(np.array([[1.0, -1.0]], np.float32))[0])
    fakes, arrows = game.arrows(6)
    nearer = game.belief(fakes + 1e-2 * arrows) >= game.belief(fakes)
    assert nearer.all()
    assert game.modes().shape == (8,)
    assert not snapshot.network.flat.flags.writeable
    assert not network.opponent.flat.flags.writeable


def test_one_network_has_no_game():
    run = Run(Experiment.preset("circle"))
    with pytest.raises(ValueError, match="one network"):
        run.snapshot().game  # noqa: B018
    with pytest.raises(ValueError, match="one network"):
        run.half_turn()


def test_settings_change_while_it_plays(run):
    run.step()
    settings = {**SMALL.described()["adversarial"], "steps": 5}
    assert run.update(SMALL.changed(adversarial=settings))
    run.train(epochs=1)
    assert run.network.plan.input_shape == (2,) and not run.snapshot().repeatable
    assert not run.update(SMALL.changed(adversarial={**settings, "noise": 3}))


def test_images_go_from_0_to_1_for_everybody_else():
    run = Run(IMAGES)
    run.step()
    made = run.generate(3, seed=1)
    assert made.shape == (3, 1, 28, 28) and made.min() >= 0 and made.max() <= 1
    fakes = run.network.fakes(run.network.noise(3, seed=1))
    assert np.allclose(made, (fakes + 1) / 2, atol=1e-6)
    assert run.network.reals(np.zeros(1)) == -1
    game = run.snapshot().game
    assert game.wall(9).shape == (9, 1, 28, 28) and game.belief(made).shape == (3,)
    with pytest.raises(ValueError, match="plane"):
        game.plane(3)
    with pytest.raises(ValueError, match="From 1 to"):
        run.generate(0)


def test_a_generator_that_diverges_says_so_and_keeps_its_last_finite_state():
    fast = {"type": "sgd", "learning_rate": 100.0}
    settings = {"layers": dense(7, 1), "loss": {"type": "least_squares"}, "optimizer": fast}
    run = Run(SMALL.changed(optimizer=fast, adversarial=settings))
    run.train(epochs=20)
    snapshot = run.snapshot()
    assert snapshot.status == "diverged" and "Both are back" in snapshot.message
    assert np.isfinite(run.network.flat).all() and np.isfinite(run.network.opponent.flat).all()
    assert np.isfinite(run.generate(5)).all()


def test_a_discriminator_that_wins_at_once_is_named():
    settings = {
        "layers": dense(32, 1),
        "steps": 20,
        "loss": {"type": "minimax"},
        "optimizer": {"type": "adam", "learning_rate": 0.03},
    }
    still = {"type": "sgd", "learning_rate": 0.0}
    run = Run(SMALL.changed(adversarial=settings, optimizer=still))
    assert run.snapshot().game.verdict() == ""
    run.set_parameter("1.bias", (0,), 30.0)  # far from all that is real
    run.train(epochs=5)
    assert run.snapshot().status != "diverged"
    assert "non-saturating" in run.snapshot().game.verdict()


def test_a_step_of_a_game_cannot_be_rehearsed(run):
    with pytest.raises(ValueError, match="two networks"):
        run.rehearse()


@pytest.mark.parametrize(("name", "least", "most"), [("gan_ring", 8, 8), ("gan_collapse", 0, 4)])
def test_a_held_discriminator_covers_what_another_loses(name, least, most):
    """Two seconds of training each: slow."""
    run = Run(Experiment.preset(name))
    run.train(epochs=150 if name == "gan_ring" else 40)
    found = run.evaluate()
    assert least <= found["modes"] <= most
    assert found["share"] >= 0.9 or name != "gan_ring"
