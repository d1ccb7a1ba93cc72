"""Two networks that play against each other on points: one picture of all that moves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.data.own_points import Own
from playground.engine.games import Game
from playground.experiment import numerals
from playground.training.snapshot import Snapshot
from playground.views.plane import EDGE, EMPTY, PAINTING, TICKS, scatter
from playground.views.style import DIVERGING, NEGATIVE, POSITIVE, TEST, axis

MAP, GRID, ARROWS, REAL = "Map", "Grid", "Arrows", "Real points"
SHOWN = (MAP, REAL, GRID, ARROWS)  # what the picture can show besides the fakes
FAKES, REALS, DRAWN = 300, 240, 80  # fakes, real points, arrows
RESOLUTION = 50
LONGEST, BARB = 0.9, 0.22  # of an arrow, and of its head, in units of the plane
INK = "#1c2024"  # the map is as light on a dark page
REAL_LOOK = {"color": POSITIVE, "symbol": "circle", "size": 6}
FAKE_LOOK = {"color": NEGATIVE, "symbol": "diamond", "size": 7}


@dataclass(frozen=True, eq=False)
class Move:
    """One step of one of the two: who made it, and the Snapshots around it."""

    player: str
    before: Snapshot
    after: Snapshot

    def fits(self, snapshot: Snapshot) -> bool:
        """Whether a Snapshot shows the moment after the step."""
        return self.after.network is snapshot.network

    @property
    def shift(self) -> float:
        """How far fakes moved, or by how much their pixels changed, on average."""
        gaps = self.after.game.fakes(FAKES) - self.before.game.fakes(FAKES)
        if gaps.ndim == 4:
            return float(np.abs(gaps).mean())
        return float(np.hypot(gaps[:, 0], gaps[:, 1]).mean())

    @property
    def times(self) -> int:
        """How many times as long the way of a fake is drawn, so that it can be seen."""
        return int(np.clip(np.floor(0.4 / max(self.shift, 1e-9)), 1, 1000))


def figure(
    snapshot: Snapshot,
    shown: Collection[str] = SHOWN,
    move: Move | None = None,
    paint: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Real and fake points over the discriminator's map, as a Plotly figure.

    Blue: it believes, orange: it does not. shown: some of `SHOWN`. move: the step that led here, if
    one looks at single steps. paint: as in `plane.figure`.
    """
    game = snapshot.game
    traces = [_map(snapshot, MAP in shown)]
    if move and move.player == "discriminator":
        traces += [_border(move.before, "dash"), _border(snapshot, "solid")]
    if REAL in shown or paint:
        traces += [_real(snapshot, split) for split in ("train", "test")]
    if GRID in shown:
        traces.append(_grid(game.bent_grid()))
    traces.append(
        scatter(game.fakes(FAKES), "fake", {**FAKE_LOOK, "line": {"width": 1, "color": INK}})
    )
    if move and move.player == "generator":
        start = move.before.game.fakes(DRAWN)
        traces.append(_vectors(start, move.times * (game.fakes(DRAWN) - start)))
    elif ARROWS in shown:
        traces.append(_vectors(*scaled(*game.arrows(DRAWN))))
    layout: dict[str, Any] = {
        "margin": {"l": 24, "r": 6, "t": 6, "b": 20},
        "showlegend": False,
        "xaxis": axis(range=[-EDGE, EDGE], tickvals=TICKS, constrain="domain"),
        "yaxis": axis(
            range=[-EDGE, EDGE],
            tickvals=TICKS,
            constrain="domain",
            constraintoward="top",  # where the page is narrow, room that is left lies below
            scaleanchor="x",
        ),
    }
    if not len(snapshot.data.train):
        layout["annotations"] = [_note(PAINTING if paint else EMPTY)]
    return {"data": traces, "layout": layout, "map": _tools(paint)}


def _map(snapshot: Snapshot, visible: bool) -> dict[str, Any]:
    """What the discriminator believes over the plane."""
    along = np.linspace(-EDGE, EDGE, RESOLUTION, dtype=np.float32)
    z = snapshot.game.plane(RESOLUTION, EDGE).astype(np.float32)
    middle = undecided(snapshot)
    reach = 0.5 if rules(snapshot).logits else max(float(abs(z - middle).max()), 1e-6)
    unit = "chance to be real %{z:.0%}" if rules(snapshot).logits else "score %{z:.3f}"
    return {
        "type": "heatmap",
        "x": along,
        "y": along,
        "z": z,
        "zmin": middle - reach,
        "zmax": middle + reach,
        "zsmooth": "fast",
        "colorscale": DIVERGING if visible else [[0, DIVERGING[1][1]], [1, DIVERGING[1][1]]],
        "showscale": False,
        "hovertemplate": f"x₁ %{{x:.1f}}, x₂ %{{y:.1f}}<br>{unit}<extra></extra>",
    }


def rules(snapshot: Snapshot) -> Game:
    """What both play for."""
    return snapshot.game.network.game


def undecided(snapshot: Snapshot) -> float:
    """What the discriminator says where it cannot tell: the middle of its map.

    A chance of one half, or the target between real and fake; a critic's numbers have no middle of
    their own, so it lies between what it says of real samples and of fakes.
    """
    game = rules(snapshot)
    if game.middle is None:
        return sum(snapshot.game.beliefs) / 2
    return float(game.belief(np.array([[game.middle]]))[0, 0])


