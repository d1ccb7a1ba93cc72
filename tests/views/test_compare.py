"""Several runs on the same axes."""

from dataclasses import replace

import numpy as np
import pytest

from playground import Experiment
from playground.analysis.pinned_runs import LETTERS, Pin
from playground.views import compare

CIRCLE = Experiment.preset("circle")


def pin(letter, loss=(0.7, 0.3, 0.1), epochs=2.0):
    loss = np.array(loss)
    history = {
        "step": np.arange(len(loss)),
        "epoch": np.linspace(0, epochs, len(loss)),
        "train_loss": loss / 2,
        "test_loss": loss,
        "test_accuracy": 1 - loss,
    }
    metrics = {split: {"loss": 0.01234, "accuracy": 0.987} for split in ("train", "test")}
    return Pin(letter, f"Run {letter}", CIRCLE, history, metrics, epochs, 1.23e-4)


def test_eight_lines_are_told_apart_without_colour():
    lines = compare.figure([pin(letter) for letter in (*LETTERS, compare.NOW)])["data"]
    assert len({line["line"]["dash"] for line in lines}) == 9
    assert len({line["line"]["color"] for line in lines}) == 9
    assert not {"#f59322", "#0877bd"} & {line["line"]["color"] for line in lines}


def test_lines_are_the_measured_values_and_carry_their_letters():
    figure = compare.figure([pin("A"), pin("B", (0.7, 0.6), 9)], "loss", "train")
    assert np.allclose(figure["data"][0]["y"], [0.35, 0.15, 0.05])
    labels = figure["layout"]["annotations"]
    assert [(one["text"], one["x"]) for one in labels] == [("<b>A</b>", 2), ("<b>B</b>", 9)]
    assert "training data" in figure["layout"]["yaxis"]["title"]["text"]


def test_letters_at_the_same_place_do_not_cover_each_other():
    labels = compare.figure([pin("A"), pin("B"), pin("C")])["layout"]["annotations"]
    shifts = [one["yshift"] for one in labels]
    assert np.diff(shifts).min() >= 10


def test_a_log_axis_places_letters_by_the_logarithm_and_leaves_zero_out():
    labels = compare.figure([pin("A"), pin("B", (0.7, 0.0))], log=True)["layout"]["annotations"]
    assert len(labels) == 1 and labels[0]["y"] == pytest.approx(-1)


def test_a_run_without_this_measure_is_left_out():
    assert compare.figure([pin("A")], "mae")["data"] == []


def test_the_table_says_it_in_words_and_numbers():
    row = compare.rows([pin("A")])[0]
    assert row["cells"] == ["2", "123 µs", "0.0123", "0.0123", "98.7 %", "98.7 %"]
    assert len(compare.headings([pin("A")])) == len(row["cells"])


def test_a_game_is_measured_by_both_losses_and_what_it_covers():
    metrics = {"loss": 0.7, "discriminator_loss": 1.4, "modes": 8.0, "share": 0.95}
    game = replace(
        pin("A"),
        experiment=Experiment.preset("gan_ring"),
        metrics={"train": metrics, "test": metrics},
    )
    assert compare.headings([game])[2:] == ["Loss", "Opponent", "Clouds", "In clouds"]
    assert compare.rows([game])[0]["cells"][2:] == ["0.7000", "1.4000", "8", "95.0 %"]


def test_a_run_is_measured_by_what_it_has():
    """What stands beside the loss is the first run's; what another lacks is a dash."""
    coder = replace(pin("B"), metrics={part: {"loss": 2, "kl": 0.5} for part in ("train", "test")})
    assert compare.measured(coder.metrics["test"]) == ["loss", "kl"]
    assert compare.headings([coder])[4:] == ["KL divergence train", "test"]
    assert compare.rows([coder])[0]["cells"][4:] == ["0.5000", "0.5000"]
    assert compare.rows([pin("A"), coder])[1]["cells"][4:] == ["–", "–"]
    assert compare.headings([pin("A"), coder])[4] == "Right train"
