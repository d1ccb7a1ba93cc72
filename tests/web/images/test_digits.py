"""The Digits page without a browser: training, editing the stack, mending it."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from playground.engine import registry
from playground.experiment import Experiment
from playground.views.packing import unpack


@pytest.fixture
def page():
    """The page as a first visitor finds it; its Run is closed in the end."""
    visit = AppTest.from_file("../../../pages/digits.py", default_timeout=60)
    yield visit
    if "desks" in visit.session_state:
        desk = visit.session_state["desks"]["digits"]
        if desk.run:
            desk.run.close()


def opened(page):
    """Run the page until its network's machine code is ready."""
    end = time.monotonic() + 60
    page.run()
    while desk(page).snapshot().status == "compiling":
        assert time.monotonic() < end
        time.sleep(0.1)
    return page.run()


def desk(page):
    return page.session_state["desks"]["digits"]


def layers(page):
    return [layer.type for layer in desk(page).experiment.layers]


def press(page, label):
    """Click the one button whose label starts so."""
    [button] = [button for button in page.button if button.label.startswith(label)]
    return button.click().run()


def told(page):
    return " ".join(block.value for block in page.markdown)


def pictures(page):
    """What the flow components were sent, by the kind of their first stage."""
    components = page.get("bidi_component")
    payloads = [unpack(one.proto.bytes) for one in components if one.proto.bytes]
    return [payload for payload in payloads if "columns" in payload]


def test_a_first_visit_finds_lenet_untrained(page):
    opened(page)
    assert not page.exception
    assert "61,706 numbers to learn" in told(page)
    assert "16×10×10" in told(page) and "2,416" in told(page)
    assert "One in 10 right is what guessing gives" in told(page)
    kinds = [
        [stage["kind"] for column in payload["columns"] for stage in column]
        for payload in pictures(page)
    ]
    assert ["maps"] in kinds  # the filters
    assert ["image", "maps", "maps", "maps", "maps", "units", "units", "bars"] in kinds
    assert ["tiles"] in kinds


def test_a_step_trains_one_batch_and_shows_where_the_network_errs(page):
    press(opened(page), "Step")
    assert not page.exception
    assert desk(page).run.snapshot().step == 1
    assert "**Confusion**" in told(page) and "**Sure, and wrong**" in told(page)


def test_validation_is_told_apart_from_test_and_training(page):
    opened(page)
    metrics = desk(page).snapshot().metrics
    for name in ("validation", "train"):
        assert f"{metrics[name]['loss']:.3f} {name}" in told(page)
        assert f"{100 * metrics[name]['accuracy']:.1f} % {name}" in told(page)
    assert f"Loss **{metrics['test']['loss']:.3f}** *test*" in told(page)


def test_train_and_pause(page):
    press(opened(page), "Train")
    assert not page.exception
    assert desk(page).busy
    press(page, "Pause")
    assert not desk(page).busy
    press(page, "Reset")
    assert desk(page).run.snapshot().step == 0


def test_a_stack_that_cannot_work_says_why_and_one_click_mends_it(page):
    press(press(opened(page), "Step"), "Delete layer 5, Flatten")
    assert not page.exception
    assert "cannot run yet" in told(page) and "does not fit" in told(page)
    assert page.error[0].value.startswith("**Layer 5: a dense layer reads a row of numbers")
    assert "**Your last run**" in told(page)
    assert next(button for button in page.button if button.label == "Train").disabled
    press(page, "Flatten first")
    assert not page.error
    assert layers(page) == [layer.type for layer in Experiment.preset("lenet5").layers]
    assert not next(button for button in page.button if button.label == "Train").disabled


def test_undo_brings_back_what_worked(page):
    before = desk(page.run()).experiment
    press(page, "Delete layer 5, Flatten")
    press(page, "Undo")
    assert desk(page).experiment == before and not page.error


def test_a_wrong_number_of_outputs_is_mended_too(page):
    press(opened(page), "Delete layer 8, Dense")
    assert "84 outputs" in page.error[0].value
    press(page, "Give it 10 units")
    assert not page.error and desk(page).experiment.layers[-1].units == 10


def test_layers_move_and_their_rows_keep_their_names(page):
    page.run()
    names = list(page.session_state["digits.Rows"].numbers)
    press(page, "Move down layer 6, Dense")
    assert [layer.type for layer in desk(page).experiment.layers[4:7]] == [
        "flatten",
        "dense",
        "dense",
    ]
    assert desk(page).experiment.layers[5].units == 84
    assert page.session_state["digits.Rows"].numbers == [*names[:5], names[6], names[5], names[7]]


def test_the_form_of_a_layer_changes_it(page):
    page.run()
    [filters] = [one for one in page.number_input if one.key.startswith("digits.layers.0.filters")]
    filters.set_value(8).run()
    assert not page.exception
    assert desk(page).experiment.layers[0].filters == 8
    assert "8×28×28" in told(page) and "*208*" in told(page)


def test_a_preset_replaces_the_stack(page):
    page.run()
    [presets] = [radio for radio in page.radio if radio.key == "digits_preset"]
    presets.set_value("mnist_mlp")
    opened(page)
    assert not page.exception
    assert layers(page) == ["flatten", "dense", "dense"]
    assert "101,770 numbers to learn" in told(page)
    assert "units of 28×28" in told(page)  # its first layer's weights are pictures too


def test_a_set_up_for_points_is_sent_to_its_own_page(page):
    page.query_params["m"] = Experiment.preset("circle").to_link()
    page.run()
    assert not page.exception
    assert "Playground page" in page.warning[0].value
    assert layers(page)[0] == "conv2d"


def test_a_link_restores_the_stack(page):
    link = Experiment.preset("mnist_linear").to_link()
    page.query_params["m"] = link
    page.run()
    assert layers(page) == ["flatten", "dense"] and not page.warning


def test_every_kind_of_layer_has_a_row_and_a_form(page):
    """Also where they do not fit each other: the rows must stand all the same."""
    described = Experiment.preset("lenet5").described()
    described["layers"] = [{"type": name} for name in registry.names("layer")]
    page.query_params["m"] = Experiment.model_validate(described).to_link()
    page.run()
    assert not page.exception and layers(page) == registry.names("layer")
    [shape] = [one for one in page.text_input if ".shape~" in one.key]
    assert shape.value == "1×28×28" and shape.help
    shape.set_value("28 by 28").run()
    assert not page.exception
    assert desk(page).experiment.layers[layers(page).index("reshape")].shape == (28, 28)
    [shape] = [one for one in page.text_input if ".shape~" in one.key]
    shape.set_value("none").run()
    assert not page.exception and page.warning


def test_rows_tell_work_and_memory_and_the_head_the_memory_plan(page):
    opened(page)
    told_before = told(page)
    assert "417 k multiply-adds" in told_before
    captions = " ".join(caption.value for caption in page.caption)
    assert "6×14×14 → 16×10×10. 2,416 numbers to learn, 240,000 multiply-adds" in captions
    size = desk(page).run.memory_bytes
    assert size == desk(page).run._trainer.training.memory_bytes() > 1e6
    assert f"{size / 1e6:.3g} MB" in told_before


def test_the_picture_of_the_network_opens(page):
    opened(page)
    press(page, "Picture")
    assert not page.exception
    assert any(caption.value.startswith("A box is as high") for caption in page.caption)
