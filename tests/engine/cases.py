"""Small networks that between them use every registered piece, every option, and odd sizes.

Gradient checks, the comparison with PyTorch and the round trips all run over these tables;
test_cases.py fails when a registered piece or option is in none of them.
"""

from __future__ import annotations

from tests.engine import deep_cases, recurrent_cases
from tests.engine.case import FLATTEN, Case, dense, image, layer

LAYERS: dict[str, list[Case]] = {
    "dense": [
        Case("dense, one number to one", (dense(1),), (1,), samples=1),
        Case("dense, 17 samples", (dense(7, "tanh"), dense(3)), (5,), samples=17),
        Case("dense, 33 samples and wide", (dense(13, "relu"), dense(2)), (37,), samples=33),
        Case("dense, deep", (dense(4, "tanh"),) * 3 + (dense(1),), (2,), samples=10),
    ],
    "conv2d": [
        image(
            "conv, plain", (2, 6, 5), layer("conv2d", filters=3, kernel_size=3, activation="tanh")
        ),
        image("conv, one pixel left", (1, 4, 4), layer("conv2d", filters=2, kernel_size=4)),
        image("conv, padded wide", (2, 4, 3), layer("conv2d", filters=3, kernel_size=3, padding=2)),
        image(
            "conv, stride beyond kernel",
            (1, 8, 9),
            layer("conv2d", filters=2, kernel_size=2, stride=3),
        ),
        image(
            "conv, strided and padded",
            (2, 7, 6),
            layer("conv2d", filters=4, kernel_size=3, stride=2, padding=1, activation="sigmoid"),
        ),
        image(
            "conv, dilated",
            (2, 7, 8),
            layer("conv2d", filters=3, kernel_size=3, dilation=2, padding=1),
        ),
        image(
            "conv, dilated and strided",
            (1, 9, 7),
            layer("conv2d", filters=2, kernel_size=2, dilation=3, stride=2, padding=1),
        ),
        image("conv, grouped", (4, 5, 5), layer("conv2d", filters=6, kernel_size=3, groups=2)),
        image(
            "conv, channel by channel",
            (3, 5, 4),
            layer("conv2d", filters=3, kernel_size=2, groups=3, padding=1),
            samples=18,
        ),
    ],
    "max_pool2d": [
        image("max pool, plain", (2, 6, 6), layer("max_pool2d", pool_size=2)),
        image("max pool, overlapping", (2, 6, 5), layer("max_pool2d", pool_size=3, stride=1)),
        image(
            "max pool, gaps and border",
            (1, 7, 8),
            layer("max_pool2d", pool_size=2, stride=3, padding=1),
            samples=17,
        ),
        image("max pool, rest cut off", (3, 5, 7), layer("max_pool2d", pool_size=2, stride=2)),
        image(
            "max pool of ReLUs",
            (2, 6, 4),
            layer("conv2d", filters=3, kernel_size=3, padding=1, activation="relu"),
            layer("max_pool2d", pool_size=2),
            samples=37,
        ),
        image(
            "overlapping max pool of ReLUs",
            (2, 5, 5),
            layer("conv2d", filters=3, kernel_size=1, activation="relu"),
            layer("max_pool2d", pool_size=3, stride=2, padding=1),
            samples=5,
        ),
        image(
            "max pool of an activation layer",
            (2, 4, 4),
            layer("activation", name="relu"),
            layer("max_pool2d", pool_size=2),
            samples=1,
        ),
        image(
            "max pool of ReLUs that are read again",
            (2, 4, 4),
            layer("conv2d", filters=3, kernel_size=1, activation="relu"),
            layer("max_pool2d", pool_size=3, stride=1, padding=1),
            layer("add", from_layer=2),
            samples=17,
        ),
    ],
    "avg_pool2d": [
        image("average pool, plain", (2, 6, 6), layer("avg_pool2d", pool_size=2)),
        image("average pool, overlapping", (2, 6, 5), layer("avg_pool2d", pool_size=3, stride=1)),
        image(
            "average pool, gaps and border",
            (1, 7, 8),
            layer("avg_pool2d", pool_size=3, stride=4, padding=1),
            samples=17,
        ),
    ],
    "flatten": [Case("flatten", (FLATTEN, dense(3, "tanh"), dense(2)), (2, 3, 2), samples=4)],
    "activation": [
        Case("activation by itself", (dense(4), layer("activation", name="tanh"), dense(2)), (3,)),
        image("activation on images", (2, 4, 4), layer("activation", name="sigmoid")),
    ],
    "sampling": [
        Case("codes", (dense(6, "tanh"), layer("sampling"), dense(2)), (3,), samples=9),
        Case(
            "codes of maps",
            (
                layer("conv2d", filters=4, kernel_size=2),
                layer("sampling", beta=0.3),
                layer("conv2d_transpose", filters=1, kernel_size=2, stride=1),
            ),
            (1, 4, 3),
            "reconstruction",
            samples=5,
        ),
        Case(
            "codes of codes",
            (
                dense(8),
                layer("sampling", beta=2.0),
                dense(4, "tanh"),
                layer("sampling", beta=0.0),
                dense(5),
            ),
            (5,),
            "reconstruction",
            samples=70,
        ),
    ],
    **deep_cases.LAYERS,
    **recurrent_cases.LAYERS,
}
_NAMES = (
    "identity",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "softplus",
    "sigmoid",
    "tanh",
    "hard_tanh",
    "softsign",
    "sine",
    "gaussian",
    "softmax",
)
ACTIVATIONS = {
    name: [
        Case(f"{name}, samples {n}", (dense(6, name), dense(3)), (4,), samples=n) for n in (5, 20)
    ]
    + [image(f"{name} of channels", (3, 3, 2), layer("activation", name=name))]
    for name in _NAMES
}
ACTIVATIONS["softmax"].append(Case("softmax at the output", (dense(4, "softmax"),), (3,)))


