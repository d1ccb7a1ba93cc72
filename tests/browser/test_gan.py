"""The GAN page in a browser: clouds are covered while one watches; half turns; a phone."""

from __future__ import annotations

import re

from playground import Experiment
from tests.browser.themes import findings

WALL = """() => { const find = node => { if (!node) return null;
    if (node.tagName === 'CANVAS') return node.toDataURL();
    for (const part of [...(node.shadowRoot?.children ?? []), ...node.children]) {
      const picture = find(part); if (picture) return picture; } return null; };
    return find(document.querySelector('.st-key-gan_wall')); }"""
CANVAS = ".st-key-gan_map .live-plotly"


def drawn(page):
    return int(page.locator(f"{CANVAS}[data-drawn]").get_attribute("data-drawn"))


def covered(page):
    found = re.search(r"(\d+) of 8", page.locator(".st-key-readout_modes").first.inner_text())
    return int(found[1]) if found else 0


def fakes(page):
    return page.evaluate(
        f"""() => document.querySelector("{CANVAS}").data
            .filter(trace => trace.name === "fake").map(trace => Array.from(trace.x))[0]"""
    )


def button(page, name):
    return page.get_by_role("button", name=name, exact=True).first


def test_eight_clouds_are_covered_while_one_watches_and_half_turns_show_who_moves(visit, until):
    page = visit("gan")
    page.locator(f"{CANVAS}[data-drawn]").wait_for()
    assert "Press Play" in page.locator(".st-key-welcome").inner_text()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight") <= 800
    before = fakes(page)
    button(page, "Play").click()
    until(page, lambda: covered(page) >= 7)
    assert fakes(page) != before
    button(page, "Pause").click()
    until(page, lambda: button(page, "Discriminator step").is_enabled())
    button(page, "Discriminator step").click()
    until(page, lambda: "The discriminator made a step" in page.inner_text(".st-key-halfturns"))
    until(page, lambda: button(page, "Generator step").is_enabled())
    rested = fakes(page)
    button(page, "Generator step").click()
    until(page, lambda: "The generator made a step" in page.inner_text(".st-key-halfturns"))
    until(page, lambda: fakes(page) != rested)
    page.get_by_role("button", name="Paint").click()
    page.locator(".paint-sheet").wait_for()
    box = page.locator(".paint-sheet").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    until(page, lambda: "Your points" in page.locator(".st-key-io").inner_text())


def test_a_phone_sees_the_game_first(visit, until):
    page = visit("gan", viewport={"width": 390, "height": 844}, has_touch=True)
    page.locator(f"{CANVAS}[data-drawn]").wait_for()
    tops = [
        page.locator(place).bounding_box()["y"]
        for place in (".st-key-gan_map", ".st-key-standing", ".st-key-stack")
    ]
    assert tops == sorted(tops)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    seen = drawn(page)
    button(page, "Play").click()
    until(page, lambda: drawn(page) > seen + 2)
    button(page, "Pause").click()
    assert findings(page) == []


def test_digits_sharpen_on_a_wall(visit, until):
    page = visit(f"gan?m={Experiment.preset('gan_mnist').to_link()}")
    page.locator(".st-key-gan_wall canvas").first.wait_for()
    assert page.locator(".st-key-gan_wall canvas").count() == 60
    before = page.evaluate(f"({WALL})()")
    button(page, "Play").click()
    until(page, lambda: page.evaluate(f"({WALL})()") not in (None, before))
    button(page, "Pause").click()
    page.locator(".st-key-gan_census .live-plotly[data-drawn]").first.wait_for()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight") <= 800
