"""Every registered layer in networks made from what it accepts: a new one is tested when filed."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import Network, registry
from tests.engine.again import Again
from tests.engine.case import Case
from tests.engine.compare import close
from tests.pieces import cases

STEP = 1e-6  # of a direction of length 1
PIECES = list(registry.pieces("layer"))
NETWORKS = {piece.type: cases.networks(piece) for piece in PIECES}
each_piece = pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.type)
each = pytest.mark.parametrize("case", [c for row in NETWORKS.values() for c in row], ids=str)


@each_piece
def test_networks_are_made_and_change_every_option(piece):
    made = NETWORKS[piece.type]
    assert made, f"{piece.type} fits none of {cases.SHAPES}"
    options = {option.name for option in registry.options(piece)}
    assert cases.changed(piece, made) == options


Moved = list[tuple[np.ndarray, np.ndarray]]  # arrays, and the gradients that are claimed of them


def along(again: Again, moved: Moved) -> None:
    """The slope of the loss, all arrays moved at once: each by chance, by a step of one length."""
    random, losses = np.random.default_rng(3), []
    directions = [random.normal(size=array.shape) for array, _ in moved]
    steps = [STEP * direction / np.linalg.norm(direction) for direction in directions]
    starts = [array.copy() for array, _ in moved]
    for side in (1, -1):
        for (array, _), start, step in zip(moved, starts, steps, strict=True):
            array[...] = start + side * step
        losses.append(again.loss())
    for (array, _), start in zip(moved, starts, strict=True):
        array[...] = start
    found = (losses[0] - losses[1]) / (2 * STEP)
    shares = [
        float((gradient * step).sum()) / STEP
        for (_, gradient), step in zip(moved, steps, strict=True)
    ]
    largest = max(float(np.abs(gradient).max()) for _, gradient in moved)
    assert abs(found - sum(shares)) <= 1e-7 * max(1.0, largest), (found, shares)


@each
def test_gradients_are_those_of_central_differences(case: Case):
    network, (x, y) = case.network("float64"), case.batch()
    x = x.astype(np.float64)
    trained, predicted = (network.gradients(x, y, training)[0] for training in (True, False))
    told = network.loss.evaluate(network.predict(x), y)
    assert np.isfinite(trained) and predicted == pytest.approx(told, rel=1e-12)
    for training in [True, False] if trained != predicted else [True]:
        again = Again(network, x, y, training)
        _, gradients, of_input = again.gradients
        assert set(gradients) == {name for name, (p, *_) in network.declared.items() if p.trained}
        moved = [(network.parameter(name), gradient) for name, gradient in gradients.items()]
        along(again, moved if case.symbols else [*moved, (x, of_input)])


@pytest.mark.parametrize("place", range(3))
def test_one_wrong_number_in_a_gradient_would_be_seen(place: int):
    case = NETWORKS["dense"][0]
    network, (x, y) = case.network("float64"), case.batch()
    again = Again(network, x.astype(np.float64), y, training=True)
    _, gradients, _ = again.gradients
    moved = [(network.parameter(name), gradient) for name, gradient in gradients.items()]
    along(again, moved)
    moved[place][1].flat[0] += 1e-4
    with pytest.raises(AssertionError):
        along(again, moved)


@each_piece
def test_the_gradients_that_are_checked_are_not_all_zeros(piece):
    largest: dict[str, float] = {}
    for case in NETWORKS[piece.type]:
        x, y = case.batch()
        _, gradients, of_input = case.network("float64").backward(x, y)
        if not case.symbols:
            gradients["0.input"] = of_input
        for name, gradient in gradients.items():
            word = name.split(".", 1)[1]
            largest[word] = max(largest.get(word, 0.0), float(np.abs(gradient).max()))
    assert all(size > 1e-4 for size in largest.values()), largest


@each
def test_what_comes_out_is_as_planned(case: Case):
    network, (x, _) = case.network(), case.batch()
    outputs = network.activations(x)
    for row, output in zip(network.plan.rows, outputs, strict=True):
        assert output.shape == (len(x), *row.output_shape) and output.dtype == np.float32
        assert np.isfinite(output).all()
    assert (outputs[-1] == network.predict(x)).all()
    assert network.plan.parameters == sum(
        p.size for p, *_ in network.declared.values() if p.trained
    )
    shapes = {name: array.shape for name, array in network.state_dict().items()}
    assert shapes == {name: p.shape for name, (p, *_) in network.declared.items()}


@each
def test_float32_is_float64_and_a_sample_does_not_see_its_neighbours(case: Case):
    network, (x, _) = case.network(), case.batch()
    found = network.predict(x)
    close(found, case.network("float64").predict(x), 1e-5, "float64")
    close(np.concatenate([network.predict(one[None]) for one in x]), found, 1e-5, "alone")


@each
def test_weights_go_out_and_in(case: Case):
    network, (x, _) = case.network(), case.batch()
    other = Network(network.layers, case.shape, network.loss, seed=99)
    other.load_state_dict(network.state_dict())
    assert (other.predict(x) == network.predict(x)).all()
    assert (network.snapshot().predict(x) == network.predict(x)).all()
