"""Which controls a link hides or locks."""

import pytest

from playground.experiment import Experiment, controls
from playground.experiment.controls import Controls
from playground.experiment.tensorflow_playground import CONTROLS as REFERENCE


def test_round_trip():
    one = controls.of(["noise", "data"], ["learning_rate", "noise"])
    assert one.query() == {"hide": "data,noise", "lock": "learning_rate"}
    again, said = controls.read(**{"hide": "", "lock": "", **one.query()})
    assert again == one and not said
    assert again.hides("noise") and again.fixes("noise") and again.fixes("learning_rate")
    assert not again.hides("learning_rate") and not again.fixes("play")


def test_every_control_round_trips_alone():
    for name in controls.NAMES:
        for chosen in (controls.of([name], ()), controls.of((), [name])):
            read, said = controls.read(*(chosen.query().get(key, "") for key in ("hide", "lock")))
            assert read == chosen and not said


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "nothing_like_it",
        "x" * 100_000,
        "play\x00",
        "../../etc",
        "%00",
        "](http://example.org)",
        "play;drop",
    ],
)
def test_hostile_values_are_left_out_with_a_word(hostile):
    read, said = controls.read(f"noise,{hostile}", "")
    assert read == controls.of(["noise"], ()) and "left out" in said
    assert "<" not in said and "](" not in said and len(said) < 250


def test_none_is_nothing():
    assert controls.read("", "") == (Controls(), "") and not Controls() and not Controls().query()


def test_every_place_in_an_experiment_has_a_control():
    known = {"version"}
    for field in Experiment.model_fields:
        names = controls.names((field,))
        assert (names and set(names) <= set(controls.NAMES)) or field in known
    assert controls.names(("layers", 2, "activation")) == ("activation",)
    assert controls.names(("data", "table")) == controls.names(("data", "target")) == ("data",)
    assert controls.names(("data", "seed")) == ("points",)


def test_both_stacks_of_a_game_are_layers():
    place = ("adversarial", "layers", 0)
    assert controls.names((*place, "activation")) == ("activation", "adversarial")
    for name in ("layers", "adversarial"):
        held = controls.of((), [name])
        assert held.fixes_place((*place, "units")) and not held.hides_place(place)
        assert controls.of([name], ()).hides_place(place)
    assert controls.of((), ["layers"]).fixes_place(("layers",))
    assert not controls.of((), ["layers"]).fixes_place(("adversarial", "noise"))


def test_what_the_reference_hides_can_be_hidden_here():
    assert set(REFERENCE.values()) <= set(controls.NAMES)


def test_the_controls_that_a_change_would_move():
    before = Experiment.preset("circle")
    slower = before.changed(optimizer={**before.optimizer.described(), "learning_rate": 0.001})
    assert controls.moved(before, slower) == {"learning_rate"}
    assert controls.moved(before, before.changed(initializer={"type": "zeros"})) == {"initializer"}
    layers = [layer.described() for layer in before.layers]
    layers[0]["activation"] = "relu"
    assert controls.moved(before, before.changed(layers=layers)) == {"activation"}
    assert controls.moved(before, before.changed(layers=layers[1:])) == {"layers"}
    assert not controls.moved(before, before)
