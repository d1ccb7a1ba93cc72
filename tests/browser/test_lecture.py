"""A lesson before a hall, in a browser: keys, the second window, a blank screen, lists, frames."""

from __future__ import annotations

from pathlib import Path

from tests.browser.conftest import IDLE
from tests.browser.themes import both, findings, findings_in_both

PROJECTOR = {"width": 1024, "height": 768}
FITS = """document.querySelector('[data-testid=stMain]').scrollHeight <= innerHeight
    && document.documentElement.scrollWidth <= innerWidth"""
SMALLEST = """Math.min(...[...document.querySelectorAll('.st-key-lecture p, .st-key-lecture h1')]
    .filter(node => node.innerText.trim()).map(node =>
    node.getBoundingClientRect().height / node.offsetHeight
    * parseFloat(getComputedStyle(node).fontSize)))"""
CURVE = ".st-key-lesson_curve .live-plotly[data-drawn]"


def test_a_hall_sees_a_lesson_by_keys_alone_and_the_speaker_its_notes(visit, until):
    page = visit("learn?lesson=features", viewport=PROJECTOR)
    page.locator(CURVE).wait_for()
    page.locator(IDLE).wait_for()
    page.keyboard.press("f")
    page.locator(".st-key-hall_question").wait_for()
    assert "lecture=all" in page.url
    page.locator(".st-key-variant_1 .live-plotly[data-drawn]").wait_for()
    page.locator(".st-key-lecture_bar .bar").wait_for()  # from now on keys are heard
    assert not page.locator("[data-testid=stHeader]").is_visible()
    assert page.evaluate(FITS) and page.evaluate(SMALLEST) >= 20
    with page.context.expect_page() as opened:
        page.keyboard.press("n")
    notes = opened.value
    notes.locator(".st-key-notes .clock").wait_for()
    assert "Ask who would have thought of squares" in notes.inner_text(".st-key-notes .notes")
    assert findings_in_both(notes) == []

    notes.keyboard.press("PageDown")  # a clicker reaches whichever window has the focus
    page.locator(".st-key-hall_prediction").wait_for()
    until(page, lambda: notes.locator(".now").inner_text() == "Prediction")
    page.locator(IDLE).wait_for()
    page.keyboard.press("2")
    until(page, lambda: "two (the hall said)" in notes.inner_text(".st-key-notes ol"))
    for _ in both(page):
        assert findings(page) == [] and page.evaluate(FITS)

    page.keyboard.press("b")
    page.locator(".lecture-blank").wait_for()
    until(page, lambda: notes.locator(".dark").count() == 1)
    page.keyboard.press("ArrowRight")  # brings the picture back, and no more
    page.locator(".lecture-blank").wait_for(state="detached")
    assert page.locator(".st-key-hall_prediction").count() == 1
    page.keyboard.press("ArrowRight")
    page.locator(".st-key-hall_play").wait_for()
    page.locator(CURVE).wait_for()
    assert page.evaluate(FITS)
    page.keyboard.press("PageDown")
    page.locator(".st-key-hall_reveal").wait_for()
    assert "it is “none”" in page.inner_text(".st-key-hall_reveal") and page.evaluate(FITS)
    page.locator(IDLE).wait_for()
    page.keyboard.press("ArrowRight")
    until(page, lambda: "lesson=symmetry" in page.url)
    page.locator(IDLE).wait_for()
    page.keyboard.press("Escape")
    page.locator(".st-key-lesson_text").wait_for()
    assert "lecture" not in page.url and page.locator("[data-testid=stHeader]").is_visible()
    until(page, lambda: "No lecture is open" in notes.inner_text(".st-key-notes .view"))
    notes.close()


def test_a_lecture_is_made_by_ticking(visit, until, server):
    page = visit("learn")
    page.get_by_text("Make a lecture").click()
    for name in ("gan", "features"):
        page.locator(f"button[data-lesson={name}]").click()
    code = page.locator(".st-key-lecture_line code")
    until(page, lambda: code.inner_text() == f"{server.url}learn?lecture=gan,features")
    assert page.evaluate(FITS) and findings(page) == []
    page.locator(IDLE).wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Handout").click()
    text = Path(download.value.path()).read_text("utf-8")
    assert f"{server.url}learn?lesson=features&amp;lang=en" in text and text.count("<article") == 2


def test_a_lesson_for_a_frame_stands_in_its_size(visit, until):
    """Who may put it into a frame is said in headers: see tests/web/frame/test_server.py."""
    page = visit("learn?lesson=features&embed", viewport={"width": 900, "height": 600})
    page.locator(CURVE).wait_for()
    until(page, lambda: page.evaluate(FITS))
    page.locator(".st-key-lesson_answer_1 button").first.click()
    play = page.locator(".st-key-lesson_play button")
    until(page, play.is_enabled)
    play.click()
    page.locator(".st-key-welcome").wait_for()
    page.get_by_role("link", name="Open the playground").wait_for()  # comes last
    until(page, lambda: page.evaluate(FITS))
    assert not page.locator("[data-testid=stHeader]").is_visible()
