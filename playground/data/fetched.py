"""Sets of images that are fetched from their publishers when somebody asks for them.

Each is read once a process from the files in `download.folder()`. The checksums are those that
torchvision (datasets/mnist.py) and CIFAR's own page list.
"""

from __future__ import annotations

import tarfile
import threading
import zipfile
from pathlib import Path
from typing import ClassVar

import numpy as np

from playground.data import download, idx
from playground.data.dataset import Split
from playground.data.download import Source
from playground.data.lacking import DataError, MissingDataError
from playground.data.mnist import SHUFFLE, Mnist
from playground.engine.registry import integer, register

MOST = 250_000_000  # bytes of a single array
FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
_read: dict[str, tuple[Split, Split]] = {}
_lock = threading.Lock()


class Fetched(Mnist):
    """What sets have in common that come from the web. `sources`: the files, `home`: their page."""

    sources: ClassVar[tuple[Source, ...]] = ()
    home: ClassVar[str] = ""

    def images(self) -> tuple[Split, Split]:
        """All images, read when first asked for."""
        with _lock:
            if self.name not in _read:
                if download.missing(self.sources):
                    raise MissingDataError(
                        f"{self.title} is not on this machine yet. It can be "
                        "fetched on the Digits page."
                    )
                _read[self.name] = self._split()
            return _read[self.name]

    def _split(self) -> tuple[Split, Split]:
        paths = [download.folder() / source.name for source in self.sources]
        try:
            x, y, test_x, test_y = self.arrays(paths)
        except (ValueError, OSError, KeyError, zipfile.BadZipFile, tarfile.TarError) as error:
            raise DataError(
                f"The files of {self.title} in {paths[0].parent} cannot be read: {error}"
            ) from None
        order = np.random.default_rng(SHUFFLE).permutation(len(x))
        return (
            Split(x[order].reshape(-1, *self.shape), y[order].astype(np.int64)),
            Split(test_x.reshape(-1, *self.shape).copy(), test_y.astype(np.int64)),
        )

    def arrays(self, paths: list[Path]) -> Arrays:
        """Training images and labels, test images and labels, as the files have them."""
        x, y, test_x, test_y = (idx.read(path.read_bytes(), MOST) for path in paths)
        return x, y, test_x, test_y


def _four(
    folder: str, base: str, checksums: tuple[str, ...], sizes: tuple[int, ...]
) -> tuple[Source, ...]:
    return tuple(
        Source(base + name, f"{folder}/{name}", md5, size)
        for name, md5, size in zip(FILES, checksums, sizes, strict=True)
    )


@register("data", "fashion_mnist", "Fashion-MNIST")
class FashionMnist(Fetched):
    """Clothes instead of digits, 28×28 grey pixels: harder, and otherwise like MNIST.

    Xiao, Rasul, Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning
    algorithms" (2017). MIT licence.
    """

    handwriting = False
    turned = True
    labels = (
        "T-shirt",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Boot",
    )
    home = "github.com/zalandoresearch/fashion-mnist"
    sources = _four(
        "fashion-mnist",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        (
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "25c81989df183df01b3e8a0aad5dffbe",
            "bef4ecab320f06d8554ea6380940ec79",
            "bb300cfdad3c16e7a12a480ee83cd310",
        ),
        (26_421_880, 29_515, 4_422_102, 5_148),
    )


@register("data", "kmnist", "Kuzushiji-MNIST")
class Kmnist(Fetched):
    """Ten Japanese characters in the cursive hand of old books, 28×28 grey pixels.

    Clanuwat and others, "Deep learning for classical Japanese literature" (2018). CC BY-SA 4.0.
    """

    labels = ("お", "き", "す", "つ", "な", "は", "ま", "や", "れ", "を")
    home = "codh.rois.ac.jp/kmnist"
    sources = _four(
        "kmnist",
        "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        (
            "bdb82020997e1d708af4cf47b453dcf7",
            "e144d726b3acfaa3e44228e80efcd344",
            "5c965bf0a639b31b8f53240b1b52f4d7",
            "7320c461ea6c1c855c0b718fb2a4b134",
        ),
        (18_165_135, 29_497, 3_041_136, 5_120),
    )


@register("data", "emnist_digits", "EMNIST digits")
class EmnistDigits(Fetched):
    """Four times as many digits as MNIST has, by more writers: 240,000 and 40,000.

    Cohen, Afshar, Tapson, van Schaik, "EMNIST: an extension of MNIST to handwritten letters"
    (2017). The archive holds letters, too; of it only the digits are read.
    """

    counts = (240_000, 40_000)
    samples: int | None = integer(
        None,
        100,
        240_000,
        "How many images to learn from. Empty: all but those for validation.",
        optional=True,
        title="Training images",
    )
    home = "nist.gov/itl/products-and-services/emnist-dataset"
    sources = (
        Source(
            "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
            "emnist/gzip.zip",
            "58c8d27c78d21e728a6bc7b3cc06412e",
            561_753_746,
        ),
    )

    def arrays(self, paths: list[Path]) -> Arrays:
        """The files store each image column by column."""
        with zipfile.ZipFile(paths[0]) as archive:
            x, y, test_x, test_y = (
                idx.read(archive.read(f"gzip/emnist-digits-{split}-{what}-ubyte.gz"), MOST)
                for split in ("train", "test")
                for what in ("images-idx3", "labels-idx1")
            )
        return x.swapaxes(1, 2), y, test_x.swapaxes(1, 2), test_y


@register("data", "cifar10", "CIFAR-10")
class Cifar10(Fetched):
    """Small colour photographs of ten kinds of things, 32×32 pixels: 50,000 and 10,000.

    Krizhevsky, "Learning multiple layers of features from tiny images" (2009).
    """

    labels = (
        "airplane",
        "car",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
    )
    counts = (50_000, 10_000)
    samples: int | None = integer(
        None,
        100,
        50_000,
        "How many images to learn from. Empty: all but those for validation.",
        optional=True,
        title="Training images",
    )
    home = "cs.toronto.edu/~kriz/cifar.html"
    sources = (
        Source(
            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
            "cifar-10/cifar-10-binary.tar.gz",
            "c32a1d4ab5d03f1284b67883e8d87530",
            170_052_171,
        ),
    )

    @property
    def shape(self) -> tuple[int, ...]:
        return (3, 32, 32)

    def arrays(self, paths: list[Path]) -> Arrays:
        """Records of a label and 3,072 bytes: red, green, blue."""
        names, arrays = [*(f"data_batch_{n}.bin" for n in range(1, 6)), "test_batch.bin"], {}
        with tarfile.open(paths[0], "r:gz") as archive:
            for member in archive:
                name = member.name.rpartition("/")[2]
                if name in names and member.isfile() and member.size <= MOST:
                    file = archive.extractfile(member)
                    content = np.frombuffer(file.read() if file else b"", np.uint8)
                    arrays[name] = content.reshape(-1, 3073)
        train, test = np.concatenate([arrays[name] for name in names[:-1]]), arrays[names[-1]]
        return train[:, 1:], train[:, 0], test[:, 1:], test[:, 0]
