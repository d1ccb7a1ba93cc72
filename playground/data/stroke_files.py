"""One's own drawings with their labels, as files: an NPZ file, or a ZIP of PNG images.

In the NPZ file `images` is uint8 [N, 28, 28], white ink on black as in MNIST, and `labels` int64
[N]; in the ZIP every digit has a folder. Both come back from strangers: limits hold, and array
files hold numbers only (no pickle).
"""

from __future__ import annotations

import io
import zipfile

import numpy as np
from PIL import Image

from playground.data.image_files import arrays_of, folders_of
from playground.data.picture_bounds import PictureError
from playground.data.strokes import SIDE

MOST = 500  # drawings
LARGEST = 5  # MB of a file


def to_npz(images: np.ndarray, labels: np.ndarray) -> bytes:
    """`numpy.load` gives the arrays back."""
    file = io.BytesIO()
    np.savez_compressed(file, images=images, labels=labels)
    return file.getvalue()


def to_zip(images: np.ndarray, labels: np.ndarray) -> bytes:
    """A PNG image each, in the folder of its digit: 7/0012.png."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, (image, label) in enumerate(zip(images, labels, strict=True)):
            png = io.BytesIO()
            Image.fromarray(image).save(png, "PNG")
            archive.writestr(f"{label}/{number:04}.png", png.getvalue())
    return file.getvalue()


def read(name: str, content: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 [N, 28, 28] and labels int64 [N] of a file; PictureError says what is wrong."""
    if len(content) > LARGEST * 1_000_000:
        raise PictureError(f"That is more than {LARGEST} MB.")
    if name.lower().endswith(".npz"):
        images, labels = arrays_of(content)
        return _checked(images, labels)
    if name.lower().endswith(".zip"):
        images, folders, _ = folders_of(content, colour=False, most=MOST)
        for folder in folders:
            if folder not in tuple("0123456789"):
                raise PictureError(
                    f"“{folder[:30]}” is no digit: the folders must be called 0 to 9."
                )
        return _checked(images, np.array(folders, np.int64))
    raise PictureError("Bring an NPZ file or a ZIP file, as they are downloaded here.")


def _checked(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if images.ndim == 4 and images.shape[1] == 1:
        images = images[:, 0]
    if images.dtype != np.uint8 or images.shape[1:] != (SIDE, SIDE):
        raise PictureError(
            f"The images must be bytes [N, {SIDE}, {SIDE}]; they are "
            f"{images.dtype} {list(images.shape)}."
        )
    if labels.shape != (len(images),) or labels.dtype.kind not in "iu":
        raise PictureError(
            "There must be as many labels as images, whole numbers; they are "
            f"{labels.dtype} {list(labels.shape)}, for {len(images):,} images."
        )
    if not 1 <= len(images) <= MOST:
        raise PictureError(f"There are {len(images):,} drawings; from 1 to {MOST} can be kept.")
    if labels.min() < 0 or labels.max() > 9:
        raise PictureError(
            f"The labels must be digits from 0 to 9; they go from {labels.min()} to {labels.max()}."
        )
    if not images.reshape(len(images), -1).any(1).all():
        raise PictureError("One of the images is empty: nothing is drawn on it.")
    return images.copy(), labels.astype(np.int64)
