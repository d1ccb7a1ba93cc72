"""What the Draw page shows of one prepared image: the answer, its reasons, the doubt left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.experiment import numerals
from playground.training.snapshot import Snapshot
from playground.views import flow

PATCH = 1  # pixels erased on each side of a pixel: 3×3 in all


def verdict(names: list[str], chances: np.ndarray | None, small: bool = False) -> dict[str, Any]:
    """The answer, very large, over ten bars; empty bars while there is nothing to read.

    small: not so large that two of them would not stand side by side.
    """
    label, note = "", ""
    if chances is not None:
        top = int(chances.argmax())
        label, note = names[top], numerals.sureness(float(chances[top]))
    answer = {"kind": "answer", "label": label, "note": note}
    bars = flow.bars(
        np.empty(0) if chances is None else chances, names, width=None, thick=11 if small else 13
    )
    return {"columns": [[answer, bars]], "arrows": False, "height": 270 if small else 300}


def doubt(names: list[str], chances: np.ndarray) -> str:
    """One sentence about the runner-up."""
    top, second = order(chances)
    if chances[top] < 0.5:
        return (
            f"Not sure: **{names[top]}** or **{names[second]}**? "
            f"The runner-up has {numerals.sureness(float(chances[second]))}."
        )
    return f"Next best **{names[second]}**, {numerals.sureness(float(chances[second]))}."


def agreement(names: list[list[str]], chances: list[np.ndarray]) -> str:
    """One sentence about two networks that read the same drawing."""
    (left, right), (p, q) = names, chances
    first, second = left[int(p.argmax())], right[int(q.argmax())]
    if first != second:
        return (
            f"They disagree: **{first}** ({numerals.sureness(float(p.max()))}) on the left, "
            f"**{second}** "
            f"({numerals.sureness(float(q.max()))}) on the right."
        )
    gap = abs(float(p.max() - q.max()))
    if gap < 0.005:
        return f"Both read **{first}**, and are as sure."
    surer = "left" if p.max() > q.max() else "right"
    return f"Both read **{first}**; the one on the {surer} is surer."


def order(chances: np.ndarray) -> tuple[int, int]:
    """The best and the second-best class."""
    best = np.argsort(-chances, kind="stable")
    return int(best[0]), int(best[1])


def reasons(snapshot: Snapshot, image: np.ndarray, top: int, second: int) -> np.ndarray:
    """How much each pixel of ink speaks for `top` rather than `second`, [height, width].

    Occlusion (Zeiler and Fergus, 2014): erase the 3×3 pixels around it; what the lead of `top`
    over `second`, in scores before the softmax, loses is what they said for it.
    """
    _, height, width = image.shape
    rows, columns = np.nonzero(image[0])
    erased = np.repeat(image[None], len(rows) + 1, 0)
    for chances, row, column in zip(erased[1:], rows, columns, strict=True):
        chances[
            :, max(0, row - PATCH) : row + PATCH + 1, max(0, column - PATCH) : column + PATCH + 1
        ] = 0
    scores = snapshot.predict(erased)
    lead = scores[:, top] - scores[:, second]
    speaks = np.zeros((height, width), np.float32)
    speaks[rows, columns] = lead[0] - lead[1:]
    return speaks


def prepared(image: np.ndarray, speaks: np.ndarray | None, title: str) -> dict[str, Any]:
    """The 28×28 pixels, and beside them which of them speak for the answer."""
    size = 190
    picture = flow.picture(image, size, "28×28 pixels")
    if speaks is None:
        return flow.plain(picture, height=size)
    height, width = speaks.shape
    why = {
        "kind": "maps",
        "name": title,
        "note": "",
        "word": "pixel",
        "count": 1,
        "size": size,
        "width": width,
        "height": height,
        "values": speaks.ravel(),
        "scale": flow.span(speaks),
    }
    return flow.plain(picture, why, height=size + 36)


def tray(
    drawings: list[tuple[int, np.ndarray, int]], answers: np.ndarray | None, names: Sequence[str]
) -> dict[str, Any]:
    """Kept drawings (id, image, label), newest first, for `assets/web/tray/tray.js`.

    answers: what a network reads, by drawing; where that is not the label it is said.
    """
    order = range(len(drawings) - 1, -1, -1)
    reads = [
        str(names[answers[i]]) if answers is not None and answers[i] != drawings[i][2] else ""
        for i in order
    ]
    return {
        "ids": [drawings[i][0] for i in order],
        "labels": [str(drawings[i][2]) for i in order],
        "reads": reads,
        "values": np.concatenate([drawings[i][1].ravel() for i in order]),
    }
