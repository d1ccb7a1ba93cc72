"""PyTorch's weights find their layers: by name, by place in an nn.Sequential, by shape."""

from __future__ import annotations

import numpy as np
import pytest
from safetensors.numpy import save_file

from playground import Experiment, Run
from playground.formats import write
from playground.formats.errors import FileError
from playground.formats.read.state import match

LENET = Experiment.preset("lenet5").changed(data={"type": "tensor", "shape": [1, 28, 28]})
SHAPES = {
    "conv1": (6, 1, 5, 5),
    "conv2": (16, 6, 5, 5),
    "fc1": (120, 400),
    "fc2": (84, 120),
    "fc3": (10, 84),
}
POSITIONS = dict(zip(SHAPES, (0, 2, 5, 6, 7), strict=True))


def experiment(*layers, shape=(3,)):
    return Experiment.model_validate(
        {"data": {"type": "tensor", "shape": shape}, "loss": {"type": "mse"}, "layers": layers}
    )


def dense(units):
    return {"type": "dense", "units": units, "activation": "tanh"}


def module(names):
    """A state_dict of LeNet-5 whose layers are called so."""
    random, state = np.random.default_rng(1), {}
    for name, shape in zip(names, SHAPES.values(), strict=True):
        state[f"{name}.weight"] = random.normal(size=shape).astype(np.float32)
        state[f"{name}.bias"] = random.normal(size=shape[:1]).astype(np.float32)
    return state


@pytest.mark.parametrize(
    "names",
    [
        POSITIONS.values(),
        SHAPES,
        (0, 3, 7, 9, 11),
        ("features.0", "features.3", "classifier.0", "classifier.2", "classifier.4"),
        ("model.net.c", "model.net.b", "model.net.x", "model.net.z", "model.net.a"),
        ("_orig_mod.module.0", *(f"_orig_mod.module.{i}" for i in (3, 7, 9, 11))),
    ],
)
def test_lenet_of_others(names, tmp_path):
    names = list(map(str, names))
    state = module(names)
    save_file(state, tmp_path / "lenet.safetensors")
    run = Run.load(tmp_path / "lenet.safetensors", LENET)
    found = run.network.state_dict()
    for name, position in zip(names, POSITIONS.values(), strict=True):
        for kind in ("weight", "bias"):
            np.testing.assert_array_equal(found[f"{position}.{kind}"], state[f"{name}.{kind}"])
    assert run.experiment == LENET


def test_layers_that_look_alike_go_by_number(tmp_path):
    like = experiment(*[dense(3)] * 12)
    weights = {f"fc{i + 1}": np.full((3, 3), i, np.float32) for i in range(12)}
    biases = {f"fc{i + 1}": np.full(3, i, np.float32) for i in range(12)}
    state = {f"{name}.weight": array for name, array in weights.items()}
    state |= {f"{name}.bias": array for name, array in biases.items()}
    pairs = match(like, {name: array.shape for name, array in state.items()})
    assert [pairs[f"{i}.weight"] for i in range(12)] == [f"fc{i + 1}.weight" for i in range(12)]


def test_what_we_sent_out_comes_in_again(tmp_path):
    like = experiment(
        {"type": "residual", "filters": 3, "stride": 2},
        {"type": "batch_norm"},
        {"type": "residual", "filters": 3},
        {"type": "conv2d", "filters": 3, "kernel_size": 3},
        {"type": "layer_norm"},
        {"type": "flatten"},
        dense(2),
        shape=(2, 9, 9),
    )
    run = Run(like.changed(initializer={"type": "normal"}))
    write.write(run, "pytorch", tmp_path, "net")
    back = Run.load(tmp_path / "net.safetensors", like)
    for name, array in run.network.state_dict().items():
        np.testing.assert_array_equal(back.network.state_dict()[name], array, err_msg=name)


def test_other_precisions_and_counts(tmp_path):
    like = experiment(dense(2), {"type": "batch_norm"})
    state = {
        "0.weight": np.ones((2, 3)),
        "0.bias": np.ones(2, np.float16),
        "2.weight": np.ones(2),
        "2.bias": np.ones(2),
        "2.running_mean": np.ones(2),
        "2.running_var": np.ones(2),
        "2.num_batches_tracked": np.int64(7),
    }
    state = {name: np.asarray(array) for name, array in state.items()}
    save_file(state, tmp_path / "a.safetensors")
    run = Run.load(tmp_path / "a.safetensors", like)
    assert all(array.dtype == np.float32 for array in run.network.state_dict().values())
    assert run.network.state_dict()["1.running_mean"].all()


REFUSALS = {
    "an array of another shape": (
        [dense(2)],
        {"a.weight": (2, 4), "a.bias": (2,)},
        r"1 of its layers.*\[2, 3\], and 0",
    ),
    "a missing layer": (
        [dense(3), dense(3)],
        {"a.weight": (3, 3), "a.bias": (3,)},
        "2 of its layers.*and 1",
    ),
    "a layer too many": (
        [dense(2)],
        {"a.weight": (2, 3), "a.bias": (2,), "b.weight": (5, 5)},
        "have: b.weight",
    ),
    "two that might be meant": (
        [dense(3), dense(3)],
        {"in.weight": (3, 3), "in.bias": (3,), "out.weight": (3, 3), "out.bias": (3,)},
        "in, out hold arrays of the same shapes",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_doubt_is_said(name, tmp_path):
    layers, shapes, words = REFUSALS[name]
    save_file(
        {key: np.zeros(shape, np.float32) for key, shape in shapes.items()},
        tmp_path / "a.safetensors",
    )
    with pytest.raises(FileError, match=words):
        Run.load(tmp_path / "a.safetensors", experiment(*layers))


@pytest.mark.parametrize("spoilt", [np.nan, np.inf])
def test_numbers_that_are_none(spoilt, tmp_path):
    state = {"a.weight": np.full((2, 3), spoilt, np.float32), "a.bias": np.zeros(2, np.float32)}
    save_file(state, tmp_path / "a.safetensors")
    with pytest.raises(FileError, match=r"0\.weight holds something that is not a finite"):
        Run.load(tmp_path / "a.safetensors", experiment(dense(2)))


def test_whole_numbers_are_no_weights(tmp_path):
    state = {"a.weight": np.ones((2, 3), np.int32), "a.bias": np.zeros(2, np.float32)}
    save_file(state, tmp_path / "a.safetensors")
    with pytest.raises(FileError, match=r"a\.weight are I32"):
        Run.load(tmp_path / "a.safetensors", experiment(dense(2)))
