"""The look inside: every layer's numbers with the cell that is chosen and all that it can feel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.analysis.cell.field import box, field
from playground.engine import Plan, Row
from playground.engine.losses import softmax
from playground.training.snapshot import Snapshot
from playground.views import flow

Index = tuple[int, ...]
HEIGHT = 250  # of the pictures
WIDE = 7  # layers that fit side by side; of more, some share a column
COLUMNS = 6


@dataclass(frozen=True, eq=False)
class Scene:
    """One image in a network: what the pictures show.

    values: the numbers it leaves behind (see `analysis.cell`); shown: these, or gradients by
    them; position, index: the chosen cell; masks: what it can feel.
    """

    snapshot: Snapshot
    image: np.ndarray
    values: Sequence[np.ndarray]
    shown: Sequence[np.ndarray]
    position: int
    index: Index
    masks: Sequence[np.ndarray]

    @property
    def slopes(self) -> bool:
        """Whether gradients are shown."""
        return self.shown is not self.values


def scene(
    snapshot: Snapshot,
    image: np.ndarray,
    values: Sequence[np.ndarray],
    shown: Sequence[np.ndarray],
    position: int,
    index: Index,
) -> Scene:
    """With what the chosen cell can feel."""
    return Scene(
        snapshot,
        image,
        values,
        shown,
        position,
        index,
        field(snapshot.network.plan, position, index),
    )


def network(scene: Scene, name: str = "Image") -> dict[str, Any]:
    """Image → every layer → scores → probabilities, for `assets/web/flow/flow.js`."""
    plan = scene.snapshot.network.plan.rows
    stages = [_layer(scene, row) for row in plan[:-1] if row.layer.picture(row.input_shape)]
    ends = [_scores(scene), _chances(scene)]
    columns = (
        [[stage] for stage in stages] if len(stages) <= WIDE else flow.grouped(stages, COLUMNS)
    )
    columns = [[_image(scene, name)], *columns, *([stage] for stage in ends)]
    deep = max(len(column) for column in columns)
    return {"columns": columns, "arrows": True, "height": HEIGHT + 70 * (deep > 1)}


def _marked(scene: Scene, stage: dict[str, Any], position: int) -> dict[str, Any]:
    """A stage whose cells can be chosen; with what the chosen cell feels of it."""
    size = len(stage["values"])
    if position + 1 < len(scene.masks):
        stage["felt"] = np.ascontiguousarray(scene.masks[position + 1].ravel()[:size], np.uint8)
        whole = scene.masks[position + 1].all()
        stage["whole"] = bool(whole) and position != scene.position
    stage["layer"] = position
    if position == scene.position:
        stage["chosen"] = int(np.ravel_multi_index(scene.index, _shape(scene, position)))
    return stage


def _shape(scene: Scene, position: int) -> Index:
    """Of a layer's output; the probabilities come last."""
    return shape_of(scene.snapshot.network.plan, position)


def shape_of(plan: Plan, position: int) -> Index:
    """The sizes of what a layer makes; after the last one stand the probabilities."""
    return plan.rows[min(position, len(plan.rows) - 1)].output_shape


def _layer(scene: Scene, row: Row) -> dict[str, Any]:
    stage = flow.stage(row, scene.shown[row.position + 1])
    return _marked(scene, stage, row.position)


def _image(scene: Scene, name: str) -> dict[str, Any]:
    """The pixels, or the gradient by them."""
    note, size = flow.shape(scene.image.shape), 120
    if scene.slopes:
        slope = scene.shown[0]
        stage = {
            "kind": "maps",
            "word": "channel",
            "name": name,
            "note": note,
            "size": size,
            "fixed": size,
            "count": len(slope),
            "width": slope.shape[2],
            "height": slope.shape[1],
            "values": slope.ravel(),
            "scale": flow.span(slope),
        }
        return stage | {"felt": np.ascontiguousarray(scene.masks[0].ravel(), np.uint8)}
    stage = flow.picture(scene.image, size, name, note)
    return stage | {"felt": scene.masks[0].any(0).ravel().astype(np.uint8)}


def _scores(scene: Scene) -> dict[str, Any]:
    numbers = scene.shown[-1].ravel()
    stage = flow.scores(scene.snapshot, numbers)
    return _marked(scene, stage, len(scene.snapshot.network.plan.rows) - 1)


def _chances(scene: Scene) -> dict[str, Any]:
    """The probabilities; cells to choose where a softmax makes them."""
    scores = scene.values[-1].reshape(1, -1)
    chances = scene.snapshot.probabilities(scores)[0]
    bars = flow.bars(chances, scene.snapshot.labels)
    if by_softmax(scene.snapshot, scores):
        return _marked(scene, bars, len(scene.snapshot.network.plan.rows))
    return bars


def by_softmax(snapshot: Snapshot, scores: np.ndarray) -> bool:
    """Whether the loss reads scores [1, classes] as a softmax does."""
    if scores.shape[1] == 1:
        return False
    return bool(np.allclose(snapshot.probabilities(scores), softmax(scores.astype(np.float64))))


def sees(scene: Scene) -> str:
    """How much of the image the chosen cell can see."""
    mask = scene.masks[0]
    if mask.all():
        return "It sees the whole image."
    height, width = box(mask)
    return f"It sees {height}×{width} of the {flow.shape(mask.shape[1:])} pixels."


def start(values: Sequence[np.ndarray], plan: Plan) -> tuple[int, Index]:
    """A cell to begin with: the strongest of the first layer that has a picture."""
    for row in plan.rows:
        if row.layer.picture(row.input_shape):
            answer = values[row.position + 1]
            place = int(np.abs(answer).argmax())
            return row.position, tuple(int(i) for i in np.unravel_index(place, answer.shape))
    return len(plan.rows) - 1, (0,)


def checked(plan: Plan, position: Any, flat: Any) -> tuple[int, Index] | None:
    """A cell as it comes from outside: a layer and a flat place; None if there is no such cell."""
    if not (isinstance(position, int) and isinstance(flat, int)):
        return None
    if not 0 <= position <= len(plan.rows):
        return None
    shape = shape_of(plan, position)
    if not 0 <= flat < math.prod(shape):
        return None
    return position, tuple(int(i) for i in np.unravel_index(flat, shape))
