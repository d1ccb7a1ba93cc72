"""The recipe in a browser: every word opens, also where the sentence wraps; goals end training."""

from __future__ import annotations

import pytest

WORDS = ("loss", "optimizer", "batch", "initializer", "regularization", "more")


def word(page, name):
    return page.locator(f".st-key-playground_word_{name} button:visible")


@pytest.mark.parametrize("width", [1280, 390])
def test_every_word_of_the_sentence_opens(visit, width):
    page = visit(viewport={"width": width, "height": 844})
    page.get_by_role("button", name="Step", exact=True).click()
    for name in WORDS:
        word(page, name).click(timeout=15_000)
        body = page.locator("[data-testid=stPopoverBody]")
        body.wait_for(timeout=15_000)
        box = body.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        page.keyboard.press("Escape")
        body.wait_for(state="detached", timeout=15_000)


def test_a_goal_set_in_the_page_ends_training_and_says_why(visit, until):
    page = visit()
    page.get_by_role("button", name="Step", exact=True).click()
    word(page, "more").click()
    page.get_by_role("radio", name="Stop", exact=True).click()
    page.get_by_role("spinbutton", name="At an accuracy of, %").fill("90")
    page.keyboard.press("Enter")
    until(page, lambda: "until 90 % right" in word(page, "more").inner_text())
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Play", exact=True).click()
    said = page.get_by_text("The accuracy on the test set has reached its goal")
    until(page, said.is_visible)
    assert page.get_by_role("button", name="Play", exact=True).is_visible()
    page.get_by_role("button", name="Reset", exact=True).click()
    until(page, lambda: not said.is_visible())


def test_another_loss_brings_the_outputs_that_it_needs(visit, until):
    page = visit()
    page.get_by_role("button", name="Step", exact=True).click()
    word(page, "loss").click()
    page.get_by_role("combobox", name="Loss").click()
    page.get_by_role("option", name="KL divergence").click()
    until(page, lambda: "KL divergence" in word(page, "loss").inner_text())
    page.get_by_text("28 numbers to learn").wait_for(timeout=10_000)
