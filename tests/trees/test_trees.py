"""Every kind of trees is scikit-learn's own, from the first unit to the last, and in a file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import ensemble, tree
from threadpoolctl import threadpool_limits

from playground.engine import registry
from playground.trees import Growth, TreeError
from tests.pieces import cases

PEERS: dict[str, tuple[Any, str]] = {
    "decision_tree": (tree, "DecisionTree"),
    "random_forest": (ensemble, "RandomForest"),
    "extra_trees": (ensemble, "ExtraTrees"),
    "adaboost": (ensemble, "AdaBoost"),
    "gradient_boosting": (ensemble, "GradientBoosting"),
    "hist_gradient_boosting": (ensemble, "HistGradientBoosting"),
}
NAMES = registry.names("tree")
UNITS = 4
SEED = 7


@pytest.fixture(autouse=True)
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


def few(description: dict[str, Any]) -> dict[str, Any]:
    options = {
        option.name for option in registry.options(registry.get("tree", description["type"]))
    }
    return {"n_estimators": UNITS, **description} if "n_estimators" in options else description


def peer(description: dict[str, Any], classes: int) -> Any:
    """scikit-learn's estimator with the same words."""
    options = dict(few(description))
    name = options.pop("type")
    module, start = PEERS[name]
    if "max_features" in options:
        words = {"auto": "sqrt" if classes else 1.0, "all": None}
        options["max_features"] = words.get(options["max_features"], options["max_features"])
    if not classes:
        options.pop("criterion", None)
    if name == "adaboost":
        base = {key: options.pop(key) for key in ("max_depth", "criterion") if key in options}
        kind = tree.DecisionTreeClassifier if classes else tree.DecisionTreeRegressor
        options["estimator"] = kind(**{"max_depth": 1 if classes else 3, **base})
    if name == "hist_gradient_boosting":
        options["max_iter"] = options.pop("n_estimators")
        options["early_stopping"] = False
    kind = getattr(module, start + ("Classifier" if classes else "Regressor"))
    return kind(random_state=SEED, **options)


def growth(description: dict[str, Any], classes: int) -> Growth:
    return Growth(registry.make("tree", few(description)), *drawn(classes), classes, SEED)


def same(grown: Growth, fitted: Any, classes: int) -> None:
    x, _ = drawn(classes, seed=1)
    outputs = grown.predict(x)
    if classes:
        np.testing.assert_array_equal(grown.loss.classes(outputs), fitted.predict(x))
        np.testing.assert_array_equal(grown.loss.probabilities(outputs), fitted.predict_proba(x))
    else:
        np.testing.assert_array_equal(outputs[:, 0], fitted.predict(x))


@pytest.mark.parametrize("classes", [2, 3, 0])
@pytest.mark.parametrize("name", NAMES)
def test_unit_by_unit_it_is_scikit_learn_s(name, classes):
    grown = growth({"type": name}, classes)
    while grown.train(1).steps:
        pass
    assert grown.step == grown.most_steps
    same(grown, peer({"type": name}, classes).fit(*drawn(classes)), classes)
    back = growth({"type": name}, classes)
    back.load_state_dict(grown.state_dict())
    x, _ = drawn(classes, seed=1)
    np.testing.assert_array_equal(back.predict(x), grown.predict(x))


OPTIONS = [
    description
    for piece in registry.pieces("tree")
    for description in cases.described(piece)
    if len(description) > 1
]


@pytest.mark.parametrize("description", OPTIONS, ids=str)
def test_every_option_is_scikit_learn_s(description):
    grown = growth(description, 3)
    grown.train(100)
    same(grown, peer(description, 3).fit(*drawn(3)), 3)


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
