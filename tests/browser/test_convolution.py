"""Convolution by hand, in a browser: sliding, the arithmetic on show, and one's own numbers."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from playground.analysis import sliding_window
from playground.web.convolution import convolution

# How many pixels of the result are filled in.
FILLED = """canvas => { const c = canvas.getContext('2d'), w = canvas.width, h = canvas.height;
    const p = c.getImageData(0, 0, w, h).data; let n = 0;
    for (let i = 3; i < p.length; i += 4) n += p[i] > 0; return n / (w * h); }"""


def part(page, selector):
    return page.locator(f"[class*=st-key-sliding] {selector}")


def numbers(page, which):
    """The numbers of a grid on the page: 0 the patch, 1 the kernel, 2 the products."""
    cells = part(page, ".part").nth(which).locator(".cells > *")
    read = "all => all.map(e => (e.value ?? e.textContent).replace('−', '-'))"
    return np.array(cells.evaluate_all(read), float)


def result(page):
    return float(part(page, ".answer b").inner_text().replace("−", "-"))


def place(page):
    return part(page, ".answer .quiet").last.inner_text()


def button(page, name):
    return part(page, "button").filter(has_text=name).first


def choose(page, key, option):
    page.locator(f".st-key-{key} [role=combobox], .st-key-{key} input").first.click()
    page.get_by_role("option", name=option, exact=True).click()


def test_the_sum_on_show_is_the_engines(visit, until):
    page = visit("convolution")
    part(page, ".from canvas").wait_for()
    part(page, ".into canvas").click(position={"x": 120, "y": 150})
    row, column = (int(word) for word in place(page).replace(",", "").split()[1::2])
    image = convolution.photograph("village").astype(np.float32) / 255
    weights = sliding_window.KERNELS["sobel_x"].weights
    patch = image[row - 1 : row + 2, column - 1 : column + 2]
    np.testing.assert_allclose(numbers(page, 0), patch.ravel(), atol=0.0051)
    np.testing.assert_allclose(numbers(page, 1), weights.ravel())
    np.testing.assert_allclose(numbers(page, 2), (patch * weights).ravel(), atol=0.0051)
    truth = sliding_window.convolve(image, weights)[row - 1, column - 1]
    assert abs(result(page) - truth) <= 0.0051
    choose(page, "conv_kernel", "Box blur")
    until(page, lambda: abs(result(page) - patch.mean()) <= 0.0051)


def test_the_window_slides_step_by_step(visit, until):
    page = visit("convolution")
    into = part(page, ".into canvas")
    into.wait_for()
    assert into.evaluate(FILLED) > 0.99
    button(page, "Step").click()
    assert place(page) == "row 1, column 1" and into.evaluate(FILLED) < 0.02
    button(page, "Step").click()
    assert place(page) == "row 1, column 2"
    part(page, ".from canvas").press("ArrowDown")
    assert place(page) == "row 2, column 2"
    for _ in range(3):
        button(page, "Faster").click()
    part(page, ".from canvas").press("Space")
    until(page, lambda: into.evaluate(FILLED) > 0.05)
    assert button(page, "Pause").is_visible()
    part(page, ".from canvas").press("Space")
    assert button(page, "Play").is_visible()
    now = place(page)
    page.wait_for_timeout(300)
    assert place(page) == now
    button(page, "Show all").click()
    assert into.evaluate(FILLED) > 0.99


def test_a_number_of_the_kernel_can_be_changed(visit, until):
    page = visit("convolution")
    field = page.get_by_label("Kernel, row 2, column 2")
    field.fill("1/4")
    field.press("Enter")
    page.get_by_text("Your weights add up to 0.25").wait_for()
    until(page, lambda: field.input_value() == "0.25")
    chosen = page.locator(".st-key-conv_kernel input")
    until(page, lambda: chosen.input_value() == "My own numbers")
    assert abs(result(page) - numbers(page, 2).sum()) < 0.05
    field.fill("much")
    assert not field.evaluate("e => e.validity.valid")
    page.keyboard.press("Escape")
    assert field.evaluate("e => e.validity.valid") and numbers(page, 1)[4] == 0.25
    choose(page, "conv_kernel", "Identity")
    until(page, lambda: numbers(page, 1)[4] == 1)


def test_a_kernel_that_does_not_fit_says_so_and_is_mended(visit, until):
    page = visit("convolution")
    choose(page, "conv_image", "A digit of MNIST")
    until(page, lambda: "28×28" in part(page, ".from figcaption").inner_text())
    dilation = page.get_by_label("Dilation", exact=True).first
    dilation.fill("16")
    dilation.press("Enter")
    page.locator("[data-testid=stAlert]").get_by_text(
        "A 33×33 kernel does not fit a 28×28 image.", exact=True
    ).wait_for()
    assert page.get_by_role("button", name="Remove").count() == 0
    assert part(page, ".into canvas").is_hidden() and button(page, "Play").is_disabled()
    page.get_by_role("button", name="Pad by 3").click()
    until(page, lambda: "2×2" in part(page, ".into figcaption").inner_text())
    assert page.get_by_text("⌊(28 + 2·3 − 16·(3 − 1) − 1) / 1⌋ + 1 = 2").is_visible()


def test_poolings_stand_beside_it(visit, until):
    page = visit("convolution")
    button(page, "Max pooling").click()
    part(page, ".into canvas").click(position={"x": 99, "y": 99})
    patch = numbers(page, 0)
    assert len(patch) == 4 and result(page) == patch.max()
    assert float(part(page, ".marked").inner_text()) == patch.max()
    button(page, "Average pooling").click()
    until(page, lambda: abs(result(page) - numbers(page, 0).mean()) <= 0.011)


def test_a_picture_of_ones_own(visit, until):
    page = visit("convolution")
    choose(page, "conv_image", "Your own picture")
    file = io.BytesIO()
    Image.new("RGB", (400, 200), "white").save(file, "PNG")
    page.locator("input[type=file]").set_input_files(
        {"name": "white.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    until(page, lambda: "64×128" in part(page, ".from figcaption").inner_text())
    assert (numbers(page, 0) == 1).all() and result(page) == 0
    page.locator("input[type=file]").set_input_files(
        {"name": "none.png", "mimeType": "image/png", "buffer": b"no picture"}
    )
    page.get_by_text("no picture that can be read").wait_for()


def test_who_wants_little_motion_gets_it_slowly(visit):
    page = visit("convolution", reduced_motion="reduce")
    part(page, ".from canvas").wait_for()
    assert part(page, ".bar").get_by_text("1 place a second").is_visible()


def test_nothing_is_cut_on_a_phone(visit):
    page = visit("convolution", viewport={"width": 390, "height": 844}, has_touch=True)
    part(page, ".from canvas").wait_for()
    wide, room = page.evaluate(
        "(e => [e.scrollWidth, e.clientWidth])(document.querySelector('[data-testid=stMain]'))"
    )
    assert wide <= room
    box = part(page, ".from canvas").bounding_box()
    assert box["y"] + box["height"] < 844
