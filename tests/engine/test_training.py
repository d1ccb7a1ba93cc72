"""Training: the same bits again, changes while it runs, penalties, and overflow."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import Network, Training, registry
from playground.engine.optimizers import SGD
from playground.engine.parallel import parallel_interpreter
from playground.engine.regularizers import L2
from tests.engine.case import Case, dense
from tests.engine.cases import LENET
from tests.engine.recipes import OPTIMIZERS, REGULARIZERS, SCHEDULES, TOY, piece
from tests.namesake import Decay

STILL = np.zeros((4, 2), np.float32), np.full((4, 3), [1.0, 2.0, 3.0])
ADAM = piece("adam", learning_rate=0.01)


def training(case: Case = LENET, optimizer=ADAM, regularizer=None, **options) -> Training:
    x, y = options.pop("data", None) or case.batch()
    made = registry.make("optimizer", optimizer)
    penalty = registry.make("regularizer", regularizer or {"type": "none"})
    options = {"batch_size": 10, "seed": 3, **options}
    return Training(case.network(), x, y, made, penalty, **options)


def same(first: Training, second: Training) -> bool:
    return (first.network.flat == second.network.flat).all()


# ---- replay ----
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("regularizer", REGULARIZERS)
def test_the_same_bits_in_one_call_or_many(optimizer, regularizer):
    parts = OPTIMIZERS[optimizer][-1].optimizer, REGULARIZERS[regularizer][-1].regularizer
    whole, parted = training(TOY, *parts), training(TOY, *parts)
    losses = whole.train(30).losses
    pieces = [parted.train(n).losses for n in (1, 1, 7, 0, 21)]
    assert (np.concatenate(pieces) == losses).all() and same(whole, parted)
    assert len(set(losses.tolist())) > 10, "nothing was trained"


@pytest.mark.parametrize("batch_size", [33, 64, 200])
def test_the_same_bits_on_one_thread_or_more(batch_size):
    assert parallel_interpreter(np.dtype("f4")) is not None, "no safe threading layer here"
    random = np.random.default_rng(2)
    data = random.normal(size=(300, 1, 12, 12)).astype(np.float32), random.integers(0, 10, 300)
    alone, together = (training(data=data, batch_size=batch_size) for _ in range(2))
    together.parallel = True
    assert (alone.train(25).losses == together.train(25).losses).all()
    assert same(alone, together)


def test_seed_decides_the_order_and_every_epoch_has_its_own():
    # One weight of 1 that never moves: the loss of a batch of one tells which sample it was.
    x = np.arange(1, 12, dtype=np.float32)[:, None]
    case = Case("line", (dense(1),), (1,))

    def order(seed: int, **options) -> np.ndarray:
        still = piece("sgd", learning_rate=0.0)
        data = x, np.zeros_like(x)
        run = training(case, still, data=data, batch_size=1, seed=seed, **options)
        run.network.load_state_dict({"0.weight": [[1.0]], "0.bias": [0.0]})
        return np.sqrt(run.train(33).losses).round().astype(int).reshape(3, 11)

    orders = order(1)
    assert all(sorted(epoch) == list(range(1, 12)) for epoch in orders.tolist())
    assert len({tuple(epoch) for epoch in orders.tolist()}) == 3
    assert (order(1) == orders).all() and not (order(2) == orders).all()
    assert order(1, shuffle=False).tolist() == [list(range(1, 12))] * 3


def test_state_continues_where_it_was_taken():
    first = training()
    first.train(7)
    kept = first.state()
    losses = first.train(9).losses
    second = training()
    second.restore(kept)
    assert second.step == 7
    assert (second.train(9).losses == losses).all() and same(first, second)


def test_restart_trains_anew():
    run = training(TOY)
    first = run.train(12).losses
    run.network.load_state_dict(TOY.state(run.network))
    run.restart()
    assert run.step == 0
    assert (run.train(12).losses == first).all()


def test_a_state_of_another_network_is_refused():
    with pytest.raises(ValueError, match="do not belong"):
        training(TOY).restore(training(LENET).state())


# ---- clock ----
@pytest.mark.parametrize(("batch_size", "steps"), [(1, 25), (10, 3), (25, 1), (24, 2), (1000, 1)])
def test_epochs_count_the_last_small_batch(batch_size, steps):
    run = training(TOY, batch_size=batch_size)
    assert run.steps_per_epoch == steps and run.step == 0 and run.epoch == 0
    progress = run.train(steps)
    assert progress.steps == len(progress.losses) == run.step == steps and run.epoch == 1
    assert progress.loss == pytest.approx(progress.losses.mean(), rel=1e-6)
    run.train(1)
    assert run.epoch == 1 + 1 / steps


def test_a_smaller_batch_is_averaged_over_its_own_samples():
    x, y = TOY.batch()
    still = piece("sgd", learning_rate=0.0)
    losses = training(TOY, still, batch_size=10, shuffle=False).train(3).losses
    network = TOY.network()
    for loss, part in zip(losses, (slice(0, 10), slice(10, 20), slice(20, 25)), strict=True):
        assert loss == pytest.approx(network.loss.evaluate(network.predict(x[part]), y[part]), 1e-6)


def test_no_samples_are_refused():
    with pytest.raises(ValueError, match="no samples"):
        training(TOY, data=(np.zeros((0, 2), np.float32), np.zeros((0, 1))))


def test_bytes_are_numbers_times_scale():
    random = np.random.default_rng(4)
    raw = random.integers(0, 256, (50, 1, 12, 12)).astype(np.uint8)
    y, scale = random.integers(0, 10, 50), 1 / 255
    bytes_ = training(data=(raw, y), scale=scale)
    floats = training(data=(raw.astype(np.float32) * np.float32(scale), y))
    assert (bytes_.train(20).losses == floats.train(20).losses).all() and same(bytes_, floats)


# ---- changes while it runs ----
def test_live_options_count_from_the_next_batch_on():
    changed, slow, fast = (training(TOY, piece("sgd", learning_rate=r)) for r in (0.01, 0.01, 0.5))
    changed.train(5)
    slow.train(5)
    changed.set("optimizer", "learning_rate", 0.5)
    fast.restore(changed.state())
    assert (changed.train(5).losses == fast.train(5).losses).all()
    assert not (slow.train(5).losses == fast.train(5).losses).all()


@pytest.mark.parametrize("kind", ["optimizer", "regularizer"])
def test_every_live_option_changes_something(kind):
    found = 0
    tables = {"optimizer": OPTIMIZERS, "regularizer": REGULARIZERS}
    for recipes in tables[kind].values():
        recipe = recipes[-1]
        described = getattr(recipe, kind)
        for option in registry.options(registry.get(kind, described["type"])):
            if not option.live:
                continue
            found += 1
            left, right = (training(TOY, recipe.optimizer, recipe.regularizer) for _ in range(2))
            left.train(3)
            right.train(3)
            old = described.get(option.name, option.default)
            right.set(kind, option.name, old / 2 + 0.003)
            left.train(3)
            right.train(3)
            assert not same(left, right), f"{described['type']}: {option.name} changed nothing"
    assert found


def test_what_cannot_change_is_named():
    for kind, name in (
        ("optimizer", "units"),
        ("regularizer", "learning_rate"),
        ("layer", "units"),
    ):
        with pytest.raises(KeyError, match=name):
            training(TOY).set(kind, name, 3)


def test_options_of_one_name_are_two_settings():
    def run(penalty):
        case = TOY
        return Training(case.network(), *case.batch(), SGD(), penalty, batch_size=10, seed=3)

    usual, namesake = run(L2(rate=0.25)), run(Decay(weight_decay=0.25))
    usual.train(3), namesake.train(3)
    assert same(usual, namesake), "the penalty's price, the optimizer without a decay"
    usual.set("regularizer", "rate", 0.5)
    namesake.set("regularizer", "weight_decay", 0.5)
    usual.train(3), namesake.train(3)
    assert same(usual, namesake)
    for changed in (usual, namesake):
        changed.set("optimizer", "weight_decay", 0.125)
        changed.train(3)
    assert same(usual, namesake)


# ---- schedules ----
@pytest.mark.parametrize("name", SCHEDULES)
def test_the_rate_told_is_the_rate_in_force(name):
    # A slope of 1 that never changes: each step moves the bias by the rate in force.
    case, x = Case("slope", (dense(1),), (1,)), np.zeros((6, 1), np.float32)
    schedule = registry.make("schedule", SCHEDULES[name][0].schedule)
    sgd = piece("sgd", learning_rate=0.25)
    run = training(case, sgd, data=(x, x), batch_size=2, schedule=schedule)
    seen = []
    for step in range(24):
        rate = run.learning_rate
        assert rate == pytest.approx(0.25 * schedule.factor(step, 3), rel=1e-12)
        run.network.load_state_dict({"0.weight": [[0.0]], "0.bias": [0.5]})
        run.train(1)
        moved = 0.5 - float(run.network.parameter("0.bias")[0])
        assert moved == pytest.approx(rate, rel=1e-5, abs=1e-7)
        seen.append(rate)
    assert (len(set(seen)) == 1) == (name == "constant")
    run.set("optimizer", "learning_rate", 0.5)
    assert run.learning_rate == pytest.approx(0.5 * schedule.factor(24, 3), rel=1e-12)


# ---- penalties ----
def test_l1_stops_at_exactly_zero_and_biases_are_free():
    # No gradient: the network is right from the start, so that only the penalty moves weights.
    case = Case("still", (dense(3),), (2,))
    run = training(case, piece("sgd", learning_rate=0.5), piece("l1", rate=0.1), data=STILL)
    weights = np.float32([[0.07, -0.07], [0.02, -0.02], [1, -1]])
    run.network.load_state_dict({"0.weight": weights, "0.bias": [1, 2, 3]})
    run.train(1)
    assert run.network.parameter("0.weight") == pytest.approx(
        np.float32([[0.02, -0.02], [0, 0], [0.95, -0.95]]), abs=1e-7
    )
    assert (run.network.parameter("0.weight")[1] == 0).all()
    run.train(1)
    assert (run.network.parameter("0.weight")[:2] == 0).all()
    assert run.network.parameter("0.bias").tolist() == [1, 2, 3]


def test_l2_shrinks_by_its_share_and_biases_are_free():
    case = Case("still", (dense(3),), (2,))
    run = training(case, piece("sgd", learning_rate=0.5), piece("l2", rate=0.1), data=STILL)
    weights = np.float32([[1, -1], [0.5, 2], [0, -4]])
    run.network.load_state_dict({"0.weight": weights, "0.bias": [1, 2, 3]})
    run.train(2)
    assert run.network.parameter("0.weight") == pytest.approx(weights * 0.95**2, rel=1e-6)
    assert run.network.parameter("0.bias").tolist() == [1, 2, 3]


def test_the_loss_told_is_of_the_data_alone():
    plain, priced = (training(TOY, regularizer=r) for r in (None, piece("l2", rate=10.0)))
    assert plain.train(1).loss == priced.train(1).loss


# ---- overflow ----
@pytest.mark.parametrize("case", [TOY, LENET], ids=lambda case: case.name)
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_overflow_is_noticed_and_undone(case, optimizer):
    run = training(case, piece(optimizer, learning_rate=0.01))
    assert run.train(5).finite
    before = run.state()
    run.set("optimizer", "learning_rate", 3e38)
    progress = run.train(1000)
    assert not progress.finite
    assert progress.steps < 1000, "it went on after the loss was lost"
    assert run.step == 5 and np.isfinite(run.network.flat).all()
    after = run.state()
    assert all((before[name] == after[name]).all() for name in before if name != "clock")
    run.set("optimizer", "learning_rate", 0.01)
    progress = run.train(5)
    assert progress.finite and np.isfinite(progress.losses).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_data_that_are_no_numbers_are_noticed(bad):
    x, y = TOY.batch()
    x[7, 1] = bad
    run = training(TOY, data=(x, y))
    before = run.network.parameters()
    assert not run.train(3).finite
    assert (run.network.parameters() == before).all()


def test_it_learns():
    random = np.random.default_rng(1)
    x = random.uniform(-1, 1, (200, 2)).astype(np.float32)
    y = (x[:, 0] * x[:, 1] > 0).astype(np.int64)
    layers = [registry.make("layer", dense(8, "tanh")), registry.make("layer", dense(1))]
    loss = registry.make("loss", {"type": "binary_cross_entropy"})
    network = Network(layers, (2,), loss)
    Training(network, x, y, registry.make("optimizer", ADAM)).train(3000)
    assert (network.loss.classes(network.predict(x)) == y).mean() > 0.95
