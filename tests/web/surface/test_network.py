"""The loss of a visitor's network, drawn on the Surface page without a browser."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from playground.analysis import loss_plane
from playground.experiment import Experiment
from playground.views.packing import unpack
from playground.web.frame.desk import Desk
from playground.web.surface.network import NOTHING
from playground.web.surface.surface import LOSS
from tests.web.wire import mounted


@pytest.fixture
def page(monkeypatch):
    monkeypatch.setattr(loss_plane, "SIDES", (9,))
    return AppTest.from_file("../../../pages/surface.py", default_timeout=60).run()


@pytest.fixture
def desk(page):
    made = Desk("playground", lambda: Experiment.preset("circle"), lambda experiment: "")
    made.ready()
    made.run.train(5, callback=lambda record: None)
    page.session_state["desks"] = {"playground": made}
    yield made
    made.close()


def look(page):
    page.segmented_control(key="surface_view").set_value(LOSS).run()
    return drawn(page)


def drawn(page):
    """What is shown once the work is done."""
    assert not page.exception
    end = time.monotonic() + 60
    while page.session_state["LossMap"].job.running:
        assert time.monotonic() < end
        time.sleep(0.05)
    page.run()
    assert not page.exception and not page.error
    return unpack(mounted(page, "loss_surface").bytes)


def named(kind, key):
    [one] = [one for one in kind if one.key == key]
    return one


def test_without_a_network_it_says_where_to_get_one(page):
    page.segmented_control(key="surface_view").set_value(LOSS).run()
    assert not page.exception and NOTHING in [words.value for words in page.markdown]


def test_the_loss_and_the_way_of_its_training(page, desk):
    shown = look(page)
    assert shown["title"] == "Loss" and not shown["moves"] and shown["side"] == 9
    assert shown["times"].tolist() == [0, 1, 2, 3, 4, 5] and shown["steps"] == 5
    [training] = shown["walkers"]
    loss = desk.snapshot().metrics["train"]["loss"]
    assert training["above"][-1] == pytest.approx(loss, rel=1e-5)
    page.segmented_control(key="loss_kind").set_value("random").run()
    shown = drawn(page)
    assert shown["box"] == [-1, 1, -1, 1] and "by chance" in shown["facts"][0]
    before = shown["heights"].tolist()
    named(page.button, "loss_other").click().run()
    assert drawn(page)["heights"].tolist() != before


def test_a_network_that_went_on_can_be_drawn_anew(page, desk):
    look(page)
    assert named(page.button, "loss_again").label == "Draw again"
    desk.run.train(2, callback=lambda record: None)
    page.run()
    assert named(page.button, "loss_again").label == "Draw it as it is now"
    named(page.button, "loss_again").click().run()
    assert drawn(page)["times"].tolist() == [0, 1, 2, 3, 4, 5, 6, 7]


def test_an_untrained_network_has_no_way_yet(page, desk):
    desk.reset()
    shown = look(page)
    assert not [one for one in page.segmented_control if one.key == "loss_kind"]
    assert shown["steps"] == 0 and any("way" in words.value for words in page.markdown)


def test_the_work_can_be_cancelled(page, desk, monkeypatch):
    monkeypatch.setattr(loss_plane, "SIDES", (400,))
    monkeypatch.setattr(loss_plane, "SECONDS", 1e9)
    page.segmented_control(key="surface_view").set_value(LOSS).run()
    job = page.session_state["LossMap"].job
    assert job.running
    named(page.button, "loss_cancel").click().run()
    job.wait(60)
    assert not job.running and job.result is None
    page.run()
    assert not page.exception
