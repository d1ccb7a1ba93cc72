"""Codes as pictures: a plane of them, what places of it decode to, inputs beside outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.engine.coding import divergence
from playground.experiment import numerals
from playground.training.evaluation import draws, numbers
from playground.training.snapshot import Snapshot
from playground.views import flow
from playground.views.attribution import MORE_COLOURS, SIGNS
from playground.views.plane import CLASSES
from playground.views.style import MARGIN, TEST, TRAIN, axis

COLOURS = (*(colour for colour, *_ in CLASSES), *MORE_COLOURS)
POINTS = 600  # test samples on the plane
SIDE = 12  # decoded places along either side of the plane
NEAREST, FARTHEST = 2.6, 12.0  # how far a plane of drawn codes reaches at least, and at most


@dataclass(frozen=True, eq=False)
class Plane:
    """Two numbers of the code as a plane; the others stay at `centre`.

    codes: those of test samples, [N, k]. axes: which numbers go right and up; the same one twice
    where there is but one. low, high: the ends of either axis. weight: what each number of the code
    tells, [k]: its divergence in nats, or its variance.
    """

    codes: np.ndarray
    labels: np.ndarray
    axes: tuple[int, int]
    centre: np.ndarray
    low: np.ndarray
    high: np.ndarray
    weight: np.ndarray

    def place(self, codes: np.ndarray) -> np.ndarray:
        """Where codes [N, k] lie, from the left and from the top, in shares of the plane."""
        spread = (codes[:, self.axes] - self.low) / (self.high - self.low)
        if self.axes[0] == self.axes[1]:  # one number: classes lie one above the other
            spread[:, 1] = 0.5
        return np.stack([spread[:, 0], 1 - spread[:, 1]], axis=1)

    def code(self, places: np.ndarray) -> np.ndarray:
        """The opposite: codes [N, k], float32."""
        z = np.repeat(self.centre[None], len(places), 0)
        for k in (1, 0):
            share = places[:, k] if k == 0 else 1 - places[:, k]
            z[:, self.axes[k]] = self.low[k] + share * (self.high[k] - self.low[k])
        return z.astype(np.float32)


def plane(snapshot: Snapshot, axes: tuple[int, int] | None = None) -> Plane:
    """The plane of two numbers of the code: of those that tell most, unless `axes` says others."""
    network, test = snapshot.network, snapshot.data.test
    x, labels = numbers(test.x[:POINTS], snapshot.data.scale), test.y[:POINTS]
    codes = network.encode(x).reshape(len(x), -1).astype(np.float64)
    weight = weights(snapshot)
    if axes is None or max(axes) >= codes.shape[1]:
        best = np.sort(np.argsort(-weight, kind="stable")[:2])
        axes = int(best[0]), int(best[-1])
    seen = codes[:, axes]
    if draws(network):
        reach = np.clip(1.1 * np.percentile(np.abs(seen), 99), NEAREST, FARTHEST)
        low, high, centre = -np.full(2, reach), np.full(2, reach), np.zeros(codes.shape[1])
    else:
        low, high = np.percentile(seen, 1, 0), np.percentile(seen, 99, 0)
        edge = 0.1 * (high - low) + 1e-3
        low, high, centre = low - edge, high + edge, codes.mean(0)
    if not snapshot.data.classes:
        labels = np.zeros(len(labels), np.int64)
    return Plane(codes, labels, axes, centre, low, high, weight)


def weights(snapshot: Snapshot) -> np.ndarray:
    """What each number of the code tells, on average over test samples, [k]."""
    network, test = snapshot.network, snapshot.data.test
    x = numbers(test.x[:POINTS], snapshot.data.scale)
    places = [row.position for row in network.plan.rows if row.layer.coded]
    if places:
        statistics = network.activations(x)[places[-1] - 1] if places[-1] else x
        return divergence(statistics).mean(0).ravel()
    return network.encode(x).reshape(len(x), -1).var(0)


def scene(snapshot: Snapshot, plane: Plane, pictures: bool) -> dict[str, Any]:
    """What `latent.js` draws: signs of test samples, or what a grid of places decodes to."""
    names, short = snapshot.labels, max(map(len, snapshot.labels), default=0) <= 2
    count = max(len(names), 1)
    first, second = (f"z{k + 1}" for k in plane.axes)
    payload: dict[str, Any] = {
        "labels": plane.labels.astype(np.uint8),
        "points": _bytes(plane.place(plane.codes)),
        "names": names,
        "signs": names if short and names else [SIGNS[k % 26] for k in range(count)],
        "colours": [COLOURS[k % len(COLOURS)] for k in range(count)],
        "low": plane.low,
        "high": plane.high,
        "axes": [first, second if plane.axes[0] != plane.axes[1] else ""],
        "label": f"The plane of codes: {first} to the right, {second} up. Drag, or press arrow "
        "keys, to choose a place and see what it decodes to.",
        "side": 0,
        "tiles": pictures,
    }
    if len(snapshot.data.shape) == 3:
        along = (np.arange(SIDE) + 0.5) / SIDE
        places = np.stack([part.ravel() for part in np.meshgrid(along, along)], axis=1)
        payload |= {"side": SIDE, "grid": flow.pixels(decoded(snapshot, plane, places))}
    return payload


def _bytes(shares: np.ndarray) -> np.ndarray:
    """Shares of 1 as bytes."""
    return np.clip(np.rint(255 * shares), 0, 255).astype(np.uint8)


def decoded(snapshot: Snapshot, plane: Plane, places: np.ndarray) -> np.ndarray:
    """What places [N, 2] of the plane decode to: bytes of images, or numbers as they are."""
    return decode(snapshot, plane.code(places))


def decode(snapshot: Snapshot, codes: np.ndarray) -> np.ndarray:
    """What codes [N, k] stand for: bytes of images [N, channels, height, width], or numbers."""
    z = codes.astype(np.float32).reshape(len(codes), *snapshot.network.code_shape)
    return shown(snapshot, snapshot.network.decode(z))


def shown(snapshot: Snapshot, x: np.ndarray) -> np.ndarray:
    """Inputs as numbers → as they are shown."""
    return _bytes(x) if len(snapshot.data.shape) == 3 else x


def rebuilt(snapshot: Snapshot, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codes [N, k] of inputs, what they are rebuilt as, and what that costs, in nats [N]."""
    network, scaled = snapshot.network, numbers(x, snapshot.data.scale)
    outputs, loss = network.predict(scaled), network.loss
    costs = loss.each(outputs, scaled)  # type: ignore[attr-defined]
    return (
        network.encode(scaled).reshape(len(x), -1),
        shown(snapshot, loss.means(outputs).reshape(scaled.shape)),
        costs,
    )


