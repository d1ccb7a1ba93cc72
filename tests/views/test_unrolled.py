"""The unrolled network: answers that fit beside each other."""

import pytest

from playground.experiment import Experiment
from playground.training.run import Run
from playground.views import unrolled


@pytest.mark.parametrize(
    ("data", "about"),
    [
        ({"type": "brackets", "every_step": True, "length": 20}, "n: not balanced, b: balanced"),
        ({"type": "brackets", "length": 20}, ""),
        ({"type": "parity", "length": 4}, ""),
        ({"type": "parity", "length": 20}, "e: even, o: odd"),
        ({"type": "echo", "length": 40, "kinds": 2}, ""),
    ],
)
def test_long_names_of_many_answers_become_initials(data, about):
    layers = [
        {"type": "gru", "units": 2, "return_sequences": True},
        {"type": "dense", "units": 2},
    ]
    run = Run(
        Experiment.preset("brackets_gru").changed(data={**data, "samples": 60}, layers=layers)
    )
    snapshot = run.snapshot()
    longest = max(range(12), key=lambda n: int((run.data.test.y[n] >= 0).sum()))
    scene = unrolled.scene(snapshot, run.data.test, longest)
    rows = {row["name"]: row for row in unrolled.payload(scene, 0, None)["rows"]}
    assert rows["Answer"]["about"] == about
    names = {label for label in rows["Right"]["labels"] if label}
    assert names <= (
        {name[0] for name in run.data.class_names} if about else {*run.data.class_names}
    )
