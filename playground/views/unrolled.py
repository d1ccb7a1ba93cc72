"""A network unrolled in time, as `assets/web/unrolled/unrolled.js` draws it: the sequence as a
strip, every hidden state, cell and gate below it, and what the network answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.analysis.by_hand import number
from playground.analysis.memory import Strand, norms, through_time, unroll, work
from playground.data import Data, Split
from playground.data.texts import shown
from playground.training.evaluation import numbers
from playground.training.snapshot import Snapshot
from playground.views.cell import named
from playground.views.flow import span

HEIGHT = 566
FEW = 4  # numbers of a step that have a name each
REACH = 1e-6  # of the largest gradient: what is smaller has no bar
LETTERS = 56  # that fit into a row
TERMS = 7  # summands listed at first
NOTHING = "not asked"


@dataclass(frozen=True, eq=False)
class Scene:
    """One sequence in a network. values: it and every layer's answer, as in `analysis.cell`.

    length: its steps without padding. strands: the layers that remember, unrolled.
    """

    snapshot: Snapshot
    x: np.ndarray
    y: np.ndarray
    length: int
    values: list[np.ndarray]
    strands: list[Strand]

    @property
    def data(self) -> Data:
        return self.snapshot.data


def scene(snapshot: Snapshot, split: Split, index: int) -> Scene:
    """One sample of a split, read by the network of a Snapshot."""
    x = split.x[index]
    prepared = numbers(x[None], snapshot.data.scale)
    values = [prepared[0], *(layer[0] for layer in snapshot.network.activations(prepared))]
    network = snapshot.network
    strands = unroll(network.plan, network.state_dict(), values)
    length = len(x) if split.lengths is None else int(split.lengths[index])
    return Scene(snapshot, x, split.y[index], length, values, strands)


def strand_names(scene: Scene) -> list[str]:
    """What each strand is called in a menu."""
    names = []
    for strand in scene.strands:
        name = named(scene.snapshot.network.plan, strand.position)
        if strand.layer.num_layers > 1:
            name += f", level {strand.level + 1}"
        if strand.layer.bidirectional:
            name += ", backwards" if strand.reverse else ", forwards"
        names.append(name)
    return names


# ---- what can be chosen: a cell of a part of a strand ----


def cells(scene: Scene) -> list[tuple[int, str]]:
    """Every map that has cells: the number of its strand, and the part's name."""
    return [(n, part.name) for n, strand in enumerate(scene.strands) for part in strand.parts]


def checked(scene: Scene, layer: int | None, place: int | None) -> tuple[int, int, int] | None:
    """A cell as it comes from outside: number of the map, step, unit; None if there is none."""
    if layer is None or place is None or layer >= len(known := cells(scene)):
        return None
    strand = scene.strands[known[layer][0]]
    step, unit = divmod(place, strand.units)
    return (layer, step, unit) if step < scene.length else None


def start(scene: Scene, strand: int) -> tuple[int, int, int]:
    """A cell to begin with: a gate, where there is one, at its largest number."""
    names = [part.name for part in scene.strands[strand].parts]
    name = next((name for name in ("f", "z") if name in names), "h")
    values = np.abs(scene.strands[strand].values[name][: scene.length])
    step, unit = np.unravel_index(int(values.argmax()), values.shape)
    return cells(scene).index((strand, name)), int(step), int(unit)


def last_alone(scene: Scene) -> np.ndarray:
    """The answers without all but the last that is asked for."""
    if not scene.data.answers:
        return scene.y
    y = scene.y
    asked = np.flatnonzero(y >= 0 if scene.data.classes else np.isfinite(y))
    targets = np.full_like(y, -1 if scene.data.classes else np.nan)
    targets[asked[-1:]] = y[asked[-1:]]
    return targets


# ---- the picture ----


