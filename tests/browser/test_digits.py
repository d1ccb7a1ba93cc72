"""Digits, in a browser: train LeNet-5, edit its layers, break the stack and mend it."""

from __future__ import annotations

import re

from playground.experiment import Experiment
from tests.browser import themes

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MAIN = "document.querySelector('[data-testid=stMain]')"
SEVEN = [(0.22, 0.2), (0.76, 0.2), (0.6, 0.52), (0.45, 0.88)]


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def has(page, name):
    return page.get_by_role("button", name=name, exact=True).is_visible()


def accuracy(page):
    text = page.locator(".st-key-readout_accuracy").inner_text()
    found = re.search(r"([\d.]+) %", text)
    return float(found[1]) if found else 0.0


def epochs(page):
    return float(page.locator(".st-key-clock strong").first.inner_text())


def ready(page, until):
    """The machine code is there and the first measurements are made."""
    until(page, lambda: page.locator(".st-key-readout_accuracy").is_visible())


def row(page, number):
    return page.locator("[class*=st-key-layer_digits]").nth(number - 1)


def one_epoch():
    """The address of LeNet-5 with a single epoch to train."""
    told = Experiment.preset("lenet5").described()
    link = Experiment.model_validate({**told, "stop": {"epochs": 1}}).to_link()
    return f"digits?m={link}"


def train(page, until):
    """The one epoch, to its end."""
    ready(page, until)
    press(page, "Train")
    until(page, lambda: epochs(page) == 1 and has(page, "Train"), seconds=90)


def step(page, until):
    """A single batch: enough for pictures of errors."""
    ready(page, until)
    press(page, "Step")
    until(page, page.get_by_text("Sure, and wrong").is_visible)


def test_lenet_learns_an_epoch_and_everything_moves(visit, until):
    page = visit(one_epoch())
    ready(page, until)
    assert accuracy(page) < 40
    filters = page.locator("[class*=st-key-filters] canvas").first
    picture = "c => c.toDataURL()"
    before = filters.evaluate(picture)
    press(page, "Train")
    until(page, lambda: epochs(page) == 1 and has(page, "Train"), seconds=90)
    assert "of 1 epoch" in page.locator(".st-key-clock").inner_text()
    until(page, lambda: accuracy(page) >= 97)
    assert filters.evaluate(picture) != before
    until(page, lambda: page.locator(".live-plotly").count() == 3)  # loss, accuracy, confusion
    until(page, lambda: page.locator("[class*=st-key-examples] .tiles p").count() == 10)
    right = page.locator("[class*=st-key-examples] .tiles p", has_text="✓").count()
    assert right >= 8
    assert page.get_by_text(f"{right} of 10 read rightly").is_visible()


def test_the_network_just_trained_reads_a_drawing(visit, until):
    page = visit(one_epoch())
    train(page, until)
    page.get_by_role("link", name="Draw").click()
    pad = page.locator("[class*=st-key-pad] canvas")
    pad.wait_for()
    model = page.locator(".st-key-draw_model input")
    assert model.input_value().startswith("Trained here")
    box = pad.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()
    answer = page.locator("[class*=st-key-answer] .answer b")
    until(page, lambda: answer.inner_text() == "7")


def test_a_stack_that_cannot_work_explains_itself_and_one_click_mends_it(visit, until):
    page = visit("digits")
    step(page, until)
    row(page, 5).hover()
    page.get_by_role("button", name="Delete layer 5, Flatten").click()
    message = page.get_by_text("Layer 5: a dense layer reads a row of numbers")
    until(page, message.is_visible)
    assert row(page, 5).get_by_text("does not fit").is_visible()
    until(page, page.get_by_text("Your last run").is_visible)
    assert page.get_by_role("button", name="Train", exact=True).is_disabled()
    faded = "e => getComputedStyle(e).opacity"
    assert row(page, 6).evaluate(faded) == "0.5" and row(page, 4).evaluate(faded) == "1"
    assert page.locator(".st-key-last_run").evaluate(faded) == "0.4"
    press(page, "Flatten first")
    until(page, lambda: not message.is_visible())
    until(page, lambda: page.get_by_role("button", name="Train", exact=True).is_enabled())
    assert page.get_by_text("61,706 numbers to learn").is_visible()


