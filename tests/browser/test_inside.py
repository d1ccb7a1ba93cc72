"""Inside, in a browser: cells by mouse, keys and finger, back to the pixels, live in training."""

from __future__ import annotations

import json

from playground import Experiment

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SIDEWAYS = "(e => [e.scrollWidth, e.clientWidth])(document.querySelector('[data-testid=stMain]'))"


def layers(page):
    return page.locator("[class*=st-key-inside_flow] .cells.pick")


def head(page):
    return page.locator("[class*=st-key-inside_cell_view] .head").first.inner_text()


def click(page, layer, number, x=0.5, y=0.5):
    """On map `number` of the picture of a layer."""
    box = layers(page).nth(layer).locator("canvas").nth(number).bounding_box()
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def marks(page, place):
    """How many maps of a picture carry the outline of what the chosen cell feels."""
    felt = page.locator("[class*=st-key-inside_flow] .cells").nth(place).locator(".marks > g")
    return felt.locator("> g").count()


def test_a_click_works_a_cell_out_and_leads_back_to_the_pixels(visit, until):
    page = visit("inside")
    until(page, lambda: "Layer 1, Convolution" in head(page))
    assert page.get_by_text("Click any small square").is_visible()
    click(page, 2, 7, 0.35, 0.45)  # the second convolution
    until(page, lambda: "Layer 3, Convolution" in head(page))
    assert "map 8 of 16, row 5, column 4" in head(page) and "It sees 14×14" in head(page)
    until(page, lambda: marks(page, 2) == 6)  # all six pooled maps are felt
    assert marks(page, 0) == 1 and marks(page, 4) == 0
    maps = page.locator("[class*=st-key-inside_cell_view] .maps button")
    assert maps.count() == 6
    maps.nth(2).click()
    assert (
        "map 3 of layer 2, Max pool"
        in page.locator("[class*=st-key-inside_cell_view] .from").inner_text()
    )
    patch = page.locator("[class*=st-key-inside_cell_view] .grid").first.locator("button")
    assert patch.count() == 25
    patch.nth(12).click()  # the middle of the patch
    until(page, lambda: "Layer 2, Max pool" in head(page))
    assert "map 3 of 6, row 7, column 6" in head(page) and "It sees 6×6" in head(page)
    page.locator("[class*=st-key-inside_cell_view] .grid .marked").click()
    until(page, lambda: "Layer 1, Convolution" in head(page))
    assert "map 3 of 6" in head(page) and "It sees 5×5" in head(page)


def test_every_kind_of_picture_answers(visit, until):
    page = visit("inside")
    until(page, lambda: layers(page).count() == 6)
    click(page, 4, 30)
    until(page, lambda: "unit 31 of 120" in head(page))
    rows = page.locator("[class*=st-key-inside_cell_view] .term:not(.head)")
    assert rows.count() == 14
    page.get_by_role("button", name="All 400").click()
    assert rows.count() == 400
    page.locator("[class*=st-key-inside_flow] .scores canvas").nth(3).click()
    until(page, lambda: "the score of 3" in head(page))
    page.locator("[class*=st-key-inside_flow] .bars .track").nth(7).click()
    until(page, lambda: "the probability of 7" in head(page))
    assert page.locator("[class*=st-key-inside_flow] .row.chosen").count() == 1
    page.get_by_role("button", name="The unit after").click()
    until(page, lambda: "the probability of 8" in head(page))


def test_keys_move_from_cell_to_cell(visit, until):
    page = visit("inside")
    until(page, lambda: "Layer 1" in head(page))
    click(page, 1, 0, 0.04, 0.04)
    until(page, lambda: "map 1 of 6, row 1, column 1" in head(page))
    layers(page).nth(1).focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    until(page, lambda: "map 1 of 6, row 3, column 2" in head(page))
    for key in (*["ArrowRight"] * 13, "Enter"):  # over the edge lies the map beside it
        page.keyboard.press(key)
    until(page, lambda: "map 2 of 6, row 3, column 1" in head(page))
    page.locator("[class*=st-key-inside_flow] .bars").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, lambda: "the probability of" in head(page))


def test_gradients_filters_and_play(visit, until):
    page = visit("inside")
    until(page, lambda: "Layer 1" in head(page))
    page.get_by_text("Gradients", exact=True).click()
    until(page, lambda: "The gradient: if this number grew" in head(page))
    page.get_by_text("Filters", exact=True).click()
    until(page, lambda: page.locator("[class*=st-key-inside_filters] canvas").count() == 6)
    page.get_by_text("Values", exact=True).click()
    page.get_by_text("Play with the image", exact=True).click()
    page.get_by_text("Move a slider").wait_for()
    page.locator(".st-key-play_turn input").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("Image, changed").wait_for()
    click(page, 0, 0)  # a click brings the arithmetic back
    until(page, lambda: "map 1 of 6, row 15, column 15" in head(page))


def test_live_while_it_trains(visit, until, settle):
    long = json.loads(Experiment.preset("lenet5").to_json()) | {"stop": {"epochs": 500}}
    page = visit("digits?m=" + Experiment.from_json(json.dumps(long)).to_link())
    page.get_by_role("button", name="Train", exact=True).click()
    page.mouse.move(600, 700)
    until(page, lambda: page.get_by_text("images/s").count())
    page.get_by_role("link", name="Inside").click()
    page.get_by_text("Layer by layer").wait_for()
    settle(page)
    page.get_by_text("Filters", exact=True).click()
    filters = page.locator("[class*=st-key-inside_filters] canvas")
    until(page, lambda: filters.count() == 6)
    look = "canvas => canvas.toDataURL()"
    before = filters.first.evaluate(look)
    until(page, lambda: filters.first.evaluate(look) != before)


def test_a_finger_on_a_phone(visit, until):
    page = visit("inside", **PHONE)
    until(page, lambda: "Layer 1" in head(page))
    width, room = page.evaluate(SIDEWAYS)
    assert width <= room
    layers(page).nth(2).locator("canvas").nth(3).tap()
    until(page, lambda: "Layer 3, Convolution" in head(page))
    panel = page.locator("[class*=st-key-inside_cell_view] .head").first
    until(page, lambda: 0 <= panel.bounding_box()["y"] < 844)  # it comes to the finger's owner
