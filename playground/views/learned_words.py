"""The learned numbers of a column's words: words at their places in a plane, or bars."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from playground.analysis.learned_words import LearnedWords
from playground.experiment import numerals
from playground.views.style import axis, mixed

COLOUR, PALE = "#7c66dc", "#c9c0f0"
LONGEST = 18  # letters of a word
MOST_NUMBERS = 6  # bars of a word
MARGIN = 0.3  # of the plane around the outermost words, so that none is cut


def figure(learned: LearnedWords) -> dict[str, Any]:
    """A plane with the words where their two numbers are; of another count a bar each."""
    return _plane(learned) if learned.numbers.shape[1] == 2 else _bars(learned)


def describe(learned: LearnedWords) -> str:
    """The chart in words, for those who do not see it."""
    places = [
        f"{word} at {', '.join(numerals.fixed(float(n), 2) for n in numbers[:MOST_NUMBERS])}"
        for word, numbers in zip(learned.words, learned.numbers, strict=True)
    ]
    return f"Learned numbers of the words of {learned.column}: {'; '.join(places)}"


def _shown(learned: LearnedWords) -> list[str]:
    return [escape(word[:LONGEST]) for word in learned.words]


def _plane(learned: LearnedWords) -> dict[str, Any]:
    places = learned.numbers.astype(np.float32)
    low, high = places.min(axis=0), places.max(axis=0)
    wide = np.maximum(MARGIN * (high - low), 0.1)
    ranges = np.stack([low - wide, high + wide], axis=1).tolist()
    words = {
        "type": "scatter",
        "mode": "markers+text",
        "x": places[:, 0],
        "y": places[:, 1],
        "text": _shown(learned),
        "textposition": "top center",
        "textfont": {"size": 12},
        "marker": {"size": 9, "color": COLOUR},
        "hovertemplate": "%{text}: %{x:.3g}, %{y:.3g}<extra></extra>",
    }
    return {
        "data": [words],
        "layout": {
            "margin": {"l": 44, "r": 8, "t": 8, "b": 38},
            "showlegend": False,
            "xaxis": axis(title=_title("first number"), range=ranges[0]),
            "yaxis": axis(title=_title("second number"), range=ranges[1], scaleanchor="x"),
        },
    }


def _bars(learned: LearnedWords) -> dict[str, Any]:
    numbers = learned.numbers.astype(np.float32)[:, :MOST_NUMBERS]
    bars = [
        {
            "type": "bar",
            "name": f"number {k + 1}",
            "x": _shown(learned),
            "y": numbers[:, k],
            "marker": {"color": mixed(COLOUR, PALE, k / max(numbers.shape[1] - 1, 1))},
            "hovertemplate": "%{x} %{y:.3g}",
        }
        for k in range(numbers.shape[1])
    ]
    return {
        "data": bars,
        "layout": {
            "margin": {"l": 44, "r": 8, "t": 8, "b": 38},
            "barmode": "group",
            "showlegend": len(bars) > 1,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "font": {"size": 11}},
            "xaxis": axis(title=_title(escape(learned.column[:40])), type="category"),
            "yaxis": axis(title=_title("learned number"), zeroline=True),
        },
    }


def _title(text: str) -> dict[str, Any]:
    return {"text": text, "font": {"size": 11}, "standoff": 4}
