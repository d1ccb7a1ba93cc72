"""Photographs of paper: what somebody wrote on it, as ink on dark, and what was taken away.

A sheet that lies whole on a table is looked at alone. The light is divided out by a local
background; ruled lines are followed across the sheet and removed; of what is left, the largest
connected writing is taken. All lengths are in pixels of a picture whose longer side is
`pictures.SIDE`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy
from PIL import Image

from playground.data import contrast as contrasts
from playground.data import loose_sheet, ruled
from playground.data.pictures import Picture

LEAST_SIDE = 280  # smaller pictures are enlarged to it
FAINT = 0.06  # the faintest ink: contrast to the paper, 0 to 1
EDGE = 0.5  # of the ink's strength: where a stroke ends
NEAR = 0.22  # of the writing's size: what is so near belongs to it,
STACKED = 0.4  # or this, where it is above or below: beside it stands another digit
BLUE = (8, 119, 189)
COLOURS = {  # of what was removed, in words and in the overlay
    "lines": ("Orange", (245, 147, 34), "lines, removed"),
    "edges": ("Brown", (150, 110, 60), "what reaches the border, removed"),
    "specks": ("Purple", (170, 60, 160), "other marks, removed"),
}
LEAST = 0.018  # of the longer side: writing is at least so large
SOFT = 0.06  # of its contrast for each pixel: a softer edge is a shadow's,
INK = 0.5  # unless it has this contrast
RESIDUE = 0.7  # of it on lines that were removed: then it is what is left of them
CUT = 0.35  # of what surrounds it is the picture's border: a table has more,
ALONG = 0.15  # or this, where it is as long
SPAN = 0.7  # as this share of the longer side
CROWDED = 0.35  # of a side of the picture is covered by marks: a table,
MANY = 4  # if they are so many; a digit that leaves the picture is alone there;
FULL = 0.7  # or this by marks and lines, however many
STRIP = 0.08  # of the longer side: what stays within it at a table is of the table
SHADE = 0.18  # of the picture is covered by a shade, if it is fainter than ink
LARGE = 0.25  # of the shorter side: writing that reaches the border is at least so large
RIM = 4  # pixels at a side of the picture
LINE = 0.02  # of the longer side: what leaves the picture and is thinner is a line
HOLLOW = 0.1  # of its box is filled by a printed frame, at most,
WITHIN = 0.3  # and something of so much of its size stands in it
SOLID = 0.75  # of its size is the width of what is no stroke: a hole, a dot
GRAIN = 20  # times its ink in as sharp marks: all of them are the grain of the paper
LIGHT = 3e-5  # of the squared longer side: less ink is what is left of lines
PENCIL = 0.1  # the faintest writing
PART = 0.03  # of the writing's ink: less is dust


@dataclass(frozen=True, eq=False)
class Cleaned:
    """Writing without its paper.

    ink: uint8 [height, width], 255 for full ink and 0 for paper; all 0 if the picture is blank.
    photo: uint8 [height, width, 3], what was looked at.
    removed: what was taken away, by its name; bool [height, width] each.
    """

    ink: np.ndarray
    photo: np.ndarray
    removed: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """Whether nothing is written on it."""
        return not self.ink.any()


def clean(picture: Picture) -> Cleaned:
    """The largest connected writing of a picture."""
    photo = _photo(picture.pixels)
    if (sheet := loose_sheet.cropped(photo)) is not None:
        photo = _photo(sheet)
    contrast = contrasts.of(photo)
    lines, unlined = ruled.remove(contrast, FAINT)
    removed = {"lines": lines} if lines.any() else {}
    ink, rest = _writing(unlined, lines)
    removed.update(rest)
    return Cleaned(ink, photo, removed)


def overlay(cleaned: Cleaned) -> np.ndarray:
    """The photograph, pale, with the writing in blue and what was removed in other colours.

    uint8 [height, width, 3]
    """
    grey = np.asarray(Image.fromarray(cleaned.photo).convert("L"), np.float64)
    shown = np.repeat((128 + grey / 2)[..., None], 3, axis=2)
    for name, mask in cleaned.removed.items():
        shown[mask] = COLOURS[name][1]
    ink = cleaned.ink[..., None] / 255
    return np.rint(shown * (1 - ink) + np.array(BLUE) * ink).astype(np.uint8)


def legend(cleaned: Cleaned) -> str:
    """What the colours of the overlay mean."""
    parts = [
        f"{colour}: {words}"
        for name, (colour, _, words) in COLOURS.items()
        if name in cleaned.removed
    ]
    read = [] if cleaned.blank else ["Blue: what is read"]
    return ". ".join([*read, *parts]) + "." if read or parts else ""


def _photo(pixels: np.ndarray) -> np.ndarray:
    """In colour, and not too small for what follows."""
    image = Image.fromarray(pixels).convert("RGB")
    factor = LEAST_SIDE / max(image.size)
    if factor > 1:
        width, height = (max(1, round(factor * n)) for n in image.size)
        image = image.resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(image)


# ---- writing ----


def _writing(contrast: np.ndarray, lines: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The writing as bytes, and what was not writing."""
    strength = _strength(contrast)
    if strength < FAINT:
        return np.zeros(contrast.shape, np.uint8), {}
    mask = contrast > max(FAINT, EDGE * strength)
    joined = scipy.ndimage.binary_dilation(mask, iterations=2)  # over the gaps of a dry pen
    labels, count = scipy.ndimage.label(joined, np.ones((3, 3)))
    labels[~mask] = 0
    if not count:
        return np.zeros(contrast.shape, np.uint8), {}
    parts = _parts(contrast, labels, count, lines)
    group = _group(labels, parts, _at_a_table(labels, lines))
    border = parts.contact > 0
    removed = {}
    for name, which in (("edges", border & ~group), ("specks", ~border & ~group)):
        which[0] = False
        if which.any():
            removed[name] = which[labels]
    return _inked(contrast, group[labels], strength), removed


