"""A step in formulas: the numbers in them are the engine's."""

import re

import numpy as np
import pytest

from playground import Experiment, Run
from playground.analysis.by_hand import Sheet
from playground.analysis.one_step import next_step
from playground.views import numbers

CIRCLE = Experiment.preset("circle")


def told_of(experiment=CIRCLE, name="1.weight", index=(0, 2)):
    run = Run(experiment)
    run.train(2, callback=lambda record: None)
    return next_step(run, name, index), run


def values(formula):
    """The numbers behind the last equals sign."""
    end = formula.split("=")[-1].replace(r"\cdot 10^{", "e").replace("}", "").replace(" e", "e")
    return float(re.search(r"-?[\d.]+(e-?\d+)?", end)[0])


@pytest.mark.parametrize(
    ("name", "index"), [("0.weight", (1, 0)), ("1.bias", (1,)), ("2.weight", (0, 1))]
)
def test_each_row_ends_in_the_number_it_is_about(name, index):
    told, run = told_of(name=name, index=index)
    rows = dict(row for row in numbers.formulas(told) if row[0])
    term = told.terms[told.closer.number]
    for what, value in [
        ("Sum", term.total),
        ("Output", term.output),
        ("Loss", told.loss),
        ("Slope", term.slope),
        ("Share", term.product),
        ("Gradient", told.gradient),
        ("Update", told.new_value),
    ]:
        assert values(rows[what]) == pytest.approx(value, rel=1e-3), what
    assert f"= {numbers.number(told.measured, False)}," in rows["Check"]
    run.step()
    engine = float(run.network.parameter(name)[index])
    assert float(re.search(r"w' = (-?[\d.e-]+)", rows["New"])[1]) == pytest.approx(engine, abs=1e-6)
    assert "in the engine, too" in rows["New"] and numbers.agrees(told)


def test_the_batch_is_listed_with_its_mean():
    told, _ = told_of()
    rows = numbers.batch(told)
    assert len(rows) == len(told.terms) + 1 and all(len(row) == 7 for row in rows)
    products = [float(row[-1].replace("−", "-")) for row in rows[:-1] if "·" not in row[-1]]
    assert len(products) > 5
    assert rows[-1][0] == "mean" and rows[-1][-1] == numbers.plain(told.gradient)


def test_of_a_large_batch_the_first_points_are_listed():
    rows = numbers.batch(told_of(CIRCLE.changed(batch_size=50))[0])
    assert len(rows) == numbers.ROWS + 2 and rows[-2][0] == "and 20 more"


def test_hand_written_formulas_become_latex():
    assert numbers.tex("p − η · m̂ / ( √ v̂ + ε )") == (
        r"w - \eta \cdot \hat m / ( \sqrt{ \hat v} + \varepsilon )"
    )
    assert numbers.tex("√ ( u + ε ) · 2") == r"\sqrt{ u + \varepsilon } \cdot 2"
    assert numbers.tex("(−1.2·10⁻⁷) ²") == r"(-1.2 \cdot 10^{-7}) ^2"
    assert numbers.tex("g cut off at ± c") == r"g \text{ cut } \text{ off } \text{ at } \pm c"


@pytest.mark.parametrize("optimizer", ["sgd", "adagrad", "rmsprop", "adadelta", "adam", "adamw"])
def test_every_optimizer_gives_balanced_latex(optimizer):
    told, _ = told_of(CIRCLE.changed(optimizer={"type": optimizer, "learning_rate": 0.01}))
    for _, formula in numbers.formulas(told):
        assert formula.count("{") == formula.count("}")
        assert not re.search(r"[^\x00-\x7fδℓ]", formula), formula


def test_a_slope_that_was_measured_otherwise_is_noticed():
    told, _ = told_of()
    assert not numbers.agrees(told.__class__(**{**vars(told), "measured": told.measured + 1}))


def test_numbers_of_a_sheet_stay_as_they_are():
    sheet = Sheet(p=0.5, g=1e-7, η=0.1)
    sheet.add("p′", "p − η · g", 0.5)
    assert numbers.tex(sheet.lines[0].numbers) == r"0.5 - 0.1 \cdot 1 \cdot 10^{-7}"
    assert np.isfinite(sheet.lines[0].value)
