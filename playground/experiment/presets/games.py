"""Generators that learn from a discriminator: clouds of points, and digits."""

from __future__ import annotations

from typing import Any

from playground.experiment.presets.preset import Preset, dense

ADAM = {"type": "adam", "learning_rate": 0.001, "beta_1": 0.5}


def game(data: dict[str, Any], hidden: int, noise: int = 2, **adversarial: Any) -> dict[str, Any]:
    """A generator and a discriminator of two hidden layers each, on points."""
    return {
        "data": {"samples": 4000, "train_fraction": 0.9, **data},
        "layers": dense(hidden, hidden, 2, activation="relu"),
        "adversarial": {
            "noise": noise,
            "optimizer": ADAM,
            "layers": dense(hidden, hidden, 1, activation="relu"),
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
        game({"type": "ring"}, 64),
    ),
)
