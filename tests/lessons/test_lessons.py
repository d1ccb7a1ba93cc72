"""Lessons: each file is tested by being there; what a wrong file and a wrong check are told."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from playground.analysis import proof, sliding_window
from playground.analysis.curve_readings import KernelReadings
from playground.analysis.readings import Readings
from playground.data.grammar import FormulaError
from playground.experiment import Experiment
from playground.lessons import shelf
from playground.lessons.check import CALLS, COLUMNS, FACTS, NUMBERS, Check
from playground.lessons.lesson import THEMES, merged
from playground.training.run import Run

LESSONS = list(shelf.lessons().values())
SEEDS = 2  # of every lesson here; `python -m playground lessons --check` takes all of them
DEAR = {
    "autoencoder",
    "forest",
    "pooling",
    "receptive-field",
    "lenet5",
    "convolution",
    "gan",
    "latent-plane",
    "trees",
}  # seconds a run: one seed here
HAN = re.compile(r"[\u4e00-\u9fff]")
XOR = (shelf.FOLDER / "xor.toml").read_text("utf-8")


def each(lessons=LESSONS):
    return pytest.mark.parametrize("lesson", lessons, ids=lambda lesson: lesson.id)


def test_the_shelf_has_the_course():
    assert len(LESSONS) >= 25
    assert all(shelf.by_theme()[theme] for theme in THEMES)
    titles = [lesson.en.title for lesson in LESSONS]
    assert len(set(titles)) == len(titles)
    assert shelf.following(LESSONS[0]) is LESSONS[1] and shelf.following(LESSONS[-1]) is None


@each()
def test_both_languages_say_everything(lesson):
    for field in type(lesson.en).model_fields:
        english, chinese = getattr(lesson.en, field), getattr(lesson.zh, field)
        assert not HAN.search(str(english)), field
        if field != "answers":
            assert HAN.search(chinese), field
    assert lesson.en.title.endswith("?") and lesson.zh.title.endswith("？")
    assert len(set(lesson.en.answers)) == len(set(lesson.zh.answers)) == 3
    names = [variant.name for variant in lesson.variants]
    assert len({name.en for name in names}) == len({name.zh for name in names}) == len(names)


@each()
def test_variants_differ_and_end(lesson):
    set_ups = [lesson.set_up(variant, 1) for variant in lesson.variants]
    pairs = {(one.to_link(), v.threshold) for one, v in zip(set_ups, lesson.variants, strict=True)}
    assert len(pairs) == len(lesson.variants)
    if lesson.learns:
        assert all(one.trees is not None or one.stop.epochs for one in set_ups)
    assert {one.seed for one in set_ups} == {1}


def test_walkers_of_a_lesson_race_from_one_start_that_a_seed_moves():
    lesson = shelf.lessons()["surface"]
    race, again, other = lesson.race(1), lesson.race(1), lesson.race(2)
    assert len(race.optimizers) == len(lesson.variants)
    assert race.origin == again.origin != other.origin
    assert lesson.race().origin == race.ground.start
    for number, variant in enumerate(lesson.variants):
        alone = lesson.descent(variant, 1)
        assert (alone.origin, alone.optimizers[0]) == (race.origin, race.optimizers[number])


def test_weights_of_every_kernel_add_up_to_one_or_to_nothing():
    """All ten: five keep brightness, five answer to change alone."""
    lesson = shelf.lessons()["filters"]
    still = {
        name: Check(lesson.check).holds(KernelReadings.named(name))
        for name in sliding_window.KERNELS
    }
    found = {"edge", "laplacian", "sobel_x", "sobel_y", "log"}
    assert {name for name, holds in still.items() if holds} == found
    for name in still.keys() - found:
        assert Check("kernel_sum").value(KernelReadings.named(name)) == pytest.approx(1)
    with pytest.raises(FormulaError):
        Check("last(height)").value(KernelReadings.named("edge"))


def test_what_a_walker_knows_and_what_not():
    lesson = shelf.lessons()["surface"]
    readings = proof.read(lesson, lesson.variants[1], 1)
    assert Check("steps_to(height <= 0.001)").value(readings) == 84
    assert Check("first(height) > 40 and not diverged").holds(readings)
    for text in ("parameters", "last(test_loss)", "epochs_to(height <= 1)", "recall()"):
        with pytest.raises(FormulaError):
            Check(text).value(readings)


@each()
def test_a_lesson_keeps_its_promise(lesson):
    proven = proof.prove(lesson, 1 if lesson.id in DEAR else SEEDS)
    assert proven.good, (proven.margin, proven.measured)


# ---- files ----


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ('check = "last', 'check = "first(last', 7, "check: A bracket is not closed"),
        ("goal = false", 'goal = "no"', 18, "variants.0.goal"),
        ('theme = "neurons"', 'theme = "magic"', 1, "theme: “magic” is none of"),
        ('preset = "xor"', 'preset = "xxx"', 6, "preset"),
        ('preset = "xor"', 'preset = "ravine"', 1, "the preset belongs to another page"),
        ("units = 8", "units = 0", 25, "variants.1.changes: layers"),
        ("goal = true", "goal = false", 1, "the check must hold of one variant"),
        ("[zh]\n", "[zh]\nsub = 1\n", 60, "zh.sub: Extra inputs"),
        ("right = 2", "right = 4", 9, "right"),
        ("right = 2", "right = ", 9, "line 9"),
        ("order = 20\n", "", 1, "order: Field required"),
    ],
)
def test_a_wrong_file_is_told_where(tmp_path, before, after, line, words):
    assert before in XOR
    path = tmp_path / "wrong.toml"
    path.write_text(XOR.replace(before, after), "utf-8")
    with pytest.raises(shelf.LessonError) as error:
        shelf.read(path)
    said = str(error.value)
    assert said.startswith("wrong.toml") and f"line {line}" in said and words in said


def test_files_that_are_none(tmp_path):
    for name, content in (("a", b"\xff\xfe"), ("b", b"x = 1\n" * 9000), ("c", b"[[[")):
        path = tmp_path / f"{name}.toml"
        path.write_bytes(content)
        with pytest.raises(shelf.LessonError, match=path.name):
            shelf.read(path)


def test_patches_replace_lists_and_other_types_whole():
    base = {"data": {"type": "xor", "noise": 5}, "layers": [1, 2], "stop": {"epochs": 3}}
    assert merged(base, {"data": {"noise": 9}})["data"] == {"type": "xor", "noise": 9}
    assert merged(base, {"data": {"type": "circle"}})["data"] == {"type": "circle"}
    assert merged(base, {"layers": [3], "stop": {"epochs": ""}}) == {
        **base,
        "layers": [3],
        "stop": {},
    }


# ---- checks ----

SAID = {
    "epoch": np.arange(5.0),
    "test_accuracy": np.array([0.5, 0.6, 0.9, 0.96, 0.98]),
    "last": lambda x: float(x[-1]),
    "parameters": 3,
    "diverged": False,
    "alike": True,
    "epochs_to": lambda m: float(np.flatnonzero(m >= 0)[0]) if (m >= 0).any() else math.inf,
}


@pytest.mark.parametrize(
    ("text", "margin"),
    [
        ("last(test_accuracy) >= 0.98", 0),
        ("last(test_accuracy) >= 0.49", 0.5),
        ("last(test_accuracy) < 0.49", -0.5),
        ("parameters > 3", -1e-12),
        ("not diverged", 1),
        ("not alike", -1),
        ("parameters <= 4 and last(test_accuracy) > 0.97", 0.01 / 0.98),
        ("parameters > 4 or last(test_accuracy) >= 0.98", 0),
        ("epochs_to(test_accuracy >= 0.95) <= 6", 0.5),
        ("epochs_to(test_accuracy >= 0.99) <= 6", -1),
        ("log(0 - 1) > 0", -1),
        ("1/0 > 9**9**9", -1e-12),
        ("2 <= parameters <= 4", 0.25),
    ],
)
def test_a_margin_is_how_far_a_check_is_from_being_wrong(text, margin):
    assert Check(text).margin(SAID) == pytest.approx(margin)
    assert Check(text).holds(SAID) == (margin >= 0)


@pytest.mark.parametrize(
    "text",
    [
        *("", "__import__('os')", "().__class__", "x**x > 1", "9**9**9", "1/0", "lambda: 1"),
        *("test_accuracy >= 1", "last(test_accuracy, 2) > 1", "(" * 200, "last(", "1 >" * 99),
        *("9" * 400 + " > 1", "open('/etc/passwd') > 1", "recall(1) > 0", "nothing > 0"),
    ],
)
def test_what_is_no_check_is_refused_in_words(text):
    with pytest.raises(FormulaError, match=r"\w+ \w+ \w+"):
        Check(text).proofread()


def test_every_word_of_a_check_is_answered():
    for name in (*FACTS, *NUMBERS, *CALLS):
        assert hasattr(Readings, name), name
    run = Run(Experiment.preset("circle").changed(stop={"epochs": 2}))
    run.train(2, callback=lambda record: None)
    readings = Readings(run)
    assert set(run.history) <= set(COLUMNS) and set(run.history) < set(readings)
    assert readings["last"](readings["epoch"]) == 2 == readings["epochs"]
    assert readings["parameters"] == 25 and readings["classes"] == 2
    assert 0 <= readings["recall"]() <= 1 and 0.1 < readings["roc_area"]() <= 1
    assert readings["largest"](0) > readings["zeros"](0) == 0
    assert readings["start_gradient"] > 0 and not readings["alike"]
    assert readings["steps_to"](readings["step"] - 1) > 0
    for text in ("error", "pca_error", "shifted(1)", "zeros(9)", "last(test_mae)"):
        with pytest.raises(FormulaError):
            Check(text).value(readings)
    with pytest.raises(KeyError):
        readings["__class__"]


def test_a_lesson_that_breaks_its_promise_is_found():
    lesson = shelf.lessons()["features"]
    false = [variant.model_copy(update={"goal": not variant.goal}) for variant in lesson.variants]
    quick = {**lesson.changes, "stop": {"epochs": 15}}
    good = lesson.model_copy(update={"changes": quick})
    broken = good.model_copy(update={"variants": tuple(false)})
    assert proof.prove(good, 1).good and not proof.prove(broken, 1).good
    assert "NaN" not in (page := proof.page([proof.prove(good, 1)])) and "### features" in page
