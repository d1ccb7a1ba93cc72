"""The one reader of pictures: whatever a camera, a scanner or a program writes becomes bytes.

A file is judged by its header before anything is decoded: formats are named, and what a picture
would take in memory and in time is bounded. What is larger than is looked at is made smaller while
it is decoded.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops, UnidentifiedImageError

from playground.data.picture_bounds import (
    PictureError,
    refuse_before_opening,
    refuse_by_header,
    refuse_by_name,
    work,
)
from playground.data.pixels import as_bytes, full_scale

warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)  # bounds are our own

SIDE = 800  # pixels of the longer side, as far as anybody looks

# What is read, with the endings of their names. Nothing here runs a program or a script.
FORMATS = {
    "PNG": ("png",),
    "JPEG": ("jpg", "jpeg", "jfif", "jpe", "mpo"),  # MPO: JPEGs with more of them behind
    "GIF": ("gif",),
    "BMP": ("bmp", "dib"),
    "WEBP": ("webp",),
    "TIFF": ("tif", "tiff"),
    "AVIF": ("avif",),
    "PPM": ("pgm", "ppm", "pbm", "pnm"),
}
ENDINGS = tuple(ending for endings in FORMATS.values() for ending in endings)
HALVED = ("RGB", "RGBA", "LA")  # modes in which Pillow keeps 8 of 16 bits
BIT_DEPTH = 24  # where a PNG says how many bits a channel has
CLEARER = 2  # so many times the contrast on black makes black the paper behind a clear picture


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture as it is looked at.

    pixels: uint8 [height, width] or [height, width, 3], upright, the longer side at most SIDE.
    notes: what was done to it, in words.
    """

    pixels: np.ndarray
    notes: tuple[str, ...] = ()

    @property
    def grey(self) -> np.ndarray:
        """uint8 [height, width], the luminance of ITU-R 601."""
        if self.pixels.ndim == 2:
            return self.pixels
        return np.asarray(Image.fromarray(self.pixels).convert("L"))

    @property
    def blank(self) -> bool:
        """Whether every pixel is alike."""
        flat = self.pixels.reshape(-1, self.pixels.shape[2] if self.pixels.ndim == 3 else 1)
        return bool((flat == flat[0]).all())


def read(content: bytes, side: int = SIDE) -> Picture:
    """The picture in a file, with its longer side at most `side`; PictureError says why not."""
    image, notes = decoded(content, side)
    if image.mode == "F":
        values = np.asarray(image)
        top = full_scale(float(values.max()))
        notes = (*notes, f"More than 8 bits: {top:,.0f} is white.")
        return Picture(as_bytes(values, top), notes)
    return Picture(np.array(image, np.uint8), notes)


def decoded(
    content: bytes, side: int, spend: Callable[[float], None] | None = None
) -> tuple[Image.Image, tuple[str, ...]]:
    """Upright, nothing clear, at most `side` pixels long: mode L, RGB, or F for deeper greys.

    The values of mode F are as the file has them; `full_scale` says which of them is white.
    spend: told before the decoding how many bytes of a PNG would take so long; it may refuse.
    """
    refuse_by_name(content)
    try:
        refuse_before_opening(content)
        with Image.open(io.BytesIO(content), formats=tuple(FORMATS)) as image:
            refuse_by_header(image, content)
            if spend is not None:
                spend(work(image))
            return _upright(image, side, content)
    except PictureError:
        raise
    except UnidentifiedImageError:
        raise PictureError(
            "This file is no picture that can be read. Bring a PNG, JPEG, GIF, BMP, WebP, TIFF or "
            "AVIF file."
        ) from None
    except Image.DecompressionBombError:
        raise PictureError("This picture has too many pixels. Make it smaller.") from None
    except Exception:  # decoders of damaged files let nearly every kind out
        raise PictureError("This picture is damaged or cut short: it cannot be read.") from None


# ---- decoding ----


