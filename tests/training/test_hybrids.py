"""A network and trees that learn one after the other have every verb of a Run."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from playground import Experiment, Run
from playground.engine import registry
from playground.experiment import ValidationError, edits, sharing
from playground.formats.errors import FileError
from playground.training import digit_readers
from playground.training.heads import Contest
from playground.trees.hybrids import most_leaves
from playground.trees.joined import Deep, Read

DATA = [
    {"type": "xor", "samples": 80, "noise": 10},
    {"type": "rings", "samples": 90},
    {"type": "reg_gauss", "samples": 80},
    {"type": "table", "table": "wine"},
]
KINDS = registry.names("hybrid")
UNITS = 3


def experiment(kind: str, data: dict, trees: str = "random_forest", **changes) -> Experiment:
    options = {"type": trees} if trees == "decision_tree" else {"type": trees, "n_estimators": 4}
    alone = Experiment.preset("tree_xor").changed(data=data, trees={**options, "max_depth": 2})
    description = sharing.shared(alone, kind)
    if kind == "deep_features":
        description["hybrid"]["epochs"] = UNITS
    return Experiment.model_validate({**description, **changes}).check()


def trained(one: Experiment, epochs: int) -> Run:
    run = Run(one)
    run.train(epochs, lambda record: None)
    return run


@pytest.mark.parametrize("data", DATA, ids=lambda data: data["type"])
@pytest.mark.parametrize("kind", KINDS)
def test_saved_loaded_rewound_and_gone_on_it_is_the_same(kind, data, tmp_path):
    run = trained(experiment(kind, data), 6)
    x, path = run.data.test.x, tmp_path / "both.safetensors"
    losses, outputs = run.history["test_loss"].copy(), run.network.predict(x)
    run.save(path)
    back = Run.load(path)
    assert back.experiment == run.experiment and back.snapshot().step == run.snapshot().step
    np.testing.assert_array_equal(back.network.predict(x), outputs)
    for mark in (run.recorded[-2][0], run.recorded[1][0]):  # in either part
        run.rewind(mark)
        run.train(6 - round(run.snapshot().epoch), lambda record: None)
        np.testing.assert_array_equal(run.history["test_loss"], losses)
        np.testing.assert_array_equal(run.network.predict(x), outputs)
    for again in (run, back):
        again.train(1, lambda record: None)
    np.testing.assert_array_equal(back.network.predict(x), run.network.predict(x))
    run.reset()
    run.train(6, lambda record: None)
    np.testing.assert_array_equal(run.network.predict(x), outputs)
    run.reseed()
    run.train(6, lambda record: None)
    assert not np.array_equal(run.network.predict(x), outputs)


@pytest.mark.parametrize("trees", registry.names("tree"))
def test_trees_on_deep_features_are_scikit_learn_s_on_them(trees):
    from tests.trees.identity import PEERS

    run = trained(experiment("deep_features", DATA[1], trees), 50)
    assert run.status == "finished" and run.message.startswith("All ")
    deep, train, test = run.freeze(), run.data.train, run.data.test
    assert isinstance(deep, Deep)
    module, start = PEERS[trees]
    options = run.experiment.trees.described(defaults=False)
    kind = options.pop("type")
    if kind == "adaboost":
        from sklearn.tree import DecisionTreeClassifier

        options["estimator"] = DecisionTreeClassifier(max_depth=options.pop("max_depth"))
    if kind == "hist_gradient_boosting":
        options |= {"max_iter": options.pop("n_estimators"), "early_stopping": False}
    peer = getattr(module, start + "Classifier")(random_state=run.experiment.seed, **options)
    peer.fit(deep.network.features(train.x), train.y)
    np.testing.assert_array_equal(
        deep.loss.probabilities(deep.predict(test.x)),
        peer.predict_proba(deep.network.features(test.x)),
    )


def test_before_trees_grow_the_network_answers():
    run = trained(experiment("deep_features", DATA[1]), UNITS)
    alone = Run(run.experiment.changed(trees=None, hybrid=None))
    records = alone.train(UNITS, lambda record: None)
    assert run.history["test_accuracy"][-1] == records[-1]["metrics"]["test"]["accuracy"]
    np.testing.assert_allclose(run.history["test_loss"][-1], records[-1]["test_loss"], rtol=1e-5)


def test_leaves_are_inputs_of_the_network():
    run = trained(experiment("leaves", DATA[1]), 6)
    read, x = run.freeze(), run.data.test.x
    assert isinstance(read, Read)
    codes = read.codes(x)
    assert codes.shape == (len(x), 4 * 4) and (codes.sum(axis=1) == 4).all()
    columns = codes.reshape(len(x), 4, 4).argmax(axis=2)
    for tree, own, nodes in zip(read.trees, columns.T, read.leaves(x).T, strict=True):
        leaves = np.flatnonzero(tree.feature < 0)
        np.testing.assert_array_equal(leaves[own], nodes)
    belief = read.network.loss.probabilities(read.network.predict(codes))
    np.testing.assert_allclose(read.predict(x), belief, atol=1e-6)


@pytest.mark.parametrize("trees", registry.names("tree"))
@pytest.mark.parametrize("data", [DATA[1], DATA[2]], ids=["classes", "values"])
def test_no_tree_has_more_leaves_than_the_network_has_places(trees, data):
    one = experiment("leaves", data, trees)
    read = trained(one, 8).freeze()
    most = most_leaves(one.trees.make(), one.data.make().sizes[0])
    assert max(tree.leaves for tree in read.trees) <= most
    assert len(read.trees) <= one.leaves[0]


def test_it_plays_pauses_and_takes_a_step():
    run = Run(experiment("deep_features", DATA[0]))
    run.play("max")
    end = time.monotonic() + 60
    while run.status in ("running", "compiling") and time.monotonic() < end:
        time.sleep(0.02)
    assert run.snapshot().status == "finished" and round(run.snapshot().epoch) == UNITS + 4
    slow = trained(run.experiment, UNITS + 3)
    assert slow.step() > 0 and round(slow.snapshot().epoch) == UNITS + 4
    assert slow.snapshot().status == "finished" and np.isnan(slow.step())


def test_a_network_that_learned_otherwise_gets_other_trees():
    run = trained(experiment("deep_features", DATA[0]), UNITS + 2)
    before = run.network.predict(run.data.test.x)
    run.rewind(run.recorded[1][0])
    faster = {**run.experiment.optimizer.described(), "learning_rate": 0.1}
    assert run.update(run.experiment.changed(optimizer=faster))
    run.train(UNITS + 1, lambda record: None)
    assert len(run.freeze().stages) == 2
    assert not np.array_equal(run.network.predict(run.data.test.x), before)


def test_patience_brings_back_either_part():
    data = {"type": "gauss", "noise": 50, "samples": 200, "validation_fraction": 0.4}
    for kind in KINDS:
        run = trained(experiment(kind, data, "gradient_boosting", stop={"patience": 2}), 200)
        assert run.status == "finished"
        best = np.nanmin(run.history["validation_loss"])
        assert run.evaluate("validation")["loss"] == pytest.approx(best, rel=1e-6)


def test_nothing_is_set_by_hand():
    run = trained(experiment("deep_features", DATA[0]), UNITS + 1)
    for name in ("0.weight", "trees.value"):
        with pytest.raises(ValueError, match=r"by hand|no number"):
            run.set_parameter(name, (0, 0) if name == "0.weight" else (0,), 0.5)


# ---- what is refused ----


def refused(match: str, **changes) -> None:
    one = experiment("deep_features", DATA[0])
    with pytest.raises(ValidationError, match=match):
        one.changed(**changes).check()
    assert edits.refusal(one.changed(**changes)) or edits.problem(one.changed(**changes))


def test_what_cannot_share_the_work_is_refused_in_a_sentence():
    leaves, many = {"type": "leaves"}, {"type": "random_forest", "n_estimators": 1000}
    refused("has none", layers=[{"type": "dense", "units": 1}])
    refused("has no trees", trees=None)
    refused("a deepest level", hybrid=leaves, trees=many)
    refused("4,194,304|leaves", hybrid=leaves, trees={**many, "max_depth": 100})
    refused("at every step", data={"type": "echo"})
    refused("asks none", loss={"type": "reconstruction", "distribution": "gaussian"})
    wide = [{"type": "dense", "units": 2000}, {"type": "dense", "units": 10}]
    boosting = {"type": "gradient_boosting"}
    refused(
        "One stage would look at 2,000 inputs of 55,000 samples",
        data={"type": "mnist"},
        layers=[{"type": "flatten"}, *wide],
        trees=boosting,
        loss={"type": "softmax_cross_entropy"},
    )


def broken(path, fault) -> None:
    with safe_open(path, framework="numpy") as file:
        about = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    fault(tensors, about)
    save_file(tensors, path, metadata=about)


FAULTS = {
    "no weights": lambda tensors, about: tensors.pop("0.weight"),
    "other weights": lambda tensors, about: tensors.update({"9.weight": np.ones(1, np.float32)}),
    "a loop": lambda tensors, about: tensors.update({"trees.left": 0 * tensors["trees.left"]}),
    "an input too many": lambda tensors, about: tensors.update(
        {"trees.feature": tensors["trees.feature"] + 99}
    ),
    "half the trees": lambda tensors, about: tensors.pop("trees.value"),
    "an impossible clock": lambda tensors, about: about.update({"step": str(-5)}),
    "endless trees": lambda tensors, about: about.update(
        {
            "experiment": json.dumps(
                {
                    **json.loads(about["experiment"]),
                    "trees": {"type": "random_forest", "n_estimators": 10**9},
                }
            )
        }
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_file_is_refused_in_a_sentence(fault, kind, tmp_path):
    run = trained(experiment(kind, DATA[0]), UNITS + 3)
    run.save(tmp_path / "both.safetensors")
    broken(tmp_path / "both.safetensors", FAULTS[fault])
    with pytest.raises(FileError):
        Run.load(tmp_path / "both.safetensors")


@pytest.mark.parametrize("kind", KINDS)
def test_a_clock_that_is_ahead_of_the_trees_does_no_harm(kind, tmp_path):
    run = trained(experiment(kind, DATA[0]), UNITS + 1)
    run.save(tmp_path / "both.safetensors")
    broken(tmp_path / "both.safetensors", lambda tensors, about: about.update({"step": str(10**9)}))
    back = Run.load(tmp_path / "both.safetensors")
    assert back.network.predict(back.data.test.x).shape[0] == len(back.data.test)
    back.train(1, lambda record: None)


@pytest.mark.parametrize("kind", ["", *KINDS])
def test_no_reader_of_drawings_takes_trees(kind, tmp_path):
    forest = Experiment.preset("forest_mnist").changed(
        data={"type": "mnist", "samples": 100},
        trees={"type": "random_forest", "n_estimators": 2, "max_depth": 2},
    )
    run = Run(Experiment.model_validate(sharing.shared(forest, kind)))
    run.save(tmp_path / "forest.safetensors")
    with pytest.raises(FileError, match="holds trees"):
        digit_readers.read(tmp_path / "forest.safetensors")


# ---- what each part is worth ----


@pytest.mark.parametrize("data", [DATA[1], DATA[2]], ids=["classes", "values"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_part_is_measured_as_it_would_be_alone(kind, data):
    run = trained(experiment(kind, data), 7)
    contest = Contest(run.snapshot())
    contest.start()
    contest.wait(60)
    assert not contest.failure and not contest.running
    entries = {entry.name: entry for entry in contest.entries}
    score = "accuracy" if run.data.classes else "mae"
    both = next(entry for name, entry in entries.items() if "→" in name)
    assert both.score == run.evaluate("test")[score]
    assert both.seconds > 0 and both.size > 0
    if kind == "deep_features":
        alone = Run(Experiment.model_validate(sharing.shared(run.experiment, "")))
        alone.train(9)
        forest = entries["The inputs → random forest"]
        assert forest.score == alone.evaluate("test")[score]
        assert forest.loss == alone.evaluate("test")["loss"]
        assert len(entries) == 4
    else:
        assert set(entries) > {"The trees alone", "The inputs → the same network"}


def test_a_comparison_that_is_stopped_ends():
    contest = Contest(trained(experiment("deep_features", DATA[0]), 7).snapshot())
    contest.stop()
    contest.start()
    contest.wait(60)
    assert not contest.running and contest.result is None