def loss(name: str, type: str, outputs: int, samples: int, **options: float) -> Case:
    """One dense layer and a loss."""
    return Case(name, (dense(outputs),), (4,), type, samples, loss_options=options)


LOSSES = {
    "mse": [loss("mse, three outputs", "mse", 3, 6), loss("half of mse", "mse", 1, 17, half=True)],
    "mae": [loss("mae", "mae", 3, 6), loss("mae, 33 samples", "mae", 1, 33)],
    "huber": [
        loss("Huber", "huber", 3, 9),
        loss("Huber, narrow", "huber", 2, 18, delta=0.3),
    ],
    "binary_cross_entropy": [
        loss("cross-entropy of yes and no", "binary_cross_entropy", 1, 19),
        loss("cross-entropy of three yes and no", "binary_cross_entropy", 3, 7),
    ],
    "softmax_cross_entropy": [
        loss("cross-entropy of two classes", "softmax_cross_entropy", 2, 9),
        loss("cross-entropy of ten classes", "softmax_cross_entropy", 10, 35),
        loss("smoothed cross-entropy", "softmax_cross_entropy", 5, 17, label_smoothing=0.2),
    ],
    "kl_divergence": [
        loss("KL divergence", "kl_divergence", 3, 5),
        loss("KL divergence, 40 samples", "kl_divergence", 6, 40),
    ],
    "hinge": [
        loss("hinge, four classes", "hinge", 4, 21),
        loss("hinge, yes and no", "hinge", 1, 9),
        loss("hinge, other margin", "hinge", 3, 6, margin=0.4),
        loss("hinge, yes and no, other margin", "hinge", 1, 34, margin=0.4),
    ],
    "reconstruction": [
        loss("reconstruction of pixels", "reconstruction", 4, 19),
        loss(
            "reconstruction of numbers",
            "reconstruction",
            4,
            37,
            distribution="gaussian",
            deviation=0.4,
        ),
    ],
    "soft_f1": [
        loss("soft F1, four classes", "soft_f1", 4, 12),
        loss("soft F1, yes and no", "soft_f1", 1, 9),
        loss("soft F1, three chunks", "soft_f1", 3, 70),
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
TABLES = (LAYERS, ACTIVATIONS, LOSSES)
CASES = [case for table in TABLES for cases in table.values() for case in cases] + [LENET]
INITIALIZERS = {
    # name: options, and what a weight [20, 30] of fan_in 30 and fan_out 20 is drawn from:
    # (largest size, standard deviation); None where the size is unbounded.
    "uniform": ({"limit": 0.3, "bias": 0.5}, (0.3, 0.3 / 3**0.5)),
    "normal": ({"deviation": 0.2, "bias": -0.5}, (None, 0.2)),
    "glorot_uniform": ({"bias": 0.1}, ((6 / 50) ** 0.5, (2 / 50) ** 0.5)),
    "glorot_normal": ({"bias": 0.1}, (None, (2 / 50) ** 0.5)),
    "he_uniform": ({"bias": 0.1}, ((6 / 30) ** 0.5, (2 / 30) ** 0.5)),
    "he_normal": ({"bias": 0.1}, (None, (2 / 30) ** 0.5)),
    "lecun_uniform": ({"bias": 0.1}, ((3 / 30) ** 0.5, (1 / 30) ** 0.5)),
    "lecun_normal": ({"bias": 0.1}, (None, (1 / 30) ** 0.5)),
    "orthogonal": ({"gain": 2.0, "bias": 0.1}, (None, 2 / 30**0.5)),
    "truncated_normal": ({"deviation": 0.2, "bias": 0.1}, (0.4, 0.2 * 0.87962566)),
    "constant": ({"value": 0.3, "bias": 0.1}, (0.3, 0.0)),
    "zeros": ({"bias": 0.1}, (0.0, 0.0)),
}
