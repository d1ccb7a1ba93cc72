"""How much darker than its paper a photograph is, whatever light falls on it."""

from __future__ import annotations

import numpy as np
import scipy
from PIL import Image

COARSE = 200  # pixels of the longer side where the paper is looked for
SMOOTH = 0.8  # pixels
DARK = 12  # added to paper and ink, so that the noise of black cameras does not count
NOISE = 5  # so many standard deviations are more than noise
WIDEST = 0.2  # of the longer side: strokes are narrower
THIN = 0.1  # of the longer side: what tells ink from paper is narrower
LIGHTEST = 200  # paper of this brightness or more carries dark ink,
DARKEST = 100  # paper of less than this bright ink, and between them what is
CLEARLY = 2.0  # times as bright as the paper: more than a shadow's edge is
SAME = 2  # shades: as even paper as a program makes
EVEN = 0.3  # of the picture is such paper,
BETWEEN = 0.25  # and no more than this is neither paper nor
CLEAR = 0.35  # of the strongest contrast


def of(photo: np.ndarray) -> np.ndarray:
    """Contrast to the paper around, 0 to 1: [h, w] of a photograph uint8 [h, w, 3].

    Ink is darker than paper, or brighter on a blackboard. What may be noise is 0.
    """
    grey = np.asarray(Image.fromarray(photo).convert("L"), np.float32)
    image = photo.astype(np.float32)
    shade = _even_paper(grey)
    if _bright_ink(grey) if shade is None else _brighter(grey, shade):
        image, shade = 255 - image, None if shade is None else 255 - shade
    image = scipy.ndimage.gaussian_filter(image, (SMOOTH, SMOOTH, 0))
    if shade is None:
        ground = _background(image)
    else:
        ground = np.median(image[np.abs(image.mean(2) - shade) <= 2 * SAME], axis=0)
    ground = ground + DARK
    contrast = np.sqrt(((1 - (image + DARK) / ground).clip(0, 1) ** 2).mean(2))
    noise = NOISE * _noise(image.mean(2)) / ground.mean(-1)  # stronger in the dark
    return np.where(contrast > noise, contrast, 0)


def _even_paper(grey: np.ndarray) -> float | None:
    """The shade of a paper that is everywhere the same; None for photographs."""
    small = _coarse(grey)
    counts = np.bincount(np.rint(small).astype(int).ravel(), minlength=256)
    shade = float(np.convolve(counts, np.ones(2 * SAME + 1), "same").argmax())
    off = np.abs(small - shade)
    paper = off <= SAME
    between = ~paper & (off < CLEAR * off.max())
    return shade if paper.mean() >= EVEN and between.mean() <= BETWEEN else None


def _brighter(grey: np.ndarray, shade: float) -> bool:
    """Whether most edges are those of something brighter than the paper."""
    slope = scipy.ndimage.gaussian_gradient_magnitude(grey, 1.0) ** 2
    return bool(slope[grey > shade + SAME].sum() > slope[grey < shade - SAME].sum())


def _bright_ink(grey: np.ndarray) -> bool:
    """Whether what is thin is brighter than what surrounds it."""
    small = _coarse(grey)
    size = max(3, round(THIN * max(small.shape)) | 1)
    ground = _paper_shade(grey, small.shape)
    dark = np.minimum(scipy.ndimage.grey_closing(small, size) - small, ground - small).clip(0)
    bright = np.minimum(small - scipy.ndimage.grey_opening(small, size), small - ground).clip(0)
    if (bright**2).sum() <= (dark**2).sum():
        return False
    paper, brightest = float(np.median(small)), float(np.percentile(small / (ground + 1), 99.5))
    return paper < (LIGHTEST if brightest > CLEARLY else DARKEST)


def _paper_shade(grey: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """What most of each neighbourhood is, [*shape]."""
    tiny = _coarse(grey, COARSE // 4)
    shade = scipy.ndimage.median_filter(tiny, max(tiny.shape) // 3 | 1, mode="nearest")
    return np.asarray(
        Image.fromarray(shade).resize((shape[1], shape[0]), Image.Resampling.BILINEAR)
    )


def _background(image: np.ndarray) -> np.ndarray:
    """The paper without what is thin on it: [h, w, 3]."""
    height, width = image.shape[:2]
    channels = []
    for channel in np.moveaxis(image, 2, 0):
        small = _coarse(channel) + 1
        light = _light(small)
        size = max(3, round(WIDEST * max(small.shape)) | 1)
        closed = scipy.ndimage.grey_closing(small / light, size, mode="nearest") * light - 1
        smooth = scipy.ndimage.gaussian_filter(closed, 1.5).clip(0, 255)
        large = Image.fromarray(smooth).resize((width, height), Image.Resampling.BICUBIC)
        channels.append(np.asarray(large))
    return np.stack(channels, axis=-1)


def _light(small: np.ndarray) -> np.ndarray:
    """A smooth light that falls on most of it, [h, w]: exp of a polynomial of degree 2."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in small.shape), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1).reshape(-1, 6)
    logs, use = np.log(small.ravel()), np.ones(small.size, bool)
    for _ in range(4):  # ink and tables are darker than the light says: leave them out
        factors = np.linalg.lstsq(terms[use], logs[use], rcond=None)[0]
        off = logs - terms @ factors
        use = off > -max(0.03, float(np.median(np.abs(off))))
    return np.exp(terms @ factors).reshape(small.shape).astype(np.float32)


def _coarse(channel: np.ndarray, side: int = COARSE) -> np.ndarray:
    """A channel with `side` pixels of the longer side, float32."""
    image = Image.fromarray(channel.astype(np.float32))
    factor = side / max(image.size)
    width, height = (max(1, round(factor * n)) for n in image.size)
    return np.asarray(image.resize((width, height), Image.Resampling.BOX))


def _noise(grey: np.ndarray) -> float:
    """The standard deviation of pixels around their neighbours, by the median."""
    rough = grey - scipy.ndimage.gaussian_filter(grey, 3)
    return float(1.4826 * np.median(np.abs(rough)))
