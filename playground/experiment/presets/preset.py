"""What a preset is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Preset:
    """An Experiment with a name, a title and a sentence on what it shows."""

    name: str
    title: str
    about: str
    experiment: dict[str, Any]


def dense(*units: int, activation: str) -> list[dict[str, Any]]:
    """Dense layers: hidden ones with an activation, and a last one without."""
    hidden = [{"type": "dense", "units": count, "activation": activation} for count in units[:-1]]
    return [*hidden, {"type": "dense", "units": units[-1]}]
