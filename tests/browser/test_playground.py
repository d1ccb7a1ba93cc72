"""The Playground as a visitor uses it."""

from __future__ import annotations

import itertools
import re

from playground.experiment import Experiment
from playground.experiment.edits import add_layer, put

DRAWN = "[...document.querySelectorAll('.live-plotly')].map(e => Number(e.dataset.drawn || 0))"
RANGE = "document.querySelector('.live-plotly')._fullLayout.xaxis.range"
SIDEWAYS = "(e => [e.scrollWidth, e.clientWidth])(document.querySelector('[data-testid=stMain]'))"


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def accuracy(page):
    text = page.locator(".st-key-readout_accuracy").inner_text()
    return float(re.search(r"([\d.]+) %", text)[1])


def epochs(page):
    return float(page.locator(".st-key-clock strong").first.inner_text().replace(",", ""))


def test_the_circle_is_learned_through_clicks(visit, until):
    page = visit()
    assert page.get_by_text("This network has not learned anything yet").is_visible()
    assert accuracy(page) < 80
    press(page, "Play")
    until(page, lambda: accuracy(page) > 95)
    press(page, "Pause")
    until(page, lambda: page.get_by_role("button", name="Play", exact=True).is_visible())
    after = epochs(page)
    page.wait_for_timeout(700)
    assert epochs(page) == after > 0


def test_buttons_pressed_in_a_hurry_break_nothing(cold_server, visit, until):
    """Runs of the page overtake each other, some before they have made room for what moves."""
    page = visit(at=cold_server)
    play = page.locator(".st-key-playground_play button")
    for _ in range(5):
        for button in (play, page.get_by_role("button", name="Reset", exact=True), play):
            button.click(no_wait_after=True)
    until(
        page,
        lambda: (
            page.get_by_role("button", name="Pause", exact=True).is_visible()
            or play.click()
            or page.wait_for_timeout(500)
        ),
    )
    before = epochs(page)
    until(page, lambda: epochs(page) > before + 10)
    assert page.locator("[data-testid=stException]").count() == 0


def test_charts_move_without_a_blank_frame(visit, until):
    """The elements stay the same and never lose their picture."""
    page = visit()
    press(page, "Play")
    until(page, lambda: len(drawn := page.evaluate(DRAWN)) == 3 and min(drawn) > 0)
    page.evaluate("""() => {
        const charts = [...document.querySelectorAll('.live-plotly')];
        window.blank = 0;
        const look = () => {
            for (const e of charts)
                if (!e.isConnected || !e.querySelector('.main-svg .xy')) window.blank++;
            requestAnimationFrame(look);
        };
        look();
    }""")
    before = page.evaluate(DRAWN)
    until(
        page,
        lambda: all(b >= a + 6 for a, b in zip(before, page.evaluate(DRAWN), strict=True)),
    )
    assert page.evaluate("window.blank") == 0


def test_zoom_and_hover_survive_updates(visit, until):
    page = visit()
    box = page.locator(".live-plotly").first.bounding_box()
    x, y = box["x"], box["y"]
    page.mouse.move(x + 120, y + 100)
    page.mouse.down()
    page.mouse.move(x + 220, y + 200, steps=5)
    page.mouse.up()
    until(page, lambda: page.evaluate(RANGE)[0] > -5)
    zoomed = page.evaluate(RANGE)
    press(page, "Play")
    until(page, lambda: epochs(page) > 20)
    page.mouse.move(x + 150, y + 150)
    page.mouse.move(x + 152, y + 151)
    hover = page.locator(".live-plotly").first.locator(".hovertext")
    until(page, lambda: hover.count() == 1)
    first = page.evaluate(DRAWN)[0]
    until(page, lambda: page.evaluate(DRAWN)[0] > first + 3)
    assert hover.count() == 1 and page.evaluate(RANGE) == zoomed


def test_a_paused_page_is_silent(visit, until):
    page = visit()
    frames = []
    page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(frame))
    )
    page.reload()
    page.wait_for_selector(".live-plotly")
    press(page, "Step")
    until(page, lambda: epochs(page) > 0)
    page.wait_for_timeout(500)
    frames.clear()
    page.wait_for_timeout(2000)
    assert frames == []


