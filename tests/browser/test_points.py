"""Points of one's own, as a visitor paints and brings them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser.test_playground import accuracy, epochs, press

IRIS = """sepal_length,petal_width,species
5.1,0.2,setosa
4.9,0.2,setosa
4.7,0.4,setosa
5.0,0.3,setosa
7.0,1.4,versicolor
6.4,1.5,versicolor
6.9,1.3,versicolor
5.5,1.2,versicolor
"""


def choose(page, until, title):
    """A data set by its picture's name."""
    button = page.locator(f".st-key-sets button:has(img[alt='{title}'])")
    button.click()
    until(page, lambda: button.get_attribute("aria-checked") == "true")


def own(page, until):
    choose(page, until, "Your points")
    until(page, lambda: page.get_by_text("0 points of yours").count() == 1)
    page.locator(".paint-sheet").wait_for()


def shown(page):
    """How many points the map shows by now, whether Python has seen them or not."""
    return page.evaluate("""(document.querySelector('.live-plotly')?.data ?? []).slice(1)
        .reduce((sum, trace) => sum + trace.x.length, 0)""")


def counted(page):
    """How many points of the visitor's own Python has; −1 while another set is in use."""
    told = re.match(r"Data ([\d,]+) points? of", page.locator(".st-key-data p").first.inner_text())
    return int(told[1]) if told else -1


def place(page, x, y):
    """Where a point of the plane is on the screen."""
    sheet = page.locator(".paint-sheet")
    sheet.wait_for()
    box = sheet.bounding_box()
    return (box["x"] + (x + 6) / 12 * box["width"], box["y"] + (6 - y) / 12 * box["height"])


def spray(page, brush, x, y):
    page.get_by_role("button", name=f"Paint {brush}").click()
    page.mouse.move(*place(page, x, y))
    page.mouse.down()
    for dx, dy in ((0.5, 0), (0, 0.5), (-0.5, 0), (0, -0.5), (0.6, 0.6)):
        page.mouse.move(*place(page, x + dx, y + dy), steps=3)
    page.mouse.up()


def test_three_painted_classes_are_learned(visit, until):
    page = visit()
    own(page, until)
    assert page.get_by_role("button", name="Play", exact=True).is_disabled()
    words = page.locator(".live-plotly .annotation-text").first
    assert words.text_content().startswith("No points")
    for brush, x, y in (("orange", -3.5, 3.5), ("blue", 3.5, 3.5), ("green", 0, -3.5)):
        before = shown(page)
        spray(page, brush, x, y)
        until(page, lambda before=before: shown(page) > before + 4)
    until(page, lambda: counted(page) == shown(page))
    until(page, lambda: page.get_by_role("button", name="Play", exact=True).is_enabled())
    press(page, "Play")
    until(page, lambda: accuracy(page) == 100)
    press(page, "Pause")
    page.get_by_text("Paint", exact=True).click()
    legend = page.locator(".map-foot")
    until(page, lambda: legend.is_visible())
    assert legend.inner_text().split() == ["orange", "blue", "green"]
    box = page.locator(".live-plotly").first.bounding_box()
    page.mouse.move(box["x"] + 90, box["y"] + 60)
    page.mouse.move(box["x"] + 92, box["y"] + 61)
    hover = page.locator(".live-plotly").first.locator(".hovertext")
    until(page, lambda: hover.count() and re.search(r"orange \d+ %", hover.text_content()))


def test_quick_clicks_are_all_kept_and_undone_one_by_one(visit, until):
    page = visit()
    own(page, until)
    for i in range(6):
        page.mouse.click(*place(page, i - 3, i - 3))
    until(page, lambda: counted(page) == 6 == shown(page))
    press(page, "Undo")
    until(page, lambda: counted(page) == 5 == shown(page))
    press(page, "Erase")
    page.mouse.click(*place(page, -3, -3))
    until(page, lambda: counted(page) == 4 == shown(page))
    press(page, "Clear all")
    until(page, lambda: counted(page) == 0 == shown(page))


def test_painting_on_the_circle_goes_on_playing_with_its_points(visit, until):
    page = visit()
    press(page, "Play")
    page.get_by_text("Paint", exact=True).click()
    page.locator(".paint-sheet").wait_for()
    page.mouse.click(*place(page, 5, 5))
    until(page, lambda: page.get_by_text("501 points of yours").count() == 1)
    before = epochs(page)
    until(page, lambda: epochs(page) > before)
    assert page.get_by_role("button", name="Pause", exact=True).is_visible()


def test_points_are_painted_by_keyboard(visit, until):
    page = visit()
    own(page, until)
    sheet = page.locator(".paint-sheet")
    sheet.focus()
    page.keyboard.press("2")
    for key in ("Shift+ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    status = page.locator(".paint-status")
    assert status.text_content() == "blue at x₁ 1.0, x₂ 0.3"
    until(page, lambda: counted(page) == 1)
    assert page.evaluate("document.activeElement.className") == "paint-sheet"
    page.keyboard.press("Delete")
    until(page, lambda: counted(page) == 0)


def test_points_are_painted_with_a_finger(visit, until):
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True)
    own(page, until)
    page.locator(".paint-sheet").evaluate("sheet => sheet.scrollIntoView({block: 'center'})")
    page.touchscreen.tap(*place(page, 2, 2))
    page.touchscreen.tap(*place(page, -2, 2))
    until(page, lambda: counted(page) == 2 == shown(page))
    wide, room = page.evaluate(
        "(e => [e.scrollWidth, e.clientWidth])(document.querySelector('[data-testid=stMain]'))"
    )
    assert wide <= room


