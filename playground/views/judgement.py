"""How a network does on the test images: examples, the confusion matrix, its surest mistakes."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.analysis.judgement import Judgement
from playground.experiment import numerals
from playground.training.snapshot import Snapshot
from playground.views import flow
from playground.views.style import axis

RIGHT, WRONG = "✓", "✗"
ERROR = "#e5484d"  # orange and blue mean the sign of a number; an error has a colour of its own
HIT = "#60646c"
LONG = 10  # letters of a class's name beside the matrix


def examples(snapshot: Snapshot, indices: np.ndarray) -> dict[str, Any]:
    """Test images in two rows with what the network reads; ✓ and ✗ besides the frame's colour."""
    test = snapshot.data.test
    probabilities = snapshot.probabilities(snapshot.predict(test.x[indices]))
    captions, wrong = [], []
    for label, chances in zip(test.y[indices], probabilities, strict=True):
        captions.append(_caption(label, chances, snapshot.labels))
        wrong.append(int(chances.argmax() != label))
    return tiles(test.x[indices], captions, wrong, across=5, size=44, titles=captions)


def surest(judged: Judgement, count: int, across: int) -> dict[str, Any]:
    """The mistakes the network was surest of: what it is → what it read, and how sure."""
    indices = judged.mistakes[:count]
    captions = [
        f"{judged.names[judged.labels[i]]}→{judged.names[judged.answers[i]]} "
        f"{numerals.sureness(judged.probabilities[i].max(), 0)}"
        for i in indices
    ]
    return tiles(judged.images[indices], captions, [0] * len(indices), across, 56, captions)


def tiles(
    images: np.ndarray,
    captions: list[str],
    wrong: list[int],
    across: int,
    size: int,
    titles: list[str] | None = None,
    wrap: bool = False,
) -> dict[str, Any]:
    """Small images with a caption each, and what the pointer is told. wrap: captions may break."""
    tile = {
        "kind": "tiles",
        "across": across,
        "size": size,
        **flow.pixels(images),
        "captions": captions,
        "wrong": wrong,
        "titles": titles or [],
        "wrap": wrap or any(len(caption) > 14 for caption in captions),
    }
    return flow.plain(tile, height=size)


def _caption(label: int, chances: np.ndarray, names: list[str]) -> str:
    answer = int(chances.argmax())
    if answer == label:
        return f"{names[answer]} {RIGHT}"
    return f"{names[label]} → {names[answer]} {WRONG}"


def confusion(judged: Judgement, dark: bool = False) -> dict[str, Any]:
    """A Plotly figure: rows are what it is, columns what was read; errors are red, with numbers."""
    # Plotly's own choice of a text colour that contrasts takes no notice of transparency.
    ink = "#edeef0" if dark else "#1c2024"
    counts = judged.confusion
    right = np.eye(len(counts), dtype=bool)
    errors = np.where(right, 0, counts)
    text = np.where(counts > 0, counts.astype(str), "")
    ticks = list(range(len(counts)))
    common = {
        "type": "heatmap",
        "x": ticks,
        "y": ticks,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "zmin": 0,
        "zmax": 1,
        "texttemplate": "%{text}",
        "hoverongaps": False,
    }
    wrong = {
        **common,
        "z": np.sqrt(errors / max(errors.max(), 1)).astype(np.float32),
        "colorscale": [[0, "rgba(128,136,144,.10)"], [1, ERROR + "cc"]],
        "text": np.where(right, "", text).tolist(),
        "textfont": {"size": 10, "color": ink},
        "hovertemplate": "%{text} times a %{y} was read as %{x}<extra></extra>",
    }
    hits = {
        **common,
        "z": np.where(right & (counts > 0), 1, np.nan).tolist(),
        "colorscale": [[0, HIT], [1, HIT]],
        "text": np.where(right, text, "").tolist(),
        "textfont": {"size": 10, "color": "#ffffff"},
        "hovertemplate": "%{text} times a %{y} was read rightly<extra></extra>",
    }
    words = [name if len(name) <= LONG else name[: LONG - 1] + "…" for name in judged.names]
    left = max(16, 8 + 6 * max(map(len, words)))
    facts = {
        "tickvals": ticks,
        "ticktext": words,
        "showline": False,
        "ticks": "",
        "constrain": "domain",
    }
    turned = {"tickangle": -90} if left > 16 and len(words) > 4 else {}
    end = len(counts) - 0.5
    return {
        "data": [wrong, hits],
        "layout": {
            "margin": {"l": left, "r": 1, "t": 1, "b": left if turned else 18},
            "xaxis": axis(range=[-0.5, end], **facts, **turned),
            "yaxis": axis(range=[end, -0.5], scaleanchor="x", **facts),
        },
    }