def _upright(image: Image.Image, side: int, content: bytes) -> tuple[Image.Image, tuple[str, ...]]:
    notes: list[str] = []
    halved = image.format == "PNG" and image.mode in HALVED and content[BIT_DEPTH] == 16
    image.draft(None, (side, side))  # a JPEG is made smaller while it is decoded
    image.load()
    orientation = _orientation(image)  # in some formats it stands behind the pixels
    if image.format in ("JPEG", "MPO") and image.mode == "CMYK" and "adobe" not in image.info:
        image = _plain_inks(_smaller(image, side))
    flat = _smaller(_flat(image, side, notes), side)
    if halved:
        flat = _brightened(flat, notes)
    if orientation in TURNS:
        flat = flat.transpose(TURNS[orientation])
        notes.append("Turned upright, as the camera says.")
    return flat, tuple(notes)


_T = Image.Transpose
TURNS = {  # EXIF's orientation, and what makes it upright
    2: _T.FLIP_LEFT_RIGHT,
    3: _T.ROTATE_180,
    4: _T.FLIP_TOP_BOTTOM,
    5: _T.TRANSPOSE,
    6: _T.ROTATE_270,
    7: _T.TRANSVERSE,
    8: _T.ROTATE_90,
}


def _orientation(image: Image.Image) -> int:
    """By EXIF; 1 where there is none, or a damaged one."""
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:  # a picture is worth more than what is damaged beside it
        return 1


def _plain_inks(image: Image.Image) -> Image.Image:
    """Four inks of a JPEG without Adobe's marker: as they are, where Pillow turns all round.

    A program may have dropped the marker. Read in the wrong way the black ink covers everything.
    """
    plain = ImageChops.invert(image)
    as_marked, as_is = (float(np.asarray(inks.convert("L")).std()) for inks in (image, plain))
    return image if as_marked > CLEARER * as_is else plain


def _brightened(image: Image.Image, notes: list[str]) -> Image.Image:
    """12 bits in colours of 16, of which Pillow keeps the upper 8: 15 is white."""
    top = np.asarray(image).max()
    if not 0 < top <= 15:
        return image
    notes.append("12 bits in 16: made brighter.")
    return image.point(lambda value: min(255, value * 17))


def _flat(image: Image.Image, side: int, notes: list[str]) -> Image.Image:
    """Without palette, transparency and odd modes; not larger than it must be."""
    mode = image.mode
    if mode == "F" or mode.startswith("I"):
        return _deep(image, side)
    if mode in ("LA", "PA", "La", "RGBA", "RGBa") or "transparency" in image.info:
        clear = image if mode == "RGBA" else image.convert("RGBA")
        return _on_paper(_smaller(clear, side), notes)
    if mode in ("1", "P"):  # neither can be averaged as it is
        image = image.convert("L" if mode == "1" else "RGB")
    small = _smaller(image, side)
    return small if small.mode in ("L", "RGB") else small.convert("RGB")


def _deep(image: Image.Image, side: int) -> Image.Image:
    """Whole numbers of more than 8 bits, or floats: mode F."""
    values = _smaller(image.convert("F"), side)
    array = np.asarray(values)
    if not np.isfinite(array).all():
        raise PictureError("This picture holds values that are no numbers.")
    least = float(array.min())
    return Image.fromarray(array - least) if least < 0 else values


def _smaller(image: Image.Image, side: int) -> Image.Image:
    """Each pixel the mean of what it covers; the longer side at most `side`."""
    factor = max(image.size) / side
    if factor <= 1:
        return image
    if factor >= 4 and image.mode != "P":
        image = image.reduce(int(factor / 2))
        factor = max(image.size) / side
    width, height = (max(1, round(n / factor)) for n in image.size)
    return image.resize((width, height), Image.Resampling.BOX)


def _on_paper(clear: Image.Image, notes: list[str]) -> Image.Image:
    """On white; on black where the ink is light, which would vanish on white."""
    on_white, on_black = (_over(clear, paper) for paper in ("white", "black"))
    white, black = (float(np.asarray(flat.convert("L")).std()) for flat in (on_white, on_black))
    if black > CLEARER * white:
        notes.append("Light ink on a clear ground: black was put behind it.")
        return on_black
    return on_white


def _over(clear: Image.Image, paper: str) -> Image.Image:
    under = Image.new("RGBA", clear.size, paper)
    under.alpha_composite(clear)
    return under.convert("RGB")
