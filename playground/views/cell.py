"""The arithmetic of a cell, as `assets/web/inside_cell/inside_cell.js` draws it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from playground.analysis.by_hand import number
from playground.analysis.cell.cell import Terms, Window, Work
from playground.engine import Plan
from playground.views import flow, inside


def payload(scene: inside.Scene, work: Work, slope: str = "") -> dict[str, Any]:
    """Everything about one cell.

    slope: a sentence on the gradient by it, where gradients are shown.
    """
    plan = scene.snapshot.network.plan
    shape = inside.shape_of(plan, scene.position)
    return {
        "title": title(scene),
        "where": where(scene),
        "about": work.about,
        "sees": inside.sees(scene),
        "slope": slope,
        "layer": scene.position,
        "place": int(np.ravel_multi_index(scene.index, shape)),
        "maps": shape[0],
        "map": scene.index[0],
        "step": math.prod(shape[1:]),
        "word": "map" if len(shape) == 3 else "step" if len(shape) == 2 else "unit",
        "value": work.value,
        "size": 1.0
        if scene.position == len(plan.rows)
        else flow.span(scene.values[scene.position + 1]),
        "lines": [[line.words, line.numbers, number(line.value)] for line in work.lines],
        **_source(scene, work),
        "window": _window(work.window) if work.window else None,
        "terms": _terms(scene, work, work.terms) if work.terms else None,
    }


def title(scene: inside.Scene) -> str:
    """The layer's name, with its number."""
    plan = scene.snapshot.network.plan
    if scene.position == len(plan.rows):
        return "Softmax"
    return named(plan, scene.position)


def named(plan: Plan, position: int) -> str:
    """Layer 3, Convolution"""
    return f"Layer {position + 1}, {plan.rows[position].layer.title}"


def where(scene: inside.Scene) -> str:
    """map 3 of 6, row 5, column 7"""
    plan, index = scene.snapshot.network.plan, scene.index
    shape, names = inside.shape_of(plan, scene.position), scene.snapshot.labels
    if scene.position == len(plan.rows):
        return f"the probability of {names[index[0]]}"
    if len(shape) == 1:
        score = scene.position == len(plan.rows) - 1 and shape[0] == len(names)
        suffix = f", the score of {names[index[0]]}" if score else ""
        return f"unit {index[0] + 1} of {shape[0]}{suffix}"
    if len(shape) == 2:
        return f"step {index[0] + 1} of {shape[0]}, number {index[1] + 1}"
    return f"map {index[0] + 1} of {shape[0]}, row {index[1] + 1}, column {index[2] + 1}"


def _source(scene: inside.Scene, work: Work) -> dict[str, Any]:
    """What the places in the patch are places of. `from`: a layer to go back to, −1: the image."""
    if work.reads is None:
        return {"from": None, "source": "the block’s own maps", "shape": []}
    plan = scene.snapshot.network.plan
    shape = [plan.input_shape, *(row.output_shape for row in plan.rows)][work.reads]
    name = named(plan, work.reads - 1) if work.reads else "the image"
    return {"from": work.reads - 1, "source": name[0].lower() + name[1:], "shape": list(shape)}


def _window(window: Window) -> dict[str, Any]:
    maps, height, width = window.patch.shape
    payload = {
        "maps": maps,
        "rows": height,
        "columns": width,
        "names": window.names,
        "patch": window.patch.ravel(),
        "places": window.places.ravel(),
        "marked": window.marked,
        "size": flow.span(window.patch),
    }
    if window.weights is None or window.products is None:
        return payload | {"weights": None}
    products = window.products
    return payload | {
        "weights": window.weights.ravel(),
        "products": products.ravel(),
        "weightSize": flow.span(window.weights),
        "productSize": flow.span(products),
        "sums": products.reshape(maps, -1).sum(1),
    }


def _terms(scene: inside.Scene, work: Work, terms: Terms) -> dict[str, Any]:
    """Rows from the largest to the smallest; a softmax's in the order of the classes."""
    chances = scene.position == len(scene.snapshot.network.plan.rows)
    last = work.reads == len(scene.snapshot.network.plan.rows)
    order = np.arange(len(terms.parts))
    if not chances:
        order = np.argsort(-np.abs(terms.parts), kind="stable")
    return {
        "order": order,
        "places": terms.places,
        "inputs": terms.inputs,
        "parts": terms.parts,
        "weights": terms.weights,
        "heads": list(terms.heads),
        "labels": scene.snapshot.labels if last else None,
        "size": flow.span(terms.inputs),
        "partSize": flow.span(terms.parts),
        "weightSize": 1.0 if terms.weights is None else flow.span(terms.weights),
    }
