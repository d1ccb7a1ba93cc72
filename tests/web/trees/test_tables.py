"""Tables on the Trees page, without a browser: brought, looked at, taken, asked."""

from __future__ import annotations

import numpy as np
import pytest

from playground.analysis import table_answers
from playground.experiment import Experiment
from tests.web.trees.test_trees import desk, drawn, start, words

OWN = "id,day,size,colour,copy,price\n" + "".join(
    f"{k},2024-03-{k % 28 + 1:02d},{'' if k % 9 == 0 else k % 7},{'red' if k % 3 else 'blue'},"
    f"{k % 11 * 2},{k % 11}\n"
    for k in range(80)
)


def bring(app, content: str, name: str = "own.csv"):
    """A file as the uploader hands it over."""

    class File:
        def __init__(self):
            self.name = name

        def getvalue(self):
            return content.encode()

    from playground.web.trees import tables

    def ask():
        import streamlit as st

        from playground.web.trees import tables

        tables.arrive(*st.session_state["file"])
        st.session_state["kept"] = tables.memory()

    from streamlit.testing.v1 import AppTest

    inner = AppTest.from_function(ask)
    inner.session_state["file"] = (name, content.encode())
    inner.run()
    app.session_state[tables.BroughtTable.__name__] = inner.session_state["kept"]
    return app.run()


def press(app, label: str):
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def test_a_table_is_looked_at_before_it_replaces_anything():
    app = start("table_iris")
    before = desk(app).experiment
    bring(app, OWN)
    assert not app.exception and desk(app).experiment == before
    said = words(app) + " ".join(box.value for box in app.warning)
    assert "“copy” gives “price” away" in said and "“id” counts the rows" in said
    press(app, "Cancel")
    assert desk(app).experiment == before
    bring(app, OWN)
    columns = next(box for box in app.multiselect if box.label == "Columns to learn from")
    columns.unselect("copy").run()
    press(app, "Learn from this table")
    data = desk(app).experiment.data
    assert data.target == "price" and data.columns == "size,colour" and data.missing == "fill"
    assert Experiment.from_link(desk(app).experiment.to_link()) == desk(app).experiment
    desk(app).run.train(3)
    app.run()
    assert "In its own units the mean error" in words(app)
    for view in ("What counts", "One column", "Beside a network", "New rows"):
        app.segmented_control(key="trees_view").set_value(view).run()
        assert not app.exception
    desk(app).run.close()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("a,b\n1,x\n2,x\n3,x\n4,x\n", "nothing to predict"), ("hello\nworld\n", "two columns")],
)
def test_a_bad_table_is_refused_in_a_sentence(content, sentence):
    app = start("table_iris")
    before = desk(app).experiment
    bring(app, content)
    assert not app.exception
    assert sentence in " ".join(error.value for error in app.error)
    assert desk(app).experiment == before
    desk(app).run.close()


def test_a_table_that_a_link_locks_stays_as_it_is():
    app = start("table_penguins", lock="data")
    for label in ("Table", "To predict", "11 rows have gaps"):
        assert next(box for box in app.selectbox if box.label == label).disabled
    assert next(box for box in app.toggle if box.label == "Standardise").disabled
    bring(app, OWN)  # a leak is named, and cannot be left out
    shown = desk(app).experiment.changed(data=app.session_state["BroughtTable"].arrival.data)
    app = start(shown, lock="data")
    assert app.warning and "Leave it out" not in [button.label for button in app.button]
    app = start("table_iris", hide="data")
    assert not {"Table", "To predict"} & {box.label for box in app.selectbox}
    desk(app).run.close()


