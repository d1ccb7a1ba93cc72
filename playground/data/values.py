"""What numbers in an array of images or labels mean."""

from __future__ import annotations

import numpy as np

from playground.data import pixels
from playground.data.picture_bounds import PictureError

DEEPEST = 65_535
STANDARDISED = 10  # the farthest from 0 that pixels with a sign are
RANGE = "Pixels are numbers from 0 to 1, from 0 to 255, or of up to 16 bits; these go from"


class Values:
    """The range of an array's numbers, seen part by part; then bytes from 0 to 255."""

    def __init__(self, dtype: np.dtype) -> None:
        if dtype.kind not in "buif":
            raise PictureError(f"The images hold {dtype}, and numbers are needed.")
        self.dtype = dtype
        self.least, self.most = np.inf, -np.inf

    def see(self, part: np.ndarray) -> None:
        """Take a part into account; PictureError where a number is none."""
        if part.size:
            least, most = float(part.min()), float(part.max())
            if not (np.isfinite(least) and np.isfinite(most)):
                raise PictureError("The images hold values that are no finite numbers.")
            self.least, self.most = min(self.least, least), max(self.most, most)

    @property
    def black_and_white(self) -> tuple[float, float]:
        """The values that become 0 and 255."""
        if self.least >= 0 and self.most <= DEEPEST:
            return 0.0, pixels.full_scale(self.most)
        if self.dtype == np.int8:
            return -128.0, 127.0
        if self.dtype.kind == "f" and self.least >= -1 and self.most <= 1:
            return -1.0, 1.0
        if self.dtype.kind == "f" and max(-self.least, self.most) <= STANDARDISED:
            return self.least, self.most
        raise PictureError(f"{RANGE} {self.least:g} to {self.most:g}.")

    @property
    def notes(self) -> list[str]:
        """Whether other numbers than bytes were scaled, in words."""
        black, white = self.black_and_white
        if (black, white) == (0, 255):
            return []
        return [f"Values from {black:.6g} to {white:,.6g}: scaled to bytes from 0 to 255."]

    def as_bytes(self, part: np.ndarray) -> np.ndarray:
        """uint8 of the same shape."""
        black, white = self.black_and_white
        if part.dtype == np.uint8 and (black, white) == (0, 255):
            return part
        return pixels.as_bytes(part.astype(np.float32) - np.float32(black), white - black)


def words_of(y: np.ndarray) -> list[str]:
    """Labels as words: whole numbers of any type, words, or a 1 in a row of zeros."""
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim == 2 and y.dtype.kind in "buif":
        if not ((y == 0) | (y == 1)).all() or not (y.sum(1) == 1).all():
            raise PictureError(
                f"Labels in rows of {y.shape[1]} must each have a single 1 among zeros."
            )
        y = y.argmax(1)
    if y.ndim != 1:
        raise PictureError(f"The labels must be one for each image; they are {list(y.shape)}.")
    if y.dtype.kind == "f" and np.isfinite(y).all() and (y == np.rint(y)).all():
        y = y.astype(np.int64)
    if y.dtype.kind == "S":
        return [word.decode("utf-8", "replace").strip() for word in y.tolist()]
    if y.dtype.kind == "U":
        return [word.strip() for word in y.tolist()]
    if y.dtype.kind in "iub":
        return [str(int(number)) for number in y.tolist()]
    raise PictureError(
        f"The labels are {y.dtype}, and not whole: whole numbers or words are needed."
    )