@dataclass(frozen=True, eq=False)
class Parts:
    """What is connected, by its label; number 0 is the paper. [parts] each."""

    mass: np.ndarray  # the sum of its contrast
    mean: np.ndarray  # its contrast
    size: np.ndarray  # the longer side of its box, pixels
    contact: np.ndarray  # pixels on the picture's border, of those around its box
    sharpness: np.ndarray  # how fast its edge falls, of its own contrast for each pixel
    width: np.ndarray  # of its strokes at their widest, pixels
    residue: np.ndarray  # the share of it that lies on lines that were removed
    frame: np.ndarray  # whether it is thin and has something else within
    columns: np.ndarray  # the first of its box and the one after its last, [parts, 2]


def _parts(contrast: np.ndarray, labels: np.ndarray, count: int, lines: np.ndarray) -> Parts:
    numbers = np.arange(count + 1)
    mass = scipy.ndimage.sum_labels(contrast, labels, numbers)
    area = np.bincount(labels.ravel(), minlength=count + 1)
    boxes = scipy.ndimage.find_objects(labels)
    sides = np.array([(0, 0), *(tuple(s.stop - s.start for s in box) for box in boxes)])
    size, around = sides.max(1), np.maximum(2 * sides.sum(1), 1)
    ring = np.concatenate([labels[0], labels[-1], labels[1:-1, 0], labels[1:-1, -1]])
    contact = np.bincount(ring, minlength=count + 1) / around
    depth = scipy.ndimage.distance_transform_edt(np.pad(labels > 0, 1, mode="edge"))[1:-1, 1:-1]
    rim = np.where(depth <= 1, labels, 0)
    slope = scipy.ndimage.gaussian_gradient_magnitude(contrast, 2.0)
    mean = mass / np.maximum(area, 1)
    steep = scipy.ndimage.mean(slope, rim, numbers) / np.maximum(mean, 1e-6)
    width = 2 * scipy.ndimage.maximum(depth, labels, numbers)
    residue = scipy.ndimage.mean(scipy.ndimage.binary_dilation(lines), labels, numbers)
    frame = _frames(boxes, area, size)
    columns = np.array([(0, 0), *((box[1].start, box[1].stop) for box in boxes)])
    return Parts(mass, mean, size, contact, np.nan_to_num(steep), width, residue, frame, columns)


