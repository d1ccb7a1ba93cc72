import gzip
import shutil
import threading

import numpy as np
import pytest

from playground.data import mnist
from playground.engine import registry


def load(**options):
    return registry.make("data", {"type": "mnist", **options}).load(1)


def test_it_is_whole():
    data = load()
    assert data.train.x.shape == (55_000, 1, 28, 28) and data.train.x.dtype == np.uint8
    assert len(data.validation) == 5_000 and len(data.test) == 10_000
    assert data.scale == 1 / 255 and data.classes == 10 and data.class_names[7] == "7"
    # Counts of each digit as published.
    assert np.bincount(data.test.y).tolist() == [
        980,
        1135,
        1032,
        1010,
        982,
        892,
        958,
        1028,
        974,
        1009,
    ]
    known = np.concatenate([data.train.y, data.validation.y])
    assert np.bincount(known).tolist() == [
        5923,
        6742,
        5958,
        6131,
        5842,
        5421,
        5918,
        6265,
        5851,
        5949,
    ]
    assert data.test.y[:5].tolist() == [7, 2, 1, 0, 4]


def digests(images):
    return {image.tobytes() for image in images}


def test_the_splits_are_disjoint_and_are_all_of_it():
    data = load()
    train, validation, test = (digests(s.x) for s in (data.train, data.validation, data.test))
    # MNIST holds no image twice, so sets of images tell samples apart.
    assert len(train) + len(validation) + len(test) == 70_000
    assert not train & validation and not train & test and not validation & test


def test_images_and_labels_belong_together():
    """The shuffle moves both: mean images of a class look like those of the original order."""
    images, labels = mnist.read("train-images-idx3-ubyte"), mnist.read("train-labels-idx1-ubyte")
    data = load(validation_fraction=0.0)
    assert not np.array_equal(labels, data.train.y)
    for digit in range(10):
        assert np.allclose(
            images[labels == digit].mean(0), data.train.x[data.train.y == digit].mean(0)
        )


@pytest.mark.parametrize(
    ("options", "train", "validation"),
    [
        ({}, 55_000, 5_000),
        ({"samples": 1000}, 1000, 5_000),
        ({"samples": 60_000}, 60_000, 0),
        ({"samples": 58_000}, 58_000, 2_000),
        ({"validation_fraction": 0.5}, 30_000, 30_000),
        ({"validation_fraction": 0.0}, 60_000, 0),
    ],
)
def test_sizes_of_the_splits(options, train, validation):
    data = load(**options)
    assert (len(data.train), len(data.validation), len(data.test)) == (train, validation, 10_000)


def test_every_data_set_is_a_view_of_the_same_read_only_arrays():
    one, other = load(), load(samples=500)
    assert np.shares_memory(one.train.x, other.train.x)
    assert np.shares_memory(one.test.x, other.test.x)
    for array in (one.train.x, one.train.y, one.test.x, one.test.y, one.validation.x):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_many_threads_load_it_once(monkeypatch):
    reads = []
    real = mnist.read
    monkeypatch.setattr(mnist, "read", lambda name: reads.append(name) or real(name))
    mnist._load.cache_clear()
    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reads) == sorted(mnist.FILES)


@pytest.fixture
def copy(tmp_path):
    name = "t10k-labels-idx1-ubyte"
    shutil.copy(mnist.FOLDER / f"{name}.gz", tmp_path)
    return tmp_path / f"{name}.gz", name


def test_the_copy_reads(copy):
    path, name = copy
    assert mnist.read(name, path.parent).shape == (10_000,)


def test_a_missing_file_is_named(copy):
    path, name = copy
    path.unlink()
    with pytest.raises(mnist.DataError, match=f"{name}.gz is missing"):
        mnist.read(name, path.parent)


@pytest.mark.parametrize("damage", ["cut", "no gzip", "one bit", "longer", "empty"])
def test_a_damaged_file_is_named(copy, damage):
    path, name = copy
    content = gzip.decompress(path.read_bytes())
    flipped = bytearray(content)
    flipped[100] ^= 1
    path.write_bytes(
        {
            "cut": path.read_bytes()[:1000],
            "no gzip": b"hello",
            "empty": b"",
            "one bit": gzip.compress(bytes(flipped)),
            "longer": gzip.compress(content + b"\0" * 10**7),
        }[damage]
    )
    with pytest.raises(mnist.DataError, match=f"{name}.gz (cannot be read|is damaged)"):
        mnist.read(name, path.parent)
