"""The panels of the Inside page on what matters, what it likes and what lies near."""

import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.analysis import attribution, embedding
from playground.experiment import Experiment
from playground.training.evaluation import numbers
from playground.views import attribution as views
from playground.views.packing import unpack
from playground.web.frame.desk import Desk
from playground.web.images import digits
from playground.web.inside import inside
from playground.web.inside import questions as panels
from playground.web.parts import models


@pytest.fixture
def page():
    return AppTest.from_file("../../../pages/inside.py", default_timeout=60)


def open_view(page, name):
    page.run()
    [view] = [one for one in page.get("button_group") if one.key == "inside_view"]
    view.set_value(name).run()
    assert not page.exception
    return page


def drawn(page, key):
    [one] = [one for one in page.get("bidi_component") if key in one.proto.id]
    return unpack(one.proto.bytes)


def named(kind, key):
    [one] = [one for one in kind if one.key == key]
    return one


def told(page):
    return " ".join(block.value for block in page.markdown)


def test_what_matters_is_shown_for_any_class(page):
    open_view(page, panels.MATTERS)
    snapshot = models.supplied()
    image = snapshot.data.test.x[0]
    x = numbers(image, snapshot.data.scale)
    for label in (7, 3):
        named(page.selectbox, "looks_class").set_value(label).run()
        assert not page.exception
        slope = attribution.saliency(snapshot.network, x, label)
        [[one]] = drawn(page, "looks_slope")["columns"]
        np.testing.assert_allclose(one["values"], views.strength(slope).ravel(), rtol=1e-4)
        [[one]] = drawn(page, "looks_times")["columns"]
        np.testing.assert_allclose(one["values"], (slope * x).ravel(), rtol=1e-4, atol=1e-7)
    assert "asked about **3**" in told(page) and "Read as **7**" in told(page)


def test_what_matters_is_that_of_the_network_shown_even_at_the_address_of_a_freed_one(
    page, monkeypatch
):
    monkeypatch.setattr(panels, "id", lambda thing: 1, raising=False)
    desk = Desk(digits.NAME, lambda: Experiment.preset("mnist_linear"), lambda experiment: "")
    desk.ready()
    desk.run.step()
    page.session_state["desks"] = {digits.NAME: desk}
    page.session_state["Inside"] = inside.Inside("trained")
    open_view(page, panels.MATTERS)
    desk.run.step()
    page.run()
    label = int(desk.run.data.test.y[0])
    x = numbers(desk.run.data.test.x[0], desk.run.data.scale)
    slope = attribution.saliency(desk.run.network, x, label)
    [[one]] = drawn(page, "looks_slope")["columns"]
    np.testing.assert_allclose(one["values"], views.strength(slope).ravel(), rtol=1e-4)
    desk.run.close()


def test_favourites_of_every_layer_with_weights(page):
    open_view(page, panels.LIKES)
    layer = named(page.selectbox, "looks_layer")
    assert len(layer.options) == 5  # two convolutions, three dense layers
    [[tiles]] = drawn(page, "looks_likes")["columns"]
    assert tiles["captions"] == [str(digit) for digit in range(10)]
    layer.set_value(1).run()
    [[tiles]] = drawn(page, "looks_likes")["columns"]
    assert (len(tiles["captions"]), tiles["width"], tiles["height"]) == (6, 5, 5)
    layer = named(page.selectbox, "looks_layer")
    layer.set_value(6).run()
    assert "1 to 24 of 120" in told(page)
    named(page.button, "quiet_looks_More").click().run()
    assert not page.exception and "25 to 48 of 120" in told(page)
    [[tiles]] = drawn(page, "looks_likes")["columns"]
    assert tiles["captions"][0] == "25"


def test_what_lies_near_by_pca_and_then_by_tsne(page):
    open_view(page, panels.NEAR)
    by_pca = drawn(page, "looks_near")
    assert len(by_pca["labels"]) == 1000 and "84 numbers of the last hidden layer" in told(page)
    snapshot = models.supplied()
    test = snapshot.data.test
    np.testing.assert_array_equal(by_pca["labels"], test.y[:1000])
    np.testing.assert_array_equal(by_pca["answers"], snapshot.predict(test.x[:1000]).argmax(1))
    np.testing.assert_array_equal(by_pca["images"]["values"], test.x[:1000].ravel())
    named(page.get("button_group"), "looks_way").set_value(panels.TSNE).run()
    assert not page.exception and "t-SNE moves the points about" in told(page)
    end = time.monotonic() + 60
    while page.session_state["Questions"].taken["near"].made["job"].running:
        assert time.monotonic() < end
        time.sleep(0.2)
    page.run()
    assert not page.exception and "How far apart the groups" in told(page)
    by_tsne = drawn(page, "looks_near")
    near = _same_class(by_tsne), _same_class(by_pca)
    assert near[0] > 0.95 and near[0] > near[1]


def test_a_map_that_failed_can_be_tried_again(page, monkeypatch, caplog):
    tsne, calls = embedding.tsne, []

    def fails_once(hidden):
        calls.append(len(hidden))
        if len(calls) == 1:
            raise MemoryError
        return tsne(hidden[:60])

    monkeypatch.setattr(embedding, "tsne", fails_once)
    open_view(page, panels.NEAR)
    named(page.get("button_group"), "looks_way").set_value(panels.TSNE).run()
    page.session_state["Questions"].taken["near"].made["job"].wait(20)
    page.run()
    assert not page.exception and "t-SNE stopped by an error of ours" in page.error[0].value
    assert "MemoryError" in caplog.text
    page.run()
    assert page.error and len(calls) == 1  # not tried again by itself
    named(page.button, "looks_again").click().run()
    page.session_state["Questions"].taken["near"].made["job"].wait(60)
    assert len(calls) == 2 and not page.error and not page.exception


def _same_class(payload):
    """The share of points whose next point is of the same class."""
    points, labels = payload["points"].reshape(-1, 2), payload["labels"]
    gaps = ((points[:, None] - points[None]) ** 2).sum(2)
    np.fill_diagonal(gaps, np.inf)
    return float((labels[gaps.argmin(1)] == labels).mean())


def test_a_network_that_trains_on_is_looked_at_again_when_asked(page):
    desk = Desk(digits.NAME, lambda: Experiment.preset("mnist_linear"), lambda experiment: "")
    desk.ready()
    desk.run.step()
    page.session_state["desks"] = {digits.NAME: desk}
    open_view(page, panels.LIKES)
    before = drawn(page, "looks_likes")["columns"][0][0]["values"]
    for _ in range(3):
        desk.run.step()
    page.run()
    assert not page.exception and "it has trained on since" in told(page)
    assert (drawn(page, "looks_likes")["columns"][0][0]["values"] == before).all()
    named(page.button, "quiet_looks_again").click().run()
    assert not page.exception and "it has trained on since" not in told(page)
    assert (drawn(page, "looks_likes")["columns"][0][0]["values"] != before).any()
    desk.run.close()


def test_the_page_comes_to_rest_after_a_run_that_ended_elsewhere(page):
    """Digits' button still says Pause then, but it is not on this page: no reason to run again."""
    desk = Desk(digits.NAME, lambda: Experiment.preset("mnist_linear"), lambda experiment: "")
    desk.ready()
    desk.run.step()
    desk.told_playing = True
    page.session_state["desks"] = {digits.NAME: desk}
    page.run(timeout=20)
    assert not page.exception and not desk.playing
    assert "Layer by layer" in told(page)
    desk.run.close()
