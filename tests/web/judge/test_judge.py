"""The Judge page without a browser: which networks, which samples, what a choice lists."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.experiment import Experiment
from playground.training.run import Run
from playground.views.packing import unpack
from playground.web.frame.desk import Desk
from playground.web.images import digits
from playground.web.parts import models


@pytest.fixture
def page():
    return AppTest.from_file("../../../pages/judge.py", default_timeout=60)


def told(page):
    return " ".join(block.value for block in (*page.markdown, *page.text))


def listed(page):
    """The captions of the images in the list."""
    sent = [unpack(one.proto.bytes) for one in page.get("bidi_component") if one.proto.bytes]
    tiles = [payload["columns"][0][0] for payload in sent if "columns" in payload]
    return [caption for tile in tiles for caption in tile["captions"]]


def supplied_wrong():
    """How many test images the supplied network reads wrongly."""
    test = models.supplied().data.test
    return int(np.sum(models.supplied().predict(test.x).argmax(1) != test.y))


def press(page, label):
    [button] = [button for button in page.button if button.label.startswith(label)]
    return button.click().run()


def test_the_supplied_network_is_judged_at_once(page):
    page.run()
    assert not page.exception
    wrong = supplied_wrong()
    assert f"{wrong} of 10,000 wrong" in told(page) and f"{100 - wrong / 100:.2f} %" in told(page)
    assert f"1 to 24 of {wrong}" in told(page) and len(listed(page)) == 24
    press(page, "More")
    assert f"25 to {min(48, wrong)} of {wrong}" in told(page)


def test_a_cell_lists_its_images(page):
    page.run()
    is_, read = (
        next(one for one in page.selectbox if one.key == key) for key in ("judge_is", "judge_read")
    )
    is_.set_value(4).run()
    read = next(one for one in page.selectbox if one.key == "judge_read")
    read.set_value(9).run()
    assert not page.exception
    captions = listed(page)
    assert "4, read as 9" in told(page) and f"{len(captions)} samples" in told(page)
    assert captions and all(caption.startswith("4 → 9") for caption in captions)
    press(page, "The surest mistakes")
    assert "Sure, and wrong" in told(page)


def test_the_threshold_moves_counts_and_list_together(page):
    page.run()
    [threshold] = page.select_slider
    threshold.set_value(0.999).run()
    assert not page.exception and "Missed at 0.999" in told(page)
    [missed] = [button.label for button in page.button if button.label.startswith("Missed")]
    count = int(missed.split("**")[1])
    assert count > 3 and (f"1 to 24 of {count}" if count > 24 else f"{count} samples") in told(page)
    press(page, "False alarms")
    assert "False alarms at 0.999" in told(page)


def test_training_samples_can_be_judged_too(page):
    page.run()
    [split] = [one for one in page.get("button_group") if one.key == "judge_split"]
    split.set_value("validation").run()
    assert not page.exception and "of 5,000 wrong" in told(page)


@pytest.mark.parametrize(
    "name, preset, classes", [("digits", "mnist_linear", 10), ("playground", "circle", 2)]
)
def test_a_network_trained_here_comes_first(page, name, preset, classes):
    desk = Desk(name, lambda: Experiment.preset(preset), lambda experiment: "")
    desk.ready()
    desk.run.step()
    page.session_state["desks"] = {name: desk}
    page.run()
    [model] = [one for one in page.selectbox if one.key == "judge_model"]
    assert model.value == name and not page.exception
    [of] = [one for one in page.selectbox if one.key == "judge_class"]
    assert len(of.options) == classes
    model.set_value("supplied").run()
    assert not page.exception and f"{supplied_wrong()} of 10,000 wrong" in told(page)
    desk.run.close()


def test_numbers_stand_still_while_the_network_trains_on(page):
    desk = Desk(digits.NAME, lambda: Experiment.preset("mnist_linear"), lambda experiment: "")
    desk.ready()
    desk.run.step()
    page.session_state["desks"] = {digits.NAME: desk}
    page.run()
    before = page.session_state["Judgements"].of["digits", "test"]
    desk.play()
    page.run()
    assert page.session_state["Judgements"].of["digits", "test"] is before
    assert "it trains on" in told(page)
    press(page, "Judge it now")
    assert page.session_state["Judgements"].of["digits", "test"] is not before
    desk.run.close()


def test_values_are_judged_and_an_untrained_network_is_not_offered(page):
    desk = Desk("playground", lambda: Experiment.preset("reg_plane"), lambda experiment: "")
    desk.ready()
    desk.run.step()
    fresh = Desk(digits.NAME, lambda: Experiment.preset("mnist_linear"), lambda experiment: "")
    fresh.ready()
    page.session_state["desks"] = {"playground": desk, digits.NAME: fresh}
    page.run()
    [model] = [one for one in page.selectbox if one.key == "judge_model"]
    assert model.options == ["Trained here, on Playground", "Supplied LeNet-5"]
    assert not page.exception and "Off by" in told(page) and "sample " in told(page)
    desk.run.close()
    fresh.run.close()


def test_what_draw_taught_or_opened_is_judged_if_it_has_test_samples(page):
    page.run()
    unknown = Run(
        Experiment.from_json(
            json.dumps(
                {
                    "data": {"type": "tensor", "shape": [1, 28, 28]},
                    "loss": {"type": "softmax_cross_entropy"},
                    "layers": [{"type": "flatten"}, {"type": "dense", "units": 10}],
                }
            )
        )
    ).snapshot()
    page.session_state["Models"] = models.Models({"tuned": models.linear(), "file.onnx": unknown})
    page.run()
    [model] = [one for one in page.selectbox if one.key == "judge_model"]
    assert model.options == ["Supplied LeNet-5", "Fine-tuned on your drawings"]
    model.set_value("tuned").run()
    assert not page.exception and "of 10,000 wrong" in told(page)


TEXT = {
    "type": "text",
    "source": "own",
    "content": "".join(map(chr, np.random.default_rng(0).integers(48, 88, 900))),
    "length": 10,
}
LETTERS = [
    {"type": "embedding", "input_dim": 40, "output_dim": 4},
    {"type": "gru", "units": 4, "return_sequences": True},
    {"type": "dense", "units": 40},
]


@pytest.mark.parametrize(
    ("preset", "changes", "said"),
    [
        ("brackets_gru", {"data": {"type": "brackets", "every_step": True, "samples": 60}}, "("),
        ("brackets_gru", {"data": {"type": "brackets", "samples": 60}}, "of 12 wrong"),
        ("first_symbol_lstm", {"data": {"type": "first_symbol", "samples": 60}}, "sample "),
        ("names_gru", {"data": {"type": "names", "samples": 60}}, "of 12 wrong"),
        ("text_gru", {"data": TEXT, "layers": LETTERS}, "bits per character"),
        ("adding_lstm", {"data": {"type": "adding", "samples": 60}}, "Off by"),
        ("co2_lstm", {}, "in the series' units"),
    ],
)
def test_a_network_for_sequences_is_judged(page, preset, changes, said):
    experiment = Experiment.preset(preset).changed(**changes)
    desk = Desk("sequences", lambda: experiment, lambda experiment: "")
    desk.ready()
    desk.run.step()
    page.session_state["desks"] = {"sequences": desk}
    page.run()
    [model] = [one for one in page.selectbox if one.key == "judge_model"]
    assert model.value == "sequences" and not page.exception
    assert said in told(page)
    if desk.run.data.classes:
        press(page, "Missed")
        assert not page.exception and "Missed at" in told(page)
