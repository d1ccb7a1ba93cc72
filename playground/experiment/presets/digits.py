"""Presets on handwritten digits."""

from playground.experiment.presets.preset import Preset, dense

FLATTEN = {"type": "flatten"}
TRAINING = {
    "data": {"type": "mnist"},
    "loss": {"type": "softmax_cross_entropy"},
    "batch_size": 64,
    "optimizer": {"type": "adam", "learning_rate": 0.001},
    "initializer": {"type": "he_uniform"},
    "stop": {"epochs": 5},
}

FALLING = {  # 99.0 to 99.2 % after five epochs, where a constant rate of 0.001 gives 98.6 to 98.9 %
    "optimizer": {"type": "adam", "learning_rate": 0.003},
    "schedule": {"type": "cosine", "epochs": 5, "lowest": 0.02},
}

DIGITS = (
    Preset(
        "lenet5",
        "LeNet-5",
        "LeCun's network of 1998, with ReLU and max pooling.",
        {
            **TRAINING,
            **FALLING,
            "layers": [
                {
                    "type": "conv2d",
                    "filters": 6,
                    "kernel_size": 5,
                    "stride": 1,
                    "padding": 2,
                    "activation": "relu",
                },
                {"type": "max_pool2d", "pool_size": 2, "stride": 2},
                {"type": "conv2d", "filters": 16, "kernel_size": 5, "activation": "relu"},
                {"type": "max_pool2d", "pool_size": 2},
                FLATTEN,
                *dense(120, 84, 10, activation="relu"),
            ],
        },
    ),
    Preset(
        "lenet5_1998",
        "LeNet-5 (1998)",
        "As it was published: averages instead of maxima, tanh "
        "everywhere, the images padded to 32×32.",
        {
            **TRAINING,
            **FALLING,
            "initializer": {"type": "glorot_uniform"},
            "layers": [
                {
                    "type": "conv2d",
                    "filters": 6,
                    "kernel_size": 5,
                    "padding": 2,
                    "activation": "tanh",
                },
                {"type": "avg_pool2d", "pool_size": 2},
                {"type": "conv2d", "filters": 16, "kernel_size": 5, "activation": "tanh"},
                {"type": "avg_pool2d", "pool_size": 2},
                FLATTEN,
                *dense(120, 84, 10, activation="tanh"),
            ],
        },
    ),
    Preset(
        "mnist_mlp",
        "One hidden layer",
        "128 neurons that see all pixels at once.",
        {**TRAINING, "layers": [FLATTEN, *dense(128, 10, activation="relu")]},
    ),
    Preset(
        "mnist_linear",
        "No hidden layer",
        "Ten weighted sums of pixels: the simplest reader.",
        {**TRAINING, "layers": [FLATTEN, *dense(10, activation="relu")]},
    ),
)
