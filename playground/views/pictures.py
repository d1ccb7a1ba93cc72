"""A small picture of a data set: its points, drawn as SVG."""

from __future__ import annotations

from functools import cache

from playground.data import Split
from playground.data.packed import Points
from playground.engine import registry
from playground.views.plane import CLASSES
from playground.views.style import NEGATIVE, POSITIVE, ZERO, mixed

SIDE, EDGE, POINTS = 48, 6.0, 110
AXIS = "#a9aeb5"
FEW = 60  # points; more of them are drawn smaller
# A mark of a class around (0, 0), as in the map.
SHAPES = {
    "diamond": "M0-2.2l2.2 2.2-2.2 2.2-2.2-2.2z",
    "square": "M-1.6-1.6h3.2v3.2h-3.2z",
    "circle": "M-1.7 0a1.7 1.7 0 1 0 3.4 0a1.7 1.7 0 1 0-3.4 0",
    "triangle-up": "M0-2.1l2.2 3.8h-4.4z",
    "cross": "M-.7-2.1h1.4v1.4h1.4v1.4h-1.4v1.4h-1.4v-1.4h-1.4v-1.4h1.4z",
    "star": "M0-2.4l.7 1.6 1.8.2-1.3 1.2.3 1.8-1.5-.9-1.5.9.3-1.8-1.3-1.2 1.8-.2z",
}
# One's own points: some of three classes, and the pencil that drew them.
PAINTED = (
    (8, 13, 0),
    (14, 8, 0),
    (20, 14, 0),
    (12, 20, 0),
    (33, 9, 1),
    (40, 14, 1),
    (36, 20, 1),
    (27, 6, 1),
    (7, 36, 2),
    (13, 42, 2),
    (16, 34, 2),
    (8, 28, 2),
)
PENCIL = "M24 40l2-7 14-14 5 5-14 14z"
# A formula of one's own: a border that it draws, and what mathematicians call it.
BORDER = "M2 22C9 6 15 6 24 22S39 38 46 22"


@cache
def svg(name: str) -> str | None:
    """The picture of the registered set `name` with its default options; None without points."""
    if name not in registry.names("data"):
        return None
    piece = registry.get("data", name)
    options = {option.name: option for option in registry.options(piece)}
    if "features" not in options:
        return None
    if "samples" not in options:
        marks = [_mark(*place, 1.3) for place in PAINTED]
        return _drawn([*marks, f'<path d="{PENCIL}" fill="#80858d"/>'])
    if "expression" in options:
        return _drawn([*_sides(), _words("f(x)")])
    samples = 400 if piece.task == "regression" else POINTS
    data = registry.make("data", {"type": name, "samples": samples}).load(seed=3)
    ground = f'<rect width="{SIDE}" height="{SIDE}" rx="4" fill="{ZERO}"/>'
    marks = [ground] if data.task == "regression" else []
    return _drawn([*marks, *_marks(data.train, data.task), *_marks(data.test, data.task)])


def _sides() -> list[str]:
    """Two half planes and the border between them."""
    return [
        f'<path d="{BORDER}V3H2z" fill="{POSITIVE}" fill-opacity=".8"/>',
        f'<path d="{BORDER}V45H2z" fill="{NEGATIVE}" fill-opacity=".8"/>',
    ]


def _words(text: str) -> str:
    return (
        f'<text x="{SIDE / 2}" y="29" text-anchor="middle" font-family="serif" font-size="17" '
        f'font-style="italic" font-weight="bold" fill="#fff" stroke="#222" stroke-width="2.5" '
        f'paint-order="stroke">{text}</text>'
    )


def points(some: Points, task: str) -> str:
    """Some points as they lie on the map."""
    part = Split(some.places, some.answers, some.places)
    fine = 0.5 if len(some) > FEW else 0.8
    shade = f'fill="{ZERO}"' if task == "regression" else f'fill="{AXIS}" fill-opacity=".15"'
    ground = f'<rect width="{SIDE}" height="{SIDE}" rx="1" {shade}/>'
    axes = f'<path d="M{SIDE / 2} 0v{SIDE}M0 {SIDE / 2}h{SIDE}" stroke="{AXIS}" stroke-width=".2"/>'
    return _drawn([ground, axes, *_marks(part, task, fine)])


def _drawn(marks: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">'
        f"{''.join(marks)}</svg>"
    )


def _marks(part: Split, task: str, size: float = 1.0) -> list[str]:
    if part.points is None:
        return []
    places = (part.points / EDGE * [1, -1] + 1) * (SIDE / 2)
    if task == "regression":
        half = 1.4 * size
        return [
            f'<rect x="{x - half:.1f}" y="{y - half:.1f}" width="{2 * half:.1f}" '
            f'height="{2 * half:.1f}" fill="{_shade(value)}"/>'
            for (x, y), value in zip(places, part.y, strict=True)
        ]
    return [_mark(x, y, label, size) for (x, y), label in zip(places, part.y, strict=True)]


def _mark(x: float, y: float, label: int, size: float = 1.0) -> str:
    colour, symbol, _ = CLASSES[label]
    grown = f" scale({size})" if size != 1 else ""
    return (
        f'<path transform="translate({x:.1f} {y:.1f}){grown}" d="{SHAPES[symbol]}" '
        f'fill="{colour}"/>'
    )


def _shade(value: float) -> str:
    return mixed(ZERO, POSITIVE if value > 0 else NEGATIVE, min(1.0, abs(float(value))))
