"""Networks from files that are to read drawings: which can, and what is said to the others."""

import numpy as np
import onnx
import pytest

from playground import Experiment, Run
from playground.formats.errors import FileError
from playground.training import digit_readers
from tests.formats.read import graphs

SHIPPED = "assets/networks/lenet5.safetensors"


def saved(tmp_path, *nodes, shape, **arrays):
    path = tmp_path / "network.onnx"
    onnx.save(graphs.model(list(nodes), arrays, shape), path)
    return path


def test_a_network_saved_here_reads_and_is_scored():
    snapshot = digit_readers.read(SHIPPED)
    assert digit_readers.reads_digits(snapshot)
    assert snapshot.metrics["test"]["accuracy"] >= 0.995


def test_a_large_network_reads_without_a_score(monkeypatch):
    monkeypatch.setattr(digit_readers, "MOST_WORK", 1e9)
    snapshot = digit_readers.read(SHIPPED)
    assert digit_readers.reads_digits(snapshot) and np.isnan(snapshot.metrics["test"]["accuracy"])


@pytest.mark.parametrize("shape", [(784,), (28, 28)])
def test_pixels_in_a_row_or_in_rows_are_laid_out(tmp_path, shape):
    w, b = graphs.numbers(10, 784), graphs.numbers(10)
    flat = [] if shape == (784,) else [graphs.node("Flatten", "x", "flat")]
    last = graphs.node("Gemm", f"{'flat' if flat else 'x'} w b", "y", transB=1)
    path = saved(tmp_path, *flat, last, shape=["N", *shape], w=w, b=b)
    snapshot = digit_readers.read(path)
    image = np.random.default_rng(1).integers(0, 256, (2, 1, 28, 28)).astype(np.uint8)
    expected = image.reshape(2, 784) / 255 @ w.T + b
    np.testing.assert_allclose(snapshot.predict(image), expected, rtol=1e-4, atol=1e-4)
    assert digit_readers.reads_digits(snapshot) and np.isfinite(snapshot.metrics["test"]["loss"])
    assert not snapshot.repeatable, "its weights came from elsewhere"


def test_a_network_exported_by_us_says_the_same_again(tmp_path):
    from playground.formats import write

    run = Run.load(SHIPPED)
    [(_, content)] = write.files(run, "onnx").items()
    path = tmp_path / "again.onnx"
    path.write_bytes(content)
    image = run.data.test.x[:20]
    np.testing.assert_allclose(
        digit_readers.read(path).predict(image), run.publish().predict(image), rtol=1e-3, atol=1e-3
    )


def test_what_does_not_take_an_image_is_refused(tmp_path):
    run = Run(Experiment.preset("circle"))
    run.save(tmp_path / "circle.safetensors")
    with pytest.raises(FileError, match="takes 2 numbers, and a drawing has 28×28 pixels"):
        digit_readers.read(tmp_path / "circle.safetensors")


def test_what_does_not_give_ten_answers_is_refused(tmp_path):
    path = saved(
        tmp_path,
        graphs.node("Gemm", "x w b", "y", transB=1),
        shape=["N", 784],
        w=graphs.numbers(26, 784),
        b=graphs.numbers(26),
    )
    with pytest.raises(FileError, match="gives 26 numbers, and there are ten digits"):
        digit_readers.read(path)


def test_a_file_that_is_no_network_is_refused(tmp_path):
    for name in ("bad.onnx", "bad.safetensors"):
        (tmp_path / name).write_bytes(b"nothing of the kind")
        with pytest.raises(FileError):
            digit_readers.read(tmp_path / name)


@pytest.mark.parametrize(
    ("words", "slope", "offset"),
    [
        ("from 0 to 255", 255, 0),
        ("from −1 to 1", 2, -1),
        ("standardised", 1 / 0.3081, -0.1307 / 0.3081),
    ],
)
def test_a_network_of_other_pixels_gets_them(tmp_path, words, slope, offset):
    """The supplied linear network, rewritten for the range: ours is found by trying."""
    state = Run.load("assets/networks/linear.safetensors").network.state_dict()
    [weight] = [array for array in state.values() if array.ndim == 2]
    [bias] = [array for array in state.values() if array.ndim == 1]
    w = (weight / slope).astype(np.float32)
    b = (bias - w.sum(axis=1) * offset).astype(np.float32)
    nodes = [graphs.node("Gemm", "x w b", "y", transB=1)]
    plain = digit_readers.read("assets/networks/linear.safetensors")
    snapshot = digit_readers.read(saved(tmp_path, *nodes, shape=["N", 784], w=w, b=b))
    accuracy = [one.metrics["test"]["accuracy"] for one in (plain, snapshot)]
    assert accuracy[1] == pytest.approx(accuracy[0], abs=0.002)
    image = np.random.default_rng(1).integers(0, 256, (2, 1, 28, 28)).astype(np.uint8)
    np.testing.assert_allclose(snapshot.predict(image), plain.predict(image), 1e-3, 1e-3)
    assert not plain.message
    assert (words in snapshot.message) == (snapshot.message != "")


def test_the_first_layer_goes_before_shortcuts_too():
    from playground.training.pixel_ranges import with_first

    layers = [
        {"type": "dense", "units": 2},
        {"type": "add", "from_layer": 0},
        {"type": "dense", "units": 2},
        {"type": "add", "from_layer": 2},
        {"type": "dense", "units": 1},
    ]
    run = Run(Experiment.preset("circle").changed(layers=layers))
    changed, state = with_first(
        run.experiment, run.network.state_dict(), {"type": "activation", "name": "identity"}
    )
    other = Run(changed)
    other.network.load_state_dict(state)
    x = np.random.default_rng(2).normal(size=(5, 2)).astype(np.float32)
    np.testing.assert_array_equal(other.network.predict(x), run.network.predict(x))


def test_a_network_that_only_guesses_says_nothing(tmp_path):
    w, b = graphs.numbers(10, 784), graphs.numbers(10)
    nodes = [graphs.node("Gemm", "x w b", "y", transB=1)]
    path = saved(tmp_path, *nodes, shape=["N", 784], w=w, b=b)
    assert not digit_readers.read(path).message