def test_a_kernel_too_large_is_typed_and_undone(visit, until):
    page = visit("digits")
    ready(page, until)
    row(page, 3).locator("[data-testid=stPopoverButton]").click()
    kernel = page.get_by_role("spinbutton", name="Kernel size")
    kernel.fill("20")
    kernel.press("Enter")
    until(page, lambda: "does not fit" in row(page, 3).inner_text())
    assert kernel.is_visible()  # the form stays open under one's hands
    page.keyboard.press("Escape")
    until(page, page.get_by_text("Layer 3: a 20×20 kernel does not fit a 14×14 image").is_visible)
    press(page, "Undo")
    until(page, lambda: "16×10×10" in row(page, 3).inner_text())


BUILT_ANEW = """() => {
    const button = document.activeElement, parent = button.parentElement;
    button.remove();
    setTimeout(() => parent.append(button.cloneNode(true)), 50);
}"""


def test_a_moved_layer_keeps_the_focus(visit, until):
    page = visit("digits")
    ready(page, until)
    focus = "document.activeElement.textContent"
    button = page.get_by_role("button", name="Move up layer 7, Dense")
    row(page, 7).hover()
    button.click()
    until(page, lambda: "84" in row(page, 6).inner_text())
    until(page, lambda: page.evaluate(focus).endswith("Move up layer 6, Dense"))
    page.evaluate(BUILT_ANEW)  # as happens where a slow machine shows a row twice for a moment
    until(page, lambda: page.evaluate(focus).endswith("Move up layer 6, Dense"))


def test_layers_are_added_where_they_fit_and_presets_taken(visit, until):
    page = visit("digits")
    ready(page, until)
    page.locator(".st-key-digits_quiet_add button").click()
    page.get_by_role("menuitem", name="Convolution", exact=True).click()
    until(page, lambda: "8×3×3" in row(page, 5).inner_text())
    assert page.get_by_text("My layers").is_visible()
    page.get_by_text("My layers").click()
    page.get_by_text("One hidden layer").click()
    until(page, lambda: page.get_by_text("101,770 numbers to learn").is_visible())


def test_another_image_and_a_mistake_are_shown(visit, until):
    page = visit("digits")
    step(page, until)
    press(page, "Next")
    until(page, page.get_by_text("test image 2 of 10,000: 2").is_visible)
    press(page, "A mistake")
    until(page, lambda: not page.get_by_text("test image 2 of").is_visible())
    read = page.locator("[class*=st-key-flow] .bars b.top").inner_text()
    note = page.get_by_text(re.compile(r"test image [\d,]+ of 10,000: \d")).inner_text()
    assert not note.endswith(f": {read}")


def test_a_phone_shows_what_moves_first_and_never_scrolls_sideways(visit, until):
    page = visit("digits", **PHONE)
    step(page, until)
    wide, room = page.evaluate(f"[{MAIN}.scrollWidth, {MAIN}.clientWidth]")
    assert wide <= room
    training, stack = (
        page.locator(f".st-key-{key}").bounding_box()["y"] for key in ("training", "stack")
    )
    assert training < stack
    assert row(page, 1).get_by_role("button", name="Delete layer 1, Convolution").is_visible()


def test_all_fits_a_laptop_in_both_themes(visit, until):
    page = visit("digits")
    step(page, until)
    for _ in themes.both(page):
        tall, room = page.evaluate(f"[{MAIN}.scrollHeight, {MAIN}.clientHeight]")
        assert tall <= room


def test_training_goes_on_while_one_draws_and_a_line_says_so(visit, until):
    page = visit("digits")
    ready(page, until)
    page.get_by_role("radio", name="Slow").or_(page.get_by_role("button", name="Slow")).click()
    press(page, "Train")
    until(page, lambda: has(page, "Pause"))
    until(page, lambda: "images/s" in page.locator(".st-key-clock").inner_text())
    page.get_by_role("link", name="Draw", exact=True).first.click()
    line = page.locator(".st-key-elsewhere a")
    line.wait_for()

    def epoch():
        return float(re.search(r"LeNet-5 is training: epoch ([\d.]+), ", line.inner_text())[1])

    before = epoch()
    until(page, lambda: epoch() > before)
    line.click()
    page.wait_for_url(re.compile("digits"))
    until(page, lambda: has(page, "Pause"))
    assert epochs(page) >= before
    until(page, lambda: page.locator(".st-key-elsewhere").count() == 0)
    press(page, "Pause")
