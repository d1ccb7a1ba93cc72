"""The GAN page without a browser: what it shows, says and lets one change; slow motion."""

import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground import Experiment
from playground.views.packing import unpack


@pytest.fixture
def page():
    """The page as a first visitor finds it; its Run is closed in the end."""
    visit = AppTest.from_file("../../../pages/gan.py", default_timeout=120)
    yield visit
    if "desks" in visit.session_state and (run := desk(visit).run):
        run.close()


def desk(page):
    return page.session_state["desks"]["gan"]


def ready(page):
    """Run the page until its networks' machine code is ready."""
    page.run()
    end = time.monotonic() + 120
    while desk(page).run is not None and desk(page).snapshot().status == "compiling":
        assert time.monotonic() < end
        time.sleep(0.1)
    page.run()
    assert not page.exception
    return page


def small(**changes):
    """A ring of few points, and networks of four units."""
    described = Experiment.preset("gan_ring").described()
    described["data"] |= {"samples": 200}
    for layers in (described["layers"], described["adversarial"]["layers"]):
        for layer in layers[:-1]:
            layer["units"] = 4
    described["adversarial"] |= changes
    return Experiment.model_validate(described)


def opened(page, experiment):
    ready(page)
    assert desk(page).open_experiment(experiment), desk(page).error
    return ready(page)


def payloads(page):
    components = page.get("bidi_component")
    return [unpack(one.proto.bytes) for one in components if one.proto.bytes]


def picture(page):
    (found,) = [one["figure"] for one in payloads(page) if "map" in one.get("figure", {})]
    return {trace.get("name", trace["type"]): trace for trace in found["data"]}


def told(page):
    return " ".join(block.value for block in page.markdown)


def test_a_first_visit_says_what_to_press_and_shows_all_that_will_move(page):
    ready(page)
    assert "Press **Play**" in told(page) and "of 8** *covered*" in told(page)
    traces = picture(page)
    assert {"heatmap", "train", "fake", "grid", "arrows"} <= set(traces)
    assert traces["train"]["marker"]["symbol"] != traces["fake"]["marker"]["symbol"]
    assert traces["train"]["marker"]["color"] != traces["fake"]["marker"]["color"]


def test_half_turns_say_whose_turn_it_is_and_what_moved(page):
    opened(page, small(steps=2))
    assert "Next: the discriminator, step 1 of 2" in told(page)
    assert page.button("gan_generator").disabled
    before = picture(page)
    page.button("gan_discriminator").click().run()
    assert "**The discriminator** made a step" in told(page) and "step 2 of 2" in told(page)
    after = picture(page)
    assert "border" in after and (before["fake"]["x"] == after["fake"]["x"]).all()
    assert (before["heatmap"]["z"] != after["heatmap"]["z"]).any()
    page.button("gan_discriminator").click().run()
    assert page.button("gan_discriminator").disabled and "Next: the generator" in told(page)
    page.button("gan_generator").click().run()
    assert "**The generator** made a step" in told(page)
    moved = picture(page)
    assert (moved["fake"]["x"] != after["fake"]["x"]).any()
    ways = np.array(moved["arrows"]["x"]).reshape(-1, 6)
    assert np.isnan(ways[:, 5]).all() and (ways[:, 0] != ways[:, 1]).any()
    page.button("gan_step").click().run()
    assert desk(page).snapshot().step == 2 and "made a step" not in told(page)
