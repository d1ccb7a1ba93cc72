import json
import os
import struct

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from playground import Experiment, Run
from playground.formats.errors import FileError
from playground.training import run_files

CIRCLE = Experiment.preset("circle")
ADAM = CIRCLE.changed(
    optimizer={"type": "adam"}, regularization={"type": "l1", "rate": 0.001}, batch_size=7
)
MOMENTUM = CIRCLE.changed(optimizer={"type": "sgd", "momentum": 0.9})
DIGITS = Experiment.preset("lenet5").changed(data={"type": "mnist", "samples": 300})


GATHERED = CIRCLE.changed(
    accumulate=3, clip_norm=0.1, shuffle=False, schedule={"type": "cosine", "epochs": 3}
)
DEEP = CIRCLE.changed(
    layers=[
        {"type": "dense", "units": 8},
        {"type": "batch_norm"},
        {"type": "activation", "name": "relu"},
        {"type": "dropout", "rate": 0.3},
        {"type": "dense", "units": 1},
    ]
)


def record(run, epochs):
    return [{**r, "seconds": 0} for r in run.train(epochs)]


def same(one, other):
    states = one.network.state_dict(), other.network.state_dict()
    assert states[0].keys() == states[1].keys()
    assert all(np.array_equal(states[0][name], states[1][name]) for name in states[0])
    assert one.history.keys() == other.history.keys()
    assert all(np.array_equal(one.history[name], other.history[name]) for name in one.history)


@pytest.mark.parametrize(
    "experiment",
    [CIRCLE, ADAM, MOMENTUM, GATHERED, DEEP, DIGITS],
    ids=["sgd", "adam", "momentum", "gathered", "deep", "digits"],
)
@pytest.mark.parametrize("extra_steps", [0, 1, 3])
def test_saved_and_loaded_goes_on_as_if_it_had_never_stopped(
    experiment, extra_steps, tmp_path, few_tests
):
    straight, stopped = Run(experiment), Run(experiment)
    for run in (straight, stopped):
        run.train(2)
        for _ in range(extra_steps):
            run.step()
    stopped.save(tmp_path / "run.safetensors")
    loaded = Run.load(tmp_path / "run.safetensors")
    assert loaded.experiment == experiment and loaded.status == "paused"
    same(straight, loaded)
    for run in (straight, loaded):
        run._trainer.measure()  # with the batches since the last epoch
    same(straight, loaded)
    assert record(straight, 2) == record(loaded, 2)
    same(straight, loaded)
    loaded.reset()
    assert record(loaded, 1) == record(Run(experiment), 1)


def test_live_changes_are_saved(tmp_path):
    run = Run(CIRCLE)
    run.train(1)
    faster = CIRCLE.changed(optimizer={"type": "sgd", "learning_rate": 0.2})
    run.update(faster)
    run.save(tmp_path / "run.safetensors")
    loaded = Run.load(str(tmp_path / "run.safetensors"))
    assert loaded.experiment == faster and record(loaded, 2) == record(run, 2)


def test_an_untrained_run_and_one_without_data(tmp_path):
    path = tmp_path / "run.safetensors"
    run = Run(CIRCLE)
    run.save(path)
    assert Run.load(path).status == "ready"
    tensor = Run(
        Experiment.from_json(
            '{"data": {"type": "tensor", "shape": [2]}, "layers": [{"type": "dense"}],'
            ' "loss": {"type": "mse"}}'
        )
    )
    tensor.save(path)
    x = np.ones((3, 2), np.float32)
    assert np.array_equal(Run.load(path).network.predict(x), tensor.network.predict(x))


def test_weights_stand_under_their_own_names(tmp_path):
    run = Run(DIGITS)
    run.save(tmp_path / "run.safetensors")
    tensors = load_file(tmp_path / "run.safetensors")
    assert tensors["2.weight"].shape == (16, 6, 5, 5)
    for name, array in run.network.state_dict().items():
        assert np.array_equal(tensors[name], array)


def test_saving_replaces_only_by_a_complete_file(tmp_path, monkeypatch):
    path = tmp_path / "run.safetensors"
    run = Run(CIRCLE)
    run.save(path)
    before = path.read_bytes()
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    run.step()
    with pytest.raises(OSError, match="disk full"):
        run.save(path)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["run.safetensors"]


# ---- files from strangers ----


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("good") / "run.safetensors"
    run = Run(ADAM)
    run.train(1)
    run.save(path)
    return path