def test_structure_is_edited_in_the_drawing(visit, settle, until):
    page = visit()
    press(page, "Step")
    until(page, lambda: epochs(page) > 0)
    press(page, "Add a neuron to hidden 1")
    said = page.get_by_text("The network has changed, so training starts again.")
    until(page, lambda: said.count() > 0)
    until(page, lambda: page.get_by_role("button", name="Hidden 1, neuron 5").count() == 1)
    press(page, "Add a layer before output")
    until(page, lambda: page.get_by_role("button", name="Hidden 3, neuron 1").count() == 1)
    page.get_by_label("Activation of hidden 3").select_option("relu")
    until(page, lambda: "m=" in page.url)
    press(page, "Change hidden 1")
    page.get_by_role("menuitem", name="Remove this layer").click()
    until(page, lambda: page.get_by_role("button", name="Hidden 3, neuron 1").count() == 0)
    settle(page)
    page.reload()
    settle(page)
    until(page, lambda: page.get_by_label("Activation of hidden 2").input_value() == "relu")


def test_a_link_and_a_bias_are_read_and_changed_by_click(visit, until):
    page = visit()
    tip = page.locator(".tip")
    node = page.get_by_role("button", name="Input x₁", exact=True).bounding_box()
    page.mouse.move(node["x"] + node["width"] + 4, node["y"] + node["height"] / 2)
    until(page, lambda: tip.count() == 1 and "weight" in tip.inner_text())
    page.mouse.down()
    page.mouse.up()
    before = page.locator(".st-key-readout_loss").inner_text()
    page.locator(".editor input").fill("4")
    page.keyboard.press("Enter")
    until(page, lambda: page.locator(".st-key-readout_loss").inner_text() != before)
    page.mouse.move(640, 740)
    page.mouse.move(node["x"] + node["width"] + 4, node["y"] + node["height"] / 2)
    until(page, lambda: tip.count() == 1 and "4.000" in tip.inner_text())
    output = page.get_by_role("button", name="Output", exact=True)
    output.click()
    page.locator(".editor input").fill("-3")
    page.keyboard.press("Enter")
    page.mouse.move(640, 740)
    output.hover()
    until(page, lambda: "bias −3.000" in tip.inner_text())


def test_the_map_shows_the_neuron_under_the_pointer(visit, until):
    page = visit()
    label = page.locator(".live-plotly .annotation-text")
    page.get_by_role("button", name="Hidden 1, neuron 2").hover()
    until(page, lambda: label.count() == 1 and label.text_content() == "Hidden 1, neuron 2")
    page.mouse.move(640, 740)
    until(page, lambda: label.count() == 0)


def test_a_link_opens_the_set_up_it_holds(visit):
    wanted = Experiment.model_validate(put(Experiment.preset("spiral"), ("data", "noise"), 35))
    page = visit("?m=" + wanted.to_link())
    assert page.get_by_text("Spiral, 500 points").is_visible()
    assert page.locator(".st-key-data input[type=range]").first.input_value() == "35"
    assert page.get_by_text("has not learned anything yet").count() == 0


def test_garbage_in_a_link_gives_a_message_and_the_default(visit):
    page = visit("?m=%3Cscript%3Ealert(1)%3C/script%3E")
    assert page.locator("[data-testid=stAlert]").inner_text().endswith("own set-up instead.")
    assert page.get_by_text("Circle, 500 points").is_visible()


def test_a_closed_tab_stops_its_training(server, visit, until):
    page = visit()
    page.locator(".st-key-speed").get_by_text("Max").click()
    press(page, "Play")
    until(page, lambda: epochs(page) > 200)
    other = visit()  # to wait in, without a server's help
    began = server.processor_seconds()
    until(other, lambda: server.processor_seconds() >= began + 2)
    page.close()
    other.wait_for_timeout(1500)
    ended = server.processor_seconds()
    other.wait_for_timeout(4000)
    assert server.processor_seconds() <= ended + 1


