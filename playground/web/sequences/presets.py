"""Named set-ups for sequences: data and network together."""

from __future__ import annotations

from functools import cache

from playground.engine import registry
from playground.experiment import Experiment, presets
from playground.web.frame.desk import Desk
from playground.web.parts import named


@cache
def known() -> dict[str, Experiment]:
    """The presets that learn from sequences, by name."""
    return {
        name: Experiment.preset(name)
        for name, preset in presets.PRESETS.items()
        if registry.get("data", preset.experiment["data"]["type"]).sequence
    }


def name(experiment: Experiment) -> str | None:
    """Which preset has these data and layers."""
    for key, preset in known().items():
        if preset.layers == experiment.layers and preset.data == experiment.data:
            return key
    return None


def menu(desk: Desk) -> None:
    """Choose one, with a line each."""
    now = name(desk.experiment)
    named.menu(desk, known(), now, lambda preset: desk.change_to(preset.described()), "My network")
