"""A photograph of paper brought to Draw and Inside: cleaned, shown with what went, and back."""

from __future__ import annotations

import pytest

from playground.data import mnist
from tests.benchmarks import photographs

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SIDEWAYS = "(e => [e.scrollWidth, e.clientWidth])(document.querySelector('[data-testid=stMain]'))"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99)


@pytest.fixture(scope="module")
def squared():
    """A seven on squared paper."""
    return photographs.photograph("squared", mnist.load()[1].x[0, 0], seed=4)


def bring(page, content, name="photo.jpg"):
    place = page.locator("[data-testid=stFileUploader] input[type=file]").last
    place.set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": content})


def answer(page):
    return page.locator(".st-key-answer .answer b").inner_text()


def test_the_word_of_an_open_popover_can_be_read_in_the_dark(visit, until):
    page = visit("draw", color_scheme="dark", **PHONE)
    button = page.get_by_role("button", name="Picture")
    button.click()
    colour = "e => getComputedStyle(e).color.match(/[0-9.]+/g).map(Number)"
    until(page, lambda: sum(button.evaluate(colour)[:3]) > 400)


def test_a_photograph_is_drawn_for(visit, until, squared):
    page = visit("draw", **PHONE)
    page.get_by_role("button", name="Picture").click()
    bring(page, HEIC, "photo.heic")
    page.get_by_text("This is a HEIC picture, as iPhones take them.").wait_for()
    bring(page, squared)
    page.get_by_text("Blue: what is read. Orange: lines, removed.").wait_for()
    until(page, lambda: answer(page) == "7")
    assert page.get_by_text("HEIC").count() == 0
    page.keyboard.press("Escape")
    wide, room = page.evaluate(SIDEWAYS)
    assert wide <= room
    page.get_by_text("Clean the paper").click()
    until(page, lambda: page.get_by_text("Orange: lines, removed.").count() == 0)
    page.get_by_text("Clean the paper").click()
    page.get_by_text("Orange: lines, removed.").wait_for()
    page.get_by_role("button", name="Clear", exact=True).click()
    until(page, lambda: page.get_by_role("button", name="Clear", exact=True).is_disabled())
    assert page.get_by_text("Clean the paper").count() == 0


def test_a_photograph_is_looked_into(visit, until, squared):
    page = visit("inside")
    page.get_by_text("A file", exact=True).click()
    bring(page, squared)
    page.get_by_text("your file, read as 7").wait_for()
    assert page.get_by_text("Blue: what is read. Orange: lines, removed.").is_visible()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        until(page, lambda: (lambda wide, room: wide <= room)(*page.evaluate(SIDEWAYS)))
    page.get_by_text("Clean the paper").click()
    until(page, lambda: page.get_by_text("Orange: lines, removed.").count() == 0)
    bring(page, b"hello", "a.png")
    page.get_by_text("no picture that can be read").wait_for()
