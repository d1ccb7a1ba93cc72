"""The network as a picture: every layer's answer is a box, as wide as it has maps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

from playground.engine import words
from playground.experiment import Experiment, numerals
from playground.views import rows
from playground.views.stack import Line

SIDE, THICK, TALL = 84, 64, 150  # px: the largest image's side, the most maps, the most units
LEAN = 0.5  # how far a face leans back, as a share of its height
CELL, GAP = 92, 8  # px: the least room for a stage with its words, and between two
WIDEST = 1150  # px of a line of stages
ABOVE, BELOW = 34, 80  # px for the words of extras and of the stage itself


@dataclass(frozen=True)
class Palette:
    """Colours: of lines and words; of the faces of boxes by what made them."""

    ink: str
    muted: str
    faces: dict[str, str]


FACES = {
    "input": "#8b929a",
    "conv": "#7c66dc",
    "pool": "#3aa6a0",
    "units": "#c2408e",
    "other": "#8a6d1d",
}
LIGHT = Palette("#1c2024", "#60646c", FACES)
DARK = Palette("#edeef0", "#9ba1a8", FACES)


@dataclass(frozen=True)
class Stage:
    """A box: what it is called, the shape of its answer, and the quiet layers that follow."""

    name: str
    detail: str
    shape: tuple[int, ...]
    family: str
    extras: tuple[str, ...] = ()


def stages(experiment: Experiment) -> list[Stage]:
    """The data and every layer that makes something new; ShapeError where layers do not fit."""
    source = experiment.data.make()
    result = [Stage("Input", source.title, tuple(source.shape), "input")]
    described = experiment.described()["layers"]
    for layer, row in zip(described, experiment.plan().rows, strict=True):
        piece, output, last = row.layer, row.output_shape, result[-1]
        if piece.passes_on or piece.adjusts:
            label = " ".join(filter(None, (rows.short(layer), rows.summary(layer))))
            reshaped = len(result) == 1 and len(output) > 1  # other maps of the same data
            shape = output if reshaped else last.shape
            result[-1] = Stage(last.name, last.detail, shape, last.family, (*last.extras, label))
        else:
            result.append(
                Stage(
                    rows.short(layer),
                    rows.summary(layer),
                    output,
                    piece.family or ("units" if len(output) < 3 else "other"),
                )
            )
    return result


def describe(experiment: Experiment) -> str:
    """The same in words: Input 1×28×28 → Convolution 6×28×28 → …"""
    return " → ".join(f"{stage.name} {words(stage.shape)}" for stage in stages(experiment))


def svg(experiment: Experiment, dark: bool = False) -> str:
    """The picture as an SVG text; lengths grow with the square root of what they stand for."""
    palette, row = DARK if dark else LIGHT, stages(experiment)
    most = [max((_size(stage)[axis] for stage in row), default=1) for axis in range(3)]
    boxes = [_box(stage, most, palette) for stage in row]
    lines: list[list[int]] = [[]]
    for i, (width, _, _) in enumerate(boxes):
        if lines[-1] and sum(boxes[j][0] + GAP for j in lines[-1]) + width > WIDEST:
            lines.append([])
        lines[-1].append(i)
    parts, top, across = [], 0.0, 0.0
    for line in lines:
        high = max(boxes[i][1] for i in line)
        x, extras = 0.0, max(len(row[i].extras) for i in line)
        middle = top + ABOVE / 2 + 13 * extras + high / 2
        for i in line:
            width, own, marks = boxes[i]
            parts.append(
                f'<g transform="translate({x + width / 2:.1f} {middle:.1f})">{marks}'
                f"{_words(row[i], high, own, palette)}</g>"
            )
            x += width + GAP
        across, top = max(across, x - GAP), middle + high / 2 + BELOW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:.0f} {top:.0f}" '
        f'width="{across:.0f}" height="{top:.0f}" font-family="Arial, Helvetica, sans-serif" '
        f'text-anchor="middle">{"".join(parts)}</svg>'
    )


def _size(stage: Stage) -> tuple[int, int, int]:
    """Maps, the longer side of an image, units."""
    if len(stage.shape) == 3:
        return stage.shape[0], max(stage.shape[1:]), 0
    return 0, 0, math.prod(stage.shape)


def _box(stage: Stage, most: list[int], palette: Palette) -> tuple[float, float, str]:
    """Width and height of a stage and its marks, drawn around (0, 0)."""
    colour = palette.faces[stage.family]
    maps, _, units = _size(stage)
    if units:
        height = max(6.0, TALL * math.sqrt(units / most[2]))
        return (
            CELL,
            height,
            _polygon(
                [(-6, -height / 2), (6, -height / 2), (6, height / 2), (-6, height / 2)],
                colour,
                0.85,
            ),
        )
    thick = max(3.0, THICK * math.sqrt(maps / most[0]))
    tall, wide = (max(6.0, SIDE * math.sqrt(length / most[1])) for length in stage.shape[1:])
    back = wide * LEAN * 0.7  # the face's width in perspective, and how far it rises
    rise = back * LEAN
    left, right = -(thick + back) / 2, (thick - back) / 2
    low, high = (tall + rise) / 2, -(tall - rise) / 2
    front = [(left, high), (right, high), (right, low), (left, low)]
    roof = [(left, high), (left + back, high - rise), (right + back, high - rise), (right, high)]
    face = [(right, high), (right + back, high - rise), (right + back, low - rise), (right, low)]
    marks = (
        _polygon(front, colour, 0.45) + _polygon(roof, colour, 0.25) + _polygon(face, colour, 0.85)
    )
    return max(CELL, thick + back + GAP), tall + rise, marks


def _polygon(points: list[tuple[float, float]], colour: str, opacity: float) -> str:
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return (
        f'<polygon points="{corners}" fill="{colour}" fill-opacity="{opacity}" stroke="{colour}" '
        'stroke-width="1" stroke-linejoin="round"/>'
    )


def _words(stage: Stage, high: float, own: float, palette: Palette) -> str:
    """Its name, what matters and its shape below; above it what follows without a box."""
    lines = [
        (stage.name, 12, 600, palette.ink),
        *((part, 11, 400, palette.muted) for part in stage.detail.split(", ") if part),
        (words(stage.shape), 11, 400, palette.ink),
    ]
    marks = [
        _text(text, high / 2 + 16 + 14 * i, size, weight, colour)
        for i, (text, size, weight, colour) in enumerate(lines)
    ]
    marks += [
        _text(f"+ {text}", -own / 2 - 8 - 13 * i, 10, 400, palette.muted)
        for i, text in enumerate(reversed(stage.extras))
    ]
    return "".join(marks)


def _text(text: str, y: float, size: int, weight: int, colour: str) -> str:
    return (
        f'<text y="{y:.1f}" font-size="{size}" font-weight="{weight}" fill="{colour}">'
        f"{escape(text)}</text>"
    )


def facts(line: Line, batch: int) -> str:
    """What a row stands for, in a sentence for its popover."""
    return (
        f"{line.before} → {line.shape}. {line.parameters:,} numbers to learn, "
        f"{line.multiply_adds:,} multiply-adds an image, "
        f"{numerals.size(line.memory(batch))}B for its "
        f"weights and its answers to a batch of {batch}."
    )
