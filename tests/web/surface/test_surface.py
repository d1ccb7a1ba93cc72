"""The Surface page without a browser: its settings, its link, and what the pictures get."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.analysis.descent import walks
from playground.data import surfaces
from playground.engine import registry
from playground.experiment.descent import Descent, first, title, ways
from playground.views.packing import unpack
from tests.web.wire import mounted, send


@pytest.fixture
def page():
    visit = AppTest.from_file("../../../pages/surface.py", default_timeout=60).run()
    assert not visit.exception
    return visit


def shown(page):
    assert not page.exception
    return unpack(mounted(page, "surface").bytes)


def named(kind, key):
    [one] = [one for one in kind if one.key == key]
    return one


def descent(page):
    return Descent.from_link(page.query_params["s"])


def names(page):
    return [walker["name"] for walker in shown(page)["walkers"]]


def test_a_first_visit_sees_the_classics_in_the_ravine(page):
    assert shown(page)["title"] == "Ravine" and descent(page) == first()
    assert names(page) == ["SGD", "Momentum", "Nesterov", "Adagrad", "RMSprop", "Adam"]
    looks = [(w["colour"], w["sign"], tuple(w["dash"])) for w in shown(page)["walkers"]]
    assert len({colour for colour, *_ in looks}) == len({sign for _, sign, _ in looks}) == 6
    assert len({dash for *_, dash in looks}) == 6


def test_every_optimizer_there_is_is_offered(page):
    offered = named(page.button_group, "surface_walkers")
    assert offered.options == [title(name) for name in ways()]
    offered.set_value(list(ways())).run()
    assert names(page) == [title(name) for name in ways()]
    kinds = {part.type for part in descent(page).optimizers}
    assert kinds == set(registry.names("optimizer"))
    named(page.button_group, "surface_walkers").set_value([]).run()
    assert names(page) == []
    named(page.button_group, "surface_walkers").set_value(["adam"]).run()
    assert descent(page).optimizers[0].learning_rate == 0.02


def test_what_is_drawn_is_where_the_walkers_were(page):
    for walker, walk in zip(shown(page)["walkers"], walks(first()), strict=True):
        np.testing.assert_allclose(walker["path"], walk.path.ravel().astype(np.float32))
        reached = walk.steps_to(1e-3)
        assert walker["arrival"] == (None if np.isinf(reached) else reached)


def test_every_surface_can_be_chosen(page):
    for name in (*surfaces.SURFACES, surfaces.OWN):
        named(page.selectbox, "surface_name").set_value(name).run()
        ground = descent(page).ground
        assert shown(page)["title"] == ground.title and not page.error
        assert shown(page)["start"] == list(ground.start)


def test_a_click_sets_the_start_once(page):
    send(page, "surface", "start", {"number": 5, "x": 0.5, "y": 0.25})
    assert descent(page).start == (-1.5, 1.4) and shown(page)["seen"] == 5
    send(page, "surface", "start", {"number": 4, "x": 0.0, "y": 0.0})  # late
    assert descent(page).start == (-1.5, 1.4)
    send(page, "surface", "start", {"number": 9, "x": 2, "y": "high"})  # no place
    assert descent(page).start == (-1.5, 1.4)
    named(page.number_input, "surface_x").set_value(-3.0).run()
    assert descent(page).start == (-3.0, 1.4)


def test_rates_for_all_or_for_each(page):
    named(page.select_slider, "surface_rate").set_value(0.05).run()
    assert {part.learning_rate for part in descent(page).optimizers} == {0.05}
    lost = [walker["name"] for walker in shown(page)["walkers"] if walker["end"]]
    assert lost == ["SGD", "Nesterov"]  # past 2 ÷ 50, and past Nesterov's bound
    page.segmented_control(key="surface_apart").set_value("Each its own").run()
    best = [part.learning_rate for part in descent(page).optimizers]
    assert len(set(best)) > 3 and not any(walker["end"] for walker in shown(page)["walkers"])
    named(page.selectbox, "surface_rate_adam").set_value(0.1).run()
    assert [part.learning_rate for part in descent(page).optimizers] == [*best[:-1], 0.1]
    named(page.button, "quiet_best_rates").click().run()
    assert [part.learning_rate for part in descent(page).optimizers] == best
    page.segmented_control(key="surface_apart").set_value("One for all").run()
    assert {part.learning_rate for part in descent(page).optimizers} == {0.02}


def test_momentum_is_that_of_those_who_have_one(page):
    named(page.slider, "surface_momentum").set_value(0.5).run()
    described = [part.described() for part in descent(page).optimizers]
    assert [part.get("momentum", 0) for part in described[:4]] == [0, 0.5, 0.5, 0]


@pytest.mark.parametrize("text", ["__import__('os')", "9**9**9", "1/0", "x**x", "x" * 200])
def test_a_formula_that_is_none_is_refused_and_stays_to_be_mended(page, text):
    named(page.selectbox, "surface_name").set_value("own").run()
    before = descent(page)
    named(page.text_input, "surface_formula").set_value(text).run()
    assert not page.exception and page.error and descent(page) == before
    assert named(page.text_input, "surface_formula").value == text
    named(page.text_input, "surface_formula").set_value("x^2 + y^4").run()
    assert not page.error and descent(page).expression == "x^2 + y^4"


def test_a_link_opens_what_it_says():
    wanted = first().changed(surface="saddle", steps=50, start=(0.5, 1.0))
    page = AppTest.from_file("../../../pages/surface.py", default_timeout=60)
    page.query_params["s"] = wanted.to_link()
    assert descent(page.run()) == wanted and shown(page)["steps"] == 50


def test_a_bad_link_says_so_and_shows_our_own():
    page = AppTest.from_file("../../../pages/surface.py", default_timeout=60)
    page.query_params["s"] = "1garbage"
    page.run()
    assert page.error and descent(page) == first()
