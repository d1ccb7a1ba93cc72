"""Sequences, in a browser: memory while it learns, a gate's number by hand, keys, two runs in
one picture, no findings."""

from __future__ import annotations

from playground.experiment import Experiment
from tests.browser import themes

SMALL = {
    "data": {"type": "adding", "samples": 200, "length": 12},
    "layers": [{"type": "lstm", "units": 4}, {"type": "dense", "units": 1}],
    "loss": {"type": "mse"},
    "optimizer": {"type": "adam", "learning_rate": 0.02},
    "batch_size": 20,
}


def part(page, key, selector):
    return page.locator(f"[class*=st-key-{key}] {selector}")


def press(page, verb):
    page.locator(f".st-key-sequences_{verb} button:visible").first.click()


def test_memory_is_seen_while_it_learns(visit, until):
    link = Experiment.model_validate(SMALL).to_link()
    page = visit(f"sequences?m={link}")
    maps = part(page, "unrolled_view", ".area canvas")
    maps.first.wait_for()
    assert maps.count() == 7  # the input, h, c and four gates
    picture = "canvas => canvas.toDataURL()"
    before = maps.nth(3).evaluate(picture)
    press(page, "play")
    until(page, lambda: maps.nth(3).evaluate(picture) != before)
    press(page, "play")
    maps.nth(3).click(position={"x": 5, "y": 5})
    cell = part(page, "unrolled_cell", ".view")
    until(page, lambda: "step 1 of 12, unit 1 of 4" in cell.inner_text())
    body = part(page, "unrolled_view", ".body")
    body.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    until(page, lambda: "step 2 of 12, unit 1 of 4" in cell.inner_text())
    page.get_by_role("radio", name="Compare").click()
    part(page, "quiet_pin", "button:visible").first.click()
    page.get_by_role("textbox", name="Name of run A").wait_for()
    press(page, "reseed")
    press(page, "step")
    picture = page.locator(".live-plotly[aria-label*='Run A, this run']")
    until(page, lambda: picture.locator(".scatterlayer .trace").count() == 2)
    assert themes.findings_in_both(page) == []
