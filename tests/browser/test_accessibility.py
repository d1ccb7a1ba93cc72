"""axe-core finds nothing serious or critical on any page, light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = sorted(path.stem for path in Path(__file__).parents[2].glob("pages/*.py"))
axe = Axe()


def findings(page):
    """What axe-core holds to be serious or critical, with where it is."""
    page.wait_for_timeout(400)  # animations: a half-faded word has too little contrast
    told = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        (one["id"], node["target"], node.get("failureSummary"))
        for one in told
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    return request.param


@pytest.mark.parametrize("path", PAGES)
def test_every_page(visit, settle, scheme, path):
    page = visit("" if path == "playground" else path, color_scheme=scheme)
    page.wait_for_timeout(1000)  # what is compiled or drawn first follows
    settle(page)
    assert findings(page) == []


def test_the_playground_at_work(visit, scheme, until):
    """Panels, a menu, an editor and a dialog open, one after the other."""
    page = visit(color_scheme=scheme)
    page.get_by_role("button", name="Step", exact=True).click()
    panel = page.locator(".st-key-panel button")
    until(page, lambda: panel.count() >= 3)
    panel.filter(has_text="Numbers").click()
    page.locator(".st-key-batch").wait_for()
    assert findings(page) == []
    panel.filter(has_text="Health").click()
    until(page, lambda: page.locator(".st-key-open_panel .live-plotly .main-svg").count() >= 3)
    page.get_by_role("button", name="Hidden 1, neuron 2").click()
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Change hidden 1").click()
    assert findings(page) == []
    page.get_by_role("menuitem", name="Settings").click()
    page.get_by_role("dialog").wait_for()
    assert findings(page) == []


def test_a_phone(visit, scheme):
    page = visit(color_scheme=scheme, viewport={"width": 390, "height": 844}, has_touch=True)
    page.locator(".st-key-network").wait_for()
    assert findings(page) == []


def test_axe_would_find_something(visit):
    """The test can fail: a picture without a text is found."""
    page = visit()
    page.evaluate("document.querySelector('.st-key-page').append(document.createElement('img'))")
    page.evaluate("document.querySelector('.st-key-page > img').src = 'assets/brand/logo.svg'")
    assert "image-alt" in {rule for rule, *_ in findings(page)}
