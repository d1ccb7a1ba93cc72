"""Trained networks to send out: the engine's cases, and stacks in which layers meet."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from tests.engine.cases import ACTIVATIONS, CASES, FLATTEN, Case, dense, layer

ROW = {
    f"activation {name}": Case(name, (dense(7, name), dense(4, name)), (5,), samples=9)
    for name in ACTIVATIONS
}
IMAGE = {
    f"{name} on an image": Case(
        name,
        (
            layer("conv2d", filters=3, kernel_size=3, padding=1, activation=name),
            layer("residual", filters=3, kernel_size=3, activation=name),
            layer("activation", name=name),
        ),
        (2, 5, 4),
    )
    for name in ACTIVATIONS
}
STACKS = {
    "transposed, every option": Case(
        "transposed",
        (
            layer("conv2d_transpose", filters=4, kernel_size=3, stride=2, padding=1),
            layer("conv2d_transpose", filters=4, kernel_size=2, stride=3, activation="tanh"),
            layer(
                "conv2d_transpose",
                filters=6,
                kernel_size=3,
                stride=2,
                padding=2,
                output_padding=1,
                dilation=2,
                groups=2,
            ),
            layer("conv2d_transpose", filters=2, kernel_size=2, stride=3, output_padding=2),
            layer("conv2d_transpose", filters=2, kernel_size=1, stride=1, padding=1),
        ),
        (2, 3, 4),
    ),
    "shortcuts": Case(
        "shortcuts",
        (
            layer("conv2d", filters=3, kernel_size=3, padding=1),
            layer("conv2d", filters=3, kernel_size=3, padding=1, activation="relu"),
            layer("add", from_layer=1),
            layer("concatenate", from_layer=0),
            layer("concatenate", from_layer=2),
            layer("global_avg_pool2d"),
            layer("concatenate", from_layer=6),
            dense(3),
        ),
        (2, 5, 6),
    ),
    "answers at every step": Case(
        "every step",
        (
            layer("embedding", input_dim=5, output_dim=3),
            layer("lstm", units=4, return_sequences=True, forget_bias=2.0),
            dense(6, "relu"),
            layer("gru", units=3, return_sequences=True, bidirectional=True),
            layer("dropout", rate=0.3),
            dense(4, "softmax"),
            layer("simple_rnn", units=5, return_sequences=True),
            dense(2),
        ),
        (7,),
        symbols=5,
    ),
    "to an image and back": Case(
        "shapes",
        (
            dense(24),
            layer("reshape", shape=(2, 3, 4)),
            layer("up_sampling2d", size=3),
            layer("layer_norm"),
            layer("local_response_norm", size=2, alpha=0.5, k=2.0),
            layer("spatial_dropout2d", rate=0.5),
            layer("reshape", shape=(24, 9)),
            layer("layer_norm", epsilon=0.01),
            layer("activation", name="softmax"),
            layer("dropout", rate=0.3),
            FLATTEN,
            dense(2),
        ),
        (3,),
    ),
    **{
        f"{kind}, {options}": Case(
            f"{kind}, {options}",
            (
                layer(kind, units=4, **options),
                *([FLATTEN] if "return_sequences" in options else []),
                dense(2),
            ),
            (5, 3),
        )
        for kind in ("simple_rnn", "lstm", "gru")
        for options in (
            {},
            {"return_sequences": True},
            {"bidirectional": True},
            {"num_layers": 3},
            {"bidirectional": True, "num_layers": 2, "return_sequences": True},
        )
    },
    "memories on memories": Case(
        "memories",
        (
            layer("embedding", input_dim=7, output_dim=3),
            layer("gru", units=3, return_sequences=True, bidirectional=True),
            layer("layer_norm"),
            layer("lstm", units=3, return_sequences=True),
            layer("simple_rnn", units=2, activation="relu", bidirectional=True),
        ),
        (4,),
        symbols=7,
    ),
    "blocks": Case(
        "blocks",
        (
            layer("batch_norm", epsilon=0.1),
            layer("residual", filters=4, stride=2, batch_norm=False, activation="silu"),
            layer(
                "inception",
                filters_1x1=2,
                filters_3x3_reduce=3,
                filters_3x3=4,
                filters_5x5_reduce=2,
                filters_5x5=3,
                filters_pool=1,
                activation="tanh",
            ),
            layer("max_pool2d", pool_size=3, stride=2, padding=1),
            layer("avg_pool2d", pool_size=3, stride=1, padding=1),
            FLATTEN,
            layer("batch_norm"),
            dense(3),
        ),
        (3, 8, 9),
    ),
}
NETWORKS = {**{case.name: case for case in CASES}, **ROW, **IMAGE, **STACKS}


def trained(case: Case) -> SimpleNamespace:
    """What an export reads of a Run: the network, with weights that are not zero, and its data."""
    network = case.network()
    positive = {
        name: np.abs(array) + 0.5
        for name, array in network.state_dict().items()
        if name.endswith("running_var")
    }
    network.load_state_dict({**network.state_dict(), **positive})
    data = SimpleNamespace(feature_names=(), scale=1.0)
    return SimpleNamespace(network=network, freeze=network.snapshot, data=data)
