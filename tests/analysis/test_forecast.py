"""How far a forecast reaches, in words."""

import pytest

from playground.analysis import forecast
from playground.experiment import Experiment


@pytest.mark.parametrize(
    ("source", "steps", "words"),
    [
        ("co2", 12, "1 year"),
        ("co2", 120, "10 years"),
        ("births", 240, "240 steps"),  # days
    ],
)
def test_months_are_counted_in_years(source, steps, words):
    preset = Experiment.preset("co2_lstm").described()
    data = Experiment.model_validate({**preset, "data": {**preset["data"], "source": source}}).data
    assert forecast.axis(data.make(), 1000).span(steps) == words
