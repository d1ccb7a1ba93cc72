"""Numbers and Health as a visitor opens them, and the drawing by keys alone."""

from __future__ import annotations

import re

from playground.experiment import Experiment

FOCUS = """() => {
    let at = document.activeElement;
    while (at.shadowRoot) at = at.shadowRoot.activeElement;
    return at.getAttribute('aria-label');
}"""
HIGH = "(e => [e.scrollHeight, e.clientHeight])(document.querySelector('[data-testid=stMain]'))"


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def panel(page, name):
    page.locator(".st-key-panel button").filter(has_text=name).click()


def begin(visit, until, path="", **options):
    page = visit(path, **options)
    press(page, "Step")
    until(page, lambda: page.locator(".st-key-panel button").count() >= 3)
    return page


def test_a_click_in_the_drawing_chooses_the_number(visit, until):
    page = begin(visit, until)
    page.get_by_role("button", name="Hidden 2, neuron 1").click()
    page.get_by_role("button", name="Numbers", exact=True).click()  # the editor's
    batch = page.locator(".st-key-batch")
    until(page, lambda: batch.count() == 1)
    chosen = page.locator(".st-key-numbers_head")
    assert (
        "Hidden 2, neuron 1" in chosen.inner_text()
        or chosen.get_by_role("combobox", name="Neuron").input_value() == "Hidden 2, neuron 1"
    )
    until(page, lambda: page.locator(".st-key-formulas .katex").count() > 5)
    step = page.get_by_text(re.compile(r"^Step \d"))
    assert step.inner_text().startswith("Step 2")
    press(page, "Take this step")
    until(page, lambda: step.inner_text().startswith("Step 3"))
    high, shown = page.evaluate(HIGH)
    assert high <= shown  # the page still fits its screen


def test_health_moves_while_it_trains_and_the_page_fits(visit, until):
    page = begin(visit, until)
    panel(page, "Health")
    charts = page.locator(".st-key-open_panel .live-plotly")
    until(page, lambda: charts.count() == 3)
    press(page, "Play")
    drawn = charts.first.get_attribute("data-drawn")
    until(page, lambda: charts.first.get_attribute("data-drawn") != drawn)
    until(page, lambda: (lambda high, shown: high <= shown)(*page.evaluate(HIGH)))
    press(page, "Pause")


def test_a_remedy_is_one_click(visit, until):
    ill = Experiment.preset("circle").changed(initializer={"type": "zeros"})
    page = begin(visit, until, "?m=" + ill.to_link())
    panel(page, "Health")
    until(page, lambda: page.get_by_text("Symmetric start.").count() == 1)
    press(page, "Start from Glorot's weights")
    until(page, lambda: page.get_by_text("Symmetric start.").count() == 0)
    until(page, lambda: page.get_by_text("Nothing looks wrong").count() == 1)


def test_every_link_by_keys_alone(visit, until):
    page = begin(visit, until)
    neuron = page.get_by_role("button", name="Hidden 1, neuron 1")
    assert "bias" in neuron.get_attribute("aria-description")
    neuron.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUS) == "Hidden 1, neuron 2"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    said = page.locator("[role=status].said")
    assert re.match(r"Weight from Input x₂: [−\d.]+\. 2 of 2\. Enter", said.inner_text())
    assert "from Input x₂, weight" in page.locator(".tip").inner_text()
    page.keyboard.press("Enter")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUS) == "Hidden 1, neuron 2"  # the focus is where it was
    until(page, lambda: page.keyboard.press("ArrowRight") or "3.000" in said.inner_text())


def test_dead_neurons_wear_a_sign_and_say_so(visit, until):
    ill = Experiment.preset("circle").changed(
        layers=[{"type": "dense", "units": 4, "activation": "relu"}, {"type": "dense", "units": 1}],
        initializer={"type": "uniform", "bias": -9.0},
    )
    page = begin(visit, until, "?m=" + ill.to_link())
    neuron = page.get_by_role("button", name="Hidden 1, neuron 1")
    until(page, lambda: neuron.locator(".mark").count() == 1)
    assert "dead: 0 for every point" in neuron.get_attribute("aria-description")
    assert page.get_by_text("dead: 0 for every point").is_visible()  # in the legend
    neuron.hover()
    until(page, lambda: "Dead" in page.locator(".tip").inner_text())


def test_a_layer_gets_dropout_and_its_rate_from_the_menu(visit, until):
    page = begin(visit, until)
    page.get_by_role("button", name="Change hidden 1").click()
    page.get_by_role("menuitem", name="Add dropout after").click()
    until(page, lambda: page.get_by_role("button", name="Change dropout").count() == 1)
    page.wait_for_timeout(1000)
    page.get_by_role("button", name="Change dropout").click()
    page.get_by_role("menuitem", name="Settings").click()
    rate = page.get_by_role("dialog").get_by_label("Rate", exact=True)
    rate.fill("0.2")
    page.keyboard.press("Enter")
    until(page, lambda: page.locator(".note").inner_text() == "20 %")


def test_an_open_menu_survives_a_new_drawing(visit, until):
    page = begin(visit, until)
    page.get_by_role("button", name="Change hidden 1").click()
    drawn = page.locator(".menu").element_handle()
    page.set_viewport_size({"width": 1200, "height": 800})
    until(page, lambda: not drawn.evaluate("e => e.isConnected"))
    assert page.get_by_role("menuitem", name="Remove this layer").is_visible()


def test_an_open_editor_follows_the_training(visit, until):
    page = begin(visit, until)
    press(page, "Play")
    clock = page.locator(".st-key-clock strong").first
    until(page, lambda: float(clock.inner_text().replace(",", "")) > 2)
    page.get_by_role("button", name="Hidden 1, neuron 2").click()
    field = page.locator(".editor input")
    first = field.input_value()
    until(page, lambda: field.input_value() != first)
    field.fill("1.5")
    page.wait_for_timeout(700)
    assert field.input_value() == "1.5"  # once typed, it is the visitor's
    press(page, "Pause")


def test_panels_on_a_phone(visit, until):
    page = begin(visit, until, viewport={"width": 390, "height": 844}, has_touch=True)
    for name in ("Numbers", "Health"):
        panel(page, name)
        until(page, lambda: page.locator(".st-key-open_panel").count() == 1)
        page.wait_for_timeout(800)
        wide, shown = page.evaluate(
            "(e => [e.scrollWidth, e.clientWidth])(document.querySelector('[data-testid=stMain]'))"
        )
        assert wide <= shown
