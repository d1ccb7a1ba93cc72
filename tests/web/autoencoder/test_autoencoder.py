"""The Autoencoder page without a browser: every look, every preset, β, and the plane's places."""

from types import SimpleNamespace

import numpy as np
import pytest

from playground import Experiment, Run
from playground.data import packed
from playground.experiment import checks, edits
from playground.views import codes, stack, suitable
from playground.web.autoencoder import autoencoder
from playground.web.images import digits, sources
from playground.web.parts import paint, point_sets
from playground.web.points import points
from tests.web import pages
from tests.web.pages import bring_images, desk, opened, payloads, ready, squares, words

FEW = {"type": "mnist", "samples": 300, "validation_fraction": 0.005}


@pytest.fixture
def page(few_tests):
    """The page as a first visitor finds it."""
    yield from pages.visit("autoencoder")


def few(name):
    experiment = Experiment.preset(name)
    return experiment if experiment.data.type != "mnist" else experiment.changed(data=FEW)


def test_a_first_visit_says_what_to_press_and_shows_the_plane(page):
    ready(page)
    assert "Press **Train**" in words(page)
    (plane,) = [one for one in payloads(page) if "points" in one]
    assert len(plane["points"]) == codes.POINTS and plane["names"] == list("0123456789")
    (here,) = [one for one in payloads(page) if one.get("kind") == "here"]
    assert here["image"]["width"] == 28 and here["place"] == "z1 = 0.00, z2 = 0.00"
    page.session_state["codes_way"] = "Decoded places"
    page.run()
    assert any(one.get("tiles") for one in payloads(page)) and not page.exception


def open_every_look(page):
    looks = next(one for one in page.get("button_group") if "Copies" in str(one.options))
    for look in looks.options:
        page.session_state[looks.key] = look
        page.run()
        assert not page.exception, look


@pytest.mark.parametrize("name", ["autoencoder_conv", "vae", "autoencoder_points"])
def test_every_preset_has_its_looks(page, name):
    opened(page, few(name))
    desk(page).step()
    page.run()
    open_every_look(page)
    assert stack.preset(desk(page).experiment).name == name
    assert "nats" in words(page)


@pytest.mark.parametrize(("code", "beta"), [(1, 0.0), (1000, 1e6)])
def test_codes_of_one_number_and_of_more_than_the_input_have_all_looks(page, code, beta):
    experiment = few("vae_plane")
    layers = [layer.described() for layer in experiment.layers]
    layers[2]["units"], layers[3]["beta"] = 2 * code, beta
    opened(page, experiment.changed(layers=layers))
    desk(page).step()
    page.run()
    open_every_look(page)
    (here,) = [one for one in payloads(page) if one.get("kind") == "here"]
    assert here["place"].count("z") == min(code, 2)
    assert desk(page).snapshot().step == 1 and "nats" in words(page)


@pytest.mark.parametrize("colour", [False, True])
def test_images_of_ones_own_are_copied(page, colour):
    opened(page, few("vae_plane"))
    bring_images(page, {"set.zip": squares()}, colour)
    ready(page)
    now = desk(page)
    assert now.experiment.data.type == "images" and now.problem is None and not page.exception
    assert now.experiment.layers[-1].units == (3 * 32 * 32 if colour else 784)
    now.step()
    page.run()
    assert now.snapshot().step == 1 and not page.exception
    sources.take(now, "mnist")
    assert now.experiment.layers[-1].units == 784 and now.problem is None


def test_points_painted_on_the_playground_are_copied(page, monkeypatch):
    opened(page, Experiment.preset("autoencoder_points"))
    there = paint.gathered(Experiment.preset("spiral").data.make().load(1))
    own = {
        "type": "points",
        "points": packed.pack(there, "classification"),
        "features": ["x1", "x2", "r"],
    }
    playground = SimpleNamespace(experiment=Experiment.preset("circle").changed(data=own))
    monkeypatch.setattr(point_sets.session, "find", lambda name: playground)
    page.run()
    page.button("points_taken").click().run()
    data = desk(page).experiment.data
    assert (data.type, data.features) == ("points", ("x1", "x2")) and desk(page).problem is None
    desk(page).step()
    page.run()
    assert desk(page).snapshot().step == 1 and not page.exception


