"""What the look inside shows: the network's own numbers, marks where they belong, every cell."""

from __future__ import annotations

import numpy as np
import pytest

from playground import Run
from playground.analysis.cell import cell as arithmetic
from playground.views import cell, flow, inside, kernels
from playground.views.packing import pack, unpack

SHIPPED = "assets/networks/lenet5.safetensors"


@pytest.fixture(scope="module")
def snapshot():
    return Run.load(SHIPPED).snapshot()


@pytest.fixture(scope="module")
def values(snapshot):
    image = snapshot.data.test.x[0]
    return [
        image * np.float32(snapshot.data.scale),
        *(one[0] for one in snapshot.activations(image[None])),
    ]


def scene(snapshot, values, position, index, shown=None):
    image = snapshot.data.test.x[0]
    return inside.scene(
        snapshot, image, values, values if shown is None else shown, position, index
    )


def stages(payload):
    return [stage for column in payload["columns"] for stage in column]


def test_every_stage_but_the_image_can_be_asked_for_its_cells(snapshot, values):
    shown = stages(inside.network(scene(snapshot, values, 2, (7, 3, 3))))
    assert [stage["name"] for stage in shown] == [
        "Image",
        "Convolution",
        "Max pool",
        "Convolution",
        "Max pool",
        "Dense",
        "Dense",
        "Scores",
        "Probability",
    ]
    assert [stage.get("layer") for stage in shown] == [None, 0, 1, 2, 3, 5, 6, 7, 8]
    np.testing.assert_array_equal(shown[3]["values"], values[3].ravel())


def test_marks_lie_on_the_chosen_cell_and_on_what_it_feels(snapshot, values):
    shown = stages(inside.network(scene(snapshot, values, 2, (7, 3, 4))))
    assert shown[3]["chosen"] == (7 * 10 + 3) * 10 + 4
    assert shown[3]["felt"].sum() == 1
    assert shown[2]["felt"].reshape(6, 14, 14)[:, 3:8, 4:9].all() and shown[2]["felt"].sum() == 150
    assert shown[0]["felt"].sum() == 14 * 14
    assert not any("felt" in later for later in shown[4:])
    everything = stages(inside.network(scene(snapshot, values, 6, (5,))))
    assert all(stage["whole"] for stage in everything[1:6])
    assert not everything[6]["whole"] and everything[6]["chosen"] == 5


def test_gradients_take_the_place_of_values(snapshot, values):
    slopes = [np.full_like(one, number) for number, one in enumerate(values)]
    shown = stages(inside.network(scene(snapshot, values, 0, (0, 5, 5), slopes)))
    assert shown[0]["kind"] == "maps" and (shown[0]["values"] == 0).all()
    assert (shown[1]["values"] == 1).all() and (shown[7]["values"] == 8).all()
    assert shown[8]["values"].argmax() == 7  # the probabilities stay


def test_payloads_survive_the_way_to_the_browser(snapshot, values):
    here = scene(snapshot, values, 2, (7, 3, 3))
    assert unpack(pack(inside.network(here)))["columns"][0][0]["felt"].sum() == 196
    work = arithmetic.work(snapshot.network, values, 2, (7, 3, 3))
    told = unpack(pack(cell.payload(here, work)))
    assert told["title"] == "Layer 3, Convolution" and told["sees"] == (
        "It sees 14×14 of the 28×28 pixels."
    )
    assert told["where"] == "map 8 of 16, row 4, column 4"
    assert told["from"] == 1 and told["source"] == "layer 2, Max pool"
    assert told["shape"] == [6, 14, 14] and told["step"] == 100
    window = told["window"]
    assert window["maps"] == 6 and len(window["patch"]) == 150
    np.testing.assert_allclose(window["sums"].sum(), window["products"].sum(), rtol=1e-5)
    assert told["lines"][-1][0] == "then ReLU"


def test_a_dense_unit_lists_what_counts_most(snapshot, values):
    here = scene(snapshot, values, 5, (3,))
    told = cell.payload(here, arithmetic.work(snapshot.network, values, 5, (3,)))
    terms = told["terms"]
    sizes = np.abs(terms["parts"][terms["order"]])
    assert (np.diff(sizes) <= 0).all() and len(sizes) == 400 and terms["labels"] is None
    assert told["source"] == "layer 4, Max pool" and told["shape"] == [16, 5, 5]


def test_probabilities_and_scores_are_called_by_their_class(snapshot, values):
    chance = scene(snapshot, values, 8, (7,))
    told = cell.payload(chance, arithmetic.work(snapshot.network, values, 8, (7,)))
    assert told["title"] == "Softmax" and told["where"] == "the probability of 7"
    assert list(told["terms"]["order"]) == list(range(10)) and told["size"] == 1.0
    assert told["terms"]["labels"] == list("0123456789") and told["map"] == 7
    score = scene(snapshot, values, 7, (7,))
    assert cell.where(score) == "unit 8 of 10, the score of 7"


