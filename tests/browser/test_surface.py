"""Walks down a surface, in a browser: playing, stepping, another start, turning it in 3-D."""

from __future__ import annotations

from playground.experiment.descent import first

# Pixels of the walkers' own colours, which are neither grey nor slate.
COLOURED = """canvas => { const c = canvas.getContext('2d'), w = canvas.width, h = canvas.height;
    const p = c.getImageData(0, 0, w, h).data; let n = 0;
    for (let i = 0; i < p.length; i += 4)
      n += Math.max(p[i], p[i + 1], p[i + 2]) - Math.min(p[i], p[i + 1], p[i + 2]) > 70;
    return n; }"""
PICTURE = "canvas => canvas.toDataURL()"


def part(page, selector):
    return page.locator(f"[class*=st-key-surface_walks] {selector}")


def button(page, name):
    return part(page, ".bar button").filter(has_text=name)


def step(page):
    return int(part(page, ".clock").inner_text().split()[1])


def heights(page):
    return part(page, "tbody td:nth-of-type(2)").all_inner_texts()


def test_all_walk_at_once_and_a_click_begins_elsewhere(visit, until):
    page = visit("surface")
    part(page, ".clock").wait_for()
    assert part(page, ".clock").inner_text() == "Step 200 of 200"
    ended = heights(page)
    for _ in range(3):
        button(page, "Slower").click()
    button(page, "Play").click()
    assert step(page) < 50 and heights(page) != ended
    until(page, lambda: step(page) >= 3)
    button(page, "Pause").click()
    now, drawn = step(page), part(page, ".flat").evaluate(COLOURED)
    page.wait_for_timeout(300)
    assert step(page) == now
    button(page, "Step").click()
    assert step(page) == now + 1
    button(page, "Back").click()
    assert step(page) == now
    part(page, "input[type=range]").fill("150")
    assert step(page) == 150 and part(page, ".flat").evaluate(COLOURED) > drawn

    before = part(page, ".flat").evaluate(PICTURE)
    part(page, ".flat").click(position={"x": 300, "y": 60})
    until(page, lambda: page.get_by_label("Start x", exact=True).input_value() != "-4")
    until(page, lambda: button(page, "Pause").count() == 1)  # it rolls at once, from there
    assert part(page, ".flat").evaluate(PICTURE) != before
    button(page, "Pause").click()


def test_by_keyboard_and_in_3d(visit, until):
    page = visit("surface", reduced_motion="reduce")
    part(page, ".flat").press("Shift+ArrowRight")
    until(page, lambda: page.get_by_label("Start x", exact=True).input_value() == "-3.125")
    assert step(page) == 200  # nothing moves by itself where motion is not wanted
    solid = part(page, ".solid")
    before = solid.evaluate(PICTURE)
    solid.press("ArrowLeft")
    assert solid.evaluate(PICTURE) != before
    before = solid.evaluate(PICTURE)
    box = solid.bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 180)
    page.mouse.up()
    assert solid.evaluate(PICTURE) != before
    part(page, ".flat").press("Space")
    assert button(page, "Pause").count() == 1
    part(page, ".flat").press("Space")
    assert button(page, "Play").count() == 1


def test_a_formula_of_ones_own_and_what_is_none(visit, until):
    page = visit("surface?s=" + first().changed(surface="own").to_link())
    field = page.get_by_label("Height f(x, y)", exact=True)
    field.fill("1/0")
    field.press("Enter")
    page.get_by_text("no height on 100 % of the map").wait_for()
    field.fill("x^2 + 3 y^2")
    field.press("Enter")
    until(page, lambda: page.get_by_text("no height on").count() == 0)
    assert field.input_value() == "x^2 + 3 y^2"


def test_a_pole_in_the_middle_of_the_map_is_drawn(visit, until):
    pole = first().changed(surface="own", expression="1 / r + r^2 / 20")
    page = visit("surface?s=" + pole.to_link())
    part(page, ".flat").wait_for()
    button(page, "Play").click()
    until(page, lambda: 0 < step(page) < 200)


def test_on_a_phone_everything_fits(visit):
    page = visit("surface", viewport={"width": 390, "height": 844}, has_touch=True)
    part(page, ".solid").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for name in (".flat", ".solid", "table"):
        box = part(page, name).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_the_loss_of_ones_own_network(visit, until):
    page = visit()
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("link", name="Surface").first.click()
    page.get_by_text("A network’s own loss").click()
    loss = page.locator("[class*=st-key-surface_loss]")
    loss.locator(".flat").wait_for()
    assert "Epoch" in loss.locator(".clock").inner_text()
    assert loss.get_by_text("is the mean loss of 250 samples").is_visible()
    before = loss.locator(".flat").evaluate(PICTURE)
    page.get_by_text("By chance", exact=True).click()
    until(page, lambda: loss.get_by_text("two by chance").count() == 1)
    assert loss.locator(".flat").evaluate(PICTURE) != before
