"""Comparing runs, going back in time, the tour: as a visitor does it."""

from __future__ import annotations

import csv

import pytest

from playground.web.points.tour import STOPS

BOX = "(e => [e.scrollHeight, innerHeight])(document.querySelector('[data-testid=stMain]'))"


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def epochs(page):
    return float(page.locator(".st-key-clock strong").first.inner_text().replace(",", ""))


def choose_rate(page, rate, settle):
    page.locator(".st-key-rate input").first.click()
    page.get_by_role("option", name=rate, exact=True).click()
    settle(page)


def train(page, until, more=40):
    press(page, "Play")
    until(page, lambda: epochs(page) > more)
    press(page, "Pause")
    until(page, lambda: page.get_by_role("button", name="Play", exact=True).count() > 0)


def test_four_runs_are_overlaid_renamed_opened_and_taken_home(visit, settle, until):
    page = visit()
    press(page, "Dismiss")
    page.get_by_text("Compare").first.click()
    table = page.get_by_role("table", name="Runs in comparison")
    for count, rate in enumerate(("0.03", "0.1", "0.3", "1"), 1):
        if count > 1:
            choose_rate(page, rate, settle)
            press(page, "Reset")
            until(page, lambda: epochs(page) == 0)
        train(page, until)
        press(page, "Pin this run")
        until(page, lambda n=count: table.get_by_role("textbox").count() == n)
    text = table.inner_text()
    assert "learning rate 0.03 → 0.1" in text and "the reference" in text
    chart = page.locator(".live-plotly[aria-label*='Run A, Run B, Run C, Run D']")
    until(page, lambda: chart.locator(".scatterlayer .trace").count() == 4)
    dashes = chart.locator(".scatterlayer .js-line").evaluate_all(
        "lines => lines.map(line => getComputedStyle(line).strokeDasharray)"
    )
    assert len(set(dashes)) == 4
    name = table.get_by_role("textbox", name="Name of run B")
    name.fill("<b>quick</b>")
    name.press("Enter")
    until(page, lambda: page.locator(".live-plotly[aria-label*='<b>quick</b>']").count() == 1)
    with page.expect_download() as waiting:
        press(page, "CSV") if page.locator(".st-key-quiet_runs_csv").count() == 0 else (
            page.locator(".st-key-quiet_runs_csv button").first.click()
        )
    with open(waiting.value.path(), newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["run"] for row in rows} == {"Run A", "<b>quick</b>", "Run C", "Run D"}
    table.get_by_role("button", name="Remove run D").click()
    until(page, lambda: table.get_by_role("textbox").count() == 3)
    table.get_by_role("button", name="Open run A").click()
    until(page, lambda: epochs(page) == 0)
    assert page.locator(".st-key-rate input").first.input_value() == "0.03"


def test_a_run_goes_back_by_keyboard_and_on_from_there(visit, until):
    page = visit()
    train(page, until, 60)
    end = epochs(page)
    slider = page.get_by_role("slider", name="Rewind")
    slider.focus()
    slider.press("Home")
    until(page, lambda: epochs(page) == 0)
    slider = page.get_by_role("slider", name="Rewind")
    slider.press("End")
    until(page, lambda: epochs(page) == end)
    page.get_by_role("slider", name="Rewind").press("Home")
    until(page, lambda: epochs(page) == 0)
    press(page, "Step")
    until(page, lambda: 0 < epochs(page) < 1)
    assert page.get_by_role("slider", name="Rewind").get_attribute("aria-valuetext") == "0.04"


def test_the_tour_by_keyboard(visit, until):
    page = visit()
    page.get_by_role("button", name="Tour", exact=True).focus()
    page.keyboard.press("Enter")
    framed = "document.querySelector('.tour-frame')?.className.match(/st-key-(\\w+)/)?.[1]"
    for step, part in enumerate(("data", "network", "transport", "output", "recipe", "nethead"), 1):
        until(page, lambda part=part: page.evaluate(framed) == part)
        until(page, lambda n=step: page.locator(".st-key-tour").get_by_text(f"{n} of 6").count())
        until(page, lambda: page.evaluate("!!document.activeElement.closest('.st-key-tour_next')"))
        page.keyboard.press("Enter")
    until(page, lambda: page.locator(".st-key-tour").count() == 0)
    until(page, lambda: page.locator(".tour-frame").count() == 0)


@pytest.mark.parametrize("width", [390, 1280])
def test_each_step_of_the_tour_frames_its_part_and_shows_it(visit, until, width):
    page = visit(viewport={"width": width, "height": 844})
    page.get_by_role("button", name="Tour").click()
    for number, stop in enumerate(STOPS):
        until(page, lambda n=number: f"{n + 1} of 6" in page.locator(".st-key-tour").inner_text())
        until(page, lambda part=stop.part: page.locator(f".tour-frame.st-key-{part}").count())
        seen = set()
        page.wait_for_timeout(900)  # it scrolls there
        for _ in range(4):
            seen.add(page.evaluate("document.querySelector('.tour-frame')?.className || ''"))
            page.wait_for_timeout(150)
        assert len(seen) == 1 and f"st-key-{stop.part} " in seen.pop() + " "
        box = page.locator(".tour-frame").bounding_box()
        card = page.locator(".st-key-tour").bounding_box()
        if width == 390:  # where the card is as wide as the page: above it
            assert box["y"] > 0 and box["y"] + min(box["height"], 380) < card["y"] + 10
        page.locator(".st-key-tour_next button").click()
    until(page, lambda: page.locator(".tour-frame").count() == 0)


def test_escape_leaves_the_tour(visit, until):
    page = visit()
    press(page, "Tour")
    until(page, lambda: page.locator(".tour-frame").count() == 1)
    page.keyboard.press("Escape")
    until(page, lambda: page.locator(".st-key-tour").count() == 0)
    until(page, lambda: page.locator(".tour-frame").count() == 0)


def test_curves_on_a_log_scale(visit, until):
    page = visit()
    train(page, until, 30)
    page.get_by_role("button", name="Curves").first.click()
    page.get_by_role("button", name="Log scale").click()
    kind = "document.querySelectorAll('.live-plotly')[1]._fullLayout.yaxis.type"
    until(page, lambda: page.evaluate(kind) == "log")
