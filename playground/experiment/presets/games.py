"""Generators that learn from a discriminator: clouds of points, and digits.

Measured on one core, five seeds: `gan_ring` covers 8 of 8 clouds with more than 90 % of its points
within 3 σ after 2 seconds, and keeps them; `gan_collapse` covers 1 or 2.
`gan_mnist` after 41 seconds of processor time, three seeds: LeNet-5 reads every digit in 5 % of the
fakes or more, and is 89 or 90 % sure.
"""

from __future__ import annotations

from typing import Any

from playground.experiment.presets.digits import FLATTEN
from playground.experiment.presets.preset import Preset, dense

ADAM = {"type": "adam", "learning_rate": 0.001, "beta_1": 0.5}
HELD = {**ADAM, "weight_decay": 0.005}  # a discriminator that stays smooth forgets no cloud
NORM, RELU = {"type": "batch_norm"}, {"type": "activation", "name": "relu"}


def game(data: str, *units: int, **adversarial: Any) -> dict[str, Any]:
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


def halving(filters: int) -> dict[str, Any]:
    """A convolution that halves an image."""
    sizes = {"filters": filters, "kernel_size": 4, "stride": 2, "padding": 1}
    return {"type": "conv2d", **sizes, "activation": "leaky_relu"}


def doubling(filters: int) -> dict[str, Any]:
    """A transposed one that doubles it."""
    sizes = {"filters": filters, "kernel_size": 4, "stride": 2, "padding": 1}
    return {"type": "conv2d_transpose", **sizes}


DIGITS: dict[str, Any] = {
    "data": {"type": "mnist"},
    "layers": [
        *(*dense(64, 32 * 7 * 7, activation="relu"), NORM, RELU),
        {"type": "reshape", "shape": [32, 7, 7]},
        *(doubling(16), NORM, RELU),
        {**doubling(1), "activation": "tanh"},
    ],
    "adversarial": {
        "noise": 32,
        "layers": [
            *(halving(16), halving(32), FLATTEN),
            {"type": "dense", "units": 64, "activation": "leaky_relu"},  # sees whole digits
            *({"type": "dropout", "rate": 0.3}, {"type": "dense", "units": 1}),
        ],
        "optimizer": {**ADAM, "learning_rate": 0.0005},
    },
    "optimizer": ADAM,
    "schedule": {"type": "cosine", "epochs": 8, "lowest": 0.02},
    "initializer": {"type": "he_uniform"},
    "batch_size": 32,
}
GAMES = (
    Preset(
        "gan_ring",
        "Eight clouds out of noise",
        "A generator bends a grid of noise until a discriminator cannot tell its points apart.",
        game("ring", 64, 64),
    ),
    Preset(
        "gan_grid",
        "Twenty-five clouds out of noise",
        "The same on five rows of five clouds: the generator has to tear its grid many times.",
        game("clouds", 128, 128, 128, optimizer={**ADAM, "weight_decay": 0.002}),
    ),
    Preset(
        "gan_collapse",
        "Mode collapse",
        "Nothing holds the discriminator back: its generator jumps from cloud to cloud.",
        game("ring", 64, 64, noise=16, steps=5, optimizer=ADAM),
    ),
    Preset(
        "gan_mnist",
        "Digits out of noise",
        "Radford's convolutional pair of 2016, small: digits that nobody wrote, within minutes.",
        DIGITS,
    ),
)
