"""Columns of a table: asked one by one as scikit-learn asks, and as a plane."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.tree import DecisionTreeRegressor

from playground import Experiment, Run
from playground.analysis import influence, table_answers, table_map
from playground.analysis.columns import columns_of
from playground.analysis.trees import ensembles, nodes
from playground.data import table_source
from playground.views import dependence as dependence_view
from playground.views import table_map as map_view
from playground.views import trees as tree_view
from playground.views.packing import pack


def grown(units: int = 5, preset: str = "table_penguins", **changes):
    run = Run(Experiment.preset(preset).changed(**changes))
    run.train(units)
    return run.snapshot()


def test_a_column_of_words_is_one_column_and_comes_back_exactly():
    snapshot = grown(1)
    columns, x = columns_of(snapshot), snapshot.data.test.x
    assert columns.names[0] == "island" and len(columns) == 7 < x.shape[1]
    np.testing.assert_array_equal(columns.inputs(columns.of(x)), x)
    assert columns.summed(np.ones(x.shape[1])).tolist() == [3, 1, 1, 1, 1, 2, 1]


def test_importance_is_scikit_learn_s_where_every_column_is_a_number():
    data = {"type": "table"}
    snapshot = grown(8, data=data, trees={"type": "random_forest", "n_estimators": 8})
    train, test = snapshot.data.train, snapshot.data.test
    forest = RandomForestClassifier(n_estimators=8, random_state=1).fit(train.x, train.y)
    known = permutation_importance(forest, test.x, test.y, n_repeats=5, random_state=0)
    mean, deviation = influence.permutation_importance(snapshot)
    np.testing.assert_allclose(mean, known.importances_mean)
    np.testing.assert_allclose(deviation, known.importances_std)
    np.testing.assert_allclose(
        ensembles.importances(snapshot).impurity, forest.feature_importances_
    )


def test_dependence_is_scikit_learn_s_in_the_units_of_the_table():
    data = {"type": "table", "table": "diabetes"}
    snapshot = grown(4, data=data, trees={"type": "decision_tree", "max_depth": 4})
    train, table = snapshot.data.train, snapshot.data.table
    tree = DecisionTreeRegressor(max_depth=4, random_state=1).fit(train.x, train.y)
    k = table.layout.inputs.index("bmi")
    known = partial_dependence(tree, train.x[:300], [k], grid_resolution=24, method="brute")
    found = influence.dependence(snapshot, k)
    np.testing.assert_allclose(found.average, table.values(known["average"]), rtol=1e-6)
    fitted = table.fitted
    places = known["grid_values"][0] * fitted.deviation[k] + fitted.mean[k]
    np.testing.assert_allclose(found.values, places, rtol=1e-6)
    assert pack(dependence_view.figure(found, []))


def test_dependence_on_words_and_of_a_network():
    snapshot = grown(6)
    found = influence.dependence(snapshot, 0)
    assert found.words == ("Biscoe", "Dream", "Torgersen") and found.average.shape == (3, 3)
    np.testing.assert_allclose(found.average.sum(axis=0), 1)
    assert pack(dependence_view.figure(found, snapshot.labels))
    layers = [{"type": "dense", "units": 3}]
    network = Run(
        Experiment.preset("circle").changed(
            data={"type": "table"}, layers=layers, loss={"type": "softmax_cross_entropy"}
        )
    )
    network.train(3)
    assert influence.dependence(network.snapshot(), 2).average.shape[0] == 3
    assert influence.permutation_importance(network.snapshot())[0].max() > 0


def test_planes_through_a_table():
    snapshot = grown(6)
    through = table_map.principal(snapshot)
    x = snapshot.data.train.x
    places = through.places(x)
    np.testing.assert_allclose(through.places(through.inputs(places)), places, atol=1e-5)
    assert np.cov(places.T)[0, 1] == pytest.approx(0, abs=1e-6) and places[:, 0].std() > 1
    pair = table_map.of_columns(snapshot, ("bill_length_mm", "body_mass_g"))
    places = pair.places(x)
    assert 30 < places[:, 0].min() < places[:, 0].max() < 62 and places[:, 1].max() > 5000
    inputs = pair.inputs(places)
    names = snapshot.data.table.layout.inputs
    k = names.index("bill_length_mm")
    np.testing.assert_allclose(inputs[:, k], x[:, k], atol=1e-5)
    assert len(np.unique(inputs[:, names.index("bill_depth_mm")])) == 1
    tree = tree_view.Chosen(node=1, point=(0.0, 0.0), inputs=tuple(inputs[0].tolist()))
    figure = map_view.figure(snapshot, pair, ["train", "test"], tree)
    assert pack(figure) and {trace["type"] for trace in figure["data"]} >= {"heatmap", "contour"}
    leaf = tree_view.node_at(snapshot, tree)
    assert leaf == tree_view.tree_of(snapshot, tree)[1].apply(inputs[:1])[0]
    assert "of 6 trees say" in tree_view.payload(snapshot, tree)["strip"]["words"]


def test_rules_and_values_are_in_the_units_of_the_table():
    text = "size,colour,price\n" + "".join(
        f"{k % 10 + 100},{'red' if k % 3 else 'blue'},{(k % 10) * 10 + 500}\n" for k in range(60)
    )
    own = table_source.read(text.encode())
    data = {**own.description(), "target": "price", "target_as": "values"}
    snapshot = grown(9, data=data, trees={"type": "decision_tree"})
    payload = tree_view.payload(snapshot, tree_view.Chosen())
    assert payload["rules"][0] == "size ≤ 104.50"
    value = next(line for line in payload["lines"] if line[0] == "Value")
    assert 530 < float(value[2]) < 560
    words = nodes.wording(snapshot)
    place = words.names.index("colour = red")
    assert words.rule(place, 0.1) == "colour ≠ red"
    assert words.rule(place, 0.1, met=False) == "colour = red"
    rows = snapshot.data.table.rows(b"colour,size\nred,104\nblue,109\n")
    heads, cells = table_answers.answers(snapshot, rows)
    assert heads == ["price"] and [cell[0] for cell in cells] == ["540", "590"]
    assert table_answers.csv_text(snapshot, rows, whole=True).splitlines()[1] == "red,104,540"
    again = snapshot.data.table.rows(table_answers.example(snapshot).encode())
    assert len(again.x) == 20 and not again.notes