def test_tables_and_points_are_one_click_apart_and_leaks_go_with_one():
    app = start("tree_xor")
    app.segmented_control(key="trees_kind").set_value("Table").run()
    assert desk(app).experiment.data.table == "iris" and not app.exception
    table = next(box for box in app.selectbox if box.label == "Table")
    table.set_value("penguins").run()
    assert desk(app).experiment.data.table == "penguins"
    next(box for box in app.selectbox if box.label == "To predict").set_value("sex").run()
    assert desk(app).run.data.class_names == ("female", "male")
    bring(app, OWN)
    press(app, "Learn from this table")
    press(app, "Leave it out")
    assert desk(app).experiment.data.columns == "size,colour"
    table = next(box for box in app.selectbox if box.label == "Table")
    table.set_value("wine").run()
    next(box for box in app.selectbox if box.label == "Table").set_value("own").run()
    assert desk(app).experiment.data.columns == "size,colour"
    app.segmented_control(key="trees_kind").set_value("Points").run()
    assert desk(app).experiment.data.type == "xor" and not app.exception
    desk(app).run.close()


def test_words_become_learned_numbers_that_are_shown():
    app = start("table_penguins")
    choice = next(box for box in app.segmented_control if box.label == "Words become")
    choice.set_value("learned").run()
    assert desk(app).experiment.data.words == "learned" and not app.exception
    assert "A network learns them" in words(app)
    desk(app).run.train(2)
    app.segmented_control(key="trees_view").set_value("Beside a network").run()
    next(box for box in app.number_input if box.label == "Numbers a word").set_value(3).run()
    press(app, "Train it beside the trees")
    other = app.session_state["Other"].run
    other.pause()
    other.train(1)
    app.run()
    assert not app.exception and other.experiment.layers[0].output_dim == 3
    assert "What words became" in words(app) and "3 learned numbers for each word" in words(app)
    assert drawn(app, "trees_words_1")["figure"]["data"][2]["name"] == "number 3"
    other.close()
    desk(app).run.close()
    app = start("table_iris")
    assert "Words become" not in {box.label for box in app.segmented_control}
    desk(app).run.close()


def test_a_linear_model_beside_trees_reads_the_same_rows():
    from playground.web.trees import beside

    app = start("table_penguins")
    desk(app).run.train(4)
    app.segmented_control(key="trees_view").set_value("Beside a network").run()
    app.segmented_control(key=beside.KIND).set_value(beside.LINEAR).run()
    press(app, "Train it beside the trees")
    other = app.session_state["Other"].run
    other.pause()
    other.train(1)
    app.run()
    assert not app.exception and "| Linear model |" in words(app)
    assert len(other.experiment.layers) == 1
    np.testing.assert_array_equal(other.data.test.x, desk(app).run.data.test.x)
    other.close()
    desk(app).run.close()


def test_a_network_and_a_forest_share_a_table_of_ones_own():
    app = start("table_penguins")
    bring(app, OWN)
    next(box for box in app.selectbox if "colour" in box.options).set_value("colour").run()
    press(app, "Learn from this table")
    choice = next(box for box in app.selectbox if box.label == "Who learns what")
    choice.set_value("deep_features").run()
    assert not app.exception
    both = desk(app).experiment
    assert both.data.table == "own" and both.hybrid.type == "deep_features"
    assert both.layers[-1].units == 1 and both.loss.type == "binary_cross_entropy"
    small = both.changed(
        trees={"type": "random_forest", "n_estimators": 3},
        hybrid={**both.described()["hybrid"], "epochs": 2},
    )
    desk(app).change_to(small.described())
    app.run()
    desk(app).run.train(5)
    app.run()
    assert not app.exception and desk(app).snapshot().network.stages
    rows = desk(app).run.data.table.rows(b"size,copy,price\n3,4,2\n,6,3\n")
    answers = table_answers.csv_text(desk(app).snapshot(), rows).splitlines()
    assert answers[0] == "colour,p(blue),p(red)" and len(answers) == 3
    app.segmented_control(key="trees_view").set_value("New rows").run()
    assert not app.exception and "Columns that are needed" in words(app)
    desk(app).run.close()
