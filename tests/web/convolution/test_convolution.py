"""The Convolution page without a browser: images, kernels, and how they reach what is drawn."""

import io

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from playground.analysis import sliding_window
from playground.data import mnist
from playground.views.packing import unpack
from playground.web.convolution import convolution
from tests.web.wire import send


@pytest.fixture
def page():
    visit = AppTest.from_file("../../../pages/convolution.py", default_timeout=60).run()
    assert not visit.exception
    return visit


def drawn(page):
    [one] = [one for one in page.get("bidi_component") if "sliding" in one.proto.id]
    return unpack(one.proto.bytes)


def named(kind, key):
    [one] = [one for one in kind if one.key == key]
    return one


def told(page):
    return " ".join(block.value for block in (*page.markdown, *page.error))


def edit(page, weights, number=1):
    """As the page does it."""
    send(page, convolution.KEY, "kernel", {"weights": weights, "number": number})
    assert not page.exception


def test_every_kernel_can_be_chosen_and_is_explained(page):
    image = convolution.photograph("village").astype(np.float32) / 255
    for name, one in sliding_window.KERNELS.items():
        named(page.selectbox, "conv_kernel").set_value(name).run()
        assert not page.exception and one.about in told(page)
        np.testing.assert_array_equal(
            drawn(page)["works"][0]["values"], sliding_window.convolve(image, one.weights).ravel()
        )


def test_every_image_can_be_chosen(page):
    image = named(page.selectbox, "conv_image")
    image.set_value("still_life").run()
    assert drawn(page)["images"][0]["name"] == "Still life"
    image.set_value("digit").run()
    test = mnist.load()[1]
    np.testing.assert_allclose(
        drawn(page)["images"][0]["values"], test.x[0].ravel() / 255, rtol=1e-6
    )
    named(page.button, "quiet_digit").click().run()
    index = page.session_state["Convolution"].digit
    assert drawn(page)["images"][0]["name"] == f"A {test.y[index]} of MNIST"
    image.set_value("drawing").run()
    assert not page.exception and "Nothing is drawn yet" in told(page)
    image.set_value("file").run()
    assert not page.exception and drawn(page)["images"][0]["name"] == "Village"


def test_the_drawing_of_the_draw_page_is_used(page):
    draw = AppTest.from_file("../../../pages/draw.py", default_timeout=60).run()
    drawing = draw.session_state["Sheet"]
    drawing.strokes = [[[220, 200], [760, 200], [450, 880]]]
    page.session_state["Sheet"] = drawing
    named(page.selectbox, "conv_image").set_value("drawing").run()
    [image] = drawn(page)["images"]
    assert image["name"] == "Your drawing" and image["width"] == 28
    assert image["values"].max() == 1 and "Nothing is drawn" not in told(page)


def test_a_file_is_taken_or_refused_in_words(page):
    content = io.BytesIO()
    Image.new("L", (40, 20), 51).save(content, "PNG")
    named(page.selectbox, "conv_image").set_value("file").run()

    def take():
        import streamlit as st

        from playground.web.convolution import convolution

        convolution.take(st.session_state["bytes"])

    for bytes_, error in ((content.getvalue(), ""), (b"no", "no picture that can be read")):
        script = AppTest.from_function(take)
        script.session_state["Convolution"] = page.session_state["Convolution"]
        script.session_state["bytes"] = bytes_
        script.run()
        page.run()
        assert not page.exception and error in told(page)
        if not error:
            assert drawn(page)["images"][0]["height"] == 20
            assert drawn(page)["images"][0]["values"][0] == pytest.approx(0.2)


def test_an_edited_kernel_counts_once_and_only_if_it_is_one(page):
    own = [0, 0, 0, 0, 2.5, 0, 0, 0, 0]
    edit(page, own)
    assert named(page.selectbox, "conv_kernel").value == "own"
    assert "2.5 times as bright" in told(page) and drawn(page)["seen"] == 1
    edit(page, [9] * 9, number=1)  # heard before
    np.testing.assert_array_equal(drawn(page)["works"][0]["weights"], own)
    for wrong in (
        [1] * 8,
        [1] * 8 + ["x"],
        [1e9] * 9,
        [float("nan")] * 9,
        None,
        [None] * 9,
        [[1]] * 9,
    ):
        edit(page, wrong, number=2)
        np.testing.assert_array_equal(drawn(page)["works"][0]["weights"], own)
    edit(page, list(sliding_window.KERNELS["emboss"].weights.ravel().astype(float)), number=3)
    assert named(page.selectbox, "conv_kernel").value == "emboss"
    edit(page, [1, 0, 0, 0, -1, 0, 0, 0, 0], number=4)
    assert "add up to 0" in told(page)


def test_the_size_of_the_kernel_can_change(page):
    [size] = [one for one in page.get("button_group") if one.key == "conv_size"]
    size.set_value(5).run()
    assert not page.exception
    weights = drawn(page)["works"][0]["weights"].reshape(5, 5)
    np.testing.assert_array_equal(weights[1:4, 1:4], sliding_window.KERNELS["sobel_x"].weights)
    assert named(page.selectbox, "conv_kernel").value == "own"


def test_numbers_reach_the_sliding_and_a_misfit_is_mended(page):
    for key, value in (("stride", 2), ("padding", 4), ("pool_size", 3), ("pool_stride", 1)):
        named(page.number_input, f"conv_{key}").set_value(value).run()
    [convolved, largest, _] = drawn(page)["works"]
    assert (convolved["stride"], convolved["padding"], convolved["width"]) == (2, 4, 51)
    assert (largest["size"], largest["stride"], largest["width"]) == (3, 1, 94)
    named(page.toggle, "conv_of_result").set_value(True).run()
    assert drawn(page)["works"][1]["source"] == 1
    named(page.selectbox, "conv_image").set_value("digit").run()
    named(page.number_input, "conv_padding").set_value(0).run()
    named(page.number_input, "conv_dilation").set_value(16).run()
    assert "A 33×33 kernel does not fit a 28×28 image." in told(page)
    fixes = [button for button in page.button if button.key.startswith("conv_fix")]
    assert [button.label for button in fixes] == ["Pad by 3", "Dilation 1"]
    fixes[1].click().run()
    assert not page.exception and "does not fit" not in told(page)
    assert named(page.number_input, "conv_dilation").value == 1


def test_the_address_can_name_a_kernel():
    visit = AppTest.from_file("../../../pages/convolution.py", default_timeout=60)
    visit.query_params["kernel"] = "edge"
    visit.run()
    assert named(visit.selectbox, "conv_kernel").value == "edge"
    named(visit.selectbox, "conv_kernel").set_value("blur").run()
    assert named(visit.selectbox, "conv_kernel").value == "blur"  # it is asked for once
    visit.query_params["kernel"] = "nothing"
    visit.run()
    assert not visit.exception and named(visit.selectbox, "conv_kernel").value == "blur"
