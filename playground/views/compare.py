"""Several runs on the same axes, and the table beside them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from playground.analysis.pinned_runs import LETTERS, Pin, differences
from playground.experiment import numerals
from playground.views.style import TEST, axis

# Neither orange nor blue: these mean sign and class. Each letter keeps its colour and its dashes,
# so that no two lines are told apart by colour alone.
COLOURS = dict(
    zip(
        LETTERS,
        ("#0f9d8a", "#d6409f", "#a1764b", "#5b9a3c", "#e5484d", "#8b6fd6", "#b08d00", "#7b8794"),
        strict=True,
    )
)
DASHES = dict(
    zip(
        LETTERS,
        ("7,3", "2,2", "9,3,2,3", "13,4", "4,4", "9,3,2,3,2,3", "16,3,3,3", "1,3"),
        strict=True,
    )
)
NOW = "now"  # the letter of the run on the page: a full line in the accent
# What runs are measured by, and how their table calls it. What a run does not have is left out.
METRICS = {
    "loss": "Loss",
    "bits": "Bits a character",
    "accuracy": "Accuracy",
    "mae": "Mean error",
} | {
    "reconstruction": "Reconstruction",
    "kl": "KL divergence",
    "discriminator_loss": "Discriminator’s loss",
    "modes": "Clouds covered",
    "share": "Samples near a cloud",
}
SHARES = ("accuracy", "share")
HEADINGS = {"bits": "Bits", "accuracy": "Right", "mae": "Error"}
OPPONENT = {"discriminator_loss": "Opponent", "modes": "Clouds", "share": "In clouds"}
CHOICES = METRICS | OPPONENT  # of the curve


def style(letter: str) -> tuple[str, str]:
    """Colour and dashes of a run's line."""
    return COLOURS.get(letter, TEST), DASHES.get(letter, "solid")


def drawn(runs: Sequence[Pin], column: str) -> list[Pin]:
    """The runs in which this was measured."""
    return [run for run in runs if column in run.history and len(run.history[column])]


def figure(
    runs: Sequence[Pin], metric: str = "loss", split: str = "test", log: bool = False
) -> dict[str, Any]:
    """The curves of `metric` by epoch; every line carries its letter at its end."""
    column = f"{split}_{metric}"
    shown = drawn(runs, column)
    lines = []
    for run in shown:
        colour, dash = style(run.letter)
        x, y = run.history["epoch"], run.history[column]
        lines.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": run.name,
                "x": x.astype(np.float32),
                "y": y.astype(np.float32),
                "line": {"color": colour, "width": 2, "dash": dash},
                "hovertemplate": f"{run.letter} %{{y:.4g}}<extra></extra>",
            }
        )
    y_axis: dict[str, Any] = {"type": "log"} if log else {"rangemode": "tozero"}
    if metric in SHARES:
        y_axis = {"tickformat": ".0%", "range": _shares(shown, column)}
    name = f"{METRICS[metric]}, {'test' if split == 'test' else 'training'} data"
    layout = {
        "margin": {"l": 50, "r": 30, "t": 6, "b": 32},
        "showlegend": False,
        "hovermode": "x unified",
        "annotations": _labels(shown, column, log),
        "xaxis": axis(
            title={"text": clock(shown), "font": {"size": 11}, "standoff": 4},
            nticks=6,
            rangemode="tozero",
        ),
        "yaxis": axis(
            title={"text": name, "font": {"size": 11}, "standoff": 6},
            nticks=5,
            showgrid=True,
            showline=False,
            ticks="",
            **y_axis,
        ),
    }
    return {"data": lines, "layout": layout}


def _shares(runs: Sequence[Pin], column: str) -> list[float]:
    """From a little below the worst share to 100 %."""
    worst = min((float(np.nanmin(run.history[column], initial=0.5)) for run in runs), default=0.5)
    return [max(math.floor(10 * worst - 0.01) / 10, -0.02), 1.02]


