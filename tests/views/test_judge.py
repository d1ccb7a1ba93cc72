"""Tables, curves and lists of samples, against counts that can be made by hand."""

import numpy as np
import pytest

from playground.analysis import judgement, metrics
from playground.analysis.judgement import Judgement
from playground.engine import registry
from playground.experiment import Experiment
from playground.training.run import Run
from playground.views import judge, judge_steps


@pytest.fixture(scope="module")
def judged():
    """300 samples of 3 classes, of which most are right."""
    random = np.random.default_rng(4)
    labels = random.integers(0, 3, 300)
    logits = random.normal(size=(300, 3)) + 2 * np.eye(3)[labels]
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    images = random.integers(0, 256, (300, 1, 4, 4), dtype=np.uint8)
    return Judgement(images, labels, probabilities, ("cat", "do|g", "*cow*"))


@pytest.mark.parametrize("threshold", [0.0, 0.2, 0.5, 0.97, 1.0])
def test_a_threshold_parts_all_samples_into_four(judged, threshold):
    for of in range(3):
        found = judge.decide(judged, of, threshold)
        groups = (found.found, found.missed, found.alarms, found.left)
        assert sorted(np.concatenate(groups)) == list(range(300))
        p = judged.probabilities[:, of]
        assert all(judged.labels[found.found] == of) and all(p[found.found] >= threshold)
        assert all(judged.labels[found.missed] == of) and all(p[found.missed] < threshold)
        assert all(judged.labels[found.alarms] != of) and all(p[found.alarms] >= threshold)
        assert all(judged.labels[found.left] != of) and all(p[found.left] < threshold)
        assert all(np.diff(p[found.missed]) >= 0) and all(np.diff(p[found.alarms]) <= 0)


def distance(point, curve):
    """From a point to the nearest line between neighbours of a curve."""
    corners = np.stack([curve.x, curve.y], 1)
    start, along = corners[:-1], np.diff(corners, axis=0)
    ahead = np.sum((point - start) * along, 1) / np.maximum(np.sum(along**2, 1), 1e-30)
    return np.linalg.norm(start + ahead.clip(0, 1)[:, None] * along - point, axis=1).min()


def test_the_point_lies_on_both_curves(judged):
    for of in range(3):
        roc = metrics.roc(judged.labels, judged.probabilities, of)
        curve = metrics.precision_recall(judged.labels, judged.probabilities, of)
        for threshold in (0.1, 0.5, 0.8):
            at = judge.decide(judged, of, threshold)
            scores = judge.binary(judged, of, threshold)
            assert scores.recall[1] == pytest.approx(at.recall)
            assert distance((at.false_alarms, at.recall), roc) == pytest.approx(0, abs=1e-9)
            i = np.searchsorted(curve.thresholds, threshold)
            assert (curve.x[i], curve.y[i]) == pytest.approx((at.recall, scores.precision[1]))


def test_figures_show_the_point_whole_or_close(judged):
    roc = metrics.roc(judged.labels, judged.probabilities, 0)
    for threshold in (0.001, 0.5, 0.999):
        at = judge.decide(judged, 0, threshold)
        for close in (True, False):
            figure = judge.roc(roc, at, close)
            mark, layout = figure["data"][-1], figure["layout"]
            for along in "xy":
                low, high = layout[f"{along}axis"]["range"]
                assert low <= mark[along][0] <= high
            whole = layout["xaxis"]["range"]
            assert whole == pytest.approx([-0.03, 1.03]) or close


def test_a_perfect_network_has_a_close_look_and_a_missing_class_no_curve(judged):
    perfect = Judgement(judged.images, judged.labels, np.eye(3)[judged.labels], judged.names)
    at = judge.decide(perfect, 1, 0.5)
    curve = metrics.precision_recall(perfect.labels, perfect.probabilities, 1)
    figure = judge.precision_recall(curve, at, 1.0, close=True)
    assert figure["layout"]["xaxis"]["range"][0] > 0.97
    none = Judgement(judged.images, np.zeros(300, int), judged.probabilities, judged.names)
    empty = metrics.roc(none.labels, none.probabilities, 1)
    assert judge.roc(empty, judge.decide(none, 1, 0.5), True)["data"][1]["x"].size == 0


def test_thin_curves_end_where_they_ended():
    x = np.linspace(0, 1, 50_000)
    line = judge._line(metrics.Curve(x, np.sqrt(x), x, 0.5), "")
    assert 1000 < len(line["x"]) <= 2 * judge.FINENESS + 2
    assert (line["x"][0], line["x"][-1], line["y"][-1]) == (0, 1, 1)


def test_a_cell_lists_exactly_its_samples(judged):
    total = 0
    for label in range(3):
        for answer in range(3):
            chosen = judge.cell(judged, label, answer)
            assert all(judged.labels[chosen] == label) and all(judged.answers[chosen] == answer)
            assert len(chosen) == judged.confusion[label, answer]
            total += len(chosen)
    assert total == 300


