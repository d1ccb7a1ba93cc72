"""Sequences, in a browser: memory while it learns, a gate's number by hand, keys, no findings."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from playground.experiment import Experiment

SMALL = {
    "data": {"type": "adding", "samples": 200, "length": 12},
    "layers": [{"type": "lstm", "units": 4}, {"type": "dense", "units": 1}],
    "loss": {"type": "mse"},
    "optimizer": {"type": "adam", "learning_rate": 0.02},
    "batch_size": 20,
}


def part(page, key, selector):
    return page.locator(f"[class*=st-key-{key}] {selector}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_memory_is_seen_while_it_learns(visit, until, scheme):
    link = Experiment.model_validate(SMALL).to_link()
    page = visit(f"sequences?m={link}", color_scheme=scheme)
    maps = part(page, "unrolled_view", ".area canvas")
    maps.first.wait_for()
    assert maps.count() == 7  # the input, h, c and four gates
    picture = "canvas => canvas.toDataURL()"
    before = maps.nth(3).evaluate(picture)
    page.locator(".st-key-sequences_play button:visible").first.click()
    until(page, lambda: maps.nth(3).evaluate(picture) != before)
    page.locator(".st-key-sequences_play button:visible").first.click()
    maps.nth(3).click(position={"x": 5, "y": 5})
    cell = part(page, "unrolled_cell", ".view")
    until(page, lambda: "step 1 of 12, unit 1 of 4" in cell.inner_text())
    body = part(page, "unrolled_view", ".body")
    body.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    until(page, lambda: "step 2 of 12, unit 1 of 4" in cell.inner_text())
    response = Axe().run(page, options={"resultTypes": ["violations"]}).response
    assert [
        (finding["id"], node["target"])
        for finding in response["violations"]
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ] == []
