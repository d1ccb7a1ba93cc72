"""One's own drawings on the Draw page: kept, tested, taken out, learned from, brought back."""

import time
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.data import stroke_files, strokes
from playground.views.packing import unpack
from playground.web.parts import models
from tests import hands

PAGE = str(Path(__file__).resolve().parents[3] / "pages" / "draw.py")


@pytest.fixture
def page():
    visit = AppTest.from_file(PAGE, default_timeout=60).run()
    assert not visit.exception
    return visit


def uploader(page):
    """The one for files of networks or drawings, not for a picture."""
    [place] = [place for place in page.file_uploader if place.key != "pad_file"]
    return place


def press(page, key):
    next(button for button in page.button if button.key == key).click().run()
    assert not page.exception


def keep(page, digit, label, number=0):
    """Draw it and say what it is."""
    page.session_state["Sheet"].strokes = hands.drawing(digit, 5, number)["strokes"]
    page.run()
    press(page, f"keep_{label}")


def tiles(page):
    [one] = [one for one in page.get("bidi_component") if "tray_tiles" in one.proto.id]
    return unpack(one.proto.bytes)


def told(page):
    return " ".join(block.value for block in page.markdown)


def put(page, images, labels):
    """As if they had been kept one by one."""
    page.session_state["Tray"].add(images, labels)
    page.run()
    assert not page.exception


def hand(count, mirrored=False):
    drawn = [(n % 10, hands.drawing(n % 10, 5, n // 10)) for n in range(count)]
    images = np.stack([strokes.prepare(strokes.rasterize(one["strokes"])) for _, one in drawn])
    return images[:, :, ::-1] if mirrored else images, np.array([digit for digit, _ in drawn])


def test_a_first_visit_sees_none_of_it(page):
    assert not any(button.key.startswith("keep_") for button in page.button)
    assert "Your drawings" not in told(page)
    press(page, "quiet_tray")
    assert "0 of at most 500, kept in this visit only" in told(page)
    assert all(button.disabled for button in page.button if button.key.startswith("keep_"))
    press(page, "quiet_tray")
    assert "kept in this visit" not in told(page)


def test_drawings_are_kept_with_labels_and_wrong_ones_marked(page):
    press(page, "quiet_tray")
    keep(page, 7, 7)
    assert page.session_state["Sheet"].strokes == []  # room for the next
    keep(page, 3, 8)
    shown = tiles(page)
    assert list(shown["labels"]) == ["8", "7"] and list(shown["reads"]) == ["3", ""]
    assert shown["values"].reshape(2, 28, 28).max() == 255
    assert "The model reads **1 of 2** rightly." in told(page)
    assert "2 of at most 500" in told(page)


def test_all_are_dropped_at_once(page):
    press(page, "quiet_tray")
    put(page, *hand(4))
    assert list(tiles(page)["ids"]) == [3, 2, 1, 0]
    press(page, "quiet_drop")
    assert page.session_state["Tray"].drawings == [] and "0 of at most 500" in told(page)


def test_a_full_tray_takes_no_more(page):
    press(page, "quiet_tray")
    images, labels = hand(10)
    put(page, np.repeat(images, 50, 0), np.repeat(labels, 50))
    page.session_state["Sheet"].strokes = hands.drawing(1, 5, 1)["strokes"]
    page.run()
    assert "The tray is full." in told(page)
    assert all(button.disabled for button in page.button if button.key.startswith("keep_"))


def test_an_image_of_mnist_cannot_be_kept_as_a_drawing(page):
    press(page, "quiet_tray")
    press(page, "quiet_take")
    assert all(button.disabled for button in page.button if button.key.startswith("keep_"))


def test_fine_tuning_gives_a_model_of_its_own(page):
    press(page, "quiet_tray")
    images, labels = hand(30, mirrored=True)
    put(page, images, labels)
    before = int(told(page).split("The model reads **")[1].split(" of 30")[0])
    press(page, "teach")
    end = time.monotonic() + 60
    while page.session_state["Teaching"].job is not None:
        assert time.monotonic() < end
        time.sleep(0.2)
        page.run()
        assert not page.exception
    after = int(told(page).split("The model reads **")[1].split(" of 30")[0])
    assert before <= 22 and after >= 26
    [menu] = [one for one in page.selectbox if one.key.startswith("draw_model")]
    assert menu.value == "tuned"
    assert any(option.startswith("Supplied LeNet-5 (99.6 %") for option in menu.options)
    assert any(option.startswith("Fine-tuned on your drawings (9") for option in menu.options)
    assert "MNIST's 10,000 test images | 99.63 %" in told(page)
    assert "kept aside for testing |" in told(page)
    menu.set_value("supplied").run()
    assert f"The model reads **{before} of 30**" in told(page)


def test_files_are_brought_back_or_refused(page):
    press(page, "quiet_tray")
    images, labels = hand(6)
    uploader(page).set_value(
        ("mine.npz", stroke_files.to_npz(images, labels), "application/zip")
    ).run()
    assert not page.exception and list(tiles(page)["labels"]) == ["5", "4", "3", "2", "1", "0"]
    uploader(page).set_value(
        ("mine.zip", stroke_files.to_zip(images[:2], labels[:2]), "application/zip")
    ).run()
    assert len(tiles(page)["ids"]) == 8
    uploader(page).set_value(("mine.npz", b"no such thing", "application/zip")).run()
    assert len(tiles(page)["ids"]) == 8
    assert any("cannot be read" in block.value for block in page.text)
    many = stroke_files.to_npz(np.repeat(images, 83, 0), np.repeat(labels, 83))
    uploader(page).set_value(("many.npz", many, "application/zip")).run()
    assert any("498 drawings, and room for 492" in block.value for block in page.text)
    assert {button.label for button in page.get("download_button")} == {
        "Save as NPZ",
        "Save as ZIP",
    }


def test_a_click_under_way_does_not_take_the_new_network_back(page):
    [menu] = [one for one in page.selectbox if one.key.startswith("draw_model")]
    menu.set_value("supplied").run()  # what the browser would send again with its next click
    now = page.session_state["Models"]
    now.added["tuned"] = models.linear()
    now.choose("tuned")
    menu.set_value("supplied").run()
    assert now.name == "tuned" and not page.exception
