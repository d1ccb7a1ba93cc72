"""Points from a file: what was understood is shown before anything is replaced."""

import time
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from playground.data import tables
from playground.data.table_columns import suggested
from playground.experiment import Experiment
from playground.web.parts import paint
from playground.web.points import csv_points
from playground.web.points.csv_points import Arrival

APP = str(Path(__file__).resolve().parents[3] / "app.py")
THREE = b"a,b,kind\n1,2,cat\n3,9,dog\n2,4,eel\n4,4,cat\n5,7,dog\n6,1,eel\n"
WIDE = b"""id;width;height;weight;kind
1;1,5;2,5;10;cat
2;3,5;NA;20;dog
3;2,5;4,5;40;cat
4;4,5;4,0;30;<b>dog</b>
"""


@pytest.fixture
def memory(monkeypatch):
    """What is kept of files, without a session."""
    monkeypatch.setattr(st, "session_state", {})
    return csv_points.memory()


def bring(desk, content):
    """A file that comes and, where it can be, is taken as it was understood."""
    csv_points.arrive(desk, "points.csv", content)
    arrival = csv_points.memory().arrival
    if arrival is not None:
        found = csv_points.table_points.points(arrival.sheet, arrival.choice)
        csv_points.take(desk, found)
    return arrival


def test_a_file_that_has_come_changes_nothing_until_it_is_taken(desk, memory):
    before = desk.experiment
    csv_points.arrive(desk, "points.csv", THREE)
    assert memory.arrival.name == "points.csv" and desk.experiment == before
    memory.drop()
    assert memory.arrival is None and desk.experiment == before


def test_a_file_becomes_the_data_with_its_names(desk, memory):
    bring(desk, THREE)
    assert not memory.error and memory.notes[0] == "6 points, 3 classes."
    data = desk.run.data
    assert data.class_names == ("cat", "dog", "eel") and len(data.train) == len(data.test) == 3
    assert desk.experiment.layers[-1].units == 3 and paint.tools(desk)["undo"]
    assert Experiment.from_link(desk.experiment.to_link()) == desk.experiment


def test_a_bad_file_changes_nothing_and_says_why(desk, memory):
    before = desk.experiment
    assert bring(desk, b"a,b,c\n1,2,x\n1,abc,y\n") is None
    assert memory.error == "Row 3: “abc” is not a number in column 2."
    assert desk.experiment == before
    assert bring(desk, THREE) and not memory.error


def test_where_another_column_may_help_the_choice_is_offered(desk, memory):
    csv_points.arrive(desk, "points.csv", b"a,b,c,d\n1,1,x,x\n1,2,x,x\n")
    assert memory.arrival.choice.columns == (0, 1, 3) and not memory.error


@pytest.mark.parametrize("preset", ["circle", "reg_gauss"])
def test_points_go_out_and_come_back(desk, preset, memory):
    desk.change_to(Experiment.preset(preset).described())
    before = desk.run.data
    text = csv_points.table(desk)
    assert text.count("\n") == 1 + len(before.train) + len(before.test)
    bring(desk, text.encode())
    after = desk.run.data
    assert not memory.error and after.task == before.task
    assert len(after.train) == len(before.train) and len(after.test) == len(before.test)
    assert np.allclose(np.sort(after.test.points, 0), np.sort(before.test.points, 0), atol=0.002)
    assert np.allclose(np.sort(after.test.y), np.sort(before.test.y), atol=0.001)


# ---- the dialog ----


@pytest.fixture
def app():
    """The page with a file that has come."""
    test = AppTest.from_file(APP, default_timeout=60).run()
    desk = test.session_state["desks"]["playground"]
    while desk.snapshot().status == "compiling":
        time.sleep(0.1)
    sheet = tables.read(WIDE)
    arrival = Arrival("my_animals.csv", sheet, suggested(sheet))
    test.session_state["Bringing"] = csv_points.Bringing(previews=1, arrival=arrival)
    yield test.run()
    assert not test.exception
    desk.run.close()


def widget(kind, label):
    return next(one for one in kind if one.label.startswith(label))


def captions(app):
    return " ".join(one.value for one in app.caption).replace("\\", "")


def data(app):
    return app.session_state["desks"]["playground"].experiment.data


def test_the_preview_says_what_was_understood(app):
    said = captions(app)
    assert "my_animals.csv: 4 rows, semicolons between columns, decimal commas" in said
    assert "Row 3 is left out: “height” is missing (NA)." in said
    assert "◆ -b-dog-/b- 1 · ● cat 2" in said
    assert [one.value for one in app.selectbox if one.key.startswith("preview")] == [1, 2, 4]
    frame = app.dataframe[0].value
    assert list(frame.columns) == ["row", "id", "width", "height", "weight", "kind"]
    assert list(frame["height"]) == ["2,5", "NA", "4,5", "4,0"]
    assert list(frame["row"]) == ["2", "3", "4", "5"] and data(app).type == "circle"


def test_take_takes_and_cancel_leaves(app):
    widget(app.button, "Cancel").click().run()
    assert app.session_state["Bringing"].arrival is None and data(app).type == "circle"
    assert not app.dataframe


def test_other_columns_are_taken_as_chosen(app):
    widget(app.selectbox, "x₂").select(3).run()
    widget(app.selectbox, "Class or value").select(2).run()
    assert "Row 3 is left out" in captions(app)
    widget(app.selectbox, "Class or value").select(0).run()
    widget(app.button, "Take 4 points").click().run()
    assert data(app).type == "points" and data(app).task == "classification"
    assert len(data(app).make().unpacked()) == 4 and not app.dataframe


def test_numbers_are_classes_or_values_as_the_visitor_says(app):
    widget(app.selectbox, "Class or value").select(0).run()
    next(one for one in app.get("button_group") if "preview_task" in str(one.key)).set_value(
        "regression"
    ).run()
    widget(app.button, "Take 3 points").click().run()
    assert data(app).task == "regression"


def test_rows_with_something_missing_are_left_out_only_if_agreed(app):
    box = widget(app.checkbox, "Leave out 1 row")
    assert box.value and not widget(app.button, "Take").disabled
    box.uncheck().run()
    assert widget(app.button, "Take").disabled
    widget(app.checkbox, "Leave out 1 row").check().run()
    widget(app.button, "Take 3 points").click().run()
    assert len(data(app).make().unpacked()) == 3


def test_what_cannot_be_points_is_said_and_cannot_be_taken(app):
    widget(app.selectbox, "x₁").select(4).run()
    assert "“cat” is not a number in column 5" in app.error[0].value.replace("\\", "")
    assert widget(app.button, "Take").disabled
    widget(app.selectbox, "x₁").select(2).run()
    assert "Both axes are the same column" in app.error[0].value
