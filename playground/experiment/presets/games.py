"""Generators that learn from a discriminator: clouds of points, and digits."""

from __future__ import annotations

from typing import Any

from playground.experiment.presets.preset import Preset, dense

ADAM = {"type": "adam", "learning_rate": 0.001, "beta_1": 0.5}
HELD = {**ADAM, "weight_decay": 0.005}  # a discriminator that stays smooth forgets no cloud


def game(data: str, units: tuple[int, ...], **adversarial: Any) -> dict[str, Any]:
    """A generator and a discriminator with the same hidden layers, on points."""
    return {
        "data": {"type": data, "samples": 4000, "train_fraction": 0.9},
        "layers": dense(*units, 2, activation="relu"),
        "adversarial": {
            "optimizer": HELD,
            "layers": dense(*units, 1, activation="relu"),
            **adversarial,
        },
        "optimizer": ADAM,
        "initializer": {"type": "he_uniform"},
        "batch_size": 64,
    }


GAMES = (
    Preset(
        "gan_ring",
        "Eight clouds out of noise",
        "A generator bends a grid of noise until a discriminator cannot tell its points apart.",
        game("ring", (64, 64)),
    ),
)
