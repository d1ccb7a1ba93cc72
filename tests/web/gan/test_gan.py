"""The GAN page without a browser: what it shows, says and lets one change; slow motion."""

import io

import numpy as np
import pytest
from PIL import Image

from playground import Experiment
from playground.experiment import edits
from playground.experiment.adversarial_checks import DISCRIMINATOR
from playground.views import gan
from playground.web.frame import events
from playground.web.gan import samples
from playground.web.parts import paint
from tests.web import pages
from tests.web.pages import bring_images, desk, opened, payloads, ready, squares, words


@pytest.fixture
def page(few_tests):
    """The page as a first visitor finds it."""
    yield from pages.visit("gan")


def small(**changes):
    """A ring of few points, and networks of four units."""
    described = Experiment.preset("gan_ring").described()
    described["data"] |= {"samples": 200}
    for layers in (described["layers"], described["adversarial"]["layers"]):
        for layer in layers[:-1]:
            layer["units"] = 4
    described["adversarial"] |= changes
    return Experiment.model_validate(described)


def picture(page):
    (found,) = [one["figure"] for one in payloads(page) if "map" in one.get("figure", {})]
    return {trace.get("name", trace["type"]): trace for trace in found["data"]}


def test_a_first_visit_says_what_to_press_and_shows_all_that_will_move(page):
    ready(page)
    assert "Press **Play**" in words(page) and "of 8** *covered*" in words(page)
    traces = picture(page)
    assert {"heatmap", "train", "fake", "grid", "arrows"} <= set(traces)
    assert traces["train"]["marker"]["symbol"] != traces["fake"]["marker"]["symbol"]
    assert traces["train"]["marker"]["color"] != traces["fake"]["marker"]["color"]


def test_half_turns_say_whose_turn_it_is_and_what_moved(page):
    opened(page, small(steps=2))
    assert "Next: the discriminator, step 1 of 2" in words(page)
    assert page.button("gan_generator").disabled
    before = picture(page)
    page.button("gan_discriminator").click().run()
    assert "**The discriminator** made a step" in words(page) and "step 2 of 2" in words(page)
    after = picture(page)
    assert "border" in after and (before["fake"]["x"] == after["fake"]["x"]).all()
    assert (before["heatmap"]["z"] != after["heatmap"]["z"]).any()
    page.button("gan_discriminator").click().run()
    assert page.button("gan_discriminator").disabled and "Next: the generator" in words(page)
    page.button("gan_generator").click().run()
    assert "**The generator** made a step" in words(page)
    moved = picture(page)
    assert (moved["fake"]["x"] != after["fake"]["x"]).any()
    ways = np.array(moved["arrows"]["x"]).reshape(-1, 6)
    assert np.isnan(ways[:, 5]).all() and (ways[:, 0] != ways[:, 1]).any()
    page.button("gan_step").click().run()
    assert desk(page).snapshot().step == 2 and "made a step" not in words(page)


def digits(**changes):
    """Two dense networks on a few of MNIST's images."""
    described = Experiment.preset("gan_ring").described()
    described["data"] = {"type": "mnist", "samples": 300, "validation_fraction": 0.005}
    described["layers"] = [
        {"type": "dense", "units": 8, "activation": "relu"},
        {"type": "dense", "units": 784, "activation": "tanh"},
        {"type": "reshape", "shape": [1, 28, 28]},
    ]
    described["adversarial"]["layers"] = [
        {"type": "flatten"},
        {"type": "dense", "units": 8, "activation": "relu"},
        {"type": "dense", "units": 1},
    ]
    return Experiment.model_validate({**described, **changes})


