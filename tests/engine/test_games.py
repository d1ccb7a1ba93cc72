"""Two networks that take turns: as PyTorch plays, whatever the threads, and told apart by steps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from playground.engine import AdversarialTraining, Generator, registry
from playground.engine.games import FAKE, GENERATOR, REAL
from tests.engine.case import dense
from tests.engine.compare import all_close
from tests.engine.game_cases import GAMES, TURNS, GameCase
from tests.engine.test_reference import TOLERANCES

REFERENCE = Path(__file__).parent / "reference" / "games.safetensors"
PLAIN, CHUNKS = GAMES[0], GAMES[4]


def trained_of(network: Generator) -> int:
    """How many gradients a chunk keeps."""
    own, other = (-(-one.trained // 16) * 16 for one in (network, network.opponent))
    return own + 2 * other


def twenty_turns(case: GameCase, dtype: str) -> dict[str, np.ndarray]:
    """The engine's answers under the names of the stored ones."""
    network = case.network(dtype)
    progress = case.training(network).train(TURNS)
    assert progress.opponent is not None
    found = {"generator": progress.losses, "discriminator": progress.opponent}
    for word, net in (("parameter", network), ("opponent", network.opponent)):
        found |= {f"{word}.{name}": array for name, array in net.state_dict().items()}
    return found


@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("case", GAMES, ids=str)
def test_twenty_turns_as_pytorch(case, dtype):
    stored = load_file(REFERENCE)
    start = f"{case.name}/"
    truth = {key.removeprefix(start): a for key, a in stored.items() if key.startswith(start)}
    assert len(truth["generator"]) == TURNS
    all_close(twenty_turns(case, dtype), truth, TOLERANCES[dtype], case.name)


def test_nothing_stale_is_stored():
    assert {key.split("/")[0] for key in load_file(REFERENCE)} == {case.name for case in GAMES}


@pytest.mark.parametrize("type", registry.names("game"))
def test_every_cost_and_its_slope(type):
    """The engine's mean is that of `each`, and its gradient that of central differences."""
    case = replace(PLAIN, game={"type": type})
    network = case.network("float64")
    opponent, game, x = network.opponent, network.game, case.reals().astype(np.float64)
    loss, _, slope = opponent.backward(x, np.zeros((len(x), 1)), training=False)
    assert loss == pytest.approx(game.generator(opponent.predict(x)), rel=1e-12)
    step = np.zeros_like(x)
    step[3, 1] = 1e-6
    rise = [game.generator(opponent.predict(x + sign * step)) for sign in (1, -1)]
    assert slope[3, 1] == pytest.approx((rise[0] - rise[1]) / 2e-6, rel=1e-6)
    outputs = opponent.predict(x)
    assert game.discriminator(outputs, outputs) == pytest.approx(
        np.mean(game.each(outputs, REAL) + game.each(outputs, FAKE))
    )
    better = game.each(outputs + 1, GENERATOR).mean() - game.each(outputs, GENERATOR).mean()
    assert better < 0 or type == "least_squares"  # which draws back what is beyond 1


def test_threads_and_calls_change_no_bit():
    networks = [CHUNKS.network() for _ in range(3)]
    first, second, third = (
        CHUNKS.training(network, parallel=number == 1) for number, network in enumerate(networks)
    )
    losses = [first.train(12).losses, second.train(12).losses]
    parts = [third.train(5).losses]
    assert third.half_turn().opponent is not None
    assert third.next_player == "generator" and third.step == 5
    parts.append(third.train(7).losses)
    assert (losses[0] == losses[1]).all() and (losses[0] == np.concatenate(parts)).all()
    for network in networks[1:]:
        assert (network.flat == networks[0].flat).all()
        assert (network.opponent.flat == networks[0].opponent.flat).all()


def test_a_half_turn_moves_one_network_alone():
    network = replace(PLAIN, steps=2).network()
    training = replace(PLAIN, steps=2).training(network)
    for player in ("discriminator", "discriminator", "generator"):
        before = network.flat.copy(), network.opponent.flat.copy()
        assert training.next_player == player
        training.half_turn()
        moved = (network.flat != before[0]).any(), (network.opponent.flat != before[1]).any()
        assert moved == (player == "generator", player == "discriminator")
    assert training.step == 1 and training.done == 0


def test_a_state_comes_back_within_a_turn():
    network = replace(PLAIN, steps=3).network()
    training = replace(PLAIN, steps=3).training(network)
    training.train(4)
    training.half_turn()
    state = training.state()
    losses = training.train(6).losses
    training.restore(state)
    assert training.done == 1 and (training.train(6).losses == losses).all()


def test_more_steps_while_it_plays():
    network = PLAIN.network()
    training = PLAIN.training(network)
    training.train(3)
    training.set("adversarial", "steps", 4)
    training.set("discriminator optimizer", "learning_rate", 0.0)
    before = network.opponent.flat.copy()
    progress = training.train(5)
    assert training.step == 8 and len(progress.losses) == 5 and len(progress.opponent) == 20
    assert (network.opponent.flat == before).all()
    with pytest.raises(KeyError):
        training.set("discriminator optimizer", "momentum", 0.5)


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_what_overflows_leaves_the_last_finite_state(player):
    network = PLAIN.network()
    training = PLAIN.training(network)
    training.train(3)
    before = network.flat.copy(), network.opponent.flat.copy()
    kind = "optimizer" if player == "generator" else "discriminator optimizer"
    training.set(kind, "learning_rate", 1e38)
    assert not training.train(10).finite
    assert training.step == 3
    assert (network.flat == before[0]).all() and (network.opponent.flat == before[1]).all()


def test_bytes_are_stretched_for_a_generator_that_ends_in_tanh():
    x = np.random.default_rng(0).integers(0, 256, (20, 2)).astype(np.uint8)
    found = []
    for samples, scale, signed in ((x, 1 / 255, True), (2 * (x / np.float32(255)) - 1, 1.0, False)):
        layers = [[registry.make("layer", dense(n)) for n in (5, last)] for last in (2, 1)]
        game = registry.make("game", {"type": "non_saturating"})
        network = Generator(layers[0], 3, layers[1], (2,), game, signed=signed)
        sgd = registry.make("optimizer", {"type": "sgd"})
        training = AdversarialTraining(network, samples, sgd, sgd, batch_size=8, scale=scale)
        found.append(training.train(5).opponent)
    assert np.allclose(*found, rtol=1e-5)