def payload(
    scene: Scene, strand: int, chosen: tuple[int, int, int] | None, slope: np.ndarray | None = None
) -> dict[str, Any]:
    """All rows. slope: the gradient by the output of the strand's layer, where it is known."""
    rows = [_input(scene), *_maps(scene, strand), *_answers(scene)]
    if slope is not None:
        rows.append(_gradient(scene, strand, slope))
    marked = None
    if chosen is not None:
        place = [n for n, row in enumerate(rows) if row.get("cells") == chosen[0] + 1]
        if place:
            marked = {"row": place[0], "step": chosen[1], "unit": chosen[2]}
    name = strand_names(scene)[strand]
    return {
        "steps": scene.length,
        "height": HEIGHT,
        "rows": rows,
        "chosen": marked,
        "unit": "letter" if scene.data.alphabet else "step",
        "first": 1,
        "label": f"{name} unrolled over {scene.length} steps.",
    }


def _input(scene: Scene) -> dict[str, Any]:
    """The strip: letters, one curve, or a row for each number of a step."""
    data, x = scene.data, scene.x[: scene.length]
    names = list(data.step_names)
    if data.alphabet:
        return text("Input", "", [shown(data.alphabet)[int(code)] for code in x])
    if x.shape[1] == 1:
        title = names[0] if names else "value"
        return lines("Input", title, [(title, x[:, 0])])
    if names and _one_hot(x):
        return text("Input", "", [names[int(step.argmax())] for step in x])
    many = x.shape[1] > FEW
    return {
        "kind": "heat",
        "name": "Input",
        "about": f"{x.shape[1]} numbers a step" if many or not names else ", ".join(names),
        "rows": x.shape[1],
        "least": 18 * x.shape[1] if not many else 28,
        "most": 84,
        "values": np.ascontiguousarray(scene.values[0][: scene.length].T, np.float32).ravel(),
        "size": span(scene.values[0]),
        "names": names or [f"number {n + 1}" for n in range(x.shape[1])],
    }


def _one_hot(x: np.ndarray) -> bool:
    return bool((np.isin(x, (0, 1)).all()) and (x.sum(1) == 1).all())


def text(
    name: str, about: str, labels: Sequence[str], right: Sequence[bool | None] | None = None
) -> dict[str, Any]:
    """A row of signs, one a step; right: whether each answer is, None where nothing is asked."""
    row: dict[str, Any] = {"kind": "text", "name": name, "about": about, "labels": list(labels)}
    return row if right is None else row | {"right": list(right)}


def lines(name: str, about: str, curves: Sequence[tuple[str, np.ndarray]]) -> dict[str, Any]:
    """Curves over the steps, on an axis from the smallest to the largest value."""
    known = np.concatenate([values[np.isfinite(values)] for _, values in curves] or [np.zeros(0)])
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    return {
        "kind": "lines",
        "name": name,
        "about": about,
        "low": low,
        "high": high if high > low else low + 1,
        "curves": [
            {"name": title, "values": np.asarray(values, np.float32)} for title, values in curves
        ],
    }


def _maps(scene: Scene, place: int) -> list[dict[str, Any]]:
    """A map for every part of the strand: [units × steps]."""
    strand, known, rows = scene.strands[place], cells(scene), []
    for part in strand.parts:
        values = strand.values[part.name][: scene.length]
        size = max(1.0, float(np.abs(values).max(initial=0)))
        about = part.about if size == 1 else f"full colour: ±{number(size)}"
        rows.append(
            {
                "kind": "heat",
                "name": part.title,
                "about": about,
                "rows": strand.units,
                "values": np.ascontiguousarray(values.T).ravel(),
                "size": size,
                "cells": known.index((place, part.name)) + 1,
            }
        )
    return rows


def _answers(scene: Scene) -> list[dict[str, Any]]:
    """What the network says at every step, beside what is right; nothing where it says it once."""
    data = scene.data
    if not data.answers:
        return []
    outputs, y = scene.values[-1][: scene.length], scene.y[: scene.length]
    if not data.classes:
        truth = y.reshape(len(y), -1)[:, 0].astype(np.float64)
        answer = outputs.reshape(len(y), -1)[:, 0]
        return [lines("Answer", "dashed; full: right", [("right", truth), ("answer", answer)])]
    said = scene.snapshot.network.loss.classes(outputs)
    asked = y >= 0
    names, about = _short(scene.snapshot.labels, int(asked.sum()), len(y))
    return [
        text(
            "Answer",
            about,
            [names[k] if known else "" for k, known in zip(said, asked, strict=True)],
            [bool(a == b) if b >= 0 else None for a, b in zip(said, y, strict=True)],
        ),
        text("Right", "", [names[k] if k >= 0 else "" for k in y]),
    ]


