"""The Trees page in a browser: grow, choose a node, light its region, ask every tree."""

from __future__ import annotations

import pytest

from playground.experiment import Experiment


def test_a_tree_grows_and_explains_itself(visit, until):
    page = visit("trees")
    page.get_by_text("Nothing has grown yet").wait_for()
    page.get_by_role("button", name="Play", exact=True).click()
    nodes = page.locator(".st-key-tree_place g.node")
    until(page, lambda: nodes.count() >= 9)
    page.get_by_text("levels have grown").wait_for()
    work = page.locator(".st-key-tree_place .work")
    nodes.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, lambda: "x₁ ≤" in work.inner_text() and "all samples" not in work.inner_text())
    assert "Gini impurity" in work.inner_text()
    curves = page.locator(".st-key-live .live-plotly .contourlayer path")
    until(page, lambda: curves.count() >= 1)  # its region is outlined on the map
    box = page.locator(".st-key-live .live-plotly").first.bounding_box()
    before = work.inner_text()
    page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + 0.25 * box["height"])
    until(page, lambda: work.inner_text() != before and "x₁ >" in work.inner_text())


@pytest.mark.parametrize(("size", "scheme"), [((1280, 800), "light"), ((390, 844), "dark")])
def test_a_forest_votes_and_nothing_sticks_out(visit, until, size, scheme):
    token = Experiment.preset("forest_spiral").to_link()
    page = visit(
        f"trees?m={token}", viewport={"width": size[0], "height": size[1]}, color_scheme=scheme
    )
    for _ in range(3):
        page.get_by_role("button", name="Step", exact=True).click()
        page.wait_for_timeout(400)
    cells = page.locator(".st-key-tree_place .strip button")
    until(page, lambda: cells.count() == 3)
    cells.first.click()
    page.get_by_text("Tree 1 of 3").wait_for()
    map_ = page.locator(".st-key-live .live-plotly").first
    map_.scroll_into_view_if_needed()
    box = map_.bounding_box()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.get_by_text("of 3 trees say").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