def test_two_tabs_train_apart(visit, until):
    one, other = visit(), visit()
    press(one, "Play")
    until(one, lambda: epochs(one) > 5)
    assert epochs(other) == 0


def test_a_phone_shows_one_column_without_scrolling_sideways(visit, until):
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True)
    press(page, "Play")
    until(page, lambda: epochs(page) > 5)
    wide, shown = page.evaluate(SIDEWAYS)
    assert wide <= shown
    map_, network = (
        page.locator(name).bounding_box() for name in (".st-key-output", ".st-key-network")
    )
    assert map_["y"] < network["y"]  # what moves comes first


def test_between_phone_and_desktop_nothing_is_cut(visit, until):
    page = visit(viewport={"width": 700, "height": 900})
    press(page, "Play")
    readings = page.locator(".st-key-clock strong")
    until(page, lambda: readings.count() == 3)
    parts = (
        page.get_by_role("button", name="Paint"),
        page.locator(".st-key-readout_accuracy p"),
    )
    for width in (700, 1000):
        page.set_viewport_size({"width": width, "height": 900})

        def whole(width=width):
            boxes = [part.first.bounding_box() for part in parts]
            return all(box["x"] + box["width"] <= width - 20 for box in boxes)

        until(page, whole)
        tops = {round(reading.bounding_box()["y"]) for reading in readings.all()}
        assert len(tops) == 1  # the clock is one line
        wide, shown = page.evaluate(SIDEWAYS)
        assert wide <= shown
        title = page.locator(".st-key-maphead").bounding_box()
        assert title["height"] < 45  # one line


def test_one_screen_without_scrolling(visit, until):
    page = visit()
    press(page, "Play")
    until(page, lambda: epochs(page) > 5)
    high, shown = page.evaluate(
        "(e => [e.scrollHeight, e.clientHeight])(document.querySelector('[data-testid=stMain]'))"
    )
    assert high <= shown


def test_titles_of_twenty_layers_stand_apart(visit):
    hidden = [{"type": "dense", "units": 4, "activation": "tanh"}] * 20
    deep = Experiment.preset("circle").changed(layers=[*hidden, {"type": "dense", "units": 1}])
    page = visit("?m=" + deep.to_link())
    titles = page.locator(".head b")
    titles.last.wait_for()
    assert titles.all_inner_texts() == ["In", *map(str, range(1, 21)), "Out"]
    boxes = [one.bounding_box() for one in titles.all()]
    assert all(left["x"] + left["width"] <= right["x"] for left, right in itertools.pairwise(boxes))


def test_an_impossible_stack_says_why_and_one_click_mends_it(visit, until):
    broken = add_layer(Experiment.preset("circle"), 1, {"type": "max_pool2d"})
    page = visit("?m=" + Experiment.model_validate(broken).to_link())
    assert page.locator("[data-testid=stAlert]").is_visible()
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.get_by_role("button", name="Play", exact=True).is_disabled()
    page.locator(".st-key-fix button").first.click()
    until(page, lambda: page.get_by_role("button", name="Play", exact=True).is_enabled())
    press(page, "Play")
    until(page, lambda: epochs(page) > 5)


def test_a_diverged_run_says_what_happened_and_one_click_restarts_it(visit, until):
    wild = Experiment.preset("reg_gauss")
    wild = put(wild, ("optimizer", "type"), "sgd")
    wild = put(Experiment.model_validate(wild), ("optimizer", "learning_rate"), 10.0)
    page = visit("?m=" + Experiment.model_validate(wild).to_link())
    for layer in (1, 2):
        page.get_by_label(f"Activation of hidden {layer}").select_option("identity")
        page.wait_for_timeout(300)
    press(page, "Play")
    until(page, lambda: page.locator(".st-key-fix [data-testid=stAlert]").count() == 1)
    page.get_by_role("button", name=re.compile("Start again at")).click()
    until(page, lambda: page.locator(".st-key-fix").count() == 0)
    assert page.get_by_role("button", name="Play", exact=True).is_enabled()
