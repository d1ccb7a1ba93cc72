"""What a network looks at, in a browser: the panels of the Inside page, by pointer and keys."""

from __future__ import annotations

from tests.browser import themes


def open_view(page, name):
    page.locator(".st-key-inside_view").get_by_text(name, exact=True).click()


def part(page, key, selector):
    return page.locator(f"[class*=st-key-{key}] {selector}")


def test_maps_follow_the_class(visit, until):
    page = visit("inside")
    open_view(page, "What matters")
    for key in ("looks_image", "looks_slope", "looks_times", "looks_drop"):
        part(page, key, "canvas").first.wait_for()
    picture = "canvas => canvas.toDataURL()"
    before = part(page, "looks_times", "canvas").evaluate(picture)
    page.locator(".st-key-looks_class input").click()
    page.get_by_role("option", name="3", exact=True).click()
    page.get_by_text("asked about 3").wait_for()
    until(page, lambda: part(page, "looks_times", "canvas").evaluate(picture) != before)


def test_favourites_appear_layer_by_layer(visit, until):
    page = visit("inside")
    open_view(page, "What it likes")
    tiles = part(page, "looks_likes", ".tiles canvas")
    until(page, lambda: tiles.count() == 10)
    page.locator(".st-key-looks_layer input").click()
    page.get_by_role("option", name="1. Convolution, 6").click()
    until(page, lambda: tiles.count() == 6)
    assert tiles.first.evaluate("c => [c.width, c.height]") == [5, 5]


def test_points_show_their_images(visit, until):
    page = visit("inside")
    open_view(page, "What lies near")
    place, card = part(page, "looks_near", "canvas.map"), part(page, "looks_near", ".card")
    place.wait_for()
    assert card.is_hidden()
    place.focus()
    page.keyboard.press("ArrowRight")
    assert card.is_visible() and card.locator("p").inner_text()[0] in "0123456789"
    told = set()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
        told.add(card.bounding_box()["x"])
    assert len(told) > 3
    part(page, "looks_near", "button[aria-label='Class 4']").click()
    place.focus()
    page.keyboard.press("ArrowDown")
    assert card.locator("p").inner_text().startswith("4")
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    for step in range(60):  # the pointer finds one of class 4 on its way
        page.mouse.move(box["x"] + 5 + step * box["width"] / 60, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    assert card.is_hidden()


def test_no_serious_finding(visit, until):
    page = visit("inside")
    for name, key in (
        ("What matters", "looks_drop"),
        ("What it likes", "looks_likes"),
        ("What lies near", "looks_near"),
    ):
        open_view(page, name)
        part(page, key, "canvas").first.wait_for()
        assert themes.findings_in_both(page, f".st-key-{key}") == [], name
