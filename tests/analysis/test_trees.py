"""What is asked of trees: arithmetic, regions, importances, residuals."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from playground import Experiment, Run
from playground.analysis import influence
from playground.analysis.columns import columns_of
from playground.analysis.trees import ensembles, nodes
from playground.analysis.trees.nodes import Wording
from playground.engine import registry
from playground.experiment import sharing
from playground.views import trees as views
from playground.views.packing import pack
from playground.views.trees import Chosen

XOR = Experiment.preset("tree_xor")


def grown(kind="decision_tree", units=5, data=None, **options):
    experiment = XOR.changed(
        trees={"type": kind, **options}, data=data or {"type": "xor", "samples": 80, "noise": 10}
    )
    run = Run(experiment)
    run.train(units)
    return run.snapshot()


@pytest.mark.parametrize("criterion", ["gini", "entropy"])
def test_the_arithmetic_of_a_node_is_that_of_its_rows(criterion):
    snapshot = grown(criterion=criterion)
    tree, train = nodes.ensemble(snapshot).trees[0], snapshot.data.train
    for node in range(tree.nodes):
        through = nodes.inside(tree, node, train.x)
        assert through.sum() == tree.samples[node]
        shares = np.bincount(train.y[through], minlength=2) / through.sum()
        some = shares[shares > 0]
        known = 1 - (some**2).sum() if criterion == "gini" else -(some * np.log2(some)).sum()
        told = {
            line.words: line
            for line in nodes.lines(tree, node, nodes.unscaled(["a", "b"]), criterion, True)
        }
        title = nodes.TITLES[criterion]
        assert float(told[title].result.replace("−", "-")) == pytest.approx(known, abs=6e-4)
        if tree.feature[node] < 0:
            assert set(told) == {"Samples", title}
            continue
        left, right = tree.left[node], tree.right[node]
        after = (
            tree.weight[left] * tree.impurity[left] + tree.weight[right] * tree.impurity[right]
        ) / tree.weight[node]
        gain = told["Information gain" if criterion == "entropy" else "Gain"]
        assert float(gain.result) == pytest.approx(known - after, abs=1e-3)


def test_gini_in_numbers():
    snapshot = grown(units=1)
    tree = nodes.ensemble(snapshot).trees[0]
    line = nodes.lines(tree, 0, nodes.unscaled(["a", "b"]), "gini", True)[1]
    parts = [float(part.rstrip("²")) for part in line.formula.split(" − ")[1:]]
    assert float(line.result) == pytest.approx(1 - sum(p * p for p in parts), abs=0.02)


def test_what_a_tree_of_boosting_says_is_shrunk_and_a_vote_is_weighed():
    snapshot = grown("gradient_boosting", 2, learning_rate=0.1)
    trees = nodes.ensemble(snapshot)
    leaf = int(np.flatnonzero(trees.trees[1].feature < 0)[0])
    line = nodes.say(trees, 1, leaf, nodes.unscaled(["a", "b"]))[-1]
    added = 0.1 * float(trees.trees[1].value[leaf, 0])
    assert float(line.result.replace("−", "-")) == pytest.approx(added, abs=6e-4)
    assert line.formula.startswith("0.1 · ")
    assert nodes.say(trees, 1, 0, nodes.unscaled(["a", "b"])) == []  # only leaves add
    votes = nodes.ensemble(grown("adaboost", 2))
    line = nodes.say(votes, 1, 0, nodes.unscaled(["a", "b"]))[-1]
    assert float(line.result) == pytest.approx(votes.stages[1].weight, abs=6e-4)
    assert nodes.say(nodes.ensemble(grown()), 0, 0, nodes.unscaled(["a", "b"])) == []


def test_small_gains_keep_their_digits():
    snapshot = grown("gradient_boosting", 30, learning_rate=0.9)
    tree = nodes.ensemble(snapshot).trees[-1]
    told = nodes.lines(tree, 0, nodes.unscaled(["a", "b"]), "squared_error", False, False)
    assert tree.impurity[0] < 0.0005 and float(told[1].result) == pytest.approx(
        tree.impurity[0], rel=0.05
    )


def test_a_rule_near_zero_keeps_its_digits():
    assert nodes.threshold_words(-0.0031) == "−0.0031" and nodes.threshold_words(0.5) == "0.50"
    assert nodes.threshold_words(0.0) == "0.00" and nodes.threshold_words(12345.6) == "12346"


def test_importance_by_gains_is_scikit_learn_s():
    snapshot = grown("random_forest", 6, n_estimators=6)
    fitted = RandomForestClassifier(n_estimators=6, random_state=1)
    fitted.fit(snapshot.data.train.x, snapshot.data.train.y)
    np.testing.assert_allclose(
        ensembles.impurity_importance(snapshot), fitted.feature_importances_, atol=1e-12
    )
    assert ensembles.impurity_importance(grown("hist_gradient_boosting", 2)) is None


def test_permutation_tells_what_matters():
    data = {"type": "reg_plane", "samples": 200, "features": ["x1", "x2", "sin_x1"]}
    mean, deviation = influence.permutation_importance(grown(units=6, data=data))
    assert mean[:2].min() > 5 * abs(mean[2]) and (deviation >= 0).all()


def test_residuals_are_what_the_next_tree_sees():
    data = {"type": "reg_plane", "samples": 80}
    snapshot = grown("gradient_boosting", 4, data=data)
    train = snapshot.data.train
    outputs = snapshot.network.predict(train.x)[:, 0]
    np.testing.assert_allclose(ensembles.residuals(snapshot), train.y - outputs)
    two = grown("gradient_boosting", 4)
    belief = two.probabilities(two.network.predict(two.data.train.x))
    np.testing.assert_allclose(ensembles.residuals(two), two.data.train.y - belief[:, 1])


@pytest.mark.parametrize("data", ["xor", "rings", "reg_plane"])
@pytest.mark.parametrize("kind", registry.names("tree"))
def test_every_kind_can_be_drawn(kind, data):
    snapshot = grown(kind, 3, data={"type": data, "samples": 80})
    chosen = Chosen(node=2, point=(1.0, -2.0))
    payload = views.payload(snapshot, chosen)
    shown, parents = payload["nodes"]["id"], payload["nodes"]["parent"]
    assert len(shown) == len(payload["rules"]) == len(payload["said"]) == len(payload["colours"])
    assert (
        parents[0] == -1 and (parents[1:] >= 0).all() and (parents[1:] < range(1, len(shown))).all()
    )
    assert payload["lines"] and "−0.00" not in str(payload["lines"])
    if payload["strip"]:
        assert len(payload["strip"]["colours"]) == len(nodes.ensemble(snapshot).trees)
    assert pack(payload) and pack({"lit": views.lit(snapshot, chosen, dark=False)})
    if nodes.ensemble(snapshot).combine == "sum":
        assert pack(views.residual_points(snapshot))
    assert pack(views.importances(ensembles.importances(snapshot), columns_of(snapshot).names))


def test_before_anything_has_grown_it_says_what_to_press():
    snapshot = Run(XOR).snapshot()
    while snapshot.status == "compiling":
        snapshot = Run(XOR).snapshot()
    assert "Press Play" in views.payload(snapshot, Chosen())["words"]
    assert views.lit(snapshot, Chosen(node=1), dark=True) == []
    assert views.node_at(snapshot, Chosen(point=(0.0, 0.0))) == -1


def test_a_large_tree_is_drawn_around_the_node_in_question():
    snapshot = grown(units=30, data={"type": "xor", "samples": 1500, "noise": 50})
    tree = nodes.ensemble(snapshot).trees[0]
    deepest = int(tree.depths.argmax())
    for node in (0, deepest):
        payload = views.payload(snapshot, Chosen(node=node))
        assert len(payload["nodes"]["id"]) <= views.MOST_DRAWN and node in payload["nodes"]["id"]
    region = nodes.inside(tree, deepest, snapshot.data.train.x)
    assert region.sum() == tree.samples[deepest]


def test_the_unit_where_the_test_loss_is_smallest():
    history = {"step": np.arange(4.0), "test_loss": np.array([3.0, 1.0, np.nan, 2.0])}
    assert ensembles.best_unit(history) == (1, 1.0)
    assert ensembles.best_unit({"step": np.zeros(1), "test_loss": np.ones(1)}) is None


def test_a_network_has_no_trees():
    with pytest.raises(ValueError, match="no trees"):
        nodes.ensemble(Run(Experiment.preset("circle")).snapshot())


def test_of_many_pixels_only_the_gains_are_shown():
    data = {"type": "mnist", "samples": 300}
    snapshot = grown("random_forest", 2, data=data, n_estimators=2)
    found = ensembles.importances(snapshot)
    assert found.permutation is None and found.impurity.shape == (784,)
    assert nodes.wording(snapshot).names[14 * 28 + 3] == "pixel 14,3"
    assert pack(views.pixels(found.impurity.reshape(28, 28), dark=True))
    payload = views.payload(snapshot, Chosen())
    assert "map" not in payload["strip"]["words"]  # images have none
    digit, share = payload["answer"].split(": ")
    assert digit in "0123456789" and share.endswith(" %")


def test_behind_a_network_neurons_count_and_the_hand_over_is_known():
    alone = Experiment.preset("table_iris")
    run = Run(Experiment.model_validate(sharing.shared(alone, "deep_features")))
    run.train(1)
    assert ensembles.handed_over(run.snapshot()) is None
    run.train(51)
    snapshot, found = run.snapshot(), ensembles.importances(run.snapshot())
    assert ensembles.handed_over(snapshot) == 50
    assert list(nodes.wording(snapshot).names) == [f"neuron {n}" for n in range(1, 9)]
    assert found.impurity.shape == found.permutation.shape == (8,)
    assert found.permutation.max() > 0.05


@pytest.mark.parametrize("kind", ["", *registry.names("hybrid")])
@pytest.mark.parametrize("trees", ["random_forest", "hist_gradient_boosting"])
def test_every_importance_has_a_name(kind, trees):
    penguins = Experiment.preset("table_penguins").changed(
        trees={"type": trees, "n_estimators": 2, "max_depth": 3}
    )
    description = sharing.shared(penguins, kind)
    description |= {"hybrid": {"type": kind, "epochs": 2}} if kind == "deep_features" else {}
    run = Run(Experiment.model_validate(description))
    run.train(4)
    found, names = ensembles.importances(run.snapshot()), ensembles.measured(run.snapshot())
    assert found.permutation.shape == (len(names),)
    assert found.impurity is None or found.impurity.shape == (len(names),)
    assert pack(views.importances(found, names))


def test_boosting_on_pixels_has_no_importance_to_show():
    data = {"type": "mnist", "samples": 300}
    snapshot = grown("hist_gradient_boosting", 1, data=data, n_estimators=1, max_leaf_nodes=3)
    found = ensembles.importances(snapshot)
    assert found.impurity is None and found.permutation is None


def test_what_rounding_leaves_of_a_number_is_zero():
    scaled = Wording(("a",), np.array([5.3]), np.array([2.0]), np.zeros(1, bool), 152.0, 77.0)
    assert scaled.rule(0, np.float32(-2.65).item()) == "a ≤ 0.00"
    assert scaled.rule(0, -2.6) == "a ≤ 0.10"
    assert scaled.value(2e-17, whole=False) == "0.00" and scaled.value(0.0, True) == "152.00"
    assert scaled.value(1e-4, whole=False) == "0.0077"
