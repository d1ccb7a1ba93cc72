"""Sets that come from the web, made small here in the publishers' own formats."""

import io
import tarfile
import zipfile

import numpy as np
import pytest

from playground.data import download, fetched, idx
from playground.data.lacking import DataError
from playground.engine import registry
from playground.experiment import Experiment
from playground.training.run import Run

NAMES = ("fashion_mnist", "kmnist", "emnist_digits", "cifar10")
RANDOM = np.random.default_rng(3)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    monkeypatch.setattr(fetched, "_read", {})


def images(count, *shape):
    return (
        RANDOM.integers(0, 256, (count, *shape), dtype=np.uint8),
        RANDOM.integers(0, 10, count, dtype=np.uint8),
    )


def put(piece, number, content):
    place = download.folder() / piece.sources[number].name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def stored(name, piece):
    """Write a tiny set as its publisher packs it; returns its training and test arrays."""
    if name == "cifar10":
        packed, parts = io.BytesIO(), [images(40, 3, 32, 32) for _ in range(6)]
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            for file, (x, y) in zip(
                [*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"], parts, strict=True
            ):
                record = np.concatenate([y[:, None], x.reshape(40, -1)], 1).tobytes()
                info = tarfile.TarInfo(f"cifar-10-batches-bin/{file}.bin")
                info.size = len(record)
                archive.addfile(info, io.BytesIO(record))
        put(piece, 0, packed.getvalue())
        return tuple(np.concatenate(part) for part in zip(*parts[:5], strict=True)), parts[5]
    train, test = images(300, 28, 28), images(100, 28, 28)
    if name == "emnist_digits":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for split, (x, y) in (("train", train), ("test", test)):
                root = f"gzip/emnist-digits-{split}"
                archive.writestr(f"{root}-images-idx3-ubyte.gz", idx.write(x.swapaxes(1, 2)))
                archive.writestr(f"{root}-labels-idx1-ubyte.gz", idx.write(y))
        put(piece, 0, packed.getvalue())
    else:
        for number, array in enumerate((*train, *test)):
            put(piece, number, idx.write(array))
    return train, test


@pytest.mark.parametrize("name", NAMES)
def test_a_set_that_is_not_here_says_so(name):
    piece = registry.make("data", {"type": name})
    with pytest.raises(ValueError, match="not on this machine yet"):
        piece.load(1)
    assert piece.home and all(len(source.md5) == 32 for source in piece.sources)
    assert download.missing(piece.sources) == list(piece.sources)


@pytest.mark.parametrize("name", NAMES)
def test_its_images_and_labels_arrive_as_published(name):
    piece = registry.make("data", {"type": name, "validation_fraction": 0.1})
    (x, y), (test_x, test_y) = stored(name, piece)
    data = piece.load(1)
    count = len(x)
    assert (len(data.train), len(data.validation)) == (count * 9 // 10, count // 10)
    assert data.train.x.shape[1:] == piece.shape and data.train.x.dtype == np.uint8
    assert np.array_equal(data.test.x, test_x.reshape(-1, *piece.shape))
    assert np.array_equal(data.test.y, test_y) and data.test.y.dtype == np.int64
    both = {
        (a.tobytes(), int(b))
        for part in (data.train, data.validation)
        for a, b in zip(part.x, part.y, strict=True)
    }
    assert both == {(a.tobytes(), int(b)) for a, b in zip(x, y, strict=True)}
    assert data.scale == 1 / 255 and len(set(data.class_names)) == 10


@pytest.mark.parametrize("name", NAMES)
def test_damaged_files_are_named(name):
    piece = registry.make("data", {"type": name})
    for number in range(len(piece.sources)):
        put(piece, number, b"not what it was")
    with pytest.raises(DataError, match=piece.title):
        piece.load(1)


def test_a_run_trains_on_colour_images():
    described = Experiment.preset("mnist_linear").described()
    described["data"] = {"type": "cifar10"}
    experiment = Experiment.model_validate(described).check()
    stored("cifar10", experiment.data.make())
    run = Run(experiment)
    [record] = run.train(epochs=1, callback=lambda record: None)
    assert np.isfinite(record["loss"]) and run.network.plan.input_shape == (3, 32, 32)


@pytest.mark.parametrize(
    "content, why",
    [
        (b"", "no IDX"),
        (b"\0\0\x08\x01\0\0\0\x05abc", "has 3"),
        (b"\0\0\x0d\x01\0\0\0\0", "of bytes"),
        (b"\0\0\x08\x03" + b"\xff" * 12, "are allowed"),
        (b"\0\0\x08\x01\0\0\0\x02abc", "has more"),
        (b"\x1f\x8bnonsense", "damaged"),
        (idx.write(np.zeros(50_000))[:40], "cut short"),
        (idx.write(np.zeros(3_000_000)), "are allowed"),
    ],
)
def test_what_is_no_idx_is_refused(content, why):
    with pytest.raises(ValueError, match=why):
        idx.read(content, 1_000_000)


def test_idx_comes_back_and_is_written_alike_at_any_time(monkeypatch):
    array = RANDOM.integers(0, 256, (3, 4, 5), dtype=np.uint8)
    written = idx.write(array)
    assert np.array_equal(idx.read(written, 1000), array)
    monkeypatch.setattr("time.time", lambda: 1.0)
    assert idx.write(array) == written