def pairs(snapshot: Snapshot, x: np.ndarray, names: Sequence[str], size: int) -> dict[str, Any]:
    """Each image above its code, and below it what it is rebuilt as and the nats that costs."""
    codes, images, costs = rebuilt(snapshot, x)
    across = min(max(round(codes.shape[1] ** 0.5), 1), 8)
    code = {
        "kind": "units",
        "name": "Code",
        "note": "",
        "count": codes.shape[1],
        "across": across,
        "size": min((size - across + 1) // across, 18),
        "fixed": size,
        "width": 1,
        "height": 1,
        "scale": flow.span(codes),
    }
    columns = [
        [
            flow.picture(x[n], size, names[n]),
            {**code, "values": codes[n].astype(np.float32)},
            flow.picture(images[n], size, f"{numerals.fixed(costs[n], 0)} nats"),
        ]
        for n in range(len(x))
    ]
    return {"columns": columns, "arrows": False, "height": 3 * size}


def between(snapshot: Snapshot, codes: np.ndarray, steps: int = 9) -> np.ndarray:
    """What lies between two codes [2, k], in equal steps: shown inputs [steps, …]."""
    share = np.linspace(0, 1, steps)[:, None]
    return decode(snapshot, codes[0] + share * (codes[1] - codes[0]))


def costs(snapshot: Snapshot) -> tuple[dict[str, Any], float]:
    """The divergence of each number of the code as bars, largest first, and how many tell."""
    weight = weights(snapshot)
    order = np.argsort(-weight, kind="stable")
    figure = {
        "data": [
            {
                "type": "bar",
                "x": [f"z{k + 1}" for k in order],
                "y": weight[order].astype(np.float32),
                "marker": {"color": TEST},
                "hovertemplate": "%{x}: %{y:.2f}<extra></extra>",
            }
        ],
        "layout": {
            "margin": {**MARGIN, "b": 18},
            "showlegend": False,
            "xaxis": axis(type="category", nticks=10),
            "yaxis": axis(nticks=4, rangemode="tozero", fixedrange=True),
        },
    }
    return figure, float((weight > 0.05).sum())


def points(snapshot: Snapshot, place: np.ndarray | None) -> dict[str, Any]:
    """Test points of the plane, what they are rebuilt as, and the decoded place of the hand."""
    x = snapshot.data.test.x[:300]
    _, images, _ = rebuilt(snapshot, x)
    gaps = np.full((len(x), 1), np.nan)
    lines = [np.concatenate([x[:, k : k + 1], images[:, k : k + 1], gaps], 1) for k in (0, 1)]
    dots: dict[str, Any] = {"type": "scatter", "mode": "markers", "hoverinfo": "skip"}
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "hoverinfo": "skip",
            "x": lines[0].ravel().astype(np.float32),
            "y": lines[1].ravel().astype(np.float32),
            "line": {"color": TRAIN, "width": 0.5},
        },
        {**dots, "x": x[:, 0], "y": x[:, 1], "marker": {"color": TRAIN, "size": 5}},
        {
            **dots,
            "x": images[:, 0],
            "y": images[:, 1],
            "marker": _DIAMOND,
        },
    ]
    if place is not None:
        big = {"color": TEST, "size": 16, "symbol": "star", "line": {"color": "#fff", "width": 1}}
        data.append({**dots, "x": place[:, 0], "y": place[:, 1], "marker": big})
    return {"data": data, "layout": _square()}


_DIAMOND = {"color": TEST, "size": 5, "symbol": "diamond"}


def cloud(x: np.ndarray) -> dict[str, Any]:
    """Points of the plane [N, 2]."""
    dots = {"type": "scatter", "mode": "markers", "hoverinfo": "skip", "marker": _DIAMOND}
    return {"data": [{**dots, "x": x[:, 0], "y": x[:, 1]}], "layout": _square()}


def _square() -> dict[str, Any]:
    """Axes of a plane with units of one length."""
    return {
        "margin": MARGIN,
        "showlegend": False,
        "xaxis": axis(range=[-7, 7], constrain="domain"),
        "yaxis": axis(range=[-7, 7], scaleanchor="x", constrain="domain"),
    }
