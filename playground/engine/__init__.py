"""The engine: networks, their training and their gradients, on NumPy and Numba alone.

A stack of layers compiles to a table of operations over flat memory (`program`), which one small
function walks for many mini-batches without Python (`interpreter`). `registry` lists every layer,
activation, loss, optimizer, regulariser, initializer, schedule and augmentation there is.
"""

from playground.engine import (
    activations,
    augmentation,
    class_losses,
    games,
    initializers,
    layers,
    losses,
    optimizers,
    reconstruction,
    registry,
    regularizers,
    schedules,
)
from playground.engine.adversarial import AdversarialTraining
from playground.engine.generator import FrozenGenerator, Generator
from playground.engine.layer import Fix, Layer, Parameter, Plan, Row, ShapeError, plan, words
from playground.engine.network import FrozenNetwork, Network
from playground.engine.training import Progress, Training

registry.discover(layers)

__all__ = [
    "AdversarialTraining",
    "Fix",
    "FrozenGenerator",
    "FrozenNetwork",
    "Generator",
    "Layer",
    "Network",
    "Parameter",
    "Plan",
    "Progress",
    "Row",
    "ShapeError",
    "Training",
    "activations",
    "augmentation",
    "class_losses",
    "games",
    "initializers",
    "layers",
    "losses",
    "optimizers",
    "plan",
    "reconstruction",
    "registry",
    "regularizers",
    "schedules",
    "words",
]
