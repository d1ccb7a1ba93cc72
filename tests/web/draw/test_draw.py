"""The Draw page without a browser: what becomes of strokes and clicks."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from playground.data import own_images, owner
from playground.experiment import Experiment
from playground.training.run import Run
from playground.views.packing import unpack
from playground.web.draw import draw as web
from playground.web.parts import models

PAGE = str(Path(__file__).resolve().parents[3] / "pages" / "draw.py")
SEVEN = [[[220, 200], [760, 200], [600, 520], [450, 880]]]
ONE = [[[500, 150], [480, 500], [470, 880]]]


@pytest.fixture
def page():
    visit = AppTest.from_file(PAGE, default_timeout=60).run()
    assert not visit.exception
    return visit


def draw(page, strokes):
    """As the pad does it: the strokes reach the session, and the fragment runs."""
    page.session_state["Sheet"].strokes = strokes
    page.run()
    assert not page.exception


def shown(page, part):
    """The payload of one live component."""
    [one, *_] = [one for one in page.get("bidi_component") if part in one.proto.id]
    return unpack(one.proto.bytes)


def answer(page):
    return shown(page, "answer")["columns"][0][0]["label"]


def uploader(page):
    """The one for files of networks or drawings, not for a picture."""
    [place] = [place for place in page.file_uploader if place.key != "pad_file"]
    return place


def press(page, label):
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception


def told(page):
    return " ".join(block.value for block in page.markdown)


def test_a_picture_is_laid_on_the_canvas_with_its_switch(page):
    digit = models.supplied().data.test.x[0, 0]
    sheet = np.full((600, 800), 240, np.uint8)
    sheet[200:480, 300:580] -= np.kron((digit > 127) * np.uint8(200), np.ones((10, 10), np.uint8))
    sheet[:, :50] = 60
    content = io.BytesIO()
    Image.fromarray(sheet).save(content, "PNG")
    page.file_uploader(key="pad_file").set_value(("a.png", content.getvalue(), "image/png")).run()
    assert not page.exception and answer(page) == "7"
    captions = " ".join(caption.value for caption in page.caption)
    assert "Blue: what is read. Brown: what reaches the border, removed." in captions
    cleaned = page.session_state["Sheet"].picture
    page.toggle(key="pad_file_clean").set_value(False).run()
    assert (page.session_state["Sheet"].picture != cleaned).any()
    press(page, "Clear")
    assert answer(page) == "" and page.session_state["Sheet"].picture is None
    page.file_uploader(key="pad_file").set_value(("a.png", b"hello", "image/png")).run()
    assert any("no picture" in block.value for block in page.text) and answer(page) == ""


def test_an_empty_canvas_claims_nothing(page):
    assert answer(page) == ""
    assert len(shown(page, "answer")["columns"][0][1]["values"]) == 0
    assert "the answer appears while you do" in told(page)
    assert not shown(page, "prepared")["columns"][0][0]["values"].any()
    assert all(button.disabled for button in page.button if button.label in ("Clear", "Undo"))


def test_the_shipped_network_reads_at_once(page):
    draw(page, SEVEN)
    assert answer(page) == "7"
    bars = shown(page, "answer")["columns"][0][1]["values"]
    assert bars.argmax() == 7 and bars.sum() == pytest.approx(1)
    assert "Why 7 and not" in str(shown(page, "prepared")["columns"][1][0]["name"])
    assert shown(page, "prepared")["columns"][0][0]["values"].max() == 255
    assert len(shown(page, "lit")["columns"]) == 8
    assert "Supplied LeNet-5 (99." in page.selectbox[0].options[0]


def test_undo_takes_the_last_stroke_and_clear_all(page):
    draw(page, SEVEN + ONE)
    press(page, "Undo")
    assert page.session_state["Sheet"].strokes == SEVEN
    assert answer(page) == "7"
    draw(page, SEVEN + ONE)
    press(page, "Clear")
    assert page.session_state["Sheet"].strokes == [] and answer(page) == ""


def test_the_pad_is_told_of_every_change_that_it_did_not_make(page):
    before = shown(page, "pad")["version"]
    draw(page, ONE)
    assert shown(page, "pad")["version"] == before  # the pad drew this itself
    press(page, "Undo")
    assert shown(page, "pad")["version"] == before + 1
    assert shown(page, "pad")["strokes"] == []


def test_an_image_of_mnist_reaches_the_network_as_it_is(page):
    from playground.data import mnist

    press(page, "Take one from MNIST")
    index = page.session_state["Sheet"].index
    image = mnist.load()[1].x[index].ravel()
    assert (shown(page, "prepared")["columns"][0][0]["values"] == image).all()
    assert (shown(page, "pad")["image"] == image).all()
    assert answer(page) in "0123456789"
    press(page, "Undo")
    assert page.session_state["Sheet"].index is None and answer(page) == ""


def test_a_network_trained_on_digits_can_be_chosen(page):
    digits = AppTest.from_file(str(Path(PAGE).with_name("digits.py")), default_timeout=60).run()
    next(button for button in digits.button if button.label == "Step").click().run()
    desks = digits.session_state["desks"]
    page.session_state["desks"] = desks
    draw(page, SEVEN)
    assert page.selectbox[0].options[0].startswith("Trained here, on the Digits page (")
    assert page.selectbox[0].options[1].startswith("Supplied LeNet-5 (99.")
    assert page.selectbox[0].value == "trained"  # it has just appeared
    trained = shown(page, "answer")["columns"][0][1]["values"]
    page.selectbox[0].set_value("supplied").run()
    supplied = shown(page, "answer")["columns"][0][1]["values"]
    assert supplied.argmax() == 7 and (trained != supplied).any()
    desks["digits"].run.close()


def test_two_networks_read_the_same_drawing(page):
    draw(page, SEVEN)
    press(page, "Compare with…")
    second = page.selectbox(key="draw_second")
    assert second.options == ["Supplied, no hidden layer (92.7 % on the test images)"]
    assert answer(page) == "7"
    other = shown(page, "second_answer")["columns"][0][1]["values"]
    first = shown(page, "-answer")["columns"][0][1]["values"]
    assert other.sum() == pytest.approx(1) and (other != first).any()
    assert "Both read **7**" in told(page) or "They disagree" in told(page)
    press(page, "One network")
    assert not any("second_answer" in one.proto.id for one in page.get("bidi_component"))


def test_a_network_from_a_file_is_compared_or_refused(page, tmp_path):
    from playground import Experiment, Run

    draw(page, SEVEN)
    press(page, "Compare with…")
    Run(Experiment.preset("circle")).save(tmp_path / "circle.safetensors")
    content = (tmp_path / "circle.safetensors").read_bytes()
    uploader(page).set_value(("circle.safetensors", content, "application/x")).run()
    assert not page.exception
    [refusal] = [one.value for one in page.text if "cannot be used" in one.value]
    assert "takes 2 numbers, and a drawing has 28×28 pixels" in refusal
    shipped = Path(PAGE).parents[1] / "assets" / "networks" / "lenet5.safetensors"
    uploader(page).set_value(("mine.safetensors", shipped.read_bytes(), "a/b")).run()
    assert not page.exception
    assert page.selectbox(key="draw_second").value == "mine.safetensors"
    assert "mine.safetensors (99.6 % on the test images)" in page.selectbox[0].options
    assert "Both read **7**, and are as sure." in told(page)
    assert not any("cannot be used" in one.value for one in page.text)


def test_the_brush_decides_how_wide_strokes_are(page):
    draw(page, ONE)
    thin = shown(page, "prepared")["columns"][0][0]["values"].copy()
    page.slider(key="draw_brush").set_value(140).run()
    assert shown(page, "pad")["brush"] == 140
    wide = shown(page, "prepared")["columns"][0][0]["values"]
    assert (wide > 127).sum() > 1.5 * (thin > 127).sum()


def test_a_menu_that_is_gone_takes_no_choice_back(monkeypatch):
    """What a browser sends before it has drawn the newest page still holds the old menu."""
    calls = []
    monkeypatch.setattr(web.st, "session_state", state := {})
    monkeypatch.setattr(
        web.st, "selectbox", lambda *words, key, on_change, **more: calls.append((key, on_change))
    )
    monkeypatch.setattr(web, "models", lambda: dict.fromkeys(("supplied", "linear")))
    web.choose_model()
    models.here().choose("linear")
    web.choose_model()
    (old, moved), (new, moved_now) = calls
    state[old] = "supplied"
    moved()
    assert models.here().name == "linear"
    state[new] = "supplied"
    moved_now()
    assert models.here().name == "supplied"


def test_a_network_that_learned_from_anothers_images_brings_none_of_them(monkeypatch, tmp_path):
    visitor = ["ann"]
    monkeypatch.setattr(owner, "_owner", lambda: visitor[0])
    x = np.random.default_rng(1).integers(0, 256, (20, 1, 28, 28), dtype=np.uint8)
    mine = own_images.collected(x, np.arange(20) % 2, ("a", "b"), {"set": x.tobytes()})
    data = {"type": "images", "key": mine.key, "names": "a,b"}
    linear = Experiment.preset("mnist_linear")
    layers = [linear.layers[0], {"type": "dense", "units": 2}]
    Run(linear.changed(data=data, layers=layers)).save(str(tmp_path / "net.safetensors"))
    content, opened = (tmp_path / "net.safetensors").read_bytes(), {}
    monkeypatch.setattr(web, "added", lambda: opened)
    monkeypatch.setattr(web.widgets, "put", lambda *_: None)
    assert web.open_file("net.safetensors", content, {}) == "" and opened
    opened.clear()
    visitor[0] = "bob"
    assert "another visit" in web.open_file("net.safetensors", content, {}) and not opened
