"""MNIST: 70,000 handwritten digits, as published by Yann LeCun and Corinna Cortes.

The four IDX files lie, packed, in assets/mnist. They are read once a process; every data set made
from them is a view of the same arrays, which nobody can write to.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import threading
import zlib
from pathlib import Path
from typing import ClassVar

import numpy as np

from playground.data.dataset import Data, DataSet, Split
from playground.data.lacking import DataError
from playground.engine.registry import integer, real, register

FOLDER = Path(__file__).parents[2] / "assets" / "data" / "mnist"
FILES = {  # name: (MD5 of the unpacked file, bytes before the data, shape)
    "train-images-idx3-ubyte": ("6bbc9ace898e44ae57da46a324031adb", 16, (60_000, 1, 28, 28)),
    "train-labels-idx1-ubyte": ("a25bea736e30d166cdddb491f175f624", 8, (60_000,)),
    "t10k-images-idx3-ubyte": ("2646ac647ad5339dbf082846283269ea", 16, (10_000, 1, 28, 28)),
    "t10k-labels-idx1-ubyte": ("27ae3e4e09519cfbb04c329615203637", 8, (10_000,)),
}
SHUFFLE = 1998  # seed of the one order in which the training images are dealt
_lock = threading.Lock()


def read(name: str, folder: Path = FOLDER) -> np.ndarray:
    """Unpack one file and check that it is the original, byte for byte."""
    checksum, header, shape = FILES[name]
    path = folder / f"{name}.gz"
    size = header + int(np.prod(shape))
    try:
        with gzip.open(path) as file:
            content = file.read(size + 1)  # one more than right: a longer file is not the original
    except FileNotFoundError:
        raise DataError(f"MNIST's file {path} is missing.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"MNIST's file {path} cannot be read: {error}.") from None
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != checksum:
        raise DataError(f"MNIST's file {path} is damaged: its checksum is not the original's.")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


@functools.cache
def _load() -> tuple[np.ndarray, ...]:
    order = np.random.default_rng(SHUFFLE).permutation(60_000)
    images, labels, test_images, test_labels = (read(name) for name in FILES)
    return images[order], labels[order].astype(np.int64), test_images, test_labels.astype(np.int64)


def load() -> tuple[Split, Split]:
    """The 60,000 training images, shuffled once for all, and the 10,000 test images."""
    with _lock:
        images, labels, test_images, test_labels = _load()
    return Split(images, labels), Split(test_images, test_labels)


@register("data", "mnist", "MNIST digits")
class Mnist(DataSet):
    """Handwritten digits, 28×28 grey pixels each: 60,000 to learn from and 10,000 to test.

    LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition"
    (1998). The training images are shuffled once, the same way for every seed; the first
    `samples` of them train and the last `validation_fraction` validate, as far as they are not
    used for training. The test images are always the same 10,000.
    """

    labels = tuple("0123456789")
    counts: ClassVar[tuple[int, int]] = (60_000, 10_000)  # known ones, and those that only test
    handwriting = True
    samples: int | None = integer(
        None,
        100,
        60_000,
        "How many images to learn from. Empty: all but those for validation.",
        optional=True,
        title="Training images",
    )
    validation_fraction: float = real(
        1 / 12,
        0.0,
        0.5,
        "The share of the 60,000 images kept aside to choose settings by, so "
        "that the test images stay unseen.",
        title="Share for validation",
    )

    @property
    def shape(self) -> tuple[int, ...]:
        return (1, 28, 28)

    @property
    def sizes(self) -> tuple[int, int]:
        known, test = self.counts
        aside = round(known * self.validation_fraction)
        used = min(self.samples or known - aside, known)
        return used, min(aside, known - used) + test

    def images(self) -> tuple[Split, Split]:
        """All training images, shuffled, and all test images."""
        return load()

    def without(self) -> Data:
        """Bytes, of this shape and these classes."""
        empty = Split(np.zeros((0, *self.shape), np.uint8), np.zeros(0, np.int64))
        return self.data(empty, empty, empty, scale=1 / 255)

    def load(self, seed: int) -> Data:
        """Views of the shared arrays; the same ones whatever the seed."""
        known, test = self.images()
        aside = round(len(known) * self.validation_fraction)
        used = self.samples or len(known) - aside
        start = max(used, len(known) - aside)
        return self.data(
            Split(known.x[:used], known.y[:used]),
            Split(known.x[start:], known.y[start:]),
            test,
            scale=1 / 255,
        )
