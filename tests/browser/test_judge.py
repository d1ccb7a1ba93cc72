"""Judge in a browser: a click in the matrix, the threshold by keyboard, a small screen."""

import re

import pytest


def settled(page):
    page.get_by_text("1 to 24 of 37").wait_for(timeout=30_000)
    page.locator(".st-key-judge_confusion .live-plotly[data-drawn]").wait_for()


def captions(page):
    return page.locator(".st-key-judge_tiles .tiles p").all_text_contents()


def test_a_click_in_the_matrix_lists_exactly_those_images(visit, until):
    page = visit("judge")
    settled(page)
    page.locator(".st-key-judge_confusion .xtick text").last.wait_for()
    four = page.locator(".st-key-judge_confusion .xtick text").nth(4).bounding_box()
    nine = page.locator(".st-key-judge_confusion .ytick text").nth(9).bounding_box()
    page.mouse.click(four["x"] + four["width"] / 2, nine["y"] + nine["height"] / 2)
    page.get_by_text("9, read as 4", exact=True).wait_for()
    until(page, lambda: len(captions(page)) == 5)
    assert all(caption.startswith("9 → 4") for caption in captions(page))
    page.get_by_text("5 samples", exact=True).wait_for()


def test_the_threshold_moves_point_counts_and_list_by_keyboard(visit, until):
    page = visit("judge")
    settled(page)
    chart = page.locator(".st-key-judge_roc .live-plotly")
    place = "() => document.querySelector('.st-key-judge_roc .live-plotly').data.at(-1).y[0]"
    chart.and_(page.locator("[data-drawn]")).wait_for()
    before, button = page.evaluate(place), page.locator(".st-key-missed button:visible")
    count = int(re.sub(r"\D", "", button.text_content()))
    page.locator(".st-key-judge_threshold input").focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    page.get_by_text(re.compile(r"^Missed at 0\.9")).wait_for()
    until(page, lambda: page.evaluate(place) < before)
    until(page, lambda: int(re.sub(r"\D", "", button.text_content())) > count)
    until(
        page, lambda: len(captions(page)) == min(24, int(re.sub(r"\D", "", button.text_content())))
    )


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)])
def test_nothing_sticks_out(visit, size):
    page = visit("judge", viewport={"width": size[0], "height": size[1]})
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("node => node.scrollWidth <= node.clientWidth")
