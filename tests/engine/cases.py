"""Small networks that between them use every registered piece, every option, and odd sizes.

Gradient checks, the comparison with PyTorch and the round trips all run over these tables;
test_cases.py fails when a registered piece or option is in none of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine import Network, Training, registry
from tests.engine import deep_cases
from tests.engine.case import FLATTEN, Case, Description, dense, image, layer

LAYERS: dict[str, list[Case]] = {
    "dense": [
        Case("dense, one number to one", (dense(1),), (1,), samples=1),
        Case("dense, 17 samples", (dense(7, "tanh"), dense(3)), (5,), samples=17),
        Case("dense, 33 samples and wide", (dense(13, "relu"), dense(2)), (37,), samples=33),
        Case("dense, deep", (dense(4, "tanh"),) * 3 + (dense(1),), (2,), samples=10),
    ],
    "conv2d": [
        image("conv, plain", (2, 6, 5), layer("conv2d", filters=3, kernel_size=3, activation="tanh")),
        image("conv, one pixel left", (1, 4, 4), layer("conv2d", filters=2, kernel_size=4)),
        image("conv, padded wide", (2, 4, 3), layer("conv2d", filters=3, kernel_size=3, padding=2)),
        image("conv, stride beyond kernel", (1, 8, 9),
              layer("conv2d", filters=2, kernel_size=2, stride=3)),
        image("conv, strided and padded", (2, 7, 6),
              layer("conv2d", filters=4, kernel_size=3, stride=2, padding=1, activation="sigmoid")),
        image("conv, dilated", (2, 7, 8),
              layer("conv2d", filters=3, kernel_size=3, dilation=2, padding=1)),
        image("conv, dilated and strided", (1, 9, 7),
              layer("conv2d", filters=2, kernel_size=2, dilation=3, stride=2, padding=1)),
        image("conv, grouped", (4, 5, 5), layer("conv2d", filters=6, kernel_size=3, groups=2)),
        image("conv, channel by channel", (3, 5, 4),
              layer("conv2d", filters=3, kernel_size=2, groups=3, padding=1), samples=18),
    ],
    "max_pool2d": [
        image("max pool, plain", (2, 6, 6), layer("max_pool2d", pool_size=2)),
        image("max pool, overlapping", (2, 6, 5), layer("max_pool2d", pool_size=3, stride=1)),
        image("max pool, gaps and border", (1, 7, 8),
              layer("max_pool2d", pool_size=2, stride=3, padding=1), samples=17),
        image("max pool, rest cut off", (3, 5, 7), layer("max_pool2d", pool_size=2, stride=2)),
    ],
    "avg_pool2d": [
        image("average pool, plain", (2, 6, 6), layer("avg_pool2d", pool_size=2)),
        image("average pool, overlapping", (2, 6, 5), layer("avg_pool2d", pool_size=3, stride=1)),
        image("average pool, gaps and border", (1, 7, 8),
              layer("avg_pool2d", pool_size=3, stride=4, padding=1), samples=17),
    ],
    "flatten": [Case("flatten", (FLATTEN, dense(3, "tanh"), dense(2)), (2, 3, 2), samples=4)],
    "activation": [
        Case("activation by itself", (dense(4), layer("activation", name="tanh"), dense(2)), (3,)),
        image("activation on images", (2, 4, 4), layer("activation", name="sigmoid")),
    ],
    **deep_cases.LAYERS,
}  # fmt: skip
ACTIVATIONS = {
    name: [Case(f"{name}, samples {n}", (dense(6, name), dense(3)), (4,), samples=n) for n in (5, 20)]
    for name in ("identity", "relu", "sigmoid", "tanh", "softmax")
}
ACTIVATIONS["softmax"].append(Case("softmax at the output", (dense(4, "softmax"),), (3,)))
LOSSES = {
    "mse": [Case("mse, three outputs", (dense(3),), (4,), samples=6)],
    "binary_cross_entropy": [
        Case("cross-entropy of yes and no", (dense(1),), (4,), "binary_cross_entropy", 19),
        Case("cross-entropy of three yes and no", (dense(3),), (4,), "binary_cross_entropy", 7),
    ],
    "softmax_cross_entropy": [
        Case("cross-entropy of two classes", (dense(2),), (4,), "softmax_cross_entropy", 9),
        Case("cross-entropy of ten classes", (dense(10),), (4,), "softmax_cross_entropy", 35),
    ],
}
LENET = Case(
    "LeNet-5, smaller",
    (
        layer("conv2d", filters=3, kernel_size=5, padding=2, activation="relu"),
        layer("max_pool2d", pool_size=2, stride=2),
        layer("conv2d", filters=5, kernel_size=3, activation="relu"),
        layer("max_pool2d", pool_size=2),
        FLATTEN,
        dense(12, "relu"),
        dense(10),
    ),
    (1, 12, 12),
    "softmax_cross_entropy",
    samples=40,
)
CASES = [case for table in (LAYERS, ACTIVATIONS, LOSSES) for cases in table.values() for case in cases]
CASES.append(LENET)


@dataclass(frozen=True)
class Recipe:
    """Twenty steps of training: how, on which network, and in batches of which size."""

    name: str
    optimizer: Description
    regularizer: Description
    case: Case = LENET
    batch_size: int = 13
    steps: int = 20

    def training(self, network: Network, x: np.ndarray, y: np.ndarray) -> Training:
        """The training in the order of the samples, the last batch of an epoch smaller."""
        return Training(
            network, x, y, registry.make("optimizer", self.optimizer),
            registry.make("regularizer", self.regularizer), self.batch_size, shuffle=False,
        )  # fmt: skip


piece = layer
TOY = Case("toy", (dense(8, "tanh"), dense(8, "tanh"), dense(1)), (2,), "mse", 25)
NONE, SGD = piece("none"), piece("sgd", learning_rate=0.1)
OPTIMIZERS = {
    "sgd": [
        Recipe("plain", SGD, NONE),
        Recipe("momentum", piece("sgd", learning_rate=0.05, momentum=0.9), NONE),
        Recipe("Nesterov", piece("sgd", learning_rate=0.05, momentum=0.8, nesterov=True), NONE),
        Recipe("toy, one sample at a time", SGD, NONE, TOY, 1),
    ],
    "adam": [
        Recipe("Adam", piece("adam", learning_rate=0.002), NONE, TOY, 10),
        Recipe("Adam, other options",
               piece("adam", learning_rate=0.01, beta_1=0.7, beta_2=0.9, epsilon=0.01), NONE),
    ],
}  # fmt: skip
BLOCKS = {
    "blocks": [
        Recipe("residual blocks", piece("sgd", learning_rate=0.05, momentum=0.9), NONE,
               deep_cases.RESIDUAL_NET),
        Recipe("inception blocks and Adam", piece("adam", learning_rate=0.002), NONE,
               deep_cases.INCEPTION_NET, 17),
        Recipe("normalised rows, the last batch smaller", SGD, NONE,
               deep_cases.LAYERS["batch_norm"][1], 40),
    ],
}  # fmt: skip
REGULARIZERS = {
    "none": [Recipe("no penalty", SGD, NONE, TOY, 10)],
    "l2": [
        Recipe("L2", SGD, piece("l2", rate=0.05)),
        Recipe("L2 and Adam", piece("adam", learning_rate=0.01, epsilon=0.01), piece("l2", rate=0.1),
               TOY, 7),
    ],
    "l1": [
        Recipe("L1", SGD, piece("l1", rate=0.02)),
        Recipe("L1 and momentum", piece("sgd", learning_rate=0.05, momentum=0.9),
               piece("l1", rate=0.01), TOY, 7),
    ],
}  # fmt: skip
RECIPES = [recipe for table in (OPTIMIZERS, REGULARIZERS, BLOCKS) for recipes in table.values() for recipe in recipes]
INITIALIZERS = {
    # name: options, and what a weight [20, 30] of fan_in 30 and fan_out 20 is drawn from:
    # (largest size, standard deviation); None where the size is unbounded.
    "uniform": ({"limit": 0.3, "bias": 0.5}, (0.3, 0.3 / 3**0.5)),
    "normal": ({"deviation": 0.2, "bias": -0.5}, (None, 0.2)),
    "glorot_uniform": ({"bias": 0.1}, ((6 / 50) ** 0.5, (2 / 50) ** 0.5)),
    "glorot_normal": ({"bias": 0.1}, (None, (2 / 50) ** 0.5)),
    "he_uniform": ({"bias": 0.1}, ((6 / 30) ** 0.5, (2 / 30) ** 0.5)),
    "he_normal": ({"bias": 0.1}, (None, (2 / 30) ** 0.5)),
    "zeros": ({"bias": 0.1}, (0.0, 0.0)),
}
