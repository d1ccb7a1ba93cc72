"""The Inside page without a browser: which image, which cell, values and gradients, play."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from playground.views.packing import unpack
from playground.web.inside import image_choice, inside
from playground.web.parts import models

PAGE = str(Path(__file__).resolve().parents[3] / "pages" / "inside.py")
SEVEN = [[[220, 200], [760, 200], [600, 520], [450, 880]]]


@pytest.fixture
def page():
    visit = AppTest.from_file(PAGE, default_timeout=60).run()
    assert not visit.exception
    return visit


def shown(page, part):
    """The payload of one live component."""
    [one] = [one for one in page.get("bidi_component") if part in one.proto.id]
    return unpack(one.proto.bytes)


def image(page):
    return shown(page, "inside_flow")["columns"][0][0]


def told(page):
    return " ".join(block.value for block in page.markdown)


def pick(page, key, value):
    """Press one of a row of choices."""
    page.session_state[key] = value
    page.run()
    assert not page.exception


def press(page, key):
    page.button(key=key).click().run()
    assert not page.exception


def choose(page, layer, place):
    """As a click on a cell does."""
    page.session_state["inside_cell"].value = inside.Asked(layer, place)
    page.run()
    assert not page.exception


def test_the_first_visit_says_what_to_do_and_shows_a_cell(page):
    assert "Click any small square" in told(page) and "a 7, read as 7" in told(page)
    cell = shown(page, "inside_cell_view")
    assert cell["title"] == "Layer 1, Convolution" and cell["lines"][-1][0] == "then ReLU"
    np.testing.assert_array_equal(image(page)["values"], models.supplied().data.test.x[0].ravel())


def test_a_chosen_cell_is_worked_out(page):
    choose(page, 3, 2 * 25 + 7)
    cell = shown(page, "inside_cell_view")
    assert cell["where"] == "map 3 of 16, row 2, column 3" and "largest of these 4" in cell["about"]
    test = models.supplied().data.test
    values = models.supplied().activations(test.x[:1])
    assert cell["value"] == pytest.approx(float(values[3][0, 2, 1, 2]))
    choose(page, 99, 0)  # no such layer: the first cell again
    assert shown(page, "inside_cell_view")["title"] == "Layer 1, Convolution"


def test_images_by_number_next_and_next_mistake(page):
    press(page, "inside_next")
    assert "test image 2, a 2" in told(page)
    page.number_input(key="inside_number").set_value(5).run()
    assert "test image 5, a 4" in told(page)
    press(page, "inside_mistake")
    test = models.supplied().data.test
    index = page.session_state["Place"].index
    answers = models.supplied().predict(test.x[: index + 1]).argmax(1)
    wrong = np.flatnonzero(answers != test.y[: index + 1])
    assert index > 4 and [one for one in wrong if one > 4] == [index]


def test_only_images_of_a_class(page):
    page.selectbox(key="inside_class").set_value("3").run()
    press(page, "inside_next")
    test = models.supplied().data.test
    first = int(np.flatnonzero(test.y == 3)[0])
    assert page.session_state["Place"].index == first
    press(page, "inside_mistake")
    index = page.session_state["Place"].index
    assert test.y[index] == 3 and models.supplied().predict(test.x[[index]]).argmax() != 3


def test_the_search_goes_round():
    snapshot = models.supplied()
    last = len(snapshot.data.test) - 1
    assert image_choice.after(snapshot, last, None, False) == 0
    wrong = image_choice.after(snapshot, 0, None, True)
    assert image_choice.after(snapshot, wrong - 1, None, True) == wrong
    assert image_choice.after(snapshot, last, None, True) == wrong


def test_a_drawing_is_looked_at(page):
    pick(page, "inside_source", "My drawing")
    assert "Nothing is drawn yet" in told(page)
    page.session_state["Sheet"].strokes = SEVEN
    page.run()
    assert "your drawing, read as 7" in told(page) and image(page)["values"].max() == 255
    pick(page, "inside_kind", "Gradients")
    assert page.selectbox(key="inside_of").value == "7"  # nobody knows the loss of a drawing


def test_gradients_are_those_of_the_network(page):
    choose(page, 3, 30)
    pick(page, "inside_kind", "Gradients")
    snapshot = models.supplied()
    columns = shown(page, "inside_flow")["columns"]
    x = snapshot.data.test.x[:1] * np.float32(1 / 255)
    network = inside.Slopes(snapshot.network)
    expected = network.of_loss(snapshot.network, x[0], 7)
    np.testing.assert_allclose(columns[0][0]["values"], expected.values[0].ravel())
    np.testing.assert_allclose(columns[2][0]["values"], expected.values[2].ravel())
    assert "The gradient: if this number grew" in shown(page, "inside_cell_view")["slope"]
    page.selectbox(key="inside_of").set_value("3").run()
    score = network.of_score(snapshot.network, x[0], 3)
    columns = shown(page, "inside_flow")["columns"]
    np.testing.assert_allclose(columns[1][0]["values"], score.values[1].ravel())
    pick(page, "inside_view", "Filters")
    filters = shown(page, "inside_filters")["columns"][0][0]
    np.testing.assert_allclose(filters["values"], score.parameters["0.weight"].ravel())
    assert "Gradients of the score 3" in told(page)


def test_filters_of_any_layer(page):
    pick(page, "inside_view", "Filters")
    state = models.supplied().network.state_dict()
    np.testing.assert_array_equal(
        shown(page, "inside_filters")["columns"][0][0]["values"], state["0.weight"].ravel()
    )
    page.selectbox(key="inside_layer").set_value("2.weight").run()
    second = shown(page, "inside_filters")["columns"][0][0]["values"]
    np.testing.assert_array_equal(second.reshape(6, 16, 5, 5), state["2.weight"].swapaxes(0, 1))


def test_play_changes_what_the_whole_network_reads(page):
    pick(page, "inside_view", "Play with the image")
    assert "Move a slider" in told(page)
    page.slider(key="play_turn").set_value(180).run()
    played = shown(page, "inside_played")["columns"]
    before, after = (played[place][0]["values"].reshape(28, 28) for place in (0, 2))
    np.testing.assert_array_equal(after, np.rot90(before, 2))
    np.testing.assert_array_equal(image(page)["values"].reshape(28, 28), after)
    assert image(page)["name"] == "Image, changed"
    pick(page, "inside_view", "One cell")
    assert image(page)["name"] == "Image, changed"  # it stays while one looks elsewhere
    pick(page, "inside_view", "Play with the image")
    press(page, "quiet_unchanged")
    assert image(page)["name"] == "Image" and page.slider(key="play_turn").value == 0


def test_a_misleading_step_fools_the_network(page):
    pick(page, "inside_view", "Play with the image")
    page.slider(key="play_mislead").set_value(0.3).run()
    bars = [shown(page, "inside_played")["columns"][place][0]["values"] for place in (1, 3)]
    assert bars[0].argmax() == 7 and bars[1][7] < 0.9 * bars[0][7]
    difference = image(page)["values"].astype(int) - models.supplied().data.test.x[0].ravel()
    assert 0 < np.abs(difference).max() <= 77


def png(pixels, mode="L"):
    file = io.BytesIO()
    Image.fromarray(pixels, mode).save(file, "PNG")
    return file.getvalue()


def test_a_photograph_is_cleaned_and_the_switch_leads_back(page):
    digit = models.supplied().data.test.x[0, 0]
    sheet = np.full((600, 800), 240, np.uint8)
    sheet[200:480, 300:580] -= np.kron((digit > 127) * np.uint8(200), np.ones((10, 10), np.uint8))
    sheet[:, ::60] = 150
    pick(page, "inside_source", "A file")
    page.file_uploader(key="inside_file").set_value(("seven.png", png(sheet), "image/png")).run()
    assert not page.exception and "your file, read as 7" in told(page)
    captions = " ".join(caption.value for caption in page.caption)
    assert "Blue: what is read. Orange: lines, removed." in captions
    cleaned = image(page)["values"]
    page.toggle(key="inside_file_clean").set_value(False).run()
    assert not page.exception and (image(page)["values"] != cleaned).any()
    assert "Orange" not in " ".join(caption.value for caption in page.caption)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello", "no picture that can be read"),
        (png(np.zeros((64, 64), np.uint8))[:60], "damaged"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "HEIC"),
    ],
)
def test_files_that_are_no_pictures_are_refused_in_words(page, content, words):
    pick(page, "inside_source", "A file")
    page.file_uploader(key="inside_file").set_value(("a.png", content, "image/png")).run()
    assert not page.exception and any(words in block.value for block in page.text)


def test_a_blank_picture_is_called_blank(page):
    pick(page, "inside_source", "A file")
    blank = png(np.full((90, 90), 230, np.uint8))
    page.file_uploader(key="inside_file").set_value(("a.png", blank, "image/png")).run()
    assert not page.exception and "This picture is blank" in told(page)
    assert "your file, which is blank" in told(page)


def test_the_network_trained_on_digits_comes_first(page):
    digits = AppTest.from_file(str(Path(PAGE).with_name("digits.py")), default_timeout=60).run()
    next(button for button in digits.button if button.label == "Step").click().run()
    desks = digits.session_state["desks"]
    visit = AppTest.from_file(PAGE, default_timeout=60)
    visit.session_state["desks"] = desks
    visit.run()
    assert not visit.exception
    assert visit.selectbox(key="inside_choice").value == "trained"
    first = visit.session_state["Inside"].shown["trained"][0]
    assert first.step == desks["digits"].snapshot().step
    next(button for button in digits.button if button.label == "Step").click().run()
    visit.run()
    assert visit.session_state["Inside"].shown["trained"][0].step == first.step + 1
    visit.selectbox(key="inside_choice").set_value("supplied").run()
    assert visit.session_state["Inside"].name == "supplied"
    assert shown(visit, "inside_flow")["columns"][-1][0]["values"].argmax() == 7
    desks["digits"].run.close()


@dataclass
class Shot:
    """As much of a Snapshot as decides which one is shown."""

    step: int
    status: str = "running"
    experiment: str = "lenet5"


def test_pictures_are_renewed_at_most_twice_a_second_while_training(monkeypatch):
    now, shown = [100.0], inside.Inside()
    monkeypatch.setattr(inside.visit, "state", lambda kind: shown)
    monkeypatch.setattr(inside.time, "monotonic", lambda: now[0])

    def shows(shot, later):
        now[0] += later
        return inside._steady("trained", shot).step

    assert shows(Shot(1), 0) == 1
    assert shows(Shot(2), 0.3) == 1 and shows(Shot(3), 0.3) == 3
    assert shows(Shot(4), 0.3) == 3
    assert shows(Shot(4, "paused"), 0.01) == 4  # the last word comes at once
    assert shows(Shot(0, experiment="another"), 0.01) == 0