def test_images_are_a_wall_with_a_verdict_on_each_and_what_a_reader_makes_of_them(page):
    opened(page, digits())
    desk(page).step()
    page.run()
    assert not page.exception
    tiles = [one["columns"][0][0] for one in payloads(page) if "columns" in one]
    wall, real, fake = (len(stage["captions"]) for stage in tiles)
    assert (wall, real, fake) == (60, 10, 10)
    assert all("%" in caption for caption in [*tiles[1]["captions"], *tiles[2]["captions"]])
    assert "LeNet-5 reads in 1,000 fakes" in words(page) and "sure on average" in words(page)
    bars = [one["figure"]["data"][0] for one in payloads(page) if "figure" in one]
    assert any(trace["type"] == "bar" and abs(sum(trace["y"]) - 1) < 1e-5 for trace in bars)
    page.button("gan_discriminator").click().run()
    assert "**The discriminator** made a step: real samples" in words(page)
    assert "Next: the generator" in words(page) and not page.exception
    _, real, fake = (one["columns"][0][0] for one in payloads(page) if "columns" in one)
    before = [stage["captions"] for stage in tiles[1:]]
    for row, old in zip((real, fake), before, strict=True):
        assert [caption.split(" → ")[0] for caption in row["captions"]] == old and row["wrap"]
    page.button("gan_generator").click().run()
    assert "fakes" in words(page) and "pixels changed by" in words(page)
    assert "Fakes before" in words(page) and "The same, after" in words(page)
    wall, first, second, changed = (
        one["columns"][0][0] for one in payloads(page) if "columns" in one
    )
    assert len(wall["captions"]) == 30 and changed["channels"] == 3
    assert "times as strong" in words(page)
    assert (first["values"] == fake["values"]).all() and (first["values"] != second["values"]).any()
    assert [caption.split(" → ")[1] for caption in fake["captions"]] == first["captions"]
    page.button("gan_step").click().run()
    assert "Real images" in words(page) and "made a step" not in words(page)


def test_images_of_ones_own_are_imitated(page):
    opened(page, digits())
    bring_images(page, {"set.zip": squares()})
    ready(page)
    now = desk(page)
    assert now.experiment.data.type == "images" and now.problem is None and not page.exception
    assert now.experiment.layers[-2].units == 784
    now.step()
    page.run()
    assert now.snapshot().step == 1 and not page.exception
    bring_images(page, {"set.zip": squares()}, colour=True)
    assert "3×32×32" in page.error[0].value
    page.button("fix_0").click().run()
    assert now.problem is None and now.experiment.data.colour and not page.exception


def test_fakes_can_be_taken_away(page):
    opened(page, small())
    table = samples.csv(desk(page)).splitlines()
    assert table[0] == "x1,x2" and len(table) == samples.POINTS + 1
    opened(page, digits())
    assert Image.open(io.BytesIO(samples.png(desk(page)))).size == (298, 298)


def test_the_balance_is_told_in_words(page):
    opened(page, small())
    snapshot = desk(page).snapshot()
    assert "%" in gan.standing(snapshot)
    opened(page, small(loss={"type": "wasserstein"}))
    assert "on average" in gan.standing(desk(page).snapshot())
    opened(page, small(loss={"type": "least_squares"}))
    assert gan.undecided(desk(page).snapshot()) == 0.5


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        (("adversarial", "loss", "type"), "minimax", "minimax"),
        (("adversarial", "steps"), 3, "3 discriminator steps"),
        (("adversarial", "optimizer", "learning_rate"), 0.01, "Adam 0.01"),
        (("adversarial", "optimizer", "type"), "sgd", "SGD"),
        (("adversarial", "noise"), 4, "4 normal"),
        (("adversarial", "distribution"), "uniform", "2 uniform"),
        (("data", "type"), "clouds", "Grid of clouds"),
    ],
)
def test_every_setting_shows_on_the_page(page, path, value, shown):
    opened(page, small())
    desk(page).put(path, value)
    ready(page)
    assert not desk(page).error
    labels = [block.label for block in page.main if hasattr(block, "label")]
    popovers = " ".join([*labels, *(str(one.proto) for one in page.get("popover"))])
    assert shown in words(page) + popovers


def test_a_discriminator_that_does_not_fit_is_mended_at_one_click(page):
    opened(page, small())
    desk(page).change_to(edits.remove_layer(desk(page).experiment, 2, DISCRIMINATOR))
    page.run()
    assert "must give one" in page.error[0].value and not page.exception
    page.button("fix_gan_adversarial_0").click().run()
    assert not page.error and desk(page).problem is None


