"""Every kind of trees is scikit-learn's own, from the first unit to the last, and in a file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from playground.engine import registry
from playground.trees import Growth, TreeError, sums
from playground.trees.tree import Tree
from tests.engine import parity
from tests.trees.identity import all_cases, few

NAMES = registry.names("tree")
SEED = 7


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """As in the app: threads that wait for each other on a busy machine are slow."""
    with threadpool_limits(1):
        yield


def drawn(classes: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """90 rows of five inputs, and classes or values that depend on products of them."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(90, 5)).astype(np.float32)
    value = x[:, 0] * x[:, 1] + x[:, 2] + 0.3 * random.normal(size=90)
    if not classes:
        return x, value.astype(np.float32)
    return x, np.digitize(value, np.quantile(value, np.arange(1, classes) / classes))


def growth(description: dict[str, Any], classes: int) -> Growth:
    return Growth(registry.make("tree", few(description)), *drawn(classes), classes, SEED)


CASES = [case for name in NAMES for case in all_cases(name)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_unit_by_unit_it_is_scikit_learn_s(case):
    grown, fitted = case.grown(), case.peer()
    assert grown.step == grown.most_steps
    again = Growth(grown.model, *case.data(), case.classes, case.seed)
    again.load_state_dict(grown.state_dict())
    for x in (case.data()[0], case.data(other=1)[0]):
        outputs = grown.predict(x)
        np.testing.assert_array_equal(again.predict(x), outputs)
        if not case.classes:
            np.testing.assert_array_equal(outputs[:, 0], fitted.predict(x))
            continue
        np.testing.assert_array_equal(grown.loss.classes(outputs), fitted.predict(x))
        shares = grown.loss.probabilities(outputs)[:, fitted.classes_]
        np.testing.assert_array_equal(shares, fitted.predict_proba(x))


@pytest.mark.parametrize("options", [{}, {"max_features": "sqrt"}, {"max_depth": 3}])
@pytest.mark.parametrize("classes", [3, 0])
def test_a_level_adds_rules_and_changes_none(monkeypatch, classes, options):
    """Also where there are so many rows that the first level does not wait for the last."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    from playground.trees import single

    x, y = drawn(classes)
    kind = DecisionTreeClassifier if classes else DecisionTreeRegressor
    fitted = kind(random_state=SEED, **options).fit(x, y).tree_
    units = []
    for large in (False, True):
        monkeypatch.setattr(single, "AT_ONCE", 0 if large else 10**9)
        grown = growth({"type": "decision_tree", **options}, classes)
        grown.compile()
        known = grown.most_steps
        assert known == (options.get("max_depth") if large else fitted.max_depth)
        while grown.train(1).steps:
            units.append(grown.snapshot().trees[0])
        assert grown.step == grown.most_steps == fitted.max_depth
    count = int(fitted.max_depth)
    for level, (first, second) in enumerate(zip(units[:count], units[count:], strict=True), 1):
        for name, array in vars(first).items():
            np.testing.assert_array_equal(getattr(second, name), array)
        assert first.deepest == level
        whole = units[-1].top(level)
        np.testing.assert_array_equal(whole.threshold, first.threshold)
        np.testing.assert_array_equal(whole.predict(x), first.predict(x))
        first.check(5, max(classes, 1))
    np.testing.assert_array_equal(units[-1].apply(x), fitted.apply(x))


@pytest.mark.parametrize("classes", [2, 3, 0])
@pytest.mark.parametrize("name", NAMES)
def test_sums_that_go_on_are_those_begun_anew(name, classes):
    """Forwards, back and forth again, about two sets of rows, bit for bit."""
    grown = growth({"type": name}, classes)
    rows = [drawn(classes)[0], drawn(classes, seed=1)[0]]
    for units in (1, 2, 3, 1, 3):
        grown.train(units - grown.step) if units > grown.step else grown.seek(units)
        ensemble = grown.snapshot().at(units)
        assert ensemble.sums is not None
        for x in rows:
            anew = replace(ensemble, sums=None).predict(x)
            np.testing.assert_array_equal(ensemble.predict(x), anew)


def test_sums_take_no_more_than_they_may(monkeypatch):
    grown = growth({"type": "random_forest"}, 3)
    grown.train(1)
    rows, ensemble = drawn(3, seed=1)[0], grown.snapshot()
    one = 90 * 3 * 8  # bytes: outputs of 90 rows
    assert ensemble.sums.nbytes == one
    monkeypatch.setattr(sums, "MOST_BYTES", 3 * one)
    for number in range(5):
        ensemble.predict(rows + np.float32(number))
    assert ensemble.sums.nbytes == 3 * one


def test_a_forest_that_grows_asks_each_tree_once(monkeypatch):
    asked, apply = [], Tree.apply
    monkeypatch.setattr(Tree, "apply", lambda tree, x: asked.append(tree) or apply(tree, x))
    grown = growth({"type": "random_forest"}, 3)
    grown.train(3)
    assert asked == list(grown.snapshot().trees)
    grown.reseed(SEED + 1)
    grown.restart()
    grown.train(2)
    assert asked[3:] == list(grown.snapshot().trees)


def test_every_kind_has_a_line_in_the_table():
    for name in NAMES:
        tried = len(list(all_cases(name)))
        assert f"| {name} | {tried} |" in parity.FILE.read_text()


@pytest.mark.parametrize("name", NAMES)
def test_back_and_forth_and_on_from_a_file(name):
    whole, grown = growth({"type": name}, 3), growth({"type": name}, 3)
    x, _ = drawn(3, seed=1)
    whole.train(3)
    grown.train(2)
    kept = grown.state()
    grown.train(1)
    grown.restore(kept)
    assert grown.step == grown.snapshot().at(99).stages.__len__() == 2
    loaded = growth({"type": name}, 3)
    loaded.load_state_dict(grown.state_dict())
    for again in (grown, loaded):
        again.train(1)
        np.testing.assert_array_equal(again.predict(x), whole.predict(x))
    grown.reseed(SEED + 1)
    grown.restart()
    assert (grown.step, len(grown.snapshot().stages)) == (0, 0)


@pytest.mark.parametrize("name", NAMES)
def test_no_unit_at_all_answers_with_what_is_frequent(name):
    grown = growth({"type": name}, 3)
    x, y = drawn(3)
    shares = grown.loss.probabilities(grown.predict(x))
    np.testing.assert_allclose(shares, 1 / 3, atol=0.02)
    assert grown.loss.evaluate(grown.predict(x), y) == pytest.approx(np.log(3), abs=0.05)


def test_a_class_without_rows_is_never_answered():
    x, y = drawn(2)
    for name in NAMES:
        model = registry.make("tree", few({"type": name}))
        grown = Growth(model, x, 2 * y, 4, SEED)
        grown.train(2)
        outputs = grown.predict(x)
        shares = grown.loss.probabilities(outputs)
        assert shares.shape == (90, 4) and not shares[:, [1, 3]].any()
        assert set(grown.loss.classes(outputs)) <= {0, 2}


def test_one_class_and_constant_inputs():
    x, y = drawn(2)
    forest = Growth(registry.make("tree", {"type": "decision_tree"}), x, 0 * y, 2, SEED)
    assert forest.train(5).steps == 0 and forest.most_steps == 0
    for name in NAMES:
        model = registry.make("tree", few({"type": name}))
        grown = Growth(model, x, 0 * y + 1, 2, SEED)
        grown.train(10)
        outputs = grown.predict(x)
        assert (grown.loss.classes(outputs) == 1).all()
        np.testing.assert_array_equal(grown.loss.probabilities(outputs), np.eye(2)[[1] * 90])
        empty = Growth(model, x[:0], y[:0], 2, SEED)
        assert empty.train(1).steps == 0 and empty.predict(x).shape == (90, 0)
    for name in NAMES:
        model = registry.make("tree", few({"type": name}))
        grown = Growth(model, np.ones_like(x), y, 2, SEED)
        grown.train(10)
        np.testing.assert_array_equal(np.ptp(grown.predict(x), axis=0), 0)


BROKEN = {
    "a loop": ("trees.left", lambda array: np.zeros_like(array)),
    "an input too many": ("trees.feature", lambda array: array + 9),
    "not finite": ("trees.value", lambda array: array * np.nan),
    "too short": ("trees.threshold", lambda array: array[1:]),
    "another kind": ("trees.feature", lambda array: array.astype(np.float64)),
    "too many nodes": ("trees.nodes", lambda array: array + 1),
    "no such class": ("trees.present", lambda array: array + 1),
    "stages that are none": ("trees.of_stage", lambda array: array + 1),
}


@pytest.mark.parametrize("name", ["decision_tree", "gradient_boosting", "adaboost"])
@pytest.mark.parametrize("fault", BROKEN)
def test_arrays_that_are_no_trees_are_refused(fault, name):
    grown = growth({"type": name}, 3)
    grown.train(2)
    field, broken = BROKEN[fault]
    state = {**grown.state_dict(), field: broken(grown.state_dict()[field])}
    with pytest.raises(TreeError):
        growth({"type": name}, 3).load_state_dict(state)
    with pytest.raises(TreeError):
        growth({"type": name}, 3).load_state_dict({**grown.state_dict(), "0.weight": np.ones(1)})
