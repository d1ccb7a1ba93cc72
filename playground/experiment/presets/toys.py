"""Presets on points of the plane."""

from typing import Any

from playground.experiment.presets.preset import Preset, dense

BINARY = {"type": "binary_cross_entropy"}


def sgd(rate: float) -> dict[str, Any]:
    return {"type": "sgd", "learning_rate": rate}


TOYS = (
    Preset(
        "circle",
        "Circle",
        "A ring around a disc: two small layers bend a border around it.",
        {
            "data": {"type": "circle"},
            "layers": dense(4, 2, 1, activation="tanh"),
            "loss": BINARY,
            "optimizer": sgd(0.03),
        },
    ),
    Preset(
        "xor",
        "Exclusive or",
        "The problem that stopped single neurons in 1969.",
        {
            "data": {"type": "xor"},
            "layers": dense(4, 4, 1, activation="tanh"),
            "loss": BINARY,
            "optimizer": sgd(0.03),
        },
    ),
    Preset(
        "gauss",
        "Two clouds",
        "No hidden layer: one neuron draws one straight line.",
        {
            "seed": 2,
            "data": {"type": "gauss", "noise": 10},
            "layers": dense(1, activation="tanh"),
            "loss": BINARY,
            "optimizer": sgd(0.03),
        },
    ),
    Preset(
        "spiral",
        "Spiral",
        "The hard one: it takes depth, Adam, and sines as a hint.",
        {
            "data": {"type": "spiral", "features": ["x1", "x2", "sin_x1", "sin_x2"]},
            "layers": dense(8, 6, 4, 1, activation="tanh"),
            "loss": BINARY,
            "optimizer": {"type": "adam", "learning_rate": 0.01},
        },
    ),
    Preset(
        "early_stopping",
        "Early stopping",
        "Too many neurons for noisy points: the validation loss says when to stop.",
        {
            "data": {
                "type": "xor",
                "noise": 50,
                "samples": 200,
                "validation_fraction": 0.4,
                "features": ["x1", "x2", "sin_x1", "sin_x2"],
            },
            "layers": dense(16, 16, 1, activation="tanh"),
            "loss": BINARY,
            "optimizer": {"type": "adam", "learning_rate": 0.01},
            "stop": {"patience": 20},
        },
    ),
    Preset(
        "reg_plane",
        "Slope",
        "A value instead of a class, and one linear neuron for it.",
        {
            "data": {"type": "reg_plane"},
            "layers": dense(1, activation="tanh"),
            "loss": {"type": "mse"},
            "optimizer": sgd(0.003),
        },
    ),
    Preset(
        "reg_gauss",
        "Hills",
        "Hills and hollows: a landscape to approximate.",
        {
            "data": {"type": "reg_gauss"},
            "layers": dense(8, 6, 1, activation="tanh"),
            "loss": {"type": "mse"},
            "optimizer": {"type": "adam", "learning_rate": 0.01},
        },
    ),
)
