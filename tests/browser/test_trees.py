"""The Trees page in a browser: grow, choose a node, light its region, ask every tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.experiment import Experiment
from tests.browser import themes


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


OWN = "id,size,colour,copy,price\n" + "".join(
    f"{k},{'' if k % 9 == 0 else k % 7},{'red' if k % 3 else 'blue'},{k % 11 * 2},{k % 11}\n"
    for k in range(80)
)


def test_a_table_is_brought_looked_at_and_asked(visit, until):
    """A bad file changes nothing; a good one is taken, grown on, explained and asked."""
    page = visit(f"trees?m={Experiment.preset('table_penguins').to_link()}")
    page.get_by_text("11 rows have gaps").wait_for()

    def bring(content: str) -> None:
        page.get_by_role("button", name="Bring yours").click()
        file = {"name": "own.csv", "mimeType": "text/csv", "buffer": content.encode()}
        page.locator("[data-testid=stPopoverBody] input[type=file]").set_input_files(file)

    bring("a,b\n1,x\n2,x\n3,x\n4,x\n")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("nothing to predict").wait_for()
    assert dialog.get_by_role("button", name="Learn from this table").is_disabled()
    dialog.get_by_role("button", name="Cancel").click()
    page.get_by_text("11 rows have gaps").wait_for()
    bring(OWN)
    dialog.get_by_text("“copy” gives “price” away").wait_for()
    dialog.get_by_text("“id” counts the rows").wait_for()
    assert themes.findings(page) == []
    dialog.get_by_role("button", name="Learn from this table").click()
    page.get_by_role("button", name="Leave it out").click()
    page.get_by_text("gives “price” away").wait_for(state="detached")
    step = page.get_by_role("button", name="Step", exact=True)
    step.click()
    step.click()
    page.locator(".st-key-tree_place g.node").nth(2).wait_for()
    page.get_by_text("In its own units the mean error").wait_for()
    page.get_by_text("One column", exact=True).click()
    chart = page.locator(".st-key-tree .live-plotly .scatterlayer path.js-line")
    until(page, lambda: chart.count() >= 2)  # the mean, and single rows
    page.get_by_text("New rows", exact=True).click()
    rows = {"name": "rows.csv", "mimeType": "text/csv", "buffer": b"colour,size\nred,3\ngreen,4\n"}
    page.locator(".st-key-tree input[type=file]").set_input_files(rows)
    page.get_by_text("“green” in “colour” is new").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download all answers").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines[0] == "colour,size,price" and lines[1].startswith("red,3,") and len(lines) == 3
    page.set_viewport_size({"width": 390, "height": 844})
    until(page, lambda: page.evaluate("document.documentElement.scrollWidth") <= 390)
    assert themes.findings(page) == []


def test_a_network_learns_then_trees_grow_behind_it(visit, until):
    preset = Experiment.preset("hybrid_spiral")
    forest = {"type": "random_forest", "n_estimators": 5}
    small = preset.changed(trees=forest, hybrid={"type": "deep_features", "epochs": 20})
    page = visit(f"trees?m={small.to_link()}")
    page.get_by_text("a network learns for 20 epochs").wait_for()
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_text("All 5 trees have grown").wait_for()
    work = page.locator(".st-key-tree_place .work")
    until(page, lambda: "neuron" in work.inner_text())
    page.get_by_text("Its parts", exact=True).click()
    page.get_by_role("button", name="Measure each part").click()
    table = page.locator(".st-key-tree table")
    until(page, lambda: table.locator("tr").count() == 5)
    assert "The network alone" in table.inner_text()
