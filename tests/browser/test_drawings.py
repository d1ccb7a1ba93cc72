"""Own drawings and two networks on the Draw page, in a browser; and what moves while one draws."""

from __future__ import annotations

import io

import numpy as np

from tests import hands
from tests.browser import themes

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SIDEWAYS = "(e => [e.scrollWidth, e.clientWidth])(document.querySelector('[data-testid=stMain]'))"
LIT = """[...document.querySelectorAll('.st-key-lit *')].map(e => e.shadowRoot).find(Boolean)"""
PICTURES = f"""() => [...{LIT}.querySelectorAll('.column')].map(
    column => [...column.querySelectorAll('canvas')].map(c => c.toDataURL()).join())"""
TEACH = ".st-key-teach button:visible"


def canvas(page):
    return page.locator(".st-key-pad canvas")


def draw(page, strokes, lift=True):
    box = canvas(page).bounding_box()
    for stroke in strokes:
        places = [
            (box["x"] + x / 1000 * box["width"], box["y"] + y / 1000 * box["height"])
            for x, y in stroke
        ]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in [*places[1::3], places[-1]]:
            page.mouse.move(*place)
        if lift:
            page.mouse.up()


def press(page, key):
    page.locator(f".st-key-{key} button:visible").first.click()


def open_tray(page, until):
    press(page, "quiet_tray")
    until(page, lambda: page.locator(".st-key-tray").count() == 1)


def keep(page, until, digit, number, label=None):
    """Draw a digit and keep it; waits until the canvas is empty again."""
    count = page.locator(".st-key-tray_tiles li").count()
    draw(page, hands.drawing(digit, 6, number)["strokes"])
    button = page.locator(f".st-key-keep_{digit if label is None else label} button:visible")
    until(page, button.is_enabled)
    page.wait_for_timeout(300)  # the last of the strokes is on its way
    button.click()
    until(page, lambda: page.locator(".st-key-tray_tiles li").count() == count + 1)
    until(page, lambda: not button.is_enabled())


def test_every_layer_changes_while_the_pen_is_down(visit, until):
    page = visit("draw")
    box = canvas(page).bounding_box()
    draw(page, [[[300, 200], [700, 200]]], lift=False)
    until(page, lambda: page.evaluate(PICTURES)[-1] != "")
    page.wait_for_timeout(500)
    before = page.evaluate(PICTURES)
    assert len(before) == 8
    for part in range(10):
        page.mouse.move(
            box["x"] + (0.7 - 0.02 * part) * box["width"],
            box["y"] + (0.2 + 0.06 * part) * box["height"],
        )
        page.wait_for_timeout(40)
    until(page, lambda: all(a != b for a, b in zip(before, page.evaluate(PICTURES), strict=True)))
    page.mouse.up()


def test_two_networks_side_by_side_say_whether_they_agree(visit, until):
    page = visit("draw")
    draw(page, hands.drawing(2, 6, 0)["strokes"])
    press(page, "quiet_compare")
    answers = page.locator("[class*=st-key-][class*=answer] .answer b")
    until(page, lambda: answers.count() == 2 and all(answers.all_inner_texts()))
    until(
        page,
        lambda: page.get_by_text("Both read").or_(page.get_by_text("They disagree")).is_visible(),
    )
    first, second = (one.bounding_box() for one in answers.all())
    assert abs(first["y"] - second["y"]) < 2 and second["x"] > first["x"] + 100
    press(page, "quiet_compare")
    until(page, lambda: answers.count() == 1)


def test_drawings_are_kept_taken_out_and_saved(visit, until):
    page = visit("draw")
    open_tray(page, until)
    for digit in (7, 3, 4):
        keep(page, until, digit, 0)
    keep(page, until, 6, 0, label=1)
    tiles = page.locator(".st-key-tray_tiles li")
    assert tiles.all_inner_texts()[0].startswith("1 → 6") or "→" in tiles.all_inner_texts()[0]
    assert "wrong" in tiles.first.get_attribute("class")
    out = page.get_by_role("button", name="Take this 3 out")
    out.focus()
    page.keyboard.press("Enter")
    until(page, lambda: tiles.count() == 3)
    assert [text[0] for text in tiles.all_inner_texts()] == ["1", "4", "7"]
    with page.expect_download() as download:
        press(page, "quiet_npz")
    content = download.value.path().read_bytes()
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        assert arrays["labels"].tolist() == [7, 4, 1]
        assert arrays["images"].shape == (3, 28, 28) and arrays["images"].max() == 255
    press(page, "quiet_drop")
    until(page, lambda: tiles.count() == 0)
    page.get_by_role("button", name="Bring some back").click()
    page.locator("[data-testid=stFileUploader] input").set_input_files(
        {"name": "mine.npz", "mimeType": "application/zip", "buffer": content}
    )
    until(page, lambda: tiles.count() == 3)


def test_it_learns_ones_hand_while_one_draws_on(visit, until):
    page = visit("draw")
    open_tray(page, until)
    keep(page, until, 1, 0, label=7)
    page.locator(TEACH).click()
    draw(page, hands.drawing(0, 6, 1)["strokes"])  # the page does not wait
    until(page, lambda: page.locator(".st-key-taught table").count() == 1, 60)
    assert "MNIST's 10,000 test images" in page.locator(".st-key-taught").inner_text()
    menu = page.locator(".st-key-draw_model input").first
    until(page, lambda: menu.input_value().startswith("Fine-tuned on your drawings"))
    until(page, lambda: page.locator(".st-key-answer .answer b").inner_text() == "0")


def test_the_brush_is_set_and_seen_at_once(visit, until):
    page = visit("draw")
    draw(page, [[[300, 500], [700, 500]]])
    ink = """c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data
        .filter((v, i) => i % 4 === 3 && v > 128).length"""
    thin = canvas(page).evaluate(ink)
    page.get_by_role("button", name="Brush").click()
    slider = page.get_by_role("slider")
    assert slider.input_value() == "71"
    slider.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    until(page, lambda: canvas(page).evaluate(ink) > 1.2 * thin)


def test_the_tray_and_two_networks_fit_a_phone(visit, until):
    page = visit("draw", **PHONE)
    open_tray(page, until)
    press(page, "quiet_compare")
    until(page, lambda: page.locator(".st-key-second_answer").count() == 1)
    wide, room = page.evaluate(SIDEWAYS)
    assert wide <= room
    for key in ("keep_0", "keep_9"):
        box = page.locator(f".st-key-{key} button:visible").bounding_box()
        assert box["width"] >= 24 and box["height"] >= 24
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_axe_finds_nothing_serious_with_all_open(visit, until):
    page = visit("draw")
    open_tray(page, until)
    press(page, "quiet_compare")
    keep(page, until, 1, 0, label=7)
    draw(page, hands.drawing(0, 6, 1)["strokes"])
    until(page, lambda: page.locator(".st-key-second_answer .answer b").inner_text() != "")
    assert themes.findings_in_both(page) == []
