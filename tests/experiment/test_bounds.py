"""How large an Experiment may be, and what it costs to find that out."""

import tracemalloc

import pytest

from playground import Experiment, Run
from playground.engine import Training, registry
from playground.engine.builder import Builder
from playground.experiment import LinkError, ValidationError, bounds, edits, explain

FLATTEN = {"type": "flatten"}
AVERAGE = {"type": "global_avg_pool2d"}
TEN = {"type": "dense", "units": 10}
MNIST = Experiment.preset("mnist_linear")
BYTES = 2_000_000  # that any text may take before it is refused


def up(size):
    return {"type": "up_sampling2d", "size": size}


def conv(filters, size, **options):
    return {"type": "conv2d", "filters": filters, "kernel_size": size, **options}


def recurrent(kind, steps, **options):
    return [{"type": "reshape", "shape": [steps, 784 // steps]}, {"type": kind, **options}]


SMALL_POOL = {"type": "max_pool2d", "pool_size": 3, "stride": 2}
LARGE_POOL = {"type": "max_pool2d", "pool_size": 31, "stride": 1, "padding": 15}
DEEP_GRU = {"type": "gru", "units": 4, "num_layers": 8}
TOO_LARGE = {  # layers, batch, a word of the refusal
    "upsampled twice": ([up(16), up(16), SMALL_POOL, AVERAGE, TEN], 1, "million numbers"),
    "upsampled three times": ([up(16)] * 3 + [SMALL_POOL, AVERAGE, TEN], 1, "million numbers"),
    "upsampled once": ([up(16), AVERAGE, TEN], 1, "minutes"),
    "a long memory": (
        [conv(8, 3, padding=1), {"type": "reshape", "shape": [6272, 1]}, DEEP_GRU, TEN],
        64,
        "operations",
    ),
    "both ways": (
        [*recurrent("lstm", 784, units=2, num_layers=8, bidirectional=True), TEN],
        64,
        "operations",
    ),
    "wide windows": ([conv(40, 31, padding=15), FLATTEN, TEN], 16, "minutes"),
    "wide squares": ([up(8), LARGE_POOL, AVERAGE, TEN], 16, "minutes"),
    "spread windows": ([up(4), conv(8, 31, padding=30, dilation=4), AVERAGE, TEN], 1, "million"),
    "wide border": ([conv(64, 3, padding=30)] * 8 + [AVERAGE, TEN], 16, "million numbers"),
    "stamped": (
        [{"type": "conv2d_transpose", "kernel_size": 31, "stride": 16}, AVERAGE, TEN],
        64,
        "million numbers",
    ),
    "many blocks": ([{"type": "residual", "filters": 64}] * 62 + [AVERAGE, TEN], 64, "million"),
    "many branches": ([{"type": "inception"}] * 62 + [AVERAGE, TEN], 64, "million numbers"),
    "wide rows": ([FLATTEN] + [{"type": "dense", "units": 1024}] * 20 + [TEN], 4096, "million"),
    "row by row": ([FLATTEN] + [{"type": "dense", "units": 1024}] * 3 + [TEN], 1, "larger batch"),
}


@pytest.fixture
def nothing_is_built(monkeypatch):
    """Whoever lays out a program while this stands has built what should be refused."""

    def built(*_):
        raise AssertionError("an operation was laid out")

    for verb in ("op", "table", "tensor"):
        monkeypatch.setattr(Builder, verb, built)


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_large_stack_is_refused_before_anything_is_built(name, nothing_is_built):
    layers, batch, words = TOO_LARGE[name]
    link = MNIST.changed(layers=layers, batch_size=batch).to_link()
    tracemalloc.start()
    try:
        with pytest.raises(LinkError, match=words):
            Experiment.from_link(link)
        opened = Experiment.from_link(link, check=False)
        assert edits.problem(opened) or edits.refusal(opened)
        assert tracemalloc.get_traced_memory()[1] < BYTES
    finally:
        tracemalloc.stop()


def test_the_refusal_names_the_layer_and_what_to_make_smaller():
    with pytest.raises(ValidationError) as caught:
        MNIST.changed(layers=[up(16), AVERAGE, TEN], batch_size=1).check()
    sentence = explain(caught.value)
    assert "layer 1 (Upsampling)" in sentence and "fewer samples" in sentence
    data = {"type": "mnist", "samples": 100, "validation_fraction": 0.0}
    MNIST.changed(layers=[up(8), AVERAGE, TEN], batch_size=16, data=data).check()


@pytest.mark.parametrize("name", Experiment.presets())
def test_presets_are_far_from_the_bounds(name):
    experiment = Experiment.preset(name)
    assert bounds.numbers_in_memory(experiment) < bounds.MOST_NUMBERS / 3
    assert edits.problem(experiment) is None


def test_large_batches_of_small_networks_are_welcome():
    Experiment.preset("lenet5").changed(batch_size=4096).check()


def test_blocks_are_counted_with_what_they_hide():
    blocks = [{"type": "residual", "filters": 16}] * 6
    data = {"type": "mnist", "samples": 100, "validation_fraction": 0.0}
    experiment = MNIST.changed(layers=[*blocks, AVERAGE, TEN], data=data)
    with pytest.raises(ValidationError, match="million numbers"):
        experiment.changed(batch_size=512).check()
    experiment.changed(batch_size=8).check()


NETS = {
    "dense": [FLATTEN, {"type": "dense", "units": 900}, {"type": "dense", "units": 500}, TEN],
    "residual": [conv(8, 3), {"type": "residual", "filters": 8}, FLATTEN, TEN],
    "lstm": [*recurrent("lstm", 28, units=24), TEN],
}


@pytest.mark.parametrize("name", NETS)
def test_memory_is_told_before_it_is_taken(name):
    experiment = MNIST.changed(layers=NETS[name], batch_size=128)
    run = Run(experiment.changed(data={"type": "mnist", "samples": 200}))
    x, y = run.data.train.x[:128], run.data.train.y[:128]
    adam = registry.make("optimizer", {"type": "adam"})
    training = Training(run.network, x, y, adam, batch_size=128)
    training.train(1)
    training.parallel = True
    training.train(1)
    taken = (training.memory_bytes() + run.network.flat.nbytes) / 4
    assert 0.9 < bounds.numbers_in_memory(experiment) / taken < 2


SAMPLES = [
    {"type": "mnist"},
    {"type": "mnist", "samples": 300},
    {"type": "mnist", "validation_fraction": 0.4},
    {"type": "mnist", "samples": 60_000, "validation_fraction": 0.4},
    {"type": "spiral", "samples": 200},
    {"type": "sine"},
    {"type": "points"},
]


@pytest.mark.parametrize("options", SAMPLES, ids=str)
def test_samples_are_counted_before_they_are_loaded(options):
    piece = registry.make("data", options)
    data = piece.load(1)
    sizes = len(data.train), len(data.validation) + len(data.test)
    assert all(loaded <= said for loaded, said in zip(sizes, piece.sizes, strict=True))
    assert options["type"] != "mnist" or sizes == piece.sizes