def test_painted_points_are_in_the_address(visit, until, settle):
    page = visit()
    own(page, until)
    page.mouse.click(*place(page, 1, 1))
    page.mouse.click(*place(page, -1, 1))
    until(page, lambda: counted(page) == 2 and "m=" in page.url)
    settle(page)
    other = visit(page.url.split("/")[-1])
    assert counted(other) == 2


def bring(page, until, text):
    if not page.locator("[data-testid=stFileUploader]").count():
        page.get_by_role("button", name="CSV").first.click()
    page.locator("[data-testid=stFileUploader] input[type=file]").first.set_input_files(
        {"name": "points.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )


def test_a_csv_file_with_an_error_is_told_by_row_and_a_good_one_is_used(visit, until):
    page = visit()
    bring(page, until, IRIS + "5.5,abc,setosa\n")
    alert = page.locator("[data-testid=stAlert]")
    until(
        page,
        lambda: (
            "Row 10: “abc” is not a number in column 2." in alert.inner_text()
            if alert.count()
            else False
        ),
    )
    assert page.get_by_text("Circle, 500 points").is_visible()
    bring(page, until, IRIS)
    preview = page.get_by_role("dialog").filter(has_text="Points from a file")
    preview.get_by_text("commas between columns").wait_for()
    assert page.locator("[data-testid=stFileUploader]").count() == 0  # nothing lies over it
    preview.get_by_role("img", name="Small map of 8 points, 2 classes").wait_for()
    preview.get_by_role("button", name="Cancel").click()
    until(page, lambda: preview.count() == 0)
    assert page.get_by_text("Circle, 500 points").is_visible()
    bring(page, until, IRIS)
    preview.wait_for()
    page.keyboard.press("Escape")
    until(page, lambda: preview.count() == 0)
    press(page, "Play")
    until(page, lambda: epochs(page) > 3)
    bring(page, until, IRIS)
    before = epochs(page)
    until(page, lambda: epochs(page) > before)  # the page goes on under the preview
    page.get_by_role("button", name="Take 8 points").click()
    until(page, lambda: counted(page) == 8)
    page.get_by_role("button", name="CSV").first.click()
    page.get_by_text("“sepal_length” from 4.7 to 7 became −5 to 5.").wait_for()
    legend = page.locator(".map-foot")
    until(page, lambda: legend.inner_text().split() == ["setosa", "versicolor"])
    with page.expect_download() as download:
        page.get_by_role("button", name="Download these points").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines[0] == "x1,x2,label,split" and len(lines) == 9
    assert {line.split(",")[2] for line in lines[1:]} == {"setosa", "versicolor"}


def test_the_preview_of_a_wide_table_fits_a_phone(visit, until):
    page = visit(viewport={"width": 390, "height": 844})
    rows = "".join(
        f"{i};{i % 7},5;{i % 5},5;{i};{'NA' if i == 3 else 'ab'[i % 2]}\n" for i in range(9)
    )
    bring(page, until, f"id;width;height;weight;kind\n{rows}")
    preview = page.get_by_role("dialog").filter(has_text="Points from a file")
    preview.get_by_text("Row 5 is left out: “kind” is missing (NA).").wait_for()
    box = preview.locator("[data-testid=stDialogContent], [role=dialog]").first
    wide, room = (box if box.count() else preview).evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert wide <= room
    take = preview.get_by_role("button", name="Take 8 points")
    preview.get_by_text("Leave out 1 row with something missing").click()
    until(page, lambda: take.is_disabled())
    preview.get_by_text("Leave out 1 row with something missing").click()
    until(page, lambda: take.is_enabled())
    take.click()
    until(page, lambda: counted(page) == 8)


def test_each_new_set_can_be_chosen_and_trained(visit, until):
    page = visit()
    map_top = "document.querySelector('.live-plotly').data[0].zmax"
    sets = {
        "Moons": 1,
        "Three arms": 3,
        "Rings": 4,
        "Checkerboard": 1,
        "Swiss roll": 1,
        "Sine": 1,
    }
    for title, highest in sets.items():
        choose(page, until, title)
        count = page.get_by_text(re.compile(f"{title}, [\\d,]+ points"))
        until(page, lambda count=count: count.count() == 1)
        until(page, lambda: epochs(page) == 0)
        press(page, "Play")
        until(page, lambda: epochs(page) > 3)
        press(page, "Pause")
        until(page, lambda highest=highest: page.evaluate(map_top) == highest)
    press(page, "Play")
    press(page, "New points")
    until(page, lambda: epochs(page) > 3)
    assert page.locator("[data-testid=stException]").count() == 0
