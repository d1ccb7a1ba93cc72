"""axe-core finds nothing serious or critical on any page, light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.themes import findings, findings_in_both

PAGES = sorted(path.stem for path in Path(__file__).parents[2].glob("pages/*.py"))


@pytest.mark.parametrize("path", PAGES)
def test_every_page(visit, settle, path):
    page = visit("" if path == "playground" else path)
    page.wait_for_timeout(1000)  # what is compiled or drawn first follows
    settle(page)
    assert findings_in_both(page) == []


def test_the_playground_at_work(visit, until):
    """Panels, a menu, an editor and a dialog open, one after the other."""
    page = visit()

    def clean(part):
        assert findings_in_both(page, part) == []

    page.get_by_role("button", name="Step", exact=True).click()
    panel = page.locator(".st-key-panel button")
    until(page, lambda: panel.count() >= 3)
    panel.filter(has_text="Numbers").click()
    page.locator(".st-key-batch").wait_for()
    clean(".st-key-open_panel")
    panel.filter(has_text="Health").click()
    until(page, lambda: page.locator(".st-key-open_panel .live-plotly .main-svg").count() >= 3)
    page.get_by_role("button", name="Hidden 1, neuron 2").click()
    clean(".st-key-page")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Change hidden 1").click()
    clean(".st-key-network")
    page.get_by_role("menuitem", name="Settings").click()
    page.get_by_role("dialog").wait_for()
    clean("[role=dialog]")


def test_a_phone(visit):
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True)
    page.locator(".st-key-network").wait_for()
    assert findings_in_both(page) == []


def test_axe_would_find_something(visit):
    """The test can fail: a picture without a text is found."""
    page = visit()
    page.evaluate("document.querySelector('.st-key-page').append(document.createElement('img'))")
    page.evaluate("document.querySelector('.st-key-page > img').src = 'assets/brand/logo.svg'")
    assert "image-alt" in {rule for rule, *_ in findings(page)}