def _border(snapshot: Snapshot, dash: str) -> dict[str, Any]:
    """Where the discriminator cannot tell."""
    along = np.linspace(-EDGE, EDGE, RESOLUTION, dtype=np.float32)
    middle = undecided(snapshot)
    return {
        "type": "contour",
        "x": along,
        "y": along,
        "z": snapshot.game.plane(RESOLUTION, EDGE).astype(np.float32),
        "autocontour": False,
        "contours": {"start": middle, "end": middle, "size": 1, "coloring": "lines"},
        "colorscale": [[0, INK], [1, INK]],
        "line": {"dash": dash, "width": 1.5},
        "showscale": False,
        "hoverinfo": "skip",
        "name": "border",
    }


def _real(snapshot: Snapshot, split: str) -> dict[str, Any]:
    part, look = snapshot.data.split(split), {**REAL_LOOK, "line": {"width": 1, "color": "#ffffff"}}
    count = len(part) if snapshot.experiment.data.type == Own.type else REALS // 2
    points = np.zeros((0, 2)) if part.points is None else part.points[:count]
    return scatter(points, split, look)


def _line(way: np.ndarray, name: str, colour: str) -> dict[str, Any]:
    """Places [N, 2] joined in their order; NaN leaves a gap."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": way[:, 0],
        "y": way[:, 1],
        "hoverinfo": "skip",
        "name": name,
        "line": {"color": colour, "width": 1},
    }


def _grid(grid: np.ndarray) -> dict[str, Any]:
    """The even grid of noise as the generator bends it: each line, then a gap."""
    lines = [grid, grid.transpose(1, 0, 2)] if len(grid) > 1 else [grid]
    gapped = [np.concatenate([part, np.full((len(part), 1, 2), np.nan)], 1) for part in lines]
    way = np.concatenate([part.reshape(-1, 2) for part in gapped])
    return _line(way, "grid", TEST)


def scaled(places: np.ndarray, arrows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Arrows that fit the plane: three of four keep their proportions, longer ones are cut off."""
    size = np.hypot(arrows[:, 0], arrows[:, 1])
    unit = max(float(np.percentile(size, 75)), 1e-12)
    return places, arrows * (LONGEST / np.maximum(size, unit))[:, None]


def _vectors(places: np.ndarray, arrows: np.ndarray) -> dict[str, Any]:
    """A shaft and two barbs for each, all in one line with gaps: many marks are slow to draw."""
    ends = places + arrows
    length = np.hypot(arrows[:, 0], arrows[:, 1])[:, None]
    ahead = arrows / np.maximum(length, 1e-12) * np.minimum(BARB, length / 2)
    aside = np.stack([-ahead[:, 1], ahead[:, 0]], 1) / 2
    gaps = np.full_like(places, np.nan)
    way = np.stack([places, ends, ends - ahead + aside, ends, ends - ahead - aside, gaps], 1)
    return _line(way.reshape(-1, 2), "arrows", INK)


def _note(text: str) -> dict[str, Any]:
    return {
        "text": text,
        "showarrow": False,
        "x": 0,
        "y": 0,
        "borderpad": 6,
        "bgcolor": "rgba(255,255,255,.85)",
        "font": {"color": INK},
    }


def _tools(paint: dict[str, Any] | None) -> dict[str, Any]:
    """What `paint.js` adds: all real points are alike."""
    return {
        "classes": 1,
        "names": [],
        "legend": False,
        "offer": ["real points"],
        "scale": [],
        "markers": [REAL_LOOK],
        "rim": "#ffffff",
        "paint": paint is not None,
        **(paint or {"seen": 0, "undo": False}),
    }


# ---- words ----


def describe(snapshot: Snapshot) -> str:
    """What the picture shows, for those who hear it."""
    return (
        "Real points as blue circles, fake ones as orange diamonds, over the discriminator's map. "
        f"{standing(snapshot)}"
    )


def standing(snapshot: Snapshot) -> str:
    """Who is ahead, in words."""
    if not len(snapshot.data.train):
        return ""
    if won := snapshot.game.verdict():
        return won
    real, fake = snapshot.game.beliefs
    if not rules(snapshot).logits:
        return (
            f"The discriminator gives real samples {numerals.fixed(real, 2)} on average and fakes "
            f"{numerals.fixed(fake, 2)}: the nearer, the better the fakes."
        )
    shares = f"it takes real samples for real with {_percent(real)}, fakes with {_percent(fake)}."
    if real - fake > 0.5:
        return f"The discriminator is far ahead: {shares}"
    if real - fake > 0.1:
        return f"The discriminator is ahead: {shares}"
    if real - fake < -0.1:
        return f"The generator fools the discriminator: {shares}"
    return f"Neither wins: the discriminator hardly tells them apart; {shares}"


def moved(move: Move) -> str:
    """What a single step has changed."""
    images = len(move.after.data.shape) == 3
    if move.player == "generator" and not images:
        way = numerals.short(move.shift, 2)
        longer = f", drawn {move.times} times as long" if move.times > 1 else ""
        return f"**The generator** made a step: its fakes moved by {way} on average{longer}."
    before, after = move.before.game.beliefs, move.after.game.beliefs
    tell = numerals.percent if rules(move.after).logits else _number
    real, fake = (f"{tell(a)} → {tell(b)}" for a, b in zip(before, after, strict=True))
    if move.player == "generator":
        return (
            f"**The generator** made a step: pixels changed by {numerals.percent(move.shift)} "
            f"on average, fakes {fake}."
        )
    border = "" if images else " Dashed: its border before."
    return f"**The discriminator** made a step: real samples {real}, fakes {fake}.{border}"


def _percent(share: float) -> str:
    return numerals.percent(share, 0)


def _number(value: float) -> str:
    return numerals.fixed(value, 3)
