"""The drawing of the network."""

from dataclasses import replace

import numpy as np
import pytest

from playground import Experiment, Run
from playground.views import network
from playground.views.packing import pack, unpack


def payload_of(layers, features=("x1", "x2")):
    described = Experiment.preset("circle").described()
    described["data"]["features"] = list(features)
    described["layers"] = [*layers, {"type": "dense", "units": 1}]
    run = Run(Experiment.model_validate(described))
    run.step()
    shown = run.snapshot()
    run.close()
    return shown, network.payload(shown)


def dense(units, activation="tanh"):
    return {"type": "dense", "units": units, "activation": activation}


def test_columns_name_inputs_hidden_layers_and_the_output():
    _, payload = payload_of([dense(4), dense(2, "relu")], ["x1", "sin_x2"])
    assert [column["title"] for column in payload["columns"]] == [
        "Inputs",
        "Hidden 1",
        "Hidden 2",
        "Output",
    ]
    assert payload["columns"][0]["names"] == ["x₁", "sin x₂"]
    assert [column.get("activation") for column in payload["columns"]] == [
        None,
        "tanh",
        "relu",
        "identity",
    ]
    assert payload["label"] == (
        "Network with 2 inputs, hidden layers of 4 neurons, 2 neurons, 1 output."
    )


def test_links_hold_the_weights_that_lead_to_each_neuron():
    shown, payload = payload_of([dense(3)])
    state = shown.network.state_dict()
    np.testing.assert_array_equal(payload["links"][0]["weights"], state["0.weight"].ravel())
    np.testing.assert_array_equal(payload["links"][1]["biases"], state["1.bias"])


def test_pictures_are_the_neurons_in_bytes():
    shown, payload = payload_of([dense(3)])
    side = network.RESOLUTION
    pictures = payload["pictures"].reshape(-1, side, side)
    assert len(pictures) == 2 + 3 + 1 and pictures.dtype == np.uint8
    hidden = shown.neurons(side)[1]
    np.testing.assert_allclose(pictures[2:5] / 127.5 - 1, hidden, atol=1 / 127)
    assert pictures[0, 0, 0] == 0 and pictures[0, 0, -1] == 255  # x₁ from left to right


def test_of_a_wide_layer_the_first_neurons_are_shown():
    _, payload = payload_of([dense(40), dense(2)])
    assert payload["shown"] == [2, network.SHOWN, 2, 1]
    assert payload["columns"][1]["size"] == 40
    assert payload["links"][0]["weights"].size == 2 * network.SHOWN
    assert payload["links"][1]["weights"].size == 2 * network.SHOWN


@pytest.mark.parametrize("between", [{"type": "activation", "name": "relu"}])
def test_a_layer_without_weights_passes_neurons_straight_on(between):
    _, payload = payload_of([dense(3, "identity"), between])
    assert payload["links"][1] == {} and payload["columns"][2]["connected"] is False


def test_a_message_is_small():
    _, payload = payload_of([dense(8), dense(8)])
    message = pack(payload)
    assert len(message) < 40_000
    assert unpack(message)["shown"] == [2, 8, 8, 1]


def test_dead_and_saturated_neurons_are_marked():
    shown, _ = payload_of([dense(3, "relu"), dense(2)])
    weights = shown.network.state_dict()
    run = Run(shown.experiment)
    for unit in range(2):
        run.set_parameter("0.bias", (unit,), -99.0)  # never above zero
    run.set_parameter("1.bias", (1,), 50.0)  # always at tanh's upper end
    told = network.payload(run.snapshot())
    run.close()
    assert weights["0.weight"].shape == (3, 2)
    assert told["marks"].tolist() == [0, 0, network.DEAD, network.DEAD, 0, 0, network.SATURATED, 0]


def test_neurons_that_are_well_are_not_marked():
    _, payload = payload_of([dense(4), dense(2)])
    assert not payload["marks"].any()


@pytest.mark.parametrize(
    ("layer", "short", "note", "activation"),
    [
        ({"type": "dropout", "rate": 0.2}, "Dropout", "20 %", None),
        ({"type": "batch_norm"}, "Batch norm", "", None),
        ({"type": "activation", "name": "sigmoid"}, "Activation", "", "sigmoid"),
    ],
)
def test_layers_without_neurons_of_their_own_say_what_they_do(layer, short, note, activation):
    _, payload = payload_of([dense(3, "identity"), layer])
    column = payload["columns"][2]
    assert (column["short"], column["note"], column["activation"]) == (short, note, activation)


def test_outputs_of_several_classes_have_names_colours_and_their_own_probability():
    experiment = Experiment.preset("circle")
    layers = [dense(3), {"type": "dense", "units": 2}]
    run = Run(experiment.changed(layers=layers, loss={"type": "softmax_cross_entropy"}))
    shown = run.snapshot()
    told = network.payload(shown)
    run.close()
    output = told["columns"][-1]
    assert output["names"] == list(shown.data.class_names) and len(output["colours"]) == 2
    assert network.name(told["columns"], 2, 1) == f"Output {shown.data.class_names[1]}"
    pictures = told["pictures"].reshape(-1, network.RESOLUTION**2)[-2:].astype(float)
    np.testing.assert_allclose(pictures.sum(axis=0), 255, atol=1)  # the two beliefs add up to 1


def test_a_low_drawing_shows_fewer_neurons():
    shown, tall = payload_of([dense(12)])
    low = network.payload(shown, height=288)
    assert tall["shown"][1] == 12 and low["shown"][1] == 8
    assert len(low["marks"]) == len(low["pictures"]) // network.RESOLUTION**2 == 2 + 8 + 1


def test_what_is_said_stays_calm_while_it_trains():
    shown, payload = payload_of([dense(3)])
    assert payload["said"].startswith("Paused after 0.04 epochs. Loss ")
    assert network.said(replace(shown, status="running")) == "Training."
    assert network.said(replace(shown, step=0, status="ready")) == ""
    assert network.said(replace(shown, status="diverged")).startswith("Stopped after")