def unpack(path):
    """(tensors, metadata) of a safetensors file."""
    raw = path.read_bytes()
    length = struct.unpack("<Q", raw[:8])[0]
    return dict(load_file(path)), json.loads(raw[8 : 8 + length])["__metadata__"]


def changed(good, tmp_path, change):
    tensors, told = unpack(good)
    change(tensors, told)
    path = tmp_path / "changed.safetensors"
    save_file(tensors, path, metadata=told)
    return path


def test_the_good_one_loads(good, tmp_path):
    assert Run.load(changed(good, tmp_path, lambda tensors, told: None)).snapshot().step == 36


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 50, 500, -1, -200])
def test_a_truncated_file(good, tmp_path, length):
    path = tmp_path / "cut.safetensors"
    path.write_bytes(good.read_bytes()[:length])
    with pytest.raises(FileError):
        Run.load(path)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 a zip",
        b"\x93NUMPY\x01\x00",
        b"{}",
        b"\x00" * 1000,
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 10**9) + b"{" * 100,
        struct.pack("<Q", 2) + b"{}",
        struct.pack("<Q", 900_000) + b"{" + b'"a":{' * 150_000 + b" " * 10**6,
        struct.pack("<Q", 66)
        + b'{"a":{"dtype":"F32","shape":[99999999999],"data_offsets":[0,8]}}   '
        + b"\0" * 8,
    ],
)
def test_a_foreign_file(content, tmp_path):
    path = tmp_path / "foreign.safetensors"
    path.write_bytes(content)
    with pytest.raises(FileError):
        Run.load(path)


def test_a_file_of_another_program(tmp_path):
    path = tmp_path / "other.safetensors"
    save_file({"0.weight": np.zeros((2, 2), np.float32)}, path)
    with pytest.raises(FileError, match="not saved here"):
        Run.load(path)


def test_a_file_that_is_too_large(good, monkeypatch):
    monkeypatch.setattr(run_files, "LARGEST_FILE", 1000)
    with pytest.raises(FileError, match="too large"):
        Run.load(good)


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        Run.load(tmp_path / "none.safetensors")


def put(name, index, value):
    def change(tensors, told):
        tensors[name] = tensors[name].copy()
        tensors[name].reshape(-1)[index] = value

    return change


def experiment_of(**changes):
    def change(tensors, told):
        told["experiment"] = json.dumps({**json.loads(told["experiment"]), **changes})

    return change


def tell(**words):
    return lambda tensors, told: told.update(words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put("0.weight", 0, np.nan), "0.weight"),
        (put("2.bias", 0, np.inf), "2.bias"),
        (put("training/optimizer", 1, np.nan), "optimizer's state.*not a finite"),
        (put("training/losses", 0, np.nan), "sum of losses"),
        (put("training/history", 0, np.nan), "history"),
        (put("training/history", 0, 10.0**9), "history.*count of steps"),
        (lambda t, told: t.pop("1.weight"), "1.weight is missing"),
        (lambda t, told: t.update({"9.weight": t["1.weight"]}), "9.weight"),
        (lambda t, told: t.update({"0.weight": t["0.weight"].T.copy()}), r"0.weight.*\[2, 4\]"),
        (lambda t, told: t.update({"0.weight": np.full((4, 2), 1e300)}), r"0.weight.*F64"),
        (lambda t, told: t.update({"0.weight": np.ones((4, 2), np.int32)}), r"0.weight.*I32"),
        (lambda t, told: t.pop("training/optimizer"), "optimizer's state"),
        (lambda t, told: t.pop("training/losses"), "losses"),
        (
            lambda t, told: t.update({"training/optimizer": t["training/optimizer"][:-1]}),
            "optimizer",
        ),
        (lambda t, told: t.update({"training/history": np.zeros((501, 9))}), "history"),
        (lambda t, told: t.update({"training/history": np.zeros(7)}), "history"),
        (experiment_of(batch_size=0), "batch_size"),
        (experiment_of(layers=[]), "at least one layer"),
        (experiment_of(layers=[{"type": "dense", "units": 8192}] * 9), "million numbers|needs"),
        (
            experiment_of(layers=[{"type": "dense", "units": 5}, {"type": "dense", "units": 1}]),
            r"0.weight has shape \[4, 2\] \(F32\), and \[5, 2\]",
        ),
        (tell(experiment="{"), "experiment in this file"),
        (tell(experiment="[" * 9000), "experiment in this file"),
        (tell(step="-1"), "steps"),
        (tell(step="1e3"), "damaged"),
        (tell(step=str(2**60)), "steps"),
        (tell(step="9" * 5000), "damaged"),
        (tell(columns="{"), "damaged"),
        (tell(columns='["step"]'), "history"),
        (tell(columns="[" * 5000), "damaged"),
        (tell(spacing="nan"), "history"),
        (tell(spacing="-1"), "history"),
        (tell(spacing="x"), "damaged"),
        (tell(by_hand="x"), "damaged"),
        (lambda t, told: told.pop("step"), "damaged"),
        (lambda t, told: told.pop("experiment"), "damaged"),
    ],
)
def test_a_file_that_lies(good, tmp_path, change, words):
    with pytest.raises(FileError, match=words):
        Run.load(changed(good, tmp_path, change))