def _frames(boxes: list[tuple[slice, slice]], area: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Which parts are thin and go around another one: bool [parts]."""
    frame = np.zeros(len(area), bool)
    edges = np.array([(0, 0, 0, 0), *((r.start, c.start, -r.stop, -c.stop) for r, c in boxes)])
    for number, (rows, columns) in enumerate(boxes, 1):
        room = (rows.stop - rows.start) * (columns.stop - columns.start)
        if area[number] < HOLLOW * room:
            within = (edges > edges[number]).all(1) & (size > WITHIN * size[number])
            frame[number] = within[1:].any()
    return frame


def _strength(contrast: np.ndarray) -> float:
    """How dark the ink is: twice the mean contrast where it changes most."""
    slope = scipy.ndimage.gaussian_gradient_magnitude(contrast, 1.0)
    slope[:2] = slope[-2:] = 0
    slope[:, :2] = slope[:, -2:] = 0
    weight = np.where(contrast > FAINT, slope**2, 0)
    total = weight.sum()
    return 2 * float((weight * contrast).sum() / total) if total else 0.0


def _at_a_table(labels: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """Which parts lie at a side of the picture that shows a table: bool [parts]."""
    table = np.zeros(labels.max() + 1, bool)
    deep = round(STRIP * max(labels.shape))
    sizes = np.bincount(labels.ravel())
    for turn in range(4):
        side, struck = np.rot90(labels, turn), np.rot90(lines, turn)[:RIM]
        there, marked = np.unique(side[:RIM]), side[:RIM] > 0
        if (marked | struck).any(axis=0).mean() > FULL or (
            marked.any(axis=0).mean() > CROWDED and len(there) > MANY
        ):
            table[there] = True
            table |= np.bincount(side[:deep].ravel(), minlength=len(sizes)) == sizes
    return table


def _group(labels: np.ndarray, parts: Parts, table: np.ndarray) -> np.ndarray:
    """Which parts belong to the writing: bool [parts], none if there is no writing."""
    group = np.zeros(len(parts.mass), bool)
    longest = max(labels.shape)
    sharp = ((parts.sharpness > SOFT) | (parts.mean > INK)) & ~table
    inner = sharp & (parts.contact == 0)
    inner[0] = False  # the paper
    cut = sharp & (parts.contact > 0) & (parts.width > LINE * longest)
    cut &= parts.contact < np.where(parts.size > SPAN * longest, ALONG, CUT)
    cut &= (parts.mass < SHADE * labels.size * parts.mean) | (parts.mean > INK)
    large = (parts.size > LEAST * longest) & (inner | (parts.size > LARGE * min(labels.shape)))
    writing = (inner | cut) & large & (parts.mean > PENCIL) & (parts.residue < RESIDUE)
    writing &= ~parts.frame & (parts.width < SOLID * parts.size)
    writing &= parts.mass > LIGHT * longest**2
    writing[0] = False
    if not writing.any():
        return group
    weight = np.where(inner, parts.mass, parts.mass / 2)  # what leaves the picture is less likely
    main = int(np.where(writing, weight, 0).argmax())
    if parts.mass[inner].sum() > GRAIN * parts.mass[main]:
        return group
    away = scipy.ndimage.distance_transform_edt(labels != main)
    near = scipy.ndimage.minimum(away, labels, np.arange(len(group)))
    group = (inner | cut) & ~parts.frame & (parts.mass > PART * parts.mass[main])
    group &= near < np.where(_stacked(parts.columns, main), STACKED, NEAR) * parts.size[main]
    group[main], group[0] = True, False
    return group


def _stacked(columns: np.ndarray, main: int) -> np.ndarray:
    """Which parts stand above or below one, sharing most columns of the narrower: bool [parts]."""
    first, last = columns.T
    shared = np.minimum(last, last[main]) - np.maximum(first, first[main])
    widths = last - first
    return shared > np.minimum(widths, widths[main]) / 2


def _inked(contrast: np.ndarray, ink: np.ndarray, strength: float) -> np.ndarray:
    """Grey levels of what is kept, with its soft edge."""
    around = scipy.ndimage.binary_dilation(ink, iterations=2)
    level = ((contrast / strength - 0.25) / 0.5).clip(0, 1)
    return np.rint(np.where(around, 255 * level, 0)).astype(np.uint8)
