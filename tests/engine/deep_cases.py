"""Cases of the layers that deep networks are made of; cases.py holds the table of them all."""

from __future__ import annotations

from tests.engine.case import FLATTEN, Case, dense, image, layer


def transposed(filters: int, size: int, **options):
    return layer("conv2d_transpose", filters=filters, kernel_size=size, **options)


TANH = layer("activation", name="tanh")  # before a normalisation a bias would have no gradient
INCEPTION = layer(
    "inception",
    filters_1x1=2,
    filters_3x3_reduce=3,
    filters_3x3=4,
    filters_5x5_reduce=1,
    filters_5x5=3,
    filters_pool=5,
)
RESIDUAL_NET = Case(
    "residual network",
    (
        layer("conv2d", filters=4, kernel_size=3, padding=1, activation="tanh"),
        layer("residual", filters=4),
        layer("residual", filters=6, stride=2),
        layer("global_avg_pool2d"),
        dense(3),
    ),
    (1, 8, 7),
    "softmax_cross_entropy",
    samples=37,
)
INCEPTION_NET = image("inception", (3, 5, 4), INCEPTION, samples=17)
LAYERS: dict[str, list[Case]] = {
    "conv2d_transpose": [
        image(
            "transposed, doubling",
            (2, 4, 3),
            transposed(3, 3, stride=2, padding=1, output_padding=1, activation="tanh"),
        ),
        image("transposed, stamps apart", (1, 4, 4), transposed(2, 2, stride=3), samples=1),
        image("transposed, cut wide", (2, 5, 6), transposed(1, 3, stride=1, padding=2)),
        image(
            "transposed, grouped and dilated",
            (4, 3, 4),
            transposed(6, 3, stride=2, padding=1, dilation=2, groups=2),
            samples=18,
        ),
    ],
    "up_sampling2d": [
        image(
            "upsampling",
            (2, 3, 4),
            layer("up_sampling2d"),
            layer("conv2d", filters=2, kernel_size=2),
        ),
        image("upsampling by three", (1, 2, 3), layer("up_sampling2d", size=3), samples=33),
    ],
    "global_avg_pool2d": [
        Case(
            "global average pool",
            (layer("conv2d", filters=3, kernel_size=2), layer("global_avg_pool2d"), dense(2)),
            (2, 5, 4),
            samples=17,
        ),
    ],
    "reshape": [
        Case(
            "reshape to an image and back",
            (
                dense(12, "tanh"),
                layer("reshape", shape=[3, 2, 2]),
                layer("conv2d", filters=2, kernel_size=2),
                layer("reshape", shape=[2]),
                dense(2),
            ),
            (3,),
            samples=7,
        ),
    ],
    "dropout": [
        Case("dropout", (dense(8), layer("dropout", rate=0.3), dense(3)), (5,), samples=33),
        image("dropout of pixels", (2, 4, 3), layer("dropout", rate=0.6), samples=5),
    ],
    "spatial_dropout2d": [
        image("dropout of maps", (5, 4, 3), layer("spatial_dropout2d", rate=0.4), samples=33),
    ],
    "batch_norm": [
        Case(
            "batch norm of rows",
            (dense(8, "tanh"), layer("batch_norm"), dense(3)),
            (5,),
            samples=12,
        ),
        Case(
            "batch norm of rows, 70 samples, other options",
            (dense(6, "tanh"), layer("batch_norm", momentum=0.3, epsilon=0.01), dense(3)),
            (5,),
            samples=70,
        ),
        image(
            "batch norm of images",
            (2, 4, 5),
            TANH,
            layer("batch_norm"),
            layer("activation", name="relu"),
            samples=5,
        ),
        image("batch norm of one image", (1, 4, 4), TANH, layer("batch_norm"), samples=1),
        image(
            "batch norm of images, 37 samples",
            (3, 3, 4),
            TANH,
            layer("batch_norm", epsilon=0.1),
            samples=37,
        ),
    ],
    "layer_norm": [
        Case(
            "layer norm of rows",
            (dense(7, "tanh"), layer("layer_norm"), dense(3)),
            (5,),
            samples=33,
        ),
        Case("layer norm of long rows", (layer("layer_norm", epsilon=0.1), dense(3)), (150,)),
        Case("layer norm of steps", (layer("layer_norm"), FLATTEN, dense(3)), (4, 6)),
        image("layer norm of images", (2, 3, 4), layer("layer_norm"), samples=1),
    ],
    "local_response_norm": [
        image("response norm", (6, 3, 4), layer("local_response_norm", alpha=0.5)),
        image(
            "response norm, even size",
            (5, 3, 2),
            layer("local_response_norm", size=4, alpha=0.3, beta=1.3, k=2.0),
            samples=17,
        ),
        image(
            "response norm, wider than the maps",
            (3, 2, 2),
            layer("local_response_norm", size=9, alpha=0.7, k=0.5),
        ),
        image(
            "response norm of one map",
            (1, 3, 3),
            layer("local_response_norm", size=2, alpha=2.0, beta=0.5),
            samples=1,
        ),
    ],
    "embedding": [
        Case(
            "embedding",
            (layer("embedding", input_dim=7, output_dim=4), FLATTEN, dense(3)),
            (6,),
            samples=33,
            symbols=7,
        ),
        Case(
            "embedding of one symbol",
            (layer("embedding", input_dim=2, output_dim=1), FLATTEN, dense(2)),
            (1,),
            samples=3,
            symbols=2,
        ),
    ],
    "column_embedding": [
        Case(
            "columns of words and numbers",
            (
                layer("column_embedding", output_dim=3, columns=(1, 1, 4, 1, 2)),
                dense(4, "tanh"),
                dense(2),
            ),
            (9,),
            samples=33,
        ),
        Case(
            "columns of words behind a layer",
            (dense(7, "tanh"), layer("column_embedding", columns=(3, 2, 1, 1)), dense(3)),
            (4,),
            samples=5,
        ),
        Case(
            "one column of words",
            (layer("column_embedding", output_dim=1), dense(2)),
            (5,),
            samples=1,
        ),
    ],
    "residual": [
        RESIDUAL_NET,
        image(
            "residual, wide and smooth",
            (2, 5, 6),
            layer("residual", filters=3, kernel_size=5, stride=3, activation="tanh"),
            layer("residual", filters=3, kernel_size=1),
            samples=5,
        ),
        image(
            "residual without normalisation",
            (2, 4, 4),
            layer("residual", filters=2, batch_norm=False),
            layer("residual", filters=3, batch_norm=False, stride=2, activation="sigmoid"),
            samples=1,
        ),
    ],
    "inception": [
        INCEPTION_NET,
        image(
            "inception of a pixel, smooth",
            (2, 1, 1),
            {**INCEPTION, "activation": "tanh"},
            {**INCEPTION, "activation": "sigmoid", "filters_3x3": 1},
            samples=1,
        ),
    ],
    "add": [
        Case(
            "add", (dense(5, "tanh"), dense(5, "relu"), layer("add", from_layer=1), dense(2)), (3,)
        ),
        Case(
            "add the data and itself",
            (layer("add", from_layer=0), dense(3), layer("add", from_layer=2), dense(2)),
            (4,),
            samples=17,
        ),
    ],
    "concatenate": [
        image(
            "concatenate maps",
            (2, 4, 3),
            layer("conv2d", filters=3, kernel_size=1),
            layer("concatenate", from_layer=1),
            TANH,
            layer("batch_norm"),
            samples=33,
        ),
        Case(
            "concatenate rows",
            (dense(5, "relu"), layer("concatenate", from_layer=0), dense(2)),
            (3,),
        ),
    ],
    "branch": [
        image(
            "two branches, added",
            (2, 5, 4),
            layer("conv2d", filters=3, kernel_size=3, stride=2),
            layer("branch", from_layer=1),
            layer("conv2d", filters=3, kernel_size=2, stride=2),
            layer("global_avg_pool2d"),
            layer("branch", from_layer=2),
            layer("global_avg_pool2d"),
            layer("add", from_layer=5),
            samples=33,
        ),
        Case(
            "three branches of rows",
            (
                dense(5, "relu"),
                dense(3, "tanh"),
                layer("branch", from_layer=1),
                dense(2),
                layer("branch", from_layer=0),
                TANH,
                layer("concatenate", from_layer=2),
                layer("concatenate", from_layer=4),
                dense(2),
            ),
            (3,),
        ),
    ],
}