def _labels(runs: Sequence[Pin], column: str, log: bool) -> list[dict[str, Any]]:
    """The letter behind the last point of each line; where two would meet, one above the other."""
    longest = max((run.history["epoch"][-1] for run in runs), default=0) or 1
    values = np.concatenate([run.history[column] for run in runs] or [np.zeros(1)])
    values = _scale(values[np.isfinite(values) & ((values > 0) | (not log))], log)
    height = float(np.ptp(values)) if len(values) else 0.0
    labels: list[dict[str, Any]] = []
    for run in runs:
        x, end = float(run.history["epoch"][-1]), float(run.history[column][-1])
        if not math.isfinite(end) or (log and end <= 0):
            continue
        y = float(_scale(np.asarray(end), log))
        near = [
            label
            for label in labels
            if abs(label["x"] - x) < 0.05 * longest and abs(label["y"] - y) < 0.12 * (height or 1)
        ]
        labels.append(
            {
                "x": x,
                "y": y,
                "text": f"<b>{run.letter}</b>",
                "showarrow": False,
                "xanchor": "left",
                "xshift": 3,
                "yshift": 5 + 12 * len(near),
                "font": {"color": style(run.letter)[0], "size": 12},
            }
        )
    return labels


def _scale(values: np.ndarray, log: bool) -> np.ndarray:
    return np.log10(values) if log else values


def clock(runs: Sequence[Pin]) -> str:
    """What is counted: a network's epochs, and what grows at a time of trees."""
    units = {f"{run.experiment.trees.make().unit}s": 0 for run in runs if run.experiment.trees}
    epochs = ["epochs"] if any(run.experiment.network for run in runs) or not units else []
    return ", ".join([*epochs, *units])


def measured(metrics: Mapping[str, float]) -> list[str]:
    """Which of `METRICS` these are."""
    return [name for name in METRICS if name in metrics]


def _beside(runs: Sequence[Pin]) -> str:
    """What stands beside the loss in the table: the next that the first run has."""
    names = [name for run in runs for name in measured(run.metrics["test"])[1:]]
    return names[0] if names else ""


def _columns(runs: Sequence[Pin]) -> list[tuple[str, str, str]]:
    """Heading, split and metric of each column of measurements.

    The loss and what stands beside it, of both splits; of a game, where neither split is learned
    by heart, all that it is measured by, on test samples.
    """
    games = [run for run in runs if run.experiment.adversarial is not None]
    if games:
        names = {name: 0 for run in games for name in measured(run.metrics["test"])}
        return [(OPPONENT.get(name, METRICS[name]), "test", name) for name in names]
    metric = _beside(runs)
    title = HEADINGS.get(metric, METRICS.get(metric, ""))
    columns = [(METRICS["loss"], "loss"), *([(title, metric)] if metric else [])]
    return [
        (f"{title} train" if split == "train" else split, split, name)
        for title, name in columns
        for split in ("train", "test")
    ]


def number(metric: str, metrics: Mapping[str, float]) -> str:
    """A measurement as it is written; a dash where there is none."""
    if metric not in metrics:
        return "–"
    if metric in SHARES:
        return numerals.percent(metrics[metric])
    return numerals.count(metrics[metric]) if metric == "modes" else numerals.exact(metrics[metric])


def rows(runs: Sequence[Pin]) -> list[dict[str, Any]]:
    """What `assets/web/runs/runs.js` shows of each run: texts only."""
    lines, columns = [], _columns(runs)
    for run, words in zip(runs, differences(runs), strict=True):
        colour, dash = style(run.letter)
        lines.append(
            {
                "letter": run.letter,
                "name": run.name,
                "colour": colour,
                "dash": dash,
                "difference": words,
                "exact": run.exact,
                "cells": [
                    numerals.epochs(run.epochs),
                    numerals.duration(run.seconds_per_epoch),
                    *(number(metric, run.metrics[split]) for _, split, metric in columns),
                ],
            }
        )
    return lines


def headings(runs: Sequence[Pin]) -> list[str]:
    """Of the columns of numbers."""
    counted = clock(runs).capitalize()
    counted = "Rounds" if "," in counted else counted
    titles = [title for title, _, _ in _columns(runs)]
    return [counted, "An epoch" if counted == "Epochs" else "Each", *titles]