def test_a_game_that_diverges_says_what_to_do(page):
    fast = {"type": "sgd", "learning_rate": 10.0}
    wild = small(loss={"type": "least_squares"}, optimizer=fast)
    opened(page, wild.changed(optimizer=fast))
    desk(page).run.train(40)
    page.run()
    assert desk(page).snapshot().status == "diverged"
    assert "Both are back" in page.error[0].value
    page.button("gan_cure0").click().run()
    experiment = desk(page).experiment
    assert experiment.optimizer.learning_rate == experiment.adversarial.optimizer.learning_rate == 1


def test_a_link_hides_the_other_network(page):
    page.query_params["hide"] = "adversarial"
    ready(page)
    assert not [block for block in page.button if "discriminator, Dense" in block.label]
    assert [block for block in page.button if block.label.startswith("Delete layer")]


@pytest.mark.parametrize("control", ["layers", "adversarial"])
def test_locked_layers_are_there_and_cannot_be_changed(page, control):
    page.query_params["lock"] = control
    ready(page)
    verbs = [block for block in page.button if "discriminator, Dense" in block.label]
    assert verbs and all(block.disabled for block in verbs)
    own = [block for block in page.button if block.label.startswith("Delete layer 1, ")]
    assert [block.disabled for block in own] == [control == "layers"]
    units = [block for block in page.number_input if block.label == "Units"]
    assert [block.disabled for block in units[-2:]] == [True, True]


def test_hidden_layers_are_read_and_not_edited(page):
    page.query_params["hide"] = "layers"
    ready(page)
    assert not [block for block in page.button if "layer 1" in block.label]
    assert not [block for block in page.number_input if block.label == "Units"]
    assert words(page).count("**Dense**") == 6


def test_games_are_compared_by_both_losses_and_what_they_cover(page):
    opened(page, small())
    desk(page).step()
    desk(page).touch()
    page.run()
    look = next(one for one in page.get("button_group") if one.key == "gan_look")
    look.set_value("Compare").run()
    page.button("quiet_pin").click().run()
    desk(page).put(("adversarial", "loss", "type"), "minimax")
    ready(page)
    desk(page).step()
    page.run()
    table = next(one for one in payloads(page) if "heads" in one)
    assert table["heads"][2:] == ["Loss", "Opponent", "Clouds", "In clouds"]
    assert [row["letter"] for row in table["rows"]] == ["A", "now"]
    assert "minimax" in table["rows"][1]["difference"] and not page.exception
    curve = next(one for one in page.get("button_group") if "discriminator" in str(one.key))
    for metric in ("discriminator_loss", "modes", "share"):
        curve.set_value(metric).run()
        chart = next(one for one in payloads(page) if "Run A" in one.get("label", ""))
        assert len(chart["figure"]["data"]) == 2 and not page.exception


def test_painted_points_are_imitated(page):
    opened(page, small())
    paint.choose(desk(page), "points")
    page.run()
    assert "before there are points" in words(page) and desk(page).stuck and not page.exception
    xy = [coordinate for k in range(40) for coordinate in (k / 10 - 2, 1.0)]
    message = events.read(
        "live_plotly", "paint", {"strokes": [{"n": 1, "verb": "add", "kind": 0, "xy": xy}]}
    )
    paint.heard(desk(page), message)
    ready(page)
    desk(page).step()
    page.run()
    assert desk(page).snapshot().step == 1 and len(picture(page)["fake"]["x"])
    assert "bit apart" in words(page) and not page.exception


def test_only_games_belong_here(page):
    ready(page)
    assert not desk(page).open_experiment(Experiment.preset("circle"))
    assert "another page" in desk(page).error


def test_two_high_stacks_share_their_place(page):
    wide = digits().described()
    wide["layers"][1:1] = [{"type": "dropout", "rate": 0.1}] * 5
    opened(page, Experiment.model_validate(wide))
    assert not [block for block in page.button if "discriminator, " in block.label]
    desk(page).change_to(edits.remove_layer(desk(page).experiment, 2, DISCRIMINATOR))
    page.run()
    assert "must give one" in page.error[0].value and not page.exception
