"""Play with an image before the network sees it: move, turn, blur, disturb, invert, mislead."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
from PIL import Image, ImageFilter


@dataclass(frozen=True)
class Changes:
    """What is done to an image, in this order; the defaults leave it alone.

    turn: degrees clockwise about the middle; right, down: pixels; blur: the deviation of a Gaussian
    in pixels; noise: the deviation of normal noise as a share of full ink, drawn from `seed`.
    """

    turn: float = 0.0
    right: int = 0
    down: int = 0
    blur: float = 0.0
    noise: float = 0.0
    seed: int = 1
    invert: bool = False

    def __bool__(self) -> bool:
        """Whether anything is done."""
        return astuple(self)[:5] != (0, 0, 0, 0, 0) or self.invert

    def apply(self, image: np.ndarray) -> np.ndarray:
        """The changed image, uint8 [channels, height, width]."""
        if self.right or self.down or self.turn or self.blur:
            image = np.stack([self._moved(channel) for channel in image])
        if self.noise:
            drawn = np.random.default_rng(self.seed).normal(0, 255 * self.noise, image.shape)
            image = np.rint(image + drawn).clip(0, 255).astype(np.uint8)
        return 255 - image if self.invert else image

    def _moved(self, channel: np.ndarray) -> np.ndarray:
        picture = Image.fromarray(channel)
        if self.turn:
            picture = picture.rotate(-self.turn, Image.Resampling.BILINEAR)
        if self.right or self.down:
            shift = (1, 0, -self.right, 0, 1, -self.down)
            picture = picture.transform(picture.size, Image.Transform.AFFINE, shift)
        if self.blur:
            picture = picture.filter(ImageFilter.GaussianBlur(self.blur))
        return np.asarray(picture)


def mislead(image: np.ndarray, slope: np.ndarray, strength: float) -> np.ndarray:
    """A step that raises the loss: x + ε · sign(∂L/∂x), kept between 0 and 1.

    The fast gradient sign method (Goodfellow, Shlens and Szegedy, 2015). image: uint8; slope: the
    gradient of the loss by it; strength: ε as a share of full ink.
    """
    step = 255 * strength * np.sign(slope)
    return np.rint(image + step).clip(0, 255).astype(np.uint8)
