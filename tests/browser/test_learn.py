"""The Learn page in a browser: two clicks to a lesson, keys, the reveal, its goal, a phone."""

from __future__ import annotations

from tests.browser.conftest import IDLE
from tests.browser.themes import findings, findings_in_both

SCROLLS = "document.querySelector('[data-testid=stMain]').scrollHeight"
CURVE = ".st-key-lesson_curve .live-plotly[data-drawn]"


def test_a_lesson_from_the_first_page_to_its_goal(visit, until):
    page = visit()
    page.get_by_role("link", name="Learn", exact=True).first.click()
    page.locator("a[data-lesson=features]").click()
    page.locator(CURVE).wait_for()
    assert "lesson=features" in page.url and page.evaluate(SCROLLS) <= 800
    play = page.locator(".st-key-lesson_play button")
    assert play.is_disabled()
    page.keyboard.press("2")
    until(page, play.is_enabled)
    page.locator(IDLE).wait_for()  # a key is heard once the page stands
    page.keyboard.press("p")
    page.locator(".st-key-welcome").wait_for()
    said = page.locator(".st-key-lesson_text").inner_text()
    assert "You said: “two”" in said and "it is “none”" in said
    assert page.evaluate(SCROLLS) <= 800
    assert findings_in_both(page) == []
    page.locator(IDLE).wait_for()
    page.locator(".st-key-quiet_open_1 button").first.click()
    page.locator(".st-key-goal").wait_for()
    page.locator(".st-key-playground_play button").click()
    until(page, lambda: "check_circle" in page.locator(".st-key-goal").inner_text())
    page.get_by_role("button", name="Back to the lesson").click()
    page.locator(".st-key-quiet_all_lessons button").click()
    card = page.locator("a[data-lesson=features]")
    until(page, lambda: "goal reached" in card.inner_text())
    assert findings(page) == []


def test_chinese_on_a_phone(visit):
    page = visit("learn?lesson=linear-stack&lang=zh", viewport={"width": 390, "height": 800})
    page.locator(CURVE).wait_for()
    assert "没有非线性" in page.inner_text("body")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
