"""Small networks with random weights, in which nothing is a convenient 0 or 1."""

from __future__ import annotations

import functools

import numpy as np

from playground import Experiment
from playground.engine import Network, registry

ODD = (  # layers and options that no preset has; the data is [2, 9, 9]
    {
        "type": "conv2d",
        "filters": 4,
        "kernel_size": 3,
        "stride": 2,
        "padding": 2,
        "dilation": 2,
        "groups": 2,
        "activation": "gelu",
    },
    {"type": "layer_norm"},
    {
        "type": "conv2d_transpose",
        "filters": 6,
        "kernel_size": 3,
        "stride": 2,
        "padding": 1,
        "output_padding": 1,
        "groups": 2,
        "activation": "tanh",
    },
    {"type": "up_sampling2d", "size": 2},
    {"type": "avg_pool2d", "pool_size": 3, "stride": 2, "padding": 1},
    {"type": "local_response_norm", "size": 4, "alpha": 0.5, "beta": 0.6, "k": 1.5},
    {"type": "branch", "from_layer": 5},
    {"type": "batch_norm"},
    {"type": "add", "from_layer": 6},
    {"type": "concatenate", "from_layer": 5},
    {"type": "residual", "filters": 8, "stride": 2, "batch_norm": False, "activation": "tanh"},
    {"type": "residual", "filters": 8, "activation": "elu"},
    {"type": "inception", "filters_1x1": 3, "filters_3x3": 4, "activation": "softplus"},
    {"type": "max_pool2d", "pool_size": 3, "stride": 2, "padding": 1},
    {"type": "conv2d", "filters": 5, "kernel_size": 1, "activation": "softmax"},
    {"type": "activation", "name": "sigmoid"},
    {"type": "activation", "name": "softmax"},
    {"type": "spatial_dropout2d"},
    {"type": "flatten"},
    {"type": "dropout"},
    {"type": "dense", "units": 7, "activation": "softmax"},
    {"type": "layer_norm"},
    {"type": "dense", "units": 10},
)


def stir(network, seed=1):
    """Give every parameter a random value of the kind it has."""
    random = np.random.default_rng(seed)
    for name in network.declared:
        parameter = network.parameter(name)
        if name.endswith(("running_var", "running_mean")) or not name.endswith("weight"):
            parameter[...] = random.uniform(0.3, 1.2, parameter.shape)
        elif parameter.ndim == 1:
            parameter[...] = random.uniform(-1.5, 1.5, parameter.shape)
    return network


@functools.cache
def network(name):
    """The network of a preset, or "odd"; one for all tests."""
    if name == "odd":
        layers = [registry.make("layer", one) for one in ODD]
        return stir(
            Network(layers, (2, 9, 9), registry.make("loss", {"type": "softmax_cross_entropy"}))
        )
    part = Experiment.preset(name)
    layers = [layer.make() for layer in part.layers]
    net = stir(Network(layers, part.data.make().shape, part.loss.make(), part.initializer.make()))
    if name == "lstm_rows":
        net.flat *= 0.2  # away from where gates stay open or shut
    return net


def image(net, seed=2):
    """An input with grey everywhere."""
    return np.random.default_rng(seed).random(net.plan.input_shape, np.float32)


def values(net, x):
    """What one image leaves behind."""
    return [x, *(one[0] for one in net.activations(x[None]))]
