"""One image through every layer, as the stages that `flow.js` draws."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from playground.engine import Row
from playground.engine.layer import pictured
from playground.training.snapshot import Snapshot

SHOWN = {"maps": 24, "units": 128}  # more pictures than these are too small to tell anything
NARROW = 3  # columns of layers that fit between the image and the bars


def layers(snapshot: Snapshot, image: np.ndarray, wide: bool = False) -> dict[str, Any]:
    """Image → every layer → probabilities (`wide`: → scores, a column for each layer).

    image: one input of the data set, uint8 [channels, height, width].
    """
    answers = [answer[0] for answer in snapshot.activations(image[None])]
    plan = snapshot.network.plan.rows
    stages = [
        stage(row, answer)
        for row, answer in zip(plan[:-1], answers[:-1], strict=True)
        if row.layer.picture(row.input_shape)
    ]
    first = picture(image, size=120 if wide else 84, name="Image", note=shape(image.shape))
    if wide:
        columns = [[first], *([drawn] for drawn in stages), [scores(snapshot, answers[-1])]]
    else:
        chances = snapshot.probabilities(answers[-1][None])[0]
        names = snapshot.labels
        width = 118 if max(map(len, names)) <= 2 else 160
        columns = [[first], *grouped(stages), [bars(chances, names, width)]]
    return {"columns": columns, "arrows": True, "height": 262 if wide else 312}


def stage(row: Row, answer: np.ndarray) -> dict[str, Any]:
    """A layer's answer as its class wants it: maps (one for steps, a row each), or single units."""
    way = row.layer.picture(row.input_shape) or pictured(row.output_shape)
    kind = "units" if way == "units" else "maps"
    height, width = (1, 1) if kind == "units" else answer.shape[-2:]
    values = answer.reshape(-1, height * width)
    count = min(len(values), SHOWN[kind])
    note = shape(row.output_shape)
    name = row.layer.label()
    return {
        "kind": kind,
        "name": name,
        "count": count,
        "width": width,
        "height": height,
        "values": values[:count].ravel(),
        "scale": span(answer),
        "note": note if count == len(values) else f"{count} of {note}",
    }


def grouped(stages: list[dict[str, Any]], most: int = NARROW) -> list[list[dict[str, Any]]]:
    """At most so many columns: what follows an image layer stands under it, so do dense layers."""
    columns: list[list[dict[str, Any]]] = []
    for stage in stages:
        last = columns[-1][-1] if columns else None
        follows = (
            last is not None
            and stage["kind"] == last["kind"]
            and (
                stage["kind"] == "units"
                or (stage["count"] == last["count"] and len(columns[-1]) < 2)
            )
        )
        if follows:
            columns[-1].append(stage)
        else:
            columns.append([stage])
    while len(columns) > most:
        shortest = min(range(len(columns) - 1), key=lambda i: len(columns[i]) + len(columns[i + 1]))
        columns[shortest : shortest + 2] = [columns[shortest] + columns[shortest + 1]]
    return columns


def picture(image: np.ndarray, size: int, name: str = "", note: str = "") -> dict[str, Any]:
    """A grey or coloured image [channels, height, width]; of other channels the mean."""
    return {
        "kind": "image",
        "name": name,
        "note": note,
        "size": size,
        **pixels(image.reshape(1, -1, *image.shape[-2:])),
    }


def pixels(images: np.ndarray) -> dict[str, Any]:
    """Images [N, channels, height, width] as `flow.js` paints them, one after the other."""
    colour = images.shape[1] == 3
    values = images.transpose(0, 2, 3, 1) if colour else images.mean(1).astype(np.uint8)
    return {
        "width": images.shape[3],
        "height": images.shape[2],
        "channels": 3 if colour else 1,
        "values": values.ravel(),
    }


def bars(
    probabilities: np.ndarray, names: Iterable[str], width: int | None = 118, thick: int = 12
) -> dict[str, Any]:
    """One bar a class; without a width they take all there is. No probabilities: empty bars."""
    return {
        "kind": "bars",
        "name": "Probability" if width else "",
        "note": "",
        "width": width,
        "thick": thick,
        "labels": list(names),
        "values": np.asarray(probabilities),
    }


def scores(snapshot: Snapshot, logits: np.ndarray) -> dict[str, Any]:
    """The last layer's sums, before the softmax makes probabilities of them."""
    return {
        "kind": "scores",
        "name": "Scores",
        "note": f"{len(logits)}, before softmax",
        "labels": snapshot.labels,
        "values": logits,
        "scale": span(logits),
    }


def plain(*stages: dict[str, Any], height: int) -> dict[str, Any]:
    """Pictures side by side, without arrows."""
    return {"columns": [[stage] for stage in stages], "arrows": False, "height": height}


def shape(sizes: Iterable[int]) -> str:
    """6×28×28."""
    return "×".join(map(str, sizes))


def span(values: np.ndarray) -> float:
    """The size that gets the full colour: the 99.5th percentile, so that one unit may outshine."""
    return float(np.percentile(np.abs(values), 99.5)) or 1.0 if np.size(values) else 1.0