def test_cells_from_outside_are_looked_at_before_use(snapshot):
    plan = snapshot.network.plan
    assert inside.checked(plan, 2, 734) == (2, (7, 3, 4))
    assert inside.checked(plan, 8, 9) == (8, (9,))
    for wrong in ((2, 1600), (2, -1), (9, 0), (-1, 0), ("2", 3), (None, None), (2, 1.0)):
        assert inside.checked(plan, *wrong) is None


def test_the_first_cell_is_the_strongest_of_the_first_layer(snapshot, values):
    position, index = inside.start(values, snapshot.network.plan)
    assert position == 0 and np.abs(values[1]).max() == abs(values[1][index])


def test_weights_of_every_layer_are_pictures(snapshot):
    network = snapshot.network
    offered = kernels.choices(network.plan, list(network.state_dict()))
    assert list(offered.values()) == [
        "Layer 1, Convolution",
        "Layer 3, Convolution",
        "Layer 6, Dense",
        "Layer 7, Dense",
        "Layer 8, Dense",
    ]
    shown = {
        name: kernels.payload(network.plan, name, network.state_dict()[name]) for name in offered
    }
    note, picture = shown["0.weight"]
    [stage] = stages(picture)
    assert note == "6 filters of 5×5" and stage["count"] == 6 and not stage["pair"]
    np.testing.assert_array_equal(stage["values"], network.state_dict()["0.weight"].ravel())
    [second] = stages(shown["2.weight"][1])
    assert second["across"] == 16 and second["count"] == 96 and second["pair"] == ["map", "filter"]
    kernel = second["values"].reshape(6, 16, 5, 5)[4, 9]  # a row each map, a column each filter
    np.testing.assert_array_equal(kernel, network.state_dict()["2.weight"][9, 4])
    [dense] = stages(shown["5.weight"][1])
    assert (dense["width"], dense["height"], dense["across"]) == (5, 5, 16)
    np.testing.assert_array_equal(dense["values"], network.state_dict()["5.weight"][:16].ravel())
    [matrix] = stages(shown["6.weight"][1])
    assert (matrix["width"], matrix["height"], matrix["count"]) == (120, 84, 1)
    assert flow.span(network.state_dict()["6.weight"]) == matrix["scale"]
    for _, payload in shown.values():
        assert unpack(pack(payload))


def test_blocks_and_norms_have_pictures_of_their_weights():
    from tests.analysis.cell import networks

    for name in ("resnet", "googlenet", "odd", "lstm_rows"):
        net = networks.network(name)
        state = net.state_dict()
        offered = kernels.choices(net.plan, list(state))
        assert len(set(offered.values())) == len(offered)
        for key in offered:
            note, payload = kernels.payload(net.plan, key, state[key])
            [stage] = stages(payload)
            assert note and len(stage["values"]) == (
                stage["count"] * stage["width"] * stage["height"]
            )


def test_deep_networks_share_columns():
    from playground import Experiment

    run = Run(Experiment.preset("vgg"))
    shot = run.snapshot()
    image = shot.data.test.x[0]
    values = [image * np.float32(1 / 255), *(one[0] for one in shot.activations(image[None]))]
    payload = inside.network(inside.scene(shot, image, values, values, 0, (0, 3, 3)))
    run.close()
    assert len(payload["columns"]) == inside.COLUMNS + 3
    layers = [stage["layer"] for stage in stages(payload) if "layer" in stage]
    assert layers == sorted(layers) and len(layers) == 12


def test_colour_images_and_their_gradients():
    from types import SimpleNamespace

    from playground.analysis.cell.slopes import Slopes
    from playground.engine import Network, registry

    layers = [
        registry.make("layer", one)
        for one in (
            {"type": "conv2d", "filters": 4, "kernel_size": 3, "activation": "relu"},
            {"type": "flatten"},
            {"type": "dense", "units": 3},
        )
    ]
    net = Network(layers, (3, 8, 8), registry.make("loss", {"type": "softmax_cross_entropy"}))
    shot = SimpleNamespace(
        network=net,
        data=SimpleNamespace(class_names=("cat", "dog", "ship")),
        labels=["cat", "dog", "ship"],
        probabilities=net.loss.probabilities,
    )
    image = np.random.default_rng(1).integers(0, 256, (3, 8, 8)).astype(np.uint8)
    x = image / np.float32(255)
    values = [x, *(one[0] for one in net.activations(x[None]))]
    plain = inside.scene(shot, image, values, values, 0, (2, 1, 1))
    first, *_, bars = stages(inside.network(plain))
    assert first["channels"] == 3 and first["felt"].sum() == 9 and bars["labels"][2] == "ship"
    window = cell.payload(plain, arithmetic.work(net, values, 0, (2, 1, 1)))["window"]
    assert window["maps"] == 3 and len(window["sums"]) == 3
    slopes = Slopes(net).of_loss(net, x, 1).values
    first, *_ = stages(inside.network(inside.scene(shot, image, values, slopes, 0, (2, 1, 1))))
    assert first["count"] == 3 and first["felt"].sum() == 27
