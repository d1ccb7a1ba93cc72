"""Drawings of digits by a scripted hand: poly-lines as a pen leaves them on the pad, seeded.

Several ways to write each digit, laid out by eye in a box of width 0.6 and height 1 (y grows
downwards) before any network had read them. Each drawing takes one of them in a size, a place, a
slant, a proportion and a stroke width of its own, with a hand that does not quite hit its points.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np

Line = list[tuple[float, float]]

BRUSHES = (45, 71, 71, 71, 100)  # of 1000: the pad's own is 71, and some people change it


def arc(x: float, y: float, width: float, height: float, start: float, end: float) -> Line:
    """Part of an ellipse around (x, y), degrees clockwise from the right (y grows downwards)."""
    count = max(int(abs(end - start) / 15), 2)
    angles = [math.radians(start + (end - start) * i / count) for i in range(count + 1)]
    return [(x + width / 2 * math.cos(a), y + height / 2 * math.sin(a)) for a in angles]


WAYS: dict[int, list[list[Line]]] = {
    0: [
        [arc(0.3, 0.5, 0.6, 1.0, -90, 270)],
        [arc(0.3, 0.5, 0.5, 1.0, -60, -425)],
        [arc(0.3, 0.5, 0.75, 0.95, -100, 255)],
    ],
    1: [
        [[(0.3, 0.0), (0.3, 1.0)]],
        [[(0.32, 0.0), (0.3, 0.5), (0.27, 1.0)]],
        [[(0.12, 0.2), (0.3, 0.0), (0.3, 1.0)]],
    ],
    2: [
        [[*arc(0.3, 0.27, 0.56, 0.54, 190, 385), (0.3, 0.7), (0.02, 1.0), (0.62, 1.0)]],
        [[*arc(0.3, 0.3, 0.6, 0.6, 200, 400), (0.05, 0.98), (0.3, 0.95), (0.65, 1.0)]],
        [
            [
                (0.05, 0.15),
                *arc(0.3, 0.25, 0.5, 0.5, 215, 400),
                (0.0, 0.95),
                *arc(0.08, 0.9, 0.16, 0.16, 130, 300),
                (0.35, 0.95),
                (0.66, 0.93),
            ]
        ],
    ],
    3: [
        [[*arc(0.27, 0.25, 0.5, 0.5, 200, 430), *arc(0.27, 0.74, 0.6, 0.52, -80, 150)]],
        [
            [
                (0.02, 0.08),
                *arc(0.28, 0.25, 0.5, 0.5, -110, 90),
                (0.2, 0.5),
                *arc(0.26, 0.75, 0.6, 0.5, -90, 140),
            ]
        ],
        [[(0.02, 0.02), (0.55, 0.02), (0.25, 0.4), *arc(0.25, 0.7, 0.62, 0.6, -85, 145)]],
    ],
    4: [
        [[(0.35, 0.0), (0.0, 0.62), (0.62, 0.62)], [(0.47, 0.3), (0.45, 1.0)]],
        [[(0.08, 0.0), (0.05, 0.5), (0.55, 0.5)], [(0.55, 0.0), (0.52, 1.0)]],
        [[(0.1, 0.05), (0.04, 0.4), (0.2, 0.52), (0.5, 0.46)], [(0.58, 0.02), (0.48, 1.0)]],
    ],
    5: [
        [[(0.58, 0.0), (0.1, 0.0), (0.07, 0.42), *arc(0.27, 0.69, 0.6, 0.6, -110, 140)]],
        [
            [(0.12, 0.02), (0.08, 0.42), *arc(0.26, 0.69, 0.6, 0.6, -100, 145)],
            [(0.1, 0.02), (0.6, 0.0)],
        ],
        [
            [
                (0.62, 0.03),
                (0.18, 0.03),
                (0.12, 0.4),
                (0.35, 0.38),
                *arc(0.25, 0.7, 0.6, 0.58, -65, 130),
            ]
        ],
    ],
    6: [
        [[(0.42, 0.0), (0.15, 0.3), *arc(0.29, 0.7, 0.52, 0.58, 190, -165)]],
        [[(0.35, 0.0), (0.12, 0.35), (0.04, 0.7), *arc(0.28, 0.74, 0.48, 0.5, 170, -160)]],
        [
            [
                (0.5, 0.03),
                *arc(0.42, 0.55, 0.8, 0.95, 240, 160),
                *arc(0.28, 0.75, 0.5, 0.48, 140, -170),
            ]
        ],
    ],
    7: [
        [[(0.0, 0.02), (0.58, 0.02), (0.22, 1.0)]],
        [[(0.02, 0.06), (0.6, 0.0), (0.35, 0.5), (0.25, 1.0)]],
        [[(0.0, 0.0), (0.6, 0.02), (0.2, 1.0)], [(0.14, 0.5), (0.52, 0.48)]],
    ],
    8: [
        [[*arc(0.3, 0.25, 0.44, 0.5, 80, -270), *arc(0.3, 0.75, 0.54, 0.5, -90, 270)]],
        [
            [
                *arc(0.3, 0.24, 0.46, 0.48, -30, -240),
                (0.35, 0.5),
                *arc(0.3, 0.76, 0.54, 0.48, -40, 220),
                (0.28, 0.5),
                (0.5, 0.12),
            ]
        ],
        [arc(0.3, 0.24, 0.46, 0.48, -90, 270), arc(0.3, 0.74, 0.54, 0.52, -90, 270)],
    ],
    9: [
        [[*arc(0.28, 0.27, 0.5, 0.54, -15, -360), (0.53, 0.3), (0.48, 1.0)]],
        [[*arc(0.27, 0.26, 0.52, 0.52, 0, -350), (0.53, 0.25), (0.42, 0.7), (0.25, 1.0)]],
        [
            [
                *arc(0.27, 0.27, 0.5, 0.5, -20, -355),
                (0.52, 0.3),
                (0.52, 0.75),
                *arc(0.3, 0.8, 0.44, 0.4, 0, 130),
            ]
        ],
    ],
}


def drawing(digit: int, seed: int, number: int) -> dict[str, Any]:
    """Strokes of whole numbers from 0 to 1000 for the pad, and the brush they are drawn with."""
    random = np.random.default_rng([seed, digit, number])
    way = WAYS[digit][number % len(WAYS[digit])]
    height = random.uniform(330, 820)
    width = height * random.uniform(0.75, 1.2)
    slant = random.uniform(-0.08, 0.3) * height
    turn = math.radians(random.uniform(-6, 6))
    lines = [_shaky(_dense(line), random) for line in way]
    placed = []
    for line in lines:
        x, y = line[:, 0] * width + (0.5 - line[:, 1]) * slant, line[:, 1] * height
        placed.append(
            np.stack(
                [x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)],
                1,
            )
        )
    corner = np.concatenate(placed).min(0)
    room = 920 - (np.concatenate(placed).max(0) - corner)
    shift = 40 + random.uniform(0, 1, 2) * np.maximum(room, 0) - corner
    strokes = [np.rint((line + shift).clip(0, 1000)).astype(int).tolist() for line in placed]
    return {"strokes": strokes, "brush": int(random.choice(BRUSHES))}


def _dense(line: Line) -> np.ndarray:
    """Points close together, as a pointer gives them."""
    points = [np.linspace(a, b, 6, endpoint=False) for a, b in pairwise(line)]
    return np.concatenate([*points, [line[-1]]])


def _shaky(line: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Bent by two slow waves on each axis."""
    along = np.linspace(0, 1, len(line))[:, None]
    waves = sum(
        random.normal(0, 0.018, 2) * np.sin(math.pi * k * along + random.uniform(0, 6, 2))
        for k in (1, 2, 3)
    )
    return line + waves