def test_beta_moves_while_it_trains_and_the_wrong_pages_say_so(page):
    opened(page, few("vae_plane"))
    desk(page).step()
    page.run()
    (slider,) = [one for one in page.select_slider if "price" in one.label]
    run = desk(page).run
    slider.set_value(4.0).run()
    assert desk(page).run is run and run.network.betas.tolist() == [4.0, 4.0]
    assert desk(page).experiment.layers[3].beta == 4.0 and not page.exception


def test_an_own_drawing_has_its_place_on_the_plane(page):
    opened(page, few("vae_plane"))
    looks = next(one for one in page.get("button_group") if "Copies" in str(one.options))
    page.session_state[looks.key] = "Draw"
    page.run()
    next(button for button in page.button if "MNIST" in button.label).click().run()
    page.run()
    plane = next(one for one in payloads(page) if "points" in one)
    assert len(plane["drawn"]) == 2 and "ring on the plane is its code" in words(page)
    assert not page.exception


def test_layers_that_do_not_fit_are_mended(page):
    opened(page, few("vae_plane"))
    layers = [layer.described() for layer in desk(page).experiment.layers]
    layers[-1]["units"] = 100
    desk(page).change_to({**desk(page).experiment.described(), "layers": layers})
    page.run()
    assert not page.exception and desk(page).problem is not None
    next(button for button in page.button if "784 units" in button.label).click().run()
    assert desk(page).problem is None and not page.exception


def test_other_pages_send_autoencoders_here_and_are_not_flooded():
    for name in ("vae", "autoencoder_points"):
        experiment = Experiment.preset(name)
        assert autoencoder.refuse(experiment) == ""
        assert edits.RECONSTRUCTS in (digits.refuse(experiment), points.elsewhere(experiment))
    assert autoencoder.refuse(Experiment.preset("lenet5"))
    assert "vae" not in stack.presets("mnist") and "lenet5" not in stack.autoencoders()
    assert "reconstruction" not in checks.losses("classification")
    assert checks.losses("classification", True) == ["reconstruction"]
    assert "sampling" not in suitable.layers(Experiment.preset("lenet5"))
    assert "sampling" in suitable.layers(Experiment.preset("vae"))


@pytest.mark.parametrize("name", ["vae", "autoencoder", "autoencoder_points"])
def test_a_place_of_the_plane_and_its_code_are_one(name):
    snapshot = Run(few(name)).publish()
    plane = codes.plane(snapshot)
    spots = np.array([[0.1, 0.9], [0.5, 0.5], [1.0, 0.0]])
    z = plane.code(spots)
    back = plane.place(z.astype(np.float64))
    assert back[:, 0] == pytest.approx(spots[:, 0], abs=1e-5)
    if plane.axes[0] != plane.axes[1]:
        assert back == pytest.approx(spots, abs=1e-5)
    direct = codes.shown(
        snapshot, snapshot.network.decode(z.reshape(3, *snapshot.network.code_shape))
    )
    assert (codes.decoded(snapshot, plane, spots) == direct).all()
    assert len(plane.weight) == len(plane.centre) == np.prod(snapshot.network.code_shape)


def test_pinned_runs_are_compared(page):
    opened(page, few("vae_plane"))
    desk(page).step()
    look = next(control for control in page.get("button_group") if "codes_look" in str(control.key))
    look.set_value("Compare").run()
    page.button(key="quiet_pin").click().run()
    table = next(payload for payload in payloads(page) if "heads" in payload)
    assert not page.exception and table["rows"][0]["letter"] == "A"
    assert [row["pinned"] for row in table["rows"]] == [True]
    assert table["heads"][4:] == ["Reconstruction train", "test"]