def test_the_table_has_the_scores_and_takes_names_as_they_are(judged):
    found = metrics.scores(judged.labels, judged.answers, 3)
    rows = judge.table(judged, found).splitlines()
    assert len(rows) == 6
    assert rows[2].startswith("| cat |") and f"{100 * found.precision[0]:.1f} %" in rows[2]
    assert rows[3].startswith("| do\\|g |") and rows[4].startswith("| \\*cow\\* |")
    assert "| 300 |" in rows[5] and f"{100 * found.macro['f1']:.1f} %" in rows[5]


def test_the_gallery_says_what_each_is_and_how_sure(judged):
    chosen = judge.cell(judged, 0, 1)
    [tile] = judge.gallery(judged, chosen)["columns"][0]
    sure = 100 * judged.probabilities[chosen[0], 1]
    assert tile["captions"][0] == f"cat → do|g  {sure:.0f} %"
    assert tile["wrong"] == [1] * len(chosen) and f"sample {chosen[0] + 1}" in tile["titles"][0]
    assert np.array_equal(tile["values"], judged.images[chosen].ravel())
    [tile] = judge.gallery(judged, chosen, of=0)["columns"][0]
    assert tile["captions"][0] == f"cat  {100 * judged.probabilities[chosen[0], 0]:.0f} %"


def test_calibration_and_plane_pass_the_wire(judged):
    found = metrics.calibration(judged.labels, judged.probabilities)
    figure = judge.calibration(found)
    assert figure["data"][1]["customdata"].sum() == 300
    points = np.random.default_rng(1).uniform(-6, 6, (300, 2))
    chosen = judge.cell(judged, 0, 0)
    faint, *marks = judge.plane(judged, points, chosen)["data"]
    assert len(faint["x"]) == 300 - len(chosen)
    assert [len(mark["x"]) for mark in marks] == [len(chosen), 0, 0]


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_toy_network_is_judged_too(split):
    run = Run(Experiment.preset("circle"))
    run.train(epochs=3)
    judged = judgement.judge(run.snapshot(), split)
    right = np.mean(judged.answers == judged.labels)
    assert right == pytest.approx(run.evaluate(split)["accuracy"])
    assert (
        judged.names == ("orange", "blue") == registry.make("data", {"type": "circle"}).class_names
    )
    run.close()


def test_answers_at_every_step_count_one_by_one():
    run = Run(
        Experiment.preset("echo_rnn").changed(
            data={"type": "echo", "length": 6, "delay": 2, "samples": 40},
            layers=[
                {"type": "simple_rnn", "units": 4, "return_sequences": True},
                {"type": "dense", "units": 4},
            ],
        )
    )
    run.train(1, callback=lambda record: None)
    judged = judgement.judge(run.snapshot())
    assert len(judged.labels) == 8 * 4 and set(judged.steps) == {2, 3, 4, 5}
    right = float(np.mean(judged.answers == judged.labels))
    assert right == pytest.approx(run.evaluate("test")["accuracy"])
    test = run.data.test
    for label, row, step in zip(judged.labels, judged.rows, judged.steps, strict=True):
        assert label == test.y[row, step] == test.x[row, step - 2].argmax()
    where, answer = judge_steps.answered(judged, run.data, 5)
    read = test.x[judged.rows[5], : judged.steps[5] + 1].argmax(1)
    assert where == "".join("ABCD"[k] for k in read)
    assert answer.startswith(f"{judged.names[judged.labels[5]]} → ")


@pytest.mark.parametrize("preset", ["adding_rnn", "co2_lstm"])
def test_values_are_off_by_what_the_run_says(preset):
    run = Run(Experiment.preset(preset))
    run.step()
    judged = judgement.estimates(run.snapshot())
    off = np.abs(judged.said - judged.right)
    assert off.mean() == pytest.approx(run.evaluate("test")["mae"], rel=1e-5)
    assert off[judged.worst[0]] == off.max()
    assert len(judge_steps.scatter(judged)["data"][1]["x"]) <= judge_steps.DOTS


def test_of_many_classes_the_rare_are_one():
    random = np.random.default_rng(0)
    labels = np.minimum(random.geometric(0.1, 4_000), 59)
    names = tuple(map(str, range(60)))
    judged = Judgement(np.zeros((4_000, 1)), labels, np.eye(60)[labels], names)
    coarse = judgement.frequent(judged)
    assert coarse.names[-1] == "others" and len(coarse.names) == judgement.FREQUENT + 1
    assert (coarse.answers == coarse.labels).all() and not len(coarse.mistakes)
    shares = np.bincount(labels, minlength=60)
    own = np.bincount(coarse.labels, minlength=21)
    assert sorted(own[:-1])[::-1] == sorted(shares)[::-1][:20]
    few = Judgement(np.zeros((3, 1)), np.arange(3), np.eye(3), ("a", "b", "c"))
    assert judgement.frequent(few) is few
