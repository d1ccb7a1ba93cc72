"""Draw, in a browser: mouse and finger, while drawing and after, wide and on a phone."""

from __future__ import annotations

import statistics
from functools import partial

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SEVEN = [
    (0.22, 0.2),
    (0.4, 0.2),
    (0.58, 0.2),
    (0.76, 0.2),
    (0.68, 0.36),
    (0.6, 0.52),
    (0.52, 0.7),
    (0.45, 0.88),
]
ONE = [(0.5, 0.15), (0.49, 0.4), (0.48, 0.65), (0.47, 0.88)]
SIDEWAYS = "(e => [e.scrollWidth, e.clientWidth])(document.querySelector('[data-testid=stMain]'))"
# Everything that changes in the answer is noted with its time, counted from the pen's lifting.
CLOCK = """() => {
    const root = [...document.querySelectorAll('[class*=st-key-answer] *')]
        .map(e => e.shadowRoot).find(Boolean);
    addEventListener('pointerup', () => { window.lifted = performance.now(); }, true);
    new MutationObserver(() => { window.answered = performance.now() - window.lifted; })
        .observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
}"""


def pad(page):
    return page.locator("[class*=st-key-pad] canvas")


def answer(page):
    return page.locator("[class*=st-key-answer] .answer b").inner_text()


def places(page, points):
    box = pad(page).bounding_box()
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]


def draw(page, points, pause=0, lift=True):
    first, *rest = places(page, points)
    page.mouse.move(*first)
    page.mouse.down()
    for place in rest:
        page.mouse.move(*place, steps=4)
        page.wait_for_timeout(pause)
    if lift:
        page.mouse.up()


def touch(page, points):
    """A finger's stroke, as the browser itself hands it on."""
    devtools = page.context.new_cdp_session(page)

    def send(kind, places):
        devtools.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in places]},
        )

    first, *rest = places(page, points)
    send("touchStart", [first])
    for place in rest:
        send("touchMove", [place])
    send("touchEnd", [])


def test_a_seven_drawn_with_the_mouse_is_read(visit, until):
    page = visit("draw")
    assert answer(page) == ""
    assert page.get_by_text("Draw a digit, large and in the middle").is_visible()
    draw(page, SEVEN)
    until(page, lambda: answer(page) == "7")
    assert page.get_by_text("Why 7 and not").is_visible()
    assert not page.get_by_text("Draw a digit, large and in the middle").is_visible()
    page.get_by_role("button", name="Clear", exact=True).click()
    until(page, lambda: answer(page) == "")


def test_the_answer_comes_while_the_stroke_is_being_drawn(visit, until):
    page = visit("draw")
    draw(page, SEVEN, pause=100, lift=False)
    until(page, lambda: answer(page) == "7")
    page.mouse.up()


def test_the_answer_follows_the_end_of_a_stroke_at_once(visit, until):
    """Within the time that Clear needs for an empty answer, and half as much again."""
    page = visit("draw")
    draw(page, ONE)  # wakes the network
    until(page, lambda: answer(page) == "1")
    page.evaluate(CLOCK)

    def waited(act, digit):
        page.evaluate("window.answered = undefined")
        act()
        until(page, lambda: answer(page) == digit)
        page.wait_for_timeout(300)  # the last change counts
        return page.evaluate("window.answered")

    clears, strokes = [], []
    clear = page.get_by_role("button", name="Clear", exact=True).click
    for shape, digit in ((SEVEN, "7"), (ONE, "1"), (SEVEN, "7")):
        clears.append(waited(clear, ""))
        strokes.append(waited(partial(draw, page, shape, pause=20), digit))
    print(f"from the pen's lifting to the answer: {sorted(strokes)} ms; Clear: {sorted(clears)} ms")
    assert statistics.median(strokes) <= 1.5 * statistics.median(clears)


def test_strokes_add_up_and_undo_takes_them_back(visit, until):
    page = visit("draw")
    draw(page, ONE)
    until(page, lambda: answer(page) == "1")
    draw(page, [(0.2, 0.1), (0.8, 0.1)])
    draw(page, [(0.2, 0.9), (0.8, 0.9)])
    for _ in range(2):
        page.get_by_role("button", name="Undo", exact=True).click()
        page.wait_for_timeout(300)
    until(page, lambda: answer(page) == "1")
    page.get_by_role("button", name="Undo", exact=True).click()
    until(page, lambda: answer(page) == "")


def test_a_drawing_is_still_there_after_a_look_at_another_page(visit, until, settle):
    page = visit("draw")
    draw(page, SEVEN)
    until(page, lambda: answer(page) == "7")
    page.get_by_role("link", name="Playground").click()
    until(page, lambda: page.locator(".st-key-playground_play").count() == 1)
    page.get_by_role("link", name="Draw").click()
    until(page, lambda: pad(page).count() == 1 and answer(page) == "7")
    ink = pad(page).evaluate("""c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data
        .filter((v, i) => i % 4 === 3 && v > 128).length""")
    assert ink > 1000


def test_an_image_of_mnist_is_taken_and_drawn_upon(visit, until):
    page = visit("draw")
    page.get_by_role("button", name="Take one from MNIST").click()
    until(page, lambda: answer(page) in tuple("0123456789") and answer(page) != "")
    prepared = page.locator("[class*=st-key-prepared] canvas").first
    before = prepared.evaluate("c => c.toDataURL()")  # the answer may be as sure as it was
    draw(page, [(0.1, 0.1), (0.9, 0.9)])
    until(page, lambda: prepared.evaluate("c => c.toDataURL()") != before)


def test_a_finger_draws_on_a_phone_and_the_page_stays_put(visit, until):
    page = visit("draw", **PHONE)
    wide, room = page.evaluate(SIDEWAYS)
    assert wide <= room
    before = page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    touch(page, SEVEN)
    until(page, lambda: answer(page) == "7")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == before
    verdict, sees = (
        page.locator(f".st-key-{key}").bounding_box()["y"] for key in ("verdict", "sees")
    )
    assert pad(page).bounding_box()["y"] < verdict < sees


def test_all_fits_a_laptop_and_follows_the_theme(visit, until):
    page = visit("draw", color_scheme="dark")
    draw(page, SEVEN)
    until(page, lambda: answer(page) == "7")
    tall, room = page.evaluate(
        "(e => [e.scrollHeight, e.clientHeight])(document.querySelector('[data-testid=stMain]'))"
    )
    assert tall <= room
    colour = page.locator("[class*=st-key-answer] .answer b").evaluate(
        "e => getComputedStyle(e).color"
    )
    assert colour == "rgb(237, 238, 240)"


def test_buttons_are_reached_with_the_keyboard(visit, until):
    page = visit("draw")
    draw(page, ONE)
    until(page, lambda: answer(page) == "1")
    clear = page.get_by_role("button", name="Clear", exact=True)
    clear.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").endswith("Undo")
    page.keyboard.press("Enter")
    until(page, lambda: answer(page) == "")
