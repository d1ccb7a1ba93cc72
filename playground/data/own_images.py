"""The visitor's own images: a ZIP of class folders, an NPZ or CSV file, or two IDX files.

Nothing is unpacked to disk. They are kept as long as the visit that brought them, and no other can
ask for them: here they are only held weakly. An Experiment names them by the checksum of the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from playground.data.dataset import Split
from playground.data.lacking import MissingDataError
from playground.data.mnist import SHUFFLE, Mnist
from playground.data.own_points import NAME
from playground.data.owner import Shelf
from playground.data.picture_bounds import PictureError
from playground.engine.registry import flag, register, text

SIDES = {1: 28, 3: 32}  # channels -> pixels a side: as MNIST, as CIFAR-10
MOST_CLASSES = 50
FEWEST = 2  # images of each class: one to learn from and one to test
TESTED = 0.2  # the share of each class that only tests


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images [N, channels, side, side] of bytes, class numbers [N], what the classes are called.

    key: the checksum of the files. notes: what was done to the images, in words. turned: whether
    dark ink on light paper became bright on dark.
    """

    x: np.ndarray
    y: np.ndarray
    names: tuple[str, ...]
    key: str
    notes: tuple[str, ...] = ()
    turned: bool = False

    @property
    def colour(self) -> bool:
        """Whether they have three channels."""
        return self.x.shape[1] == 3

    def split(self) -> tuple[Split, Split]:
        """For training and for testing: of each class the same share, in one shuffled order."""
        random, tests = np.random.default_rng(SHUFFLE), np.zeros(len(self.y), bool)
        for number in range(len(self.names)):
            of = random.permutation(np.flatnonzero(self.y == number))
            tests[of[: max(1, round(TESTED * len(of)))]] = True
        order = random.permutation(len(self.y))
        parts = order[~tests[order]], order[tests[order]]
        train, test = (Split(self.x[part], self.y[part]) for part in parts)
        return train, test


# By checksum, and whether in colour: a file may be held in grey and in colour at once.
_shelf: Shelf[ImageSet] = Shelf()


def held(key: str, colour: bool) -> ImageSet | None:
    """These images, if whoever asks has brought them."""
    return _shelf.get((key, colour))


def collected(
    x: np.ndarray,
    y: np.ndarray,
    names: tuple[str, ...],
    files: Mapping[str, bytes],
    notes: Sequence[str] = (),
    turned: bool = False,
) -> ImageSet:
    """Check classes and counts, and file the images under the checksum of what they came from."""
    if not 2 <= len(names) <= MOST_CLASSES:
        raise PictureError(
            f"There must be from 2 to {MOST_CLASSES} classes, and there "
            f"{'is' if len(names) == 1 else 'are'} {len(names)}."
        )
    for name in names:
        if not NAME.fullmatch(name):
            raise PictureError(
                f"“{name[:30]}” cannot be a class: take at most 24 letters, digits, "
                "spaces and simple signs."
            )
    counts = np.bincount(y, minlength=len(names))
    if counts.min() < FEWEST:
        few = names[int(counts.argmin())]
        raise PictureError(
            f"At least two images of each class are needed; of “{few}” there is {counts.min()}."
        )
    if x.min() == x.max():
        raise PictureError("All these images are blank.")
    flat = x.reshape(len(x), -1)
    blank = int((flat.min(1) == flat.max(1)).sum())
    if blank:
        notes = [*notes, f"{blank:,} of {len(x):,} images are blank."]
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(files[name])
    images = ImageSet(x, y.astype(np.int64), names, digest.hexdigest()[:32], tuple(notes), turned)
    return _shelf.put((images.key, images.colour), images)


@register("data", "images", "Your images")
class Images(Mnist):
    """Images of your own: a ZIP with a folder for each class, an NPZ, CSV, or two IDX files.

    Grey ones become 28×28 pixels, colours 32×32; a fifth of each class only tests. They stay in
    this visit: `key` only names them, by the checksum of the file.
    """

    key: str = text("The checksum of the file that they came in.", title="Key")
    handwriting = False
    colour: bool = flag(False, "Three channels of 32×32 pixels instead of one of 28×28.")
    names: str = text("What the classes are called, with commas between.", title="Names")
    turned: bool = flag(
        False, "Whether dark ink on light paper was made bright on dark.", title="Turned"
    )

    def check(self) -> None:
        """ValueError where a class has no possible name."""
        names = self.class_names
        if (
            len(set(names)) < len(names)
            or not 2 <= len(names) <= MOST_CLASSES
            or not all(NAME.fullmatch(name) for name in names)
        ):
            raise ValueError("The classes need from 2 to 50 different, simple names.")

    @property
    def shape(self) -> tuple[int, ...]:
        channels = 3 if self.colour else 1
        return (channels, SIDES[channels], SIDES[channels])

    @property
    def counts(self) -> tuple[int, int]:  # type: ignore[override]  # not the class’s: a visit’s
        """As many as the visit holds; none where it does not hold them."""
        images = held(self.key, self.colour)
        return (0 if images is None else len(images.y), 0)

    @property
    def class_names(self) -> tuple[str, ...]:
        """As told; two without a name otherwise."""
        return tuple(self.names.split(",")) if self.names else ("first", "second")

    def images(self) -> tuple[Split, Split]:
        """From the visit that holds them; MissingDataError where none does."""
        images = held(self.key, self.colour)
        if images is None or images.names != self.class_names:
            raise MissingDataError("These images belong to another visit: bring the file again.")
        return images.split()
