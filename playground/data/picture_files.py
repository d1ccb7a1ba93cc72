"""Reads images from files that a visitor brings, and trusts none of them.

Counts, sizes and ratios are checked before anything is unpacked, and again while it is; formats are
few; an array file holds numbers only (no pickle).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from playground.data import idx
from playground.data.own_images import SIDES, ImagesError, Pictures, made

LARGEST = 50  # MB of all files together, as they are brought
MOST_FILES = 20_000
MOST_BYTES = 300_000_000  # unpacked, of all together
MOST_RATIO = 200  # unpacked to packed, of whatever is larger than this:
SMALL = 100_000
MOST_PIXELS = 16_000_000  # of one image
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
SUFFIXES = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"}


def read(files: Mapping[str, bytes], colour: bool) -> Pictures:
    """Images from the contents of one ZIP or NPZ file, or of two IDX files, by name."""
    if sum(map(len, files.values())) > LARGEST * 1_000_000:
        raise ImagesError(f"That is more than {LARGEST} MB.")
    if len(files) == 1:
        [(name, content)] = files.items()
        if name.lower().endswith(".npz"):
            return _numbered(*arrays_of(content), colour, files)
        if name.lower().endswith(".zip"):
            return _folders(content, colour, files)
    if len(files) == 2:
        return _numbered(*_idx(files), colour, files)
    raise ImagesError("Bring one ZIP file, one NPZ file, or two IDX files: images and labels.")


# ---- a ZIP of class folders ----


def _folders(content: bytes, colour: bool, files: Mapping[str, bytes]) -> Pictures:
    x, folders = folders_of(content, colour)
    names = tuple(sorted(set(folders)))
    return made(x, np.array([names.index(folder) for folder in folders]), names, files)


def folders_of(
    content: bytes, colour: bool, most: int | None = None
) -> tuple[np.ndarray, list[str]]:
    """The images of a ZIP, uint8 [N, channels, side, side], and the folder that each lies in.

    most: images; ImagesError says what is wrong with the file.
    """
    with _opened(content) as archive:
        entries = [entry for entry in archive.infolist() if _counts(entry)]
        _check(entries, most or MOST_FILES)
        if not entries:
            raise ImagesError(
                "There is no image in a folder in this ZIP. Each class needs a "
                "folder of its own, with PNG or JPEG images in it."
            )
        x = np.stack(
            [_image(_unpacked(archive, entry), entry.filename, colour) for entry in entries]
        )
    return x, [PurePosixPath(entry.filename).parent.name for entry in entries]


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise ImagesError("This ZIP file cannot be read: it is damaged, or no ZIP file.") from None


def _counts(entry: zipfile.ZipInfo) -> bool:
    """Whether it is an image in a folder, and nothing that a system put there for itself."""
    path = PurePosixPath(entry.filename)
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in path.parts)
    return (
        not entry.is_dir()
        and not hidden
        and len(path.parts) > 1
        and path.suffix.lower() in SUFFIXES
    )


def _check(entries: list[zipfile.ZipInfo], most: int) -> None:
    """Refuse what would be too many, too large, or a bomb, by what the archive says of itself."""
    if len(entries) > most:
        raise ImagesError(f"There are {len(entries):,} images; {most:,} are allowed.")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise ImagesError(f"Unpacked it is more than {MOST_BYTES / 1e6:.0f} MB.")
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise ImagesError(f"“{entry.filename[:60]}” points outside of the archive.")
        if entry.flag_bits & 1:
            raise ImagesError("This ZIP file is locked with a password.")
        if entry.file_size > max(SMALL, MOST_RATIO * entry.compress_size):
            raise ImagesError(
                f"“{entry.filename[:60]}” unpacks to more than {MOST_RATIO} times "
                "its size, as no image does."
            )


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """No more than was announced."""
    try:
        with archive.open(entry) as file:
            content = file.read(entry.file_size + 1)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise ImagesError(f"“{entry.filename[:60]}” cannot be unpacked: {error}.") from None
    except Exception as error:  # zlib, lzma and bz2 have errors of their own
        raise ImagesError(f"“{entry.filename[:60]}” is damaged: {error}.") from None
    if len(content) > entry.file_size:
        raise ImagesError(f"“{entry.filename[:60]}” is larger than the archive says.")
    return content


def _image(content: bytes, name: str, colour: bool) -> np.ndarray:
    """One image as bytes [channels, side, side]."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ImagesError(
                    f"“{name[:60]}” has {image.width * image.height:,} pixels; "
                    f"{MOST_PIXELS:,} are allowed."
                )
            return _squared(ImageOps.exif_transpose(image), colour)
    except ImagesError:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        Image.DecompressionBombError,
    ) as error:
        raise ImagesError(f"“{name[:60]}” cannot be read as an image: {error}.") from None


