"""Points of one's own, and the text that carries them."""

import numpy as np
import pytest

from playground import Experiment, Run
from playground.data import packed
from playground.engine import registry
from playground.experiment import ValidationError

PLACES = np.array([[1.5, -3.0], [-6.0, 6.0], [0.003, 0.0], [1.5, -3.0]])


def points(answers=(0, 1, 2, 1), splits=(0, 2, 0, 1)):
    return packed.Points(PLACES, np.array(answers), np.array(splits))


def own(found, task="classification", **options):
    return {"type": "points", "task": task, "points": packed.pack(found, task), **options}


def experiment(data, units=3, loss="softmax_cross_entropy"):
    return Experiment.model_validate(
        {
            "data": data,
            "layers": [
                {"type": "dense", "units": 4, "activation": "tanh"},
                {"type": "dense", "units": units},
            ],
            "loss": {"type": loss},
        }
    )


def rows(found):
    table = np.column_stack([found.places, found.answers, found.splits])
    return sorted(tuple(np.round(row, 4)) for row in table)


@pytest.mark.parametrize(
    ("task", "answers"), [("classification", (0, 5, 2, 1)), ("regression", (0.5, -1, 1, 0.0005))]
)
def test_points_come_back_from_their_text(task, answers):
    text = packed.pack(points(answers), task)
    again = packed.unpack(text, task)
    assert rows(again) == rows(points(answers))
    assert packed.pack(again, task) == text


def test_the_text_does_not_depend_on_the_order_of_painting():
    order = [2, 0, 3, 1]
    assert packed.pack(points(), "classification") == packed.pack(
        points().only(order), "classification"
    )


def test_coordinates_are_kept_to_three_thousandths():
    random = np.random.default_rng(1)
    cloud = packed.Points(
        random.uniform(-6, 6, (500, 2)), random.uniform(-1, 1, 500), np.zeros(500, int)
    )
    again = packed.unpack(packed.pack(cloud, "regression"), "regression")
    order = np.lexsort((cloud.places[:, 0],))
    assert np.abs(again.places[:, 0] - cloud.places[order, 0]).max() <= 0.0015 + 1e-9


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("abcd", "damaged"),
        ("<html", "damaged"),
        ("é" * 5, "damaged"),
        ("_____", "outside"),
        ("fQfQY", "damaged"),
        ("A" * 5 * 1201, "1,200"),
        ("A" * 10_000_000, "1,200"),
    ],
)
def test_other_texts_are_refused(text, words):
    with pytest.raises(ValidationError, match=words):
        experiment({"type": "points", "points": text})


def test_points_out_of_order_are_refused():
    text = packed.pack(points(), "classification")
    swapped = "".join(text[4 * k : 4 * k + 4][::-1] for k in range(5))
    with pytest.raises(ValueError, match="out of order"):
        packed.unpack(swapped, "classification")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("cat,dog", "2 names do not fit 3 classes"),
        ("a,a,b", "different words"),
        ("<b>,b,c", "different words"),
        ("a,b,", "different words"),
        (",".join("abcdefg"), "7 names do not fit"),
        ("x" * 25 + ",b,c", "24 letters"),
    ],
)
def test_names_of_classes_are_checked(names, words):
    with pytest.raises(ValidationError, match=words):
        experiment(own(points(), names=names))


def test_values_have_no_names():
    with pytest.raises(ValidationError, match="no classes"):
        experiment(own(points(), "regression", names="a,b"))


@pytest.mark.parametrize(
    ("answers", "classes"), [((0, 0, 0, 0), 2), ((0, 1, 2, 1), 3), ((0, 0, 0, 5), 6)]
)
def test_there_are_as_many_classes_as_the_points_need(answers, classes):
    piece = registry.make("data", own(points(answers)))
    assert piece.classes == piece.load(1).classes == classes
    assert piece.load(1).class_names[:2] == ("orange", "blue")


def test_each_point_is_where_it_says():
    data = registry.make("data", own(points(), names="a,b,c")).load(1)
    assert (len(data.train), len(data.validation), len(data.test)) == (2, 1, 1)
    assert data.test.points.tolist() == [[-6, 6]] and data.test.y.tolist() == [1]
    assert data.train.y.dtype == np.int64 and data.class_names == ("a", "b", "c")


def test_the_fullest_set_fits_into_a_link():
    random = np.random.default_rng(2)
    for task in ("classification", "regression"):
        n = packed.MOST_POINTS
        answers = random.integers(0, 6, n) if task == "classification" else random.uniform(-1, 1, n)
        full = packed.Points(random.uniform(-6, 6, (n, 2)), answers, random.integers(0, 3, n))
        wanted = experiment(
            own(full, task),
            6 if task == "classification" else 1,
            "softmax_cross_entropy" if task == "classification" else "mse",
        )
        assert Experiment.from_link(wanted.to_link()) == wanted
        assert Experiment.from_json(wanted.to_json()) == wanted


def test_three_classes_are_learned():
    corners = np.repeat([[4, 4], [-4, 4], [0, -4]], 20, axis=0)
    corners = corners + np.random.default_rng(3).uniform(-1, 1, corners.shape)
    found = packed.Points(corners, np.repeat([0, 1, 2], 20), np.tile([0, 2], 30))
    run = Run(experiment(own(found)).changed(optimizer={"type": "adam", "learning_rate": 0.1}))
    run.train(40, callback=lambda record: None)
    assert run.evaluate("test")["accuracy"] == 1


def test_without_points_there_is_a_network_that_cannot_be_trained():
    run = Run(experiment({"type": "points"}, 2))
    assert run.snapshot().plane(5).shape == (5, 5)
    with pytest.raises(ValueError, match="cannot be trained"):
        run.step()
