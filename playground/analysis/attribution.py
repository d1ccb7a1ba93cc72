"""Why a network answers as it does: which pixels of an image matter for a class.

x is what the network reads, float32 [channels, height, width] or [features].
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from playground.analysis.trace import Score
from playground.engine import Network, registry
from playground.engine.network import FrozenNetwork

AT_ONCE = 512  # inputs of one question, so that wide networks stay within memory
SUMS = {"conv2d", "conv2d_transpose", "dense"}  # their activation is their very last step


def part(network: Network | FrozenNetwork, depth: int, plain: bool = False) -> Network:
    """A network of the first `depth` layers with the same weights.

    plain: the last one only adds up, so that also a unit that is off has a slope; a block of
    several steps stays as it is.
    """
    layers = [row.layer for row in network.plan.rows[:depth]]
    if plain and layers[-1].type in SUMS:
        layers[-1] = registry.make(
            "layer", {**registry.describe(layers[-1]), "activation": "identity"}
        )
    made = Network(layers, network.plan.input_shape, Score())
    state = network.state_dict()
    made.load_state_dict({name: state[name] for name in made.state_dict()})
    return made


def slopes(network: Network, x: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """∂ Σ wanted · output / ∂x for inputs x [N, *shape] and wanted [N, outputs]: [N, *shape]."""
    return network.backward(x, wanted.astype(np.float32), training=False)[2]


def saliency(network: Network | FrozenNetwork, x: np.ndarray, label: int) -> np.ndarray:
    """∂ score / ∂x of the class `label`, the score before softmax: [*shape].

    K. Simonyan, A. Vedaldi, A. Zisserman, "Deep inside convolutional networks", 2014. Its size
    tells how much a pixel could change the score; times x, what the pixel says now.
    """
    whole = part(network, len(network.plan.rows))
    wanted = np.eye(math.prod(network.plan.output_shape), dtype=np.float32)[[label]]
    return slopes(whole, x[None], wanted)[0]


def background(x: np.ndarray) -> np.ndarray:
    """What stands around what is shown: every channel's median at the border, [channels, 1, 1]."""
    border = np.concatenate([x[:, 0], x[:, -1], x[:, 1:-1, 0], x[:, 1:-1, -1]], axis=1)
    return np.median(border, axis=1)[:, None, None].astype(x.dtype)


def occlusion(
    chances: Callable[[np.ndarray], np.ndarray], x: np.ndarray, label: int, patch: int = 5
) -> np.ndarray:
    """What the probability of `label` loses when a patch around each pixel is covered.

    Returns [height, width]. chances: inputs [N, *shape] → probabilities [N, classes]; the patch
    shows the `background` (M. Zeiler, R. Fergus, "Visualizing and understanding convolutional
    networks", 2014).
    """
    _, height, width = x.shape
    cover, reach = background(x), patch // 2
    covered = np.repeat(x[None], height * width, 0)
    for place, picture in enumerate(covered):
        row, column = divmod(place, width)
        top, left = max(0, row - reach), max(0, column - reach)
        picture[:, top : row + reach + 1, left : column + reach + 1] = cover
    drops = []
    for start in range(0, len(covered), AT_ONCE):
        # The whole image is read with each slice: alone, its sums are rounded in another order.
        scores = chances(np.concatenate([x[None], covered[start : start + AT_ONCE]]))[:, label]
        drops.append(scores[0] - scores[1:])
    return np.concatenate(drops).reshape(height, width)