def _squared(image: Image.Image, colour: bool) -> np.ndarray:
    """Scaled to fit the square, in its middle: black around it, white behind what is clear."""
    channels, mode = (3, "RGB") if colour else (1, "L")
    side = SIDES[channels]
    if "A" in image.getbands() or "transparency" in image.info:
        clear = image.convert("RGBA")
        image = Image.new("RGBA", clear.size, "white")
        image.alpha_composite(clear)
    padded = ImageOps.pad(image.convert(mode), (side, side), Image.Resampling.BOX)
    return np.asarray(padded, np.uint8).reshape(side, side, channels).transpose(2, 0, 1)


# ---- arrays ----


def arrays_of(content: bytes) -> tuple[np.ndarray, np.ndarray]:
    """The arrays x and y, or images and labels, of an NPZ file."""
    with _opened(content) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
            raise ImagesError(f"Unpacked it is more than {MOST_BYTES / 1e6:.0f} MB.")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            for x, y in (("x", "y"), ("images", "labels"), ("x_train", "y_train")):
                if x in arrays and y in arrays:
                    return arrays[x], arrays[y]
            found = ", ".join(arrays.files[:5]) or "nothing"
    except Exception as error:  # NumPy raises many kinds for a file that is none
        raise ImagesError(f"This NPZ file cannot be read: {error}") from None
    raise ImagesError(
        f"An NPZ file needs the arrays x and y (or images and labels); there is {found}."
    )


def _idx(files: Mapping[str, bytes]) -> tuple[np.ndarray, np.ndarray]:
    """The one with more axes holds the images."""
    found = []
    for name, content in files.items():
        try:
            found.append(idx.read(content, MOST_BYTES))
        except ValueError as error:
            raise ImagesError(f"“{name[:60]}” cannot be read: {error}") from None
    y, x = sorted(found, key=lambda array: array.ndim)
    return x, y


def _numbered(x: np.ndarray, y: np.ndarray, colour: bool, files: Mapping[str, bytes]) -> Pictures:
    """Arrays of images and of whole numbers, of which each is a class."""
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1 or x.ndim not in (3, 4) or len(x) != len(y) or y.dtype.kind not in "iu":
        raise ImagesError(
            "The images must be [N, height, width] or [N, height, width, 3], and the "
            "labels as many whole numbers; they are "
            f"{list(x.shape)} and {list(y.shape)}."
        )
    if len(x) > 5 * MOST_FILES or min(x.shape) < 1 or x[0].size > MOST_PIXELS:
        raise ImagesError(
            f"These are {len(x):,} images of {list(x.shape[1:])} numbers: too many, "
            "too large, or empty."
        )
    if x.ndim == 4 and x.shape[1] in (1, 3) and x.shape[3] not in (1, 3):
        x = x.transpose(0, 2, 3, 1)
    if x.ndim == 4 and x.shape[3] not in (1, 3):
        raise ImagesError(f"Images have one channel or three, and these {x.shape[3]}.")
    if x.dtype.kind == "f":
        if not np.isfinite(x).all() or x.min() < 0:
            raise ImagesError("Pixels are numbers from 0 to 1, or from 0 to 255.")
        x = (x * (255 if x.max() <= 1 else 1)).clip(0, 255)
    elif x.dtype.kind not in "iub" or x.min() < 0 or x.max() > 255:
        raise ImagesError("Pixels are numbers from 0 to 1, or from 0 to 255.")
    x = x.astype(np.uint8).reshape(len(x), *x.shape[1:3], -1)
    kinds, numbers = np.unique(y, return_inverse=True)
    single = x.shape[3] == 1
    if x.shape[1:] == ((32, 32, 3) if colour else (28, 28, 1)):
        return made(x.transpose(0, 3, 1, 2).copy(), numbers, tuple(map(str, kinds)), files)
    images = [_squared(Image.fromarray(one[..., 0] if single else one), colour) for one in x]
    return made(np.stack(images), numbers, tuple(map(str, kinds)), files)
