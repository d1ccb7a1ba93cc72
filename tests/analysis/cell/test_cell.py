"""What is written down about a cell is what the engine computed."""

from __future__ import annotations

import numpy as np
import pytest

from playground import Run
from playground.analysis.cell import cell
from tests.analysis.cell import networks
from tests.engine.parity import settled

NETWORKS = (
    "lenet5",
    "lenet5_1998",
    "mnist_mlp",
    "mnist_linear",
    "alexnet",
    "vgg",
    "googlenet",
    "resnet",
    "odd",
)
CELLS = 4  # of each layer


@pytest.mark.parametrize("name", NETWORKS)
def test_the_arithmetic_gives_the_engines_number(name):
    net = networks.network(name)
    values, random = networks.values(net, networks.image(net)), np.random.default_rng(3)
    for row in net.plan.rows:
        told = values[row.position + 1]
        for _ in range(CELLS):
            index = tuple(int(random.integers(size)) for size in row.output_shape)
            work = cell.work(net, values, row.position, index)
            allowed = 1e-5 * abs(work.value) + 1e-6 * float(np.abs(told).max())
            assert work.value == pytest.approx(float(told[index]), abs=allowed), (row, index)
            assert work.lines or work.terms is not None, row
            _adds_up(work, values)


def _adds_up(work, values):
    """The numbers that are shown are those of the layer that is read, and give the lines."""
    if work.window is not None:
        window = work.window
        if work.reads is not None:
            there = np.where(window.places < 0, 0, values[work.reads].ravel()[window.places])
            np.testing.assert_array_equal(window.patch, there)
        if window.weights is not None:
            assert work.lines[0].value == pytest.approx(float(window.products.sum()))
    if work.terms is not None:
        read = values[work.reads].ravel()[work.terms.places]
        np.testing.assert_array_equal(work.terms.inputs, read)
        if work.terms.weights is not None:
            np.testing.assert_allclose(work.terms.parts, read * work.terms.weights)
            assert work.lines[0].value == pytest.approx(float(work.terms.parts.sum()))
    if work.lines:
        assert work.lines[-1].value == work.value


def test_every_layer_of_images_is_worked_out():
    """What is left to the engine is recurrent, reads words, or draws by chance."""
    from playground.engine import registry

    without = set(settled("layer")) - set(cell.WORKED)
    assert set(cell.WORKED) <= set(registry.names("layer"))
    words = {"embedding", "column_embedding"}
    assert without == {"simple_rnn", "lstm", "gru", "sampling", *words}


def test_a_layer_that_is_not_worked_out_says_so():
    net = networks.network("lstm_rows")
    values = networks.values(net, networks.image(net))
    work = cell.work(net, values, 1, (5,))
    assert work.value == values[2][5] and not work.lines and "result alone" in work.about


def test_the_trained_network_layer_by_layer():
    """Seven numbers of the supplied LeNet-5 that one can check by hand."""
    snapshot = Run.load("assets/networks/lenet5.safetensors").snapshot()
    image = snapshot.data.test.x[0]
    values = [image * np.float32(1 / 255), *(one[0] for one in snapshot.activations(image[None]))]
    first = cell.work(snapshot.network, values, 0, (2, 9, 9))
    assert first.window.patch.shape == (1, 5, 5) and first.reads == 0
    np.testing.assert_allclose(first.window.patch[0], image[0, 7:12, 7:12] / 255, rtol=1e-6)
    assert [line.words for line in first.lines] == [
        "All 25 products together",
        "plus the bias",
        "then ReLU",
    ]
    pooled = cell.work(snapshot.network, values, 1, (2, 4, 4))
    assert pooled.value == values[1][2, 8:10, 8:10].max() and pooled.reads == 1
    second = cell.work(snapshot.network, values, 2, (7, 3, 3))
    assert second.window.patch.shape == (6, 5, 5)
    assert second.lines[0].words == "25 products of each of 6 maps"
    dense = cell.work(snapshot.network, values, 5, (11,))
    assert dense.reads == 4 and len(dense.terms.parts) == 400  # flatten hands on: the pool is read
    chance = cell.work(snapshot.network, values, 8, (7,))
    truth = snapshot.probabilities(values[-1][None])[0, 7]
    assert chance.value == pytest.approx(float(truth), rel=1e-9) and chance.reads == 8
    assert chance.terms.parts.sum() == pytest.approx(chance.lines[1].value)


def test_outside_of_the_image_there_are_zeros_that_lead_nowhere():
    net = networks.network("lenet5")
    values = networks.values(net, networks.image(net))
    window = cell.work(net, values, 0, (0, 0, 0)).window  # padding 2: two rows and columns outside
    assert (window.places[0, :2] == -1).all() and (window.places[0, :, :2] == -1).all()
    assert (window.patch[0, :2] == 0).all() and (window.places[0, 2:, 2:] >= 0).all()


def test_a_pool_marks_the_first_of_its_largest():
    net = networks.network("odd")
    values = networks.values(net, networks.image(net))
    work = cell.work(net, values, 13, (0, 0, 0))  # padding 1: a border that must not win
    assert work.window.places.ravel()[work.window.marked] >= 0
    assert work.window.patch.ravel()[work.window.marked] == work.value
