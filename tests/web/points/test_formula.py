"""A formula of one's own in the data column, without a browser."""

import pytest

from playground.experiment import Experiment
from tests.web.points.test_panels import desk, start, words

HOSTILE = "__import__('os')"


@pytest.fixture
def app():
    data = {"type": "own_formula", "expression": "x + y > 1"}
    app = start(Experiment.preset("circle").changed(data=data))
    yield app
    desk(app).run.close()


def field(app):
    return next(box for box in app.text_input if box.key and "expression" in box.key)


def test_a_formula_is_taken_and_a_wrong_one_stays_with_its_reason(app):
    assert field(app).value == "x + y > 1" and field(app).label == "Blue where"
    field(app).set_value("y > x^2").run()
    assert desk(app).experiment.data.expression == "y > x^2"
    field(app).set_value(HOSTILE).run()
    assert not app.exception and field(app).value == HOSTILE and "means nothing here" in words(app)
    assert desk(app).experiment.data.expression == "y > x^2"  # goes on
    field(app).set_value("x > 0").run()
    assert desk(app).experiment.data.expression == "x > 0" and "means nothing" not in words(app)


def test_values_take_a_formula_of_their_own_and_the_network_follows(app):
    desk(app).step()
    task = next(control for control in app.get("button_group") if "data.task" in str(control.key))
    task.set_value("regression").run()
    data = desk(app).experiment.data
    assert not app.exception and data.task == "regression" and data.expression == ""
    assert desk(app).experiment.loss.type == "mse" and field(app).value == "sin(x) cos(y)"
    field(app).set_value("x > 0").run()
    assert "no comparison" in words(app)
