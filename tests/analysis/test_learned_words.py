"""Words of a table as learned numbers: data, the set-up that follows, what training finds."""

from __future__ import annotations

import numpy as np
import pytest

from playground import Experiment, Run
from playground.analysis.learned_words import LearnedWords, learned_words
from playground.engine import registry
from playground.experiment import edits
from playground.experiment.repairs import repairs

LEARNED = ("data", "words")


def table(**options):
    known = {"type": "table", "table": "penguins", "missing": "fill", **options}
    return registry.make("data", known)


def experiment(**changes) -> Experiment:
    description = {
        "data": registry.describe(table(words="learned")),
        "layers": [
            {"type": "column_embedding", "output_dim": 2},
            {"type": "dense", "units": 3},
        ],
        "loss": {"type": "softmax_cross_entropy"},
        "optimizer": {"type": "adam", "learning_rate": 0.02},
    }
    return Experiment.model_validate(description | changes)


def test_words_stay_0_and_1_and_numbers_are_scaled_as_before():
    plain, kept = table().load(3), table(words="learned").load(3)
    layout = kept.table.layout
    words = layout.words
    assert words.sum() == 5 and layout.sizes == (3, 1, 1, 1, 1, 2, 1)
    np.testing.assert_array_equal(plain.train.x[:, ~words], kept.train.x[:, ~words])
    assert set(np.unique(kept.train.x[:, words])) == {0, 1}
    np.testing.assert_allclose(plain.train.x[:, words].mean(axis=0), 0, atol=1e-5)
    assert table().columns_of_words == () and table(words="learned").columns_of_words


def test_each_word_owns_its_row_and_numbers_pass():
    run = Run(experiment())
    data = run.data
    first = run.network.activations(data.train.x[:9])[0]
    state = run.network.state_dict()
    x = data.train.x[:9]
    island, sex = state["0.tables.0.weight"], state["0.tables.1.weight"]
    right = np.hstack([island[x[:, :3].argmax(1)], x[:, 3:7], x[:, 7:9] @ sex, x[:, 9:]])
    np.testing.assert_allclose(first, right, rtol=1e-6)
    run.close()


def test_what_training_found_is_shown_by_column():
    run = Run(experiment())
    before = [one.numbers.copy() for one in learned_words(run.snapshot())]
    run.train(epochs=3)
    found = learned_words(run.snapshot())
    assert [one.column for one in found] == ["island", "sex"]
    assert found[0].words == ("Biscoe", "Dream", "Torgersen") and found[1].nearest is None
    for one, old in zip(found, before, strict=True):
        assert one.numbers.shape == old.shape and (one.numbers != old).any()
    run.close()
    plain = Run(Experiment.preset("xor"))
    assert learned_words(plain.snapshot()) == []
    plain.close()


def test_the_closest_words():
    numbers = np.array([[0.0, 0.0], [5.0, 5.0], [0.1, 0.0]])
    assert LearnedWords("a", ("x", "y", "z"), numbers).nearest == ("x", "z")


def test_a_forest_reads_what_the_network_made_of_words():
    preset = Experiment.preset("penguins_words")
    run = Run(preset)
    run.train(epochs=55)
    assert run.evaluate("test")["accuracy"] > 0.9
    assert [one.column for one in learned_words(run.snapshot())] == ["island", "sex"]
    run.close()


def test_the_choice_brings_the_layer_and_takes_it_away():
    plain = experiment(
        data=registry.describe(table()), layers=[{"type": "dense", "units": 3}]
    ).check()
    learned = Experiment.model_validate(edits.put(plain, LEARNED, "learned")).check()
    assert [layer.type for layer in learned.layers] == ["column_embedding", "dense"]
    assert Experiment.from_link(learned.to_link()) == learned
    again = Experiment.model_validate(edits.put(learned, LEARNED, "inputs")).check()
    assert again == plain


@pytest.mark.parametrize(
    ("changes", "words", "label"),
    [
        (
            {"data": registry.describe(table())},
            "none come to it as 0 and 1",
            "Let words become learned numbers",
        ),
        (
            {"layers": [{"type": "dense", "units": 3}, {"type": "column_embedding"}]},
            "none come to it as 0 and 1",
            "Put it first",
        ),
        (
            {"layers": [{"type": "column_embedding", "columns": [9]}, {"type": "dense"}]},
            "not those of the table",
            "Read the columns of the table",
        ),
    ],
)
def test_where_it_does_not_fit_one_click_mends_it(changes, words, label):
    broken = experiment(**changes)
    with pytest.raises(ValueError, match=words):
        broken.check()
    offer = next(one for one in repairs(broken) if one.label == label)
    mended = Experiment.model_validate(offer.description)
    assert mended.layers[0].type == "column_embedding"
    mended.plan()
