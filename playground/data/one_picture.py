"""One picture that a visitor brings, in grey, and no larger than it can be looked at by hand."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from playground.data.own_images import ImagesError
from playground.data.picture_files import MOST_PIXELS

LARGEST = 5  # MB of the file
MOST, LEAST = 128, 3  # pixels of a side
FORMATS = ("PNG", "JPEG")


def read(content: bytes) -> np.ndarray:
    """uint8 [height, width] with its longer side at most `MOST`; ImagesError says what is wrong."""
    if len(content) > LARGEST * 1_000_000:
        raise ImagesError(f"That file is larger than {LARGEST} MB.")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ImagesError(
                    f"This picture has {image.width * image.height:,} pixels; "
                    f"{MOST_PIXELS:,} are allowed."
                )
            grey = _on_white(ImageOps.exif_transpose(image)).convert("L")
    except ImagesError:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        Image.DecompressionBombError,
    ):
        raise ImagesError("This file cannot be read as a PNG or JPEG picture.") from None
    if max(grey.size) > MOST:
        grey.thumbnail((MOST, MOST), Image.Resampling.BOX)
    if min(grey.size) < LEAST:
        raise ImagesError(
            f"This picture is too narrow: of {grey.width}×{grey.height} pixels there "
            "is nothing to see."
        )
    return np.asarray(grey, np.uint8)


def _on_white(image: Image.Image) -> Image.Image:
    """White behind what is clear."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image
    clear = image.convert("RGBA")
    paper = Image.new("RGBA", clear.size, "white")
    paper.alpha_composite(clear)
    return paper.convert("RGB")