def _short(names: list[str], asked: int, steps: int) -> tuple[list[str], str]:
    """Names of classes that fit side by side: initials where needed, and what they stand for."""
    longest, initials = max(map(len, names)), [name[:1] for name in names]
    fits = asked < 2 or longest < 2 or (longest + 1) * steps <= LETTERS
    if fits or len(set(initials)) < len(names):
        return names, ""
    return initials, ", ".join(f"{name[:1]}: {name}" for name in names)


def verdict(scene: Scene) -> str:
    """What is answered at the end of a sequence, and what is right; empty where every step is."""
    data, outputs = scene.data, scene.values[-1]
    if data.answers:
        return ""
    if not data.classes:
        return f"It says {number(float(outputs[0]))}; right is {number(float(scene.y))}."
    names = scene.snapshot.labels
    said = int(scene.snapshot.network.loss.classes(outputs[None])[0])
    right = "rightly" if said == int(scene.y) else f"and it is {names[int(scene.y)]}"
    return f"It says {names[said]}, {right}."


def _gradient(scene: Scene, strand: int, slope: np.ndarray) -> dict[str, Any]:
    """‖∂L/∂h_t‖, one bar a step."""
    values = gradient(scene, strand, slope)
    top = float(values.max(initial=0)) or 1.0
    return {
        "kind": "bars",
        "name": "‖∂L/∂h‖",
        "about": f"log scale, top {number(top)}",
        "values": values.astype(np.float32),
        "low": top * REACH,
        "high": top,
    }


def gradient(scene: Scene, strand: int, slope: np.ndarray) -> np.ndarray:
    """‖∂L/∂h_t‖ of a strand for every step of the sequence. slope: by its layer's output."""
    chosen = scene.strands[strand]
    layer = [strand for strand in scene.strands if strand.position == chosen.position]
    flow = through_time(layer, slope)[layer.index(chosen)]
    return norms(flow)[: scene.length]


# ---- the arithmetic of one cell ----


def cell(scene: Scene, chosen: tuple[int, int, int]) -> dict[str, Any]:
    """How a number comes about, for `assets/web/inside_cell/inside_cell.js`."""
    layer, step, unit = chosen
    known = cells(scene)
    index, name = known[layer]
    strand = scene.strands[index]
    part = next(part for part in strand.parts if part.name == name)
    result = work(strand, name, step, unit)
    size = 1.0 if part.gate else max(1.0, float(np.abs(strand.values[name]).max()))
    return {
        "title": f"{part.title}: {part.about}",
        "where": f"step {step + 1} of {scene.length}, unit {unit + 1} of {strand.units}",
        "about": result.about,
        "sees": "",
        "slope": "",
        "layer": layer,
        "place": step * strand.units + unit,
        "maps": strand.units,
        "map": unit,
        "step": 1,
        "word": "unit",
        "value": result.value,
        "size": size,
        "lines": [[line.words, line.numbers, number(line.value)] for line in result.lines],
        "from": known.index((index, "h")),
        "source": "input and memory",
        "shape": [],
        "window": None,
        "terms": _terms(scene, strand, result.terms) if result.terms else None,
    }


def _terms(scene: Scene, strand: Strand, terms: Any) -> dict[str, Any]:
    features = strand.x.shape[1]
    own = strand.level == 0 and strand.position == 0 and scene.data.step_names
    inputs = [scene.data.step_names[n] if own else f"input {n + 1}" for n in range(features)]
    memory = [f"h of unit {n + 1} before" for n in range(strand.units)]
    return {
        "order": np.argsort(-np.abs(terms.parts), kind="stable"),
        "places": terms.places,
        "inputs": terms.inputs,
        "parts": terms.parts,
        "weights": terms.weights,
        "heads": list(terms.heads),
        "labels": None,
        "names": inputs + memory,
        "first": TERMS,
        "size": span(terms.inputs),
        "partSize": span(terms.parts),
        "weightSize": span(terms.weights),
    }
