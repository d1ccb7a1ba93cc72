"""Two networks that play against each other on images: a wall of fakes, and who believes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.analysis.census import RARE, Census
from playground.experiment import numerals
from playground.training.snapshot import Snapshot
from playground.views import gan, gan_curves, judgement
from playground.views.style import MARGIN, NEGATIVE, POSITIVE, TEST, TRAIN, axis

ACROSS, ROWS = 10, 6
WIDTH = 500  # px of a row
BELIEF = "and how real the discriminator finds them"


def wall(snapshot: Snapshot, rows: int = ROWS) -> dict[str, Any]:
    """Fakes of a noise that stays the same, for `flow.js`: they sharpen where they stand."""
    images = _bytes(snapshot.game.wall(ACROSS * rows))
    return _tiles(images, [""] * len(images))


def judged(snapshot: Snapshot, real: bool, before: Snapshot | None = None) -> dict[str, Any]:
    """A row of real test images, or of fakes, and how real the discriminator finds each.

    before: a moment with the same images, of which the belief stands before an arrow.
    """
    game, test = snapshot.game, snapshot.data.test
    images = test.x[:ACROSS] if real else _bytes(game.fakes(ACROSS))
    shares = images / np.float32(255)
    tell = numerals.percent if gan.rules(snapshot).logits else numerals.fixed
    digits = 0 if gan.rules(snapshot).logits else 2
    moments = [one.game.belief(shares) for one in (before, snapshot) if one]
    captions = [
        " → ".join(tell(float(value), digits) for value in values)
        for values in zip(*moments, strict=True)
    ]
    return _tiles(images, captions, wrap=before is not None)


def _bytes(images: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(255 * images), 0, 255).astype(np.uint8)


def _tiles(images: np.ndarray, captions: list[str], wrap: bool = False) -> dict[str, Any]:
    size = WIDTH // ACROSS - 8
    return judgement.tiles(images, captions, [0] * len(images), ACROSS, size, wrap=wrap)


def changes(move: gan.Move) -> tuple[int, dict[str, Any]]:
    """What a step of the generator did to each fake, and how many times as strong it is drawn.

    Blue: brighter than before; orange: darker.
    """
    gaps = move.after.game.fakes(ACROSS) - move.before.game.fakes(ACROSS)
    times = int(np.clip(1 / max(float(np.percentile(np.abs(gaps), 99)), 1e-3), 1, 1000))
    strength = np.clip(times * gaps.mean(1), -1, 1)[..., None]
    tint = np.where(strength > 0, _colour(POSITIVE), _colour(NEGATIVE))
    images = 255 + np.abs(strength) * (tint - 255)
    return times, _tiles(np.rint(images).astype(np.uint8).transpose(0, 3, 1, 2), [""] * len(gaps))


def _colour(text: str) -> np.ndarray:
    """Red, green and blue of #rrggbb."""
    return np.array(list(bytes.fromhex(text[1:])), float)


def rows(snapshot: Snapshot, move: gan.Move | None = None) -> list[tuple[str, str, dict[str, Any]]]:
    """Rows of images with the verdict on each: title, what stands beside it, and the images.

    Real ones and fakes; after a step of the discriminator both with its belief before and after,
    after one of the generator the same fakes before and after, and what has changed.
    """
    if move and move.player == "generator":
        times, changed = changes(move)
        return [
            ("Fakes before", BELIEF, judged(move.before, real=False)),
            ("The same, after", BELIEF, judged(snapshot, real=False)),
            ("What has changed", f"{times} times as strong; blue: brighter", changed),
        ]
    before, note = (move.before, f"{BELIEF}, before → after") if move else (None, BELIEF)
    return [
        ("Real images", note, judged(snapshot, True, before)),
        ("Fakes", note, judged(snapshot, False, before)),
    ]


def shares(census: Census) -> dict[str, Any]:
    """How often each class is read, as bars; dotted, where each had the same share."""
    fair = 1 / len(census.names)
    return {
        "data": [
            {
                "type": "bar",
                "x": list(census.names),
                "y": census.shares.astype(np.float32),
                "marker": {"color": TEST},
                "hovertemplate": "%{x}: %{y:.1%}<extra></extra>",
            }
        ],
        "layout": {
            "margin": {**MARGIN, "l": 38},
            "showlegend": False,
            "bargap": 0.3,
            "shapes": [gan_curves.level(fair, TRAIN)],
            "xaxis": axis(type="category", showline=False, ticks=""),
            "yaxis": axis(nticks=4, tickformat=".0%", rangemode="tozero", fixedrange=True),
        },
    }


def words(census: Census) -> str:
    """Whether all classes are there, and how clear the fakes are."""
    missing, total = census.missing, len(census.names)
    if not missing:
        there = f"All {total} are there"
    elif len(missing) == total - 1:
        there = "Only one of them is there"
    else:
        there = f"Missing, or below {numerals.percent(RARE, 0)}: {', '.join(missing)}"
    return f"{there}. It is {numerals.percent(census.confidence, 0)} sure on average."
