"""Runs kept for comparison."""

import csv
import io

import numpy as np
import pytest

from playground import Experiment, Run
from playground.analysis.pinned_runs import MOST, Pin, Pins, differences, table

CIRCLE = Experiment.preset("circle")


def trained(epochs=2, **changes):
    run = Run(CIRCLE.changed(**changes))
    run.train(epochs)
    return run.snapshot()


@pytest.fixture(scope="module")
def snapshot():
    return trained()


def test_a_pin_is_what_the_run_was(snapshot):
    pins = Pins()
    assert pins.add(snapshot) == ""
    (pin,) = pins.kept
    assert (pin.letter, pin.name, pin.epochs, pin.exact) == ("A", "Run A", 2, True)
    assert pin.metrics == snapshot.metrics and pin.seconds_per_epoch > 0
    assert pin.history["test_loss"].tolist() == snapshot.history["test_loss"].tolist()


def test_a_pinned_set_up_replays_exactly_through_its_link(snapshot):
    pin = Pin.of(snapshot, "A")
    again = Run(Experiment.from_link(pin.experiment.to_link()))
    again.train(2)
    assert np.array_equal(again.history["test_loss"], pin.history["test_loss"])
    assert np.array_equal(again.history["batch_loss"], pin.history["batch_loss"])


def test_pinned_again_it_is_brought_up_to_date(snapshot):
    pins = Pins()
    pins.add(snapshot)
    pins.rename("A", "slow one")
    assert "up to date" in pins.add(trained(epochs=5))
    (pin,) = pins.kept
    assert (pin.name, pin.epochs) == ("slow one", 5)


def test_a_run_whose_settings_were_changed_says_so():
    run = Run(CIRCLE)
    run.train(1)
    run.update(CIRCLE.changed(optimizer={"type": "sgd", "learning_rate": 0.3}))
    run.train(1)
    assert not Pin.of(run.snapshot(), "A").exact


def test_of_a_run_brought_back_only_the_past_is_pinned():
    run = Run(CIRCLE)
    run.train(4)
    run.rewind(50)
    assert Pin.of(run.snapshot(), "A").history["epoch"].tolist() == [0, 1, 2]


def test_the_oldest_goes_with_a_word_and_letters_stay_apart(snapshot):
    pins = Pins()
    for seed in range(MOST + 1):
        one = trained(epochs=1, seed=seed)
        said = pins.add(one)
    assert "Run A had to go" in said and len(pins.kept) == MOST
    assert len({pin.letter for pin in pins.kept}) == MOST
    pins.remove("C")
    assert pins.find("C") is None and len(pins.kept) == MOST - 1


def test_names_are_short_single_lines(snapshot):
    pins = Pins()
    pins.add(snapshot)
    pins.rename("A", "  two\nlines " + "x" * 100)
    assert pins.kept[0].name.startswith("two lines x") and len(pins.kept[0].name) == 40
    pins.rename("A", "   ")
    assert pins.kept[0].name == "Run A"


def test_the_table_holds_every_measured_value(snapshot):
    runs = [Pin.of(snapshot, "A", '=1+1,"x"'), Pin.of(trained(epochs=3, batch_size=30), "B")]
    rows = list(csv.DictReader(io.StringIO(table(runs))))
    assert len(rows) == sum(len(run.history["epoch"]) for run in runs)
    first = [row for row in rows if row["run"] == '\'=1+1,"x"']
    assert [float(row["test_loss"]) for row in first] == runs[0].history["test_loss"].tolist()
    assert rows[-1]["difference"] == "batch size 10 → 30" == differences(runs)[1]
