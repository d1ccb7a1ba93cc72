"""Sets of images that a visitor brings: a ZIP of folders, an NPZ file, two IDX files, a CSV file.

Counts, shapes and types are judged before anything is unpacked, and the work of unpacking is
bounded: cheap files cannot be dear to read.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from playground.data import archives, idx, npz, pictures, pixel_tables, pixels
from playground.data.own_images import SIDES, ImageSet, collected
from playground.data.picture_bounds import PictureError
from playground.data.values import Values, words_of

LARGEST = 50  # MB of all files together, as they are brought
MOST_BYTES = 60_000_000  # of the images as they are kept, and of an IDX file unpacked
MOST_WORK = 200_000_000  # bytes of pictures that are decoded
EACH = 20_000  # of them for opening any picture
LABELS = 20_000_000  # bytes of labels
INK_ON_PAPER = 0.9  # of the images show dark ink on light paper: then all are turned


def read(files: Mapping[str, bytes], colour: bool) -> ImageSet:
    """Images from the contents of one ZIP, NPZ or CSV file, or of two IDX files, by name."""
    if sum(map(len, files.values())) > LARGEST * 1_000_000:
        raise PictureError(f"That is more than {LARGEST} MB.")
    names = [name.lower() for name in files]
    contents = list(files.values())
    if len(files) == 1 and names[0].endswith(".npz"):
        x, words, notes = _arrays(contents[0], colour)
    elif len(files) == 1 and names[0].endswith(".zip"):
        x, words, notes = folders_of(contents[0], colour)
    elif len(files) == 2:
        x, words, notes = _idx(files, colour)
    elif len(files) == 1 and pixel_tables.is_pixels(contents[0]):
        x, words, notes = _rows(contents[0], colour)
    else:
        raise PictureError(
            "Bring one ZIP file, one NPZ file, two IDX files (images and labels), or a CSV file "
            "with a label and the pixels of a square in each row."
        )
    turned = not colour and float(pixels.ink_on_paper(x).mean()) >= INK_ON_PAPER
    if turned:
        x = 255 - x
        notes.append("Dark ink on light paper was turned to bright on dark, as in MNIST.")
    classes = sorted(set(words), key=_order)
    place = {name: number for number, name in enumerate(classes)}
    y = np.array([place[word] for word in words], np.int64)
    return collected(x, y, tuple(classes), files, notes, turned)


def _order(word: str) -> tuple[bool, int, str]:
    """Numbers by size, then words."""
    number = re.fullmatch(r"-?\d{1,24}", word)
    return number is None, int(word) if number else 0, word


# ---- a ZIP of class folders ----


def folders_of(
    content: bytes, colour: bool, most: int | None = None
) -> tuple[np.ndarray, list[str], list[str]]:
    """The images of a ZIP, uint8 [N, channels, side, side], the folder of each, and notes.

    most: images; PictureError says what is wrong with the file.
    """
    with archives.opened(content) as archive:
        chosen = [entry for entry in archives.entries(archive) if _is_image(entry)]
        if not chosen:
            raise PictureError(
                "There is no image in a folder in this ZIP. Each class needs a folder of its own, "
                "with PNG or JPEG images in it."
            )
        most = most or MOST_WORK // EACH
        if len(chosen) > most:
            raise PictureError(f"There are {len(chosen):,} images; {most:,} are allowed.")
        archives.check_sizes(chosen, npz.MOST_BYTES)
        x, notes = _pictures(archive, chosen, colour)
    return x, [entry.path.parent.name for entry in chosen], notes


def _is_image(entry: archives.Entry) -> bool:
    """Whether it is a picture in a folder."""
    ending = entry.path.suffix.lower().removeprefix(".")
    return len(entry.path.parts) > 1 and ending in pictures.ENDINGS


def _pictures(
    archive: zipfile.ZipFile, chosen: Sequence[archives.Entry], colour: bool
) -> tuple[np.ndarray, list[str]]:
    """Decode them one by one; all deeper than 8 bits share one white."""
    channels = 3 if colour else 1
    side = SIDES[channels]
    x = np.zeros((len(chosen), channels, side, side), np.uint8)
    deep: dict[int, np.ndarray] = {}
    notes: dict[str, None] = {}
    left = float(MOST_WORK)

    def spend(work: float) -> None:
        nonlocal left
        left -= work + EACH
        if left < 0:
            raise PictureError("All together have too many pixels to read. Make them smaller.")

    for number, entry in enumerate(chosen):
        content = archives.unpacked(archive, entry)
        try:
            image, more = pictures.decoded(content, side, spend)
        except PictureError as error:
            raise PictureError(f"{entry.words}: {error}") from None
        notes.update(dict.fromkeys(more))
        if image.mode == "F":
            deep[number] = pixels.squared(np.asarray(image)[None, ..., None], side)[0]
            continue
        array = np.asarray(image.convert("RGB" if colour else "L"))
        x[number] = pixels.squared(array.reshape(1, *array.shape[:2], channels), side)[0]
    if deep:
        top = pixels.full_scale(max(float(image.max()) for image in deep.values()))
        notes[f"More than 8 bits: {top:,.0f} is white."] = None
        for number, values in deep.items():
            x[number] = pixels.as_bytes(values, top)
    return x, list(notes)


# ---- arrays ----


def _arrays(content: bytes, colour: bool) -> tuple[np.ndarray, list[str], list[str]]:
    """The images and labels of an NPZ file."""
    with archives.opened(content) as archive:
        images, labels = npz.pair(npz.headers(archive))
        if labels.size > LABELS:
            raise PictureError(f"The labels have {labels.size / 1e6:,.0f} MB: that is too much.")
        if not images.shape or not labels.shape or images.shape[0] != labels.shape[0]:
            raise PictureError(
                "There must be as many labels as images; the arrays are "
                f"{list(images.shape)} and {list(labels.shape)}."
            )
        words = words_of(npz.whole(archive, labels))
        values = Values(images.dtype)
        _check_shape(images.shape, colour)
        for part in npz.parts(archive, images):
            values.see(part)
        x, notes = _scaled(npz.parts(archive, images), images.shape, values, colour)
        if (images.name, labels.name) not in npz.PAIRS:
            taken = f"“{images.name[:30]}” and “{labels.name[:30]}”"
            notes = [*notes, f"The arrays {taken} were taken for images and labels."]
    return x, words, notes


def _rows(content: bytes, colour: bool) -> tuple[np.ndarray, list[str], list[str]]:
    """The images and labels of a table with the pixels of an image in each row."""
    x, labels = pixel_tables.read(content)
    _check_shape(x.shape, colour)
    values = Values(x.dtype)
    values.see(x)
    images, notes = _scaled([x], x.shape, values, colour)
    return images, words_of(labels), notes


def arrays_of(content: bytes) -> tuple[np.ndarray, np.ndarray]:
    """The arrays of images and labels of an NPZ file, as they are."""
    with archives.opened(content) as archive:
        pair = npz.pair(npz.headers(archive))
        if sum(header.size for header in pair) > MOST_BYTES:
            raise PictureError(f"Unpacked it is more than {MOST_BYTES / 1e6:.0f} MB.")
        images, labels = (npz.whole(archive, header) for header in pair)
    return images, labels


def _idx(files: Mapping[str, bytes], colour: bool) -> tuple[np.ndarray, list[str], list[str]]:
    """The one with more axes holds the images."""
    arrays = []
    for name, content in files.items():
        try:
            arrays.append(idx.read(content, MOST_BYTES))
        except ValueError as error:
            raise PictureError(f"“{name[:60]}” cannot be read: {error}") from None
    y, x = sorted(arrays, key=lambda array: array.ndim)
    if len(x) != len(y):
        raise PictureError(f"There are {len(x):,} images and {len(y):,} labels.")
    _check_shape(x.shape, colour)
    values = Values(x.dtype)
    values.see(x)
    count = max(1, npz.PART // (x.size // len(x)))
    parts = (x[start : start + count] for start in range(0, len(x), count))
    square = x[:, None] if x.shape[1:] == (SIDES[1], SIDES[1]) and not colour else None
    images, notes = _scaled(parts, x.shape, values, colour, into=square)
    return images, words_of(y), notes


def _layout(shape: tuple[int, ...]) -> tuple[int, int, int, bool] | None:
    """Height, width and channels of one image, and whether its channels come first."""
    if len(shape) == 3:
        return shape[1], shape[2], 1, False
    if len(shape) == 4 and shape[3] in (1, 3):
        return shape[1], shape[2], shape[3], False
    if len(shape) == 4 and shape[1] in (1, 3):
        return shape[2], shape[3], shape[1], True
    if len(shape) == 2:  # rows of pixels: squares, as scikit-learn and CIFAR have them
        for channels in (1, 3):
            side = round((shape[1] / channels) ** 0.5)
            if side > 3 and channels * side * side == shape[1]:
                return side, side, channels, True
    return None


def _check_shape(shape: tuple[int, ...], colour: bool) -> None:
    """PictureError where they are no images, or too many."""
    layout = _layout(shape)
    if layout is None:
        raise PictureError(
            "The images must be [N, height, width] or [N, height, width, 3]; they are "
            f"{list(shape)}."
        )
    side = SIDES[3 if colour else 1]
    numbers = shape[0] * (3 if colour else 1) * side * side
    if min(shape) < 1 or numbers > MOST_BYTES:
        raise PictureError(
            f"These are {shape[0]:,} images of {list(shape[1:])} numbers: too many, or empty."
        )


def _scaled(
    parts: Iterable[np.ndarray],
    shape: tuple[int, ...],
    values: Values,
    colour: bool,
    into: np.ndarray | None = None,
) -> tuple[np.ndarray, list[str]]:
    """All images as bytes of the size we learn from: uint8 [N, channels, side, side].

    into: where they are written; it may be where they are read, if their size is right.
    """
    layout = _layout(shape)
    assert layout is not None  # _check_shape has seen to it
    height, width, channels, first = layout
    side = SIDES[3 if colour else 1]
    x = np.zeros((shape[0], 3 if colour else 1, side, side), np.uint8) if into is None else into
    at = 0
    for part in parts:
        part = values.as_bytes(part)
        if first:
            part = part.reshape(-1, channels, height, width).transpose(0, 2, 3, 1)
        part = part.reshape(-1, height, width, channels)
        if channels == 3 and not colour:
            part = pixels.luminance(part)
        x[at : at + len(part)] = pixels.squared(part, side)
        at += len(part)
    return x, values.notes
