"""Words of a table as learned numbers: files, other tables, what is offered, asked and drawn."""

from __future__ import annotations

import numpy as np
import pytest

from playground import Experiment, Run
from playground.analysis import influence
from playground.analysis.learned_words import learned_words
from playground.data import table_source
from playground.experiment import edits
from playground.experiment.repairs import repairs
from playground.views import learned_words as pictures
from playground.views import suitable

DATA = {"type": "table", "table": "penguins", "missing": "fill", "words": "learned"}
BIRDS = {
    "data": DATA,
    "layers": [
        {"type": "column_embedding"},
        {"type": "dense", "units": 8, "activation": "tanh"},
        {"type": "dense", "units": 3},
    ],
    "loss": {"type": "softmax_cross_entropy"},
    "optimizer": {"type": "adam", "learning_rate": 0.01},
}


def birds(**changes) -> Experiment:
    return Experiment.model_validate({**BIRDS, **changes})


def types(experiment: Experiment | dict) -> list[str]:
    if isinstance(experiment, Experiment):
        experiment = experiment.described()
    return [layer["type"] for layer in experiment["layers"]]


def test_through_a_link_and_a_file_and_asked_for_new_rows(tmp_path):
    assert Experiment.from_link(birds().to_link()) == birds()
    run = Run(birds())
    run.train(epochs=3)
    run.save(tmp_path / "birds.safetensors")
    again = Run.load(tmp_path / "birds.safetensors")
    x = run.data.test.x
    np.testing.assert_array_equal(again.network.predict(x), run.network.predict(x))
    rows = run.data.table.rows(
        b"island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year\n"
        b"Biscoe,46,14,215,5000,male,2008\nAtlantis,46,14,215,5000,,2008\n"
    )
    assert rows.x[0].tolist().count(1.0) == 2 and "Atlantis" in rows.notes[0]
    assert np.isfinite(run.network.predict(rows.x)).all()


def test_another_table_is_read_by_its_own_columns():
    names = [f"w{k}" for k in range(20)]
    lines = [
        ",".join([*(f"{'ab'[(r >> k % 5) % 2]}" for k in range(20)), str(r % 3 * 1.5 + r)])
        for r in range(40)
    ]
    own = table_source.read("\n".join([",".join([*names, "y"]), *lines]).encode())
    data = {**own.description(), "target": "y", "words": "learned"}
    other = edits.on_data(birds(), data)
    assert types(other)[0] == "column_embedding" and other.columns == (2,) * 20
    assert Experiment.from_link(other.to_link()).plan().rows[0].output_shape == (40,)


def test_a_table_without_words_has_no_embedding():
    assert types(edits.on_data(birds(), {"type": "table"})) == ["dense", "dense"]
    broken = birds(data={"type": "table"})
    offers = {repair.label: repair.description for repair in repairs(broken)}
    Experiment.model_validate(offers["Remove layer 1"]).check()


def test_it_is_offered_where_a_table_has_words_and_none_embeds_them():
    plain = birds(layers=BIRDS["layers"][1:])
    assert "column_embedding" in suitable.layers(plain)
    assert "column_embedding" not in suitable.layers(birds())
    for other in (Experiment.preset("circle"), Experiment.preset("lenet5")):
        assert "column_embedding" not in suitable.layers(other)


def test_columns_are_asked_as_before():
    """Permutation and partial dependence see one column of words, whatever it becomes."""
    run = Run(birds())
    run.train(epochs=10)
    snapshot = run.snapshot()
    means, _ = influence.permutation_importance(snapshot)
    assert means.shape == (7,) and means.max() > 0.05
    found = influence.dependence(snapshot, 0)
    assert set(found.words) == {"Biscoe", "Dream", "Torgersen"}
    x = run.data.train.x[::1].copy()
    island = run.data.table.layout.words & (np.arange(x.shape[1]) < 3)
    for word, answers in zip(found.words, found.average.T, strict=True):
        x[:, island] = np.array([one == word for one in run.data.table.layout.columns[0].words])
        truth = snapshot.probabilities(snapshot.predict(x)).mean(axis=0)
        np.testing.assert_allclose(answers, truth, atol=1e-5)


@pytest.mark.parametrize("numbers", [1, 2, 9])
def test_what_was_learned_is_drawn(numbers: int):
    layers = [{**BIRDS["layers"][0], "output_dim": numbers}, *BIRDS["layers"][1:]]
    run = Run(birds(layers=layers))
    run.train(epochs=1)
    island, sex = learned_words(run.snapshot())
    assert (island.column, sex.column) == ("island", "sex") and sex.nearest is None
    weight = run.network.state_dict()["0.tables.0.weight"]
    np.testing.assert_array_equal(island.numbers, weight)
    assert set(island.nearest) < set(island.words)
    drawn = pictures.figure(island)
    shown = drawn["data"][0]
    assert ("text" in shown) == (numbers == 2) and len(shown["x"]) == 3
    assert drawn["layout"]["xaxis"]["title"]["text"] and drawn["layout"]["yaxis"]["title"]["text"]
    assert len(drawn["data"]) == (1 if numbers == 2 else min(numbers, pictures.MOST_NUMBERS))
    assert "Biscoe at" in pictures.describe(island)