def test_no_byte_can_crash_the_loader(good, tmp_path):
    """Flip bytes all over the header: a FileError, or a Run that still predicts finite numbers."""
    raw = good.read_bytes()
    header = 8 + struct.unpack("<Q", raw[:8])[0]
    path = tmp_path / "flipped.safetensors"
    random = np.random.default_rng(5)
    refusals = 0
    for place in (*range(9), *random.integers(9, header, 150)):
        flipped = bytearray(raw)
        flipped[place] ^= 1 << random.integers(8)
        path.write_bytes(flipped)
        try:
            outputs = Run.load(path).network.predict(np.ones((1, 2), np.float32))
            assert np.isfinite(outputs).all()
        except FileError:
            refusals += 1
    assert refusals > 40


# ---- back to the start ----


def imported(tmp_path):
    """A Run of weights that another program trained."""
    trained = Run(CIRCLE)
    trained.train(20)
    save_file(trained.network.state_dict(), tmp_path / "state_dict.safetensors")
    return Run.load(tmp_path / "state_dict.safetensors", CIRCLE)


def loaded_untrained(tmp_path):
    """A Run of our own file whose weights were set before its first step."""
    run = Run(CIRCLE)
    run.set_parameter("0.weight", (0, 0), 5.0)
    run.snapshot()
    run.save(tmp_path / "run.safetensors")
    return Run.load(tmp_path / "run.safetensors")


def loaded_trained(tmp_path):
    run = Run(CIRCLE)
    run.train(2)
    run.save(tmp_path / "run.safetensors")
    return Run.load(tmp_path / "run.safetensors")


@pytest.mark.parametrize("load", [imported, loaded_untrained, loaded_trained])
@pytest.mark.parametrize("seed", [CIRCLE.seed, 7])
def test_after_a_reset_all_is_of_the_fresh_network(load, seed, tmp_path):
    run, fresh = load(tmp_path), Run(CIRCLE.reseeded(seed))
    run.snapshot()
    if seed == CIRCLE.seed:
        run.reset()
    else:
        run.reseed(seed)
    shown = run.snapshot()
    assert shown.metrics == fresh.snapshot().metrics
    assert [step for step, _ in shown.recorded] == [0]
    run.train(1)
    run.rewind(0)
    assert np.array_equal(run.network.parameters(), fresh.network.parameters())
    assert run.snapshot().metrics == fresh.snapshot().metrics
    assert record(run, 1) == record(fresh, 1)


def test_weights_from_elsewhere_do_not_follow_from_the_experiment(tmp_path):
    run = imported(tmp_path)
    assert not run.snapshot().repeatable
    run.reset()
    assert run.snapshot().repeatable


def by_hand(run):
    run.set_parameter("0.weight", (0, 0), 5.0)


def retuned(run):
    run.update(CIRCLE.changed(optimizer={"type": "sgd", "learning_rate": 0.2}))


@pytest.mark.parametrize("change", [by_hand, retuned])
def test_a_file_says_whether_its_run_follows_from_the_experiment(change, tmp_path):
    run = Run(CIRCLE)
    run.train(1)
    run.save(tmp_path / "run.safetensors")
    assert Run.load(tmp_path / "run.safetensors").publish().repeatable
    change(run)
    run.train(1)
    run.save(tmp_path / "run.safetensors")
    loaded = Run.load(tmp_path / "run.safetensors")
    assert not loaded.publish().repeatable
    loaded.reset()
    assert loaded.publish().repeatable
